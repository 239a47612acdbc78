namespace NnUNet.Core.Augmentation;

/// <summary>A change of a training patch whose chance part is drawn apart from its application, so that it can be replayed.</summary>
/// <typeparam name="TParameters">All that was drawn; the same parameters on the same patch give the same result.</typeparam>
public interface IAugmentation<TParameters>
{
    /// <summary>Draws the parameters of one sample.</summary>
    TParameters Draw(ref RandomStream random);

    /// <summary>Changes the patch as the parameters say, and nothing else.</summary>
    void Apply(PatchBuffer patch, in TParameters parameters);
}
