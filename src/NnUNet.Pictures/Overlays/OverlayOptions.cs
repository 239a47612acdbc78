namespace NnUNet.Pictures.Overlays;

/// <summary>What <c>nnunet overlay</c> draws.</summary>
public sealed record OverlayOptions
{
    /// <summary>Slices of each axis.</summary>
    /// <value>5. At least 1.</value>
    public int SlicesPerAxis { get; init; } = 5;

    /// <summary>The image channel.</summary>
    /// <value>0.</value>
    public int Channel { get; init; }

    /// <summary>Whether only the surroundings of the foreground are shown.</summary>
    /// <value>False.</value>
    public bool Zoom { get; init; }

    /// <summary>The grey levels' ends in the image's unit.</summary>
    /// <value>Null: the 1st and 99th percentile of each image.</value>
    public (float Low, float High)? Window { get; init; }

    /// <summary>What is wrong with the values.</summary>
    public IEnumerable<string> Faults()
    {
        if (SlicesPerAxis < 1) yield return $"SlicesPerAxis is {SlicesPerAxis}, but must be at least 1";
        if (Channel < 0) yield return $"Channel is {Channel}, but must be at least 0";
        if (Window is { } window && !(window.Low < window.High)) yield return $"Window is {window.Low} to {window.High}, but must ascend";
    }
}
