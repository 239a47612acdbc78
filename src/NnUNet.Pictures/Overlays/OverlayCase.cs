using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Pictures.Drawing;

namespace NnUNet.Pictures.Overlays;

/// <summary>One case to look at: volumes of one extent (z, y, x).</summary>
public sealed record OverlayCase
{
    /// <summary>The case's name.</summary>
    public required string CaseId { get; init; }

    /// <summary>The image; null draws the segmentations alone.</summary>
    public Volume<float>? Image { get; init; }

    /// <summary>The reference segmentation, where there is one.</summary>
    public Volume<short>? Reference { get; init; }

    /// <summary>The segmentation to look at.</summary>
    public required Volume<short> Prediction { get; init; }

    /// <summary>Names of labels for people, by their value as text.</summary>
    public IReadOnlyDictionary<string, string> LabelNames { get; init; } = new Dictionary<string, string>();

    /// <summary>The grey levels' ends in the image's unit; null for the 1st and 99th percentile.</summary>
    public (float Low, float High)? Window { get; init; }

    /// <summary>Both segmentations, or the only one.</summary>
    internal IReadOnlyList<Volume<short>> Segmentations => Reference is null ? [Prediction] : [Reference, Prediction];

    /// <summary>The foreground labels that occur, in ascending order.</summary>
    internal IReadOnlyList<int> Labels => _labels ??= FindLabels();

    private IReadOnlyList<int>? _labels;

    /// <summary>The Dice of each label that occurs; none without a reference.</summary>
    /// <exception cref="EvaluationException">The segmentations cannot be compared.</exception>
    internal IReadOnlyDictionary<int, double> Dice() => Reference is null || Labels.Count == 0
        ? new Dictionary<int, double>()
        : CaseEvaluator.Evaluate(Prediction, Reference, EvaluationLabel.From(Labels), new EvaluationOptions { Metrics = ["Dice"] })
            .Labels.ToDictionary(static label => int.Parse(label.Key, System.Globalization.CultureInfo.InvariantCulture), static label => label.Value["Dice"]);

    /// <summary>The case cut down to the box around all foreground and some surroundings; the same case where there is no foreground.</summary>
    internal OverlayCase Zoomed()
    {
        if (Labels.Count == 0) return this;

        BoundingBox box = PictureCrop.Around(Segmentations);
        return this with
        {
            Image = Image is null ? null : PictureCrop.Cut(Image, box),
            Reference = Reference is null ? null : PictureCrop.Cut(Reference, box),
            Prediction = PictureCrop.Cut(Prediction, box),
        };
    }

    /// <summary>The grey levels' ends.</summary>
    internal (float Low, float High) GreyLevels()
    {
        if (Window is { } given) return given;
        if (Image is null) return (0, 1);

        // A share of the voxels is enough for percentiles.
        const int Enough = 200_000;
        int step = Math.Max(1, Image.Voxels.Length / Enough);
        float[] some = new float[((Image.Voxels.Length - 1) / step) + 1];
        for (int i = 0; i < some.Length; i++) some[i] = Image.Voxels[i * step];
        return SlicePicture.Window(some);
    }

    /// <summary>Refuses volumes that do not lie on one grid.</summary>
    /// <exception cref="DescribedException">They differ in extent.</exception>
    internal void Check()
    {
        Extent extent = Prediction.Extent;
        bool equal = (Image is null || Image.Extent == extent) && (Reference is null || Reference.Extent == extent);
        if (!equal)
        {
            throw new DescribedException(
                CaseId,
                $"image, reference and prediction differ in extent ({Image?.Extent.ToString() ?? "none"}, {Reference?.Extent.ToString() ?? "none"}, {extent})",
                "give files of one case");
        }
    }

    private int[] FindLabels()
    {
        HashSet<short> found = [];
        foreach (Volume<short> labels in Segmentations)
        {
            short last = 0;
            foreach (short voxel in labels.Voxels)
            {
                if (voxel == last) continue;
                last = voxel;
                if (voxel > 0) found.Add(voxel);
            }
        }

        return [.. found.Select(static label => (int)label).Order()];
    }
}
