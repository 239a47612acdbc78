using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Pictures.Overlays;

/// <summary>The files of each case.</summary>
internal sealed class OverlaySources
{
    /// <summary>An image, two segmentations, and their parts around the foreground.</summary>
    private const int BytesPerVoxel = 16;

    private readonly IReadOnlyDictionary<string, string> _images;
    private readonly SortedDictionary<string, string> _predictions;
    private readonly IReadOnlyDictionary<string, string> _references;
    private readonly int _channel;

    private OverlaySources(
        IReadOnlyDictionary<string, string> images, SortedDictionary<string, string> predictions, IReadOnlyDictionary<string, string> references, int channel, bool single)
    {
        (_images, _predictions, _references, _channel, Single) = (images, predictions, references, channel, single);
        Cases = [.. predictions.Keys];
    }

    /// <summary>The cases' names in ordinal order.</summary>
    public IReadOnlyList<string> Cases { get; }

    /// <summary>Whether one image was given instead of a folder of them.</summary>
    public bool Single { get; }

    /// <summary>The files that are drawn.</summary>
    public IEnumerable<string> Paths => _images.Values.Concat(_predictions.Values).Concat(_references.Values);

    /// <summary>Looks for files of equal names.</summary>
    public static OverlaySources Find(string images, string predictions, string? references, int channel)
    {
        bool single = IsOne(predictions);
        SortedDictionary<string, string> found = Files(predictions);
        if (found.Count == 0) throw OtherContents.Error(predictions, "there is no segmentation", "name the folder that nnUNet_predict wrote");
        if (!single) return new OverlaySources(Files(images), found, references is null ? new Dictionary<string, string>() : Files(references), channel, false);

        // Of single files the names need not be equal.
        string caseId = found.Keys.First();
        return new OverlaySources(One(images), found, references is null ? new Dictionary<string, string>() : One(references), channel, true);

        Dictionary<string, string> One(string path) => IsOne(path)
            ? new Dictionary<string, string> { [caseId] = path }
            : new Dictionary<string, string>(Files(path), StringComparer.Ordinal);
    }

    /// <summary>The path of a case's image among files by name; null where there is none.</summary>
    public static string? ImageOf(string caseId, int channel, IReadOnlyDictionary<string, string> images) =>
        images.TryGetValue(CaseName.ChannelFile(caseId, channel, ""), out string? path) || images.TryGetValue(caseId, out path) ? path : null;

    /// <summary>Bytes that drawing a case takes at most, by its files' headers.</summary>
    public static long BytesOf(params IEnumerable<string?> files) =>
        files.Max(static f => f is null ? 0 : ImageFile.ReadHeader(f).Extent.Count) * BytesPerVoxel;

    /// <summary>Bytes that drawing a case takes at most.</summary>
    /// <exception cref="DescribedException">A file cannot be read.</exception>
    public long Bytes(string caseId) => BytesOf(ImageOf(caseId, _channel, _images), _predictions[caseId], _references.GetValueOrDefault(caseId));

    /// <summary>All files of a case.</summary>
    /// <exception cref="DescribedException">One is missing or cannot be read.</exception>
    public OverlayCase Read(string caseId)
    {
        if (_references.Count > 0 && !_references.ContainsKey(caseId)) throw new DescribedException(_predictions[caseId], "there is no reference for it", "add the reference or remove the prediction");

        string image = ImageOf(caseId, _channel, _images) ?? throw new DescribedException(
            _predictions[caseId], $"there is no image for it (channel {_channel})", "name the folder that was predicted, and a channel that it has");
        return new OverlayCase
        {
            CaseId = caseId,
            Image = ImageFile.ReadVolume(image),
            Reference = _references.TryGetValue(caseId, out string? reference) ? ImageFile.ReadLabels(reference) : null,
            Prediction = ImageFile.ReadLabels(_predictions[caseId]),
        };
    }

    /// <summary>The images of a folder, or the one that the path is, by name without ending.</summary>
    /// <exception cref="DescribedException">There is no such file or folder, or an image in two formats.</exception>
    public static SortedDictionary<string, string> Files(string path)
    {
        if (IsOne(path)) return new SortedDictionary<string, string>(StringComparer.Ordinal) { [CaseName.Of(path)] = path };
        if (!Directory.Exists(path)) throw new DescribedException(path, "there is no such file or folder", "check the path");

        return new SortedDictionary<string, string>(ImageFolder.Of(path).ByName().ToDictionary(static i => i.Key, static i => i.Value.Path), StringComparer.Ordinal);
    }

    /// <summary>Whether a path is an image, a file or a folder of slices, and not a folder of images.</summary>
    private static bool IsOne(string path) => File.Exists(path) || ImageLocation.Of(path)?.Exists == true;
}
