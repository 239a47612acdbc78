using NnUNet.Core;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>
/// The whole method on regions that overlap, once for all tests of the class that uses it: computed images of two channels with a
/// tumour of three nested labels, of which the first channel shows the whole and the second the core.
/// </summary>
public sealed class RegionsRun : IDisposable
{
    public const string Task = "Task902_Regions";

    private const int Edge = 20;
    private const int TrainingCases = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<ProgramResult> _run;

    public RegionsRun()
    {
        Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] });
        _run = new Lazy<ProgramResult>(RunAll);
    }

    public Workspace Workspace { get; }

    /// <summary>What <c>nnunet run</c> printed; the first access runs it.</summary>
    internal ProgramResult Whole => _run.Value;

    public string Raw => Workspace.RawTask(Task);

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    public string ModelOf(string configuration) => Workspace.ModelFolder(configuration, Task, SmallToyTrainer.Name, "nnUNetPlansv2.1");

    internal ProgramResult Program(params string[] arguments) => BuiltProgram.Run([.. arguments, "--workspace", _folder["w"]]);

    private ProgramResult RunAll()
    {
        for (int i = 0; i <= TrainingCases; i++) WriteCase(i);
        ProductJson.Write(Path.Combine(Raw, DatasetDescription.FileName), new DatasetDescription
        {
            Name = "Regions",
            Modality = new SortedDictionary<string, string> { ["0"] = "FLAIR", ["1"] = "T1ce" },
            Labels = new SortedDictionary<string, string> { ["0"] = "background", ["1"] = "oedema", ["2"] = "necrosis", ["3"] = "enhancing" },
            Regions = [new("whole tumour", [1, 2, 3]), new("tumour core", [2, 3]), new("enhancing tumour", [3])],
            RegionsClassOrder = [1, 2, 3],
            Training = Enumerable.Range(0, TrainingCases).Select(static i => new TrainingEntry($"./imagesTr/brain_{i}.nii.gz", $"./labelsTr/brain_{i}.nii.gz")).ToValueArray(),
            Test = [$"./imagesTs/brain_{TrainingCases}.nii.gz"],
        });
        return Program(
            "run", "-t", "902", "-i", Path.Combine(Raw, "imagesTs"), "-o", _folder["out"], "-m", "2d", "3d_fullres", "-f", "0", "1", "-tr", SmallToyTrainer.Name, "--epochs", "2", "--iterations", "50", "--disable_tta",
            "--plugin", typeof(SmallToyTrainer).Assembly.Location);
    }

    private void WriteCase(int index)
    {
        NumpyRandomState random = new((uint)(50 + index));
        Extent extent = new(Edge, Edge + index, Edge + 2);
        ImageGeometry geometry = ImageGeometry.FromSpacing(new Spacing(1, 1, 1));
        (double z, double y, double x) = (9 + random.Uniform(), 9 + random.Uniform(), 9 + (2 * random.Uniform()));
        Volume<float> flair = new(extent, geometry), contrast = new(extent, geometry);
        Volume<short> labels = new(extent, geometry);
        for (int i = 0; i < extent.Count; i++)
        {
            (int plane, int rest) = Math.DivRem(i, extent.SliceCount);
            double distance = Math.Sqrt(Math.Pow(plane - z, 2) + Math.Pow((rest / extent.X) - y, 2) + Math.Pow((rest % extent.X) - x, 2));
            short label = (short)(distance < 4.2 ? 3 : distance < 6 ? 2 : distance < 8 ? 1 : 0);
            labels.Voxels[i] = label;
            flair.Voxels[i] = (float)(10 + (label > 0 ? 8 : 0) + random.Normal(0, 1));
            contrast.Voxels[i] = (float)(10 + (label == 3 ? 16 : label == 2 ? 6 : 0) + random.Normal(0, 1));
        }

        string set = index < TrainingCases ? "Tr" : "Ts";
        ImageFile.WriteVolume(Path.Combine(Raw, $"images{set}", $"brain_{index}_0000.nii.gz"), flair);
        ImageFile.WriteVolume(Path.Combine(Raw, $"images{set}", $"brain_{index}_0001.nii.gz"), contrast);
        ImageFile.WriteLabels(Path.Combine(Raw, $"labels{set}", $"brain_{index}.nii.gz"), labels);
    }
}
