using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Overlays;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>Holds the volumes of the case whose slices are asked for, as long as someone asks; a page moves through many slices of one case.</summary>
internal sealed class LoadedCase : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Timer _forget;
    private string _key = "";
    private OverlayCase? _loaded;

    /// <summary>Holds nothing yet.</summary>
    public LoadedCase() => _forget = new Timer(_ =>
    {
        lock (_gate) (_key, _loaded) = ("", null);
    });

    /// <summary>The volumes of a case; a segmentation that is missing is empty.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="image">Its image.</param>
    /// <param name="reference">Its reference; null for none.</param>
    /// <param name="prediction">Its prediction; null shows the reference as if it were one.</param>
    /// <exception cref="DescribedException">A file cannot be read.</exception>
    public OverlayCase Get(string caseId, ImageLocation image, ImageLocation? reference, ImageLocation? prediction)
    {
        string key = string.Join('\n', new[] { image, reference, prediction }.SelectMany(static l => l is null ? ["none"] : ImageLocation.Stamps(l.Path)));
        lock (_gate)
        {
            _forget.Change(Idle, Timeout.InfiniteTimeSpan);
            if (_loaded is not null && _key == key) return _loaded;

            _loaded = null; // not two at a time
            OverlayCase read = Read(caseId, image, reference, prediction);
            _ = read.Labels; // found once, not for each slice
            (_key, _loaded) = (key, read with { Window = read.GreyLevels() });
            return _loaded;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _forget.Dispose();

    private static OverlayCase Read(string caseId, ImageLocation image, ImageLocation? reference, ImageLocation? prediction)
    {
        Volume<float> voxels = ImageFile.ReadVolume(image.Path);
        Volume<short>? truth = reference is null ? null : ImageFile.ReadLabels(reference.Path);
        Volume<short>? predicted = prediction is null ? null : ImageFile.ReadLabels(prediction.Path);
        return new OverlayCase { CaseId = caseId, Image = voxels, Reference = predicted is null ? null : truth, Prediction = predicted ?? truth ?? new Volume<short>(voxels.Extent, voxels.Geometry) };
    }
}
