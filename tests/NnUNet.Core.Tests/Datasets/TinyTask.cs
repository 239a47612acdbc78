using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

/// <summary>A raw task of tiny images in a temporary folder: each 4x5x6 voxels, label 1 in one corner, 2 in another.</summary>
internal sealed class TinyTask : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _ending;

    public TinyTask(int cases, int channels = 1, string name = "Task100_Tiny", string channelName = "MR", Workspace? workspace = null, string ending = ".nii.gz")
    {
        _ending = ending;
        Workspace = workspace ?? Workspace.Resolve(new WorkspaceOptions { Directory = _folder.Root }, static _ => null);
        Name = name;
        Folder = Workspace.RawTask(name);
        CaseIds = [.. Enumerable.Range(0, cases).Select(static i => $"case_{i:00}")];
        foreach ((int i, string id) in CaseIds.Index())
        {
            for (int c = 0; c < channels; c++) ImageFile.WriteVolume(Image(id, c), Ramp(100 + (10 * i) + c));
            ImageFile.WriteLabels(Label(id), Corners());
        }

        ProductJson.Write(Path.Combine(Folder, DatasetDescription.FileName), Description(channels, channelName));
    }

    public Workspace Workspace { get; }

    public string Name { get; }

    public string Folder { get; }

    public IReadOnlyList<string> CaseIds { get; }

    public string Image(string caseId, int channel) => Path.Combine(Folder, "imagesTr", $"{caseId}_{channel:0000}{_ending}");

    public string Label(string caseId) => Path.Combine(Folder, "labelsTr", caseId + _ending);

    public static Volume<float> Ramp(float start)
    {
        Extent extent = new(4, 5, 6);
        return new Volume<float>([.. Enumerable.Range(0, (int)extent.Count).Select(i => start + (i % 7))], extent);
    }

    public static Volume<short> Corners()
    {
        Volume<short> labels = new(new Extent(4, 5, 6));
        labels[0, 0, 0] = 1;
        labels[3, 4, 5] = 2;
        labels[3, 4, 4] = 2;
        return labels;
    }

    public void Dispose() => _folder.Dispose();

    private DatasetDescription Description(int channels, string channelName) => new()
    {
        Name = "Tiny",
        Modality = Enumerable.Range(0, channels).ToDictionary(static c => c.ToString(System.Globalization.CultureInfo.InvariantCulture), _ => channelName),
        Labels = new Dictionary<string, string> { ["0"] = "background", ["1"] = "a", ["2"] = "b" },
        Training = CaseIds.Select(id => new TrainingEntry($"./imagesTr/{id}{_ending}", $"./labelsTr/{id}{_ending}")).ToValueArray(),
    };
}
