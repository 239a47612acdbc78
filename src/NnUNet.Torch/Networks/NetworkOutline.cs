using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>What a network does at one resolution, on its way down or on its way up.</summary>
internal sealed record OutlineStage
{
    /// <summary>By how much the features are smaller than the image, per axis.</summary>
    public required ValueArray<int> Stride { get; init; }

    /// <summary>The convolutions in order, but those that magnify and those that make logits.</summary>
    public List<TracedConvolution> Convolutions { get; } = [];

    /// <summary>What magnified the features of the resolution below; null where that has no parameters.</summary>
    public TracedConvolution? Up { get; set; }

    /// <summary>Feature maps that came over from the way down, beside those from below; 0 where none did.</summary>
    public int Skipped { get; set; }

    /// <summary>What makes the logits of this resolution; null where there are none.</summary>
    public TracedConvolution? Head { get; set; }

    /// <summary>Feature maps that leave this stage.</summary>
    public int Features => Convolutions.Count > 0 ? Convolutions[^1].Outputs : Up?.Outputs ?? 0;
}

/// <summary>A network that goes down and up again as its resolutions: full resolution first, the coarsest at the end of the way down.</summary>
internal sealed class NetworkOutline
{
    private NetworkOutline(List<OutlineStage> down, List<OutlineStage> up)
    {
        Down = down;
        Up = up;
    }

    /// <summary>The way down, full resolution first.</summary>
    public IReadOnlyList<OutlineStage> Down { get; }

    /// <summary>The way up in its order: the coarsest resolution but one first.</summary>
    public IReadOnlyList<OutlineStage> Up { get; }

    /// <summary>Sorts convolutions by resolution and way.</summary>
    /// <param name="convolutions">In the order of their use.</param>
    /// <param name="classes">Classes of the logits.</param>
    public static NetworkOutline Of(IReadOnlyList<TracedConvolution> convolutions, int classes)
    {
        List<OutlineStage> down = [];
        List<OutlineStage> up = [];
        long coarsest = convolutions.Count == 0 ? 1 : convolutions.Max(static c => Size(c.To));
        foreach (TracedConvolution convolution in convolutions)
        {
            bool rising = down.Count > 0 && Size(down[^1].Stride) == coarsest && (up.Count > 0 || Size(convolution.To) < coarsest);
            List<OutlineStage> way = rising ? up : down;
            OutlineStage? stage = way.FirstOrDefault(s => s.Stride == convolution.To);
            if (stage is null) way.Add(stage = new OutlineStage { Stride = convolution.To });

            bool head = rising && convolution.Outputs == classes && convolution.Kernel.All(static k => k == 1) && stage.Head is null && !convolution.Magnifies;
            if (head) stage.Head = convolution;
            else if (convolution.Magnifies) stage.Up = convolution;
            else
            {
                if (rising && stage.Convolutions.Count == 0) stage.Skipped = Math.Max(0, convolution.Inputs - Below(down, up, stage));
                stage.Convolutions.Add(convolution);
            }
        }

        return new NetworkOutline(down, up);
    }

    /// <summary>Feature maps that come from the resolution below.</summary>
    private static int Below(List<OutlineStage> down, List<OutlineStage> up, OutlineStage stage) =>
        stage.Up?.Outputs ?? (up.Count > 1 ? up[^2].Features : down[^1].Features);

    private static long Size(ValueArray<int> stride) => stride.Aggregate(1L, static (product, s) => product * s);
}
