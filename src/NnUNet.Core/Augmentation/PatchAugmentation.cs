namespace NnUNet.Core.Augmentation;

/// <summary>One step of the augmentation, whatever its parameters are: what a trainer recipe lists.</summary>
public abstract class PatchAugmentation
{
    /// <summary>Draws parameters and applies them.</summary>
    public abstract void Run(PatchBuffer patch, ref RandomStream random);

    /// <summary>What <see cref="Run"/> will do with this stream, in a few words; null where that changes nothing.</summary>
    /// <param name="random">A copy of the stream, so that drawing from it changes nothing.</param>
    public virtual string? Preview(RandomStream random) => null;
}

/// <summary>One step of the augmentation with its parameters: the base class of augmentations.</summary>
/// <typeparam name="TParameters">All that is drawn for one sample.</typeparam>
public abstract class PatchAugmentation<TParameters> : PatchAugmentation, IAugmentation<TParameters>
{
    /// <inheritdoc/>
    public abstract TParameters Draw(ref RandomStream random);

    /// <inheritdoc/>
    public abstract void Apply(PatchBuffer patch, in TParameters parameters);

    /// <inheritdoc/>
    public sealed override void Run(PatchBuffer patch, ref RandomStream random) => Apply(patch, Draw(ref random));

    /// <inheritdoc/>
    public sealed override string? Preview(RandomStream random) => Describe(Draw(ref random));

    /// <summary>What parameters do, in a few words such as "blur 0.71"; null where they leave the patch as it is.</summary>
    protected virtual string? Describe(in TParameters parameters) => $"{GetType().Name} {parameters}";
}
