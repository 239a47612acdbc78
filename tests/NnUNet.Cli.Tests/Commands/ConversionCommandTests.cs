using System.Text.Json.Nodes;
using Json.Schema;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Cli.Tests.Commands;

public sealed class ConversionCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> DataSets => [.. ConversionDescriptions.All().Select(static d => d.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DataSet_IsConverted_AndItsPredictionsAreConvertedBack()
    {
        // Given
        WriteLabels("source/train/Patient_01/Patient_01.nii.gz");
        WriteLabels("source/train/Patient_01/GT.nii.gz");

        // When
        ProgramRun there = ProgramRun.Of("convert_dataset", "segthor", "-i", _folder["source"], "-t", "155", "--workspace", _folder["w"]);
        ProgramRun again = ProgramRun.Of("convert_dataset", "segthor", "-i", _folder["source"], "-t", "155", "--workspace", _folder["w"]);
        ProgramRun back = ProgramRun.Of("convert_dataset", "SegTHOR", "--back", "-i", _folder["w/raw/nnUNet_raw_data/Task155_SegTHOR/labelsTr"], "-o", _folder["out"]);

        // Then
        Assert.Equal((0, ""), (there.ExitCode, there.Error));
        Assert.Contains("Task155_SegTHOR: 1 training cases, 0 test cases", there.Output, StringComparison.Ordinal);
        Assert.Contains("nnunet convert_dataset SegTHOR --back -i PREDICTIONS -o FOLDER", there.Output, StringComparison.Ordinal);
        Assert.Contains("(1 of them were there)", again.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (back.ExitCode, back.Error));
        Assert.True(File.Exists(_folder["out/Patient_01.nii"]));
    }

    [Fact]
    public void Images_AreConvertedToAnyFormat_WithWhatWasPassedOver()
    {
        // Given masks of 0 and 255, and a note among them
        ImageFile.WriteLabels(_folder["masks/a.png"], new Volume<short>([0, 255, 255, 0], new Extent(1, 2, 2)));
        File.WriteAllText(_folder["masks/notes.txt"], "");

        // When
        ProgramRun run = ProgramRun.Of("convert_images", "-i", _folder["masks"], "-o", _folder["labels"], "--labels", "--transform", "255:1", "--ending", ".tif", "--spacing", "0.5", "0.25");

        // Then
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Passed over: notes.txt: no image of a known format", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 image read, 1 file written", run.Output, StringComparison.Ordinal);
        Assert.Equal([0, 1, 1, 0], ImageFile.ReadLabels(_folder["labels/a.tif"]).Voxels);
        Assert.Equal(new Spacing(1, 0.5, 0.25), ImageFile.ReadHeader(_folder["labels/a.tif"]).Geometry.Spacing);
    }

    [Theory]
    [InlineData("--transform", "255")]
    [InlineData("--transform", "255:x")]
    [InlineData("--transform", "255:1")] // without --labels
    [InlineData("--spacing", "1")]
    [InlineData("--ending", ".xyz")]
    public void OptionsThatAreWrong_AreRefused(string option, string value)
    {
        ImageFile.WriteLabels(_folder["masks/a.png"], new Volume<short>([0, 255, 255, 0], new Extent(1, 2, 2)));

        ProgramRun run = ProgramRun.Of("convert_images", "-i", _folder["masks"], "-o", _folder["labels"], option, value);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(option == "--ending" ? ".xyz" : option, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["labels"]));
    }

    [Fact]
    public void List_HasEveryDataSet()
    {
        ProgramRun run = ProgramRun.Of("convert_dataset", "--list");

        Assert.Equal(0, run.ExitCode);
        Assert.All(ConversionDescriptions.All(), d => Assert.Contains(d.Name, run.Output, StringComparison.Ordinal));
        Assert.Contains("replace_small", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DescriptionThatIsShown_IsOneThatCanBeGiven()
    {
        File.WriteAllText(_folder["mine.json"], ProgramRun.Of("convert_dataset", "ACDC", "--show").Output);

        ProgramRun run = ProgramRun.Of("convert_dataset", _folder["mine.json"], "-i", _folder.Root, "--workspace", _folder["w"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no image is found as training/{patient:patient###}/", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DATASET is missing", "convert_dataset")]
    [InlineData("-i is missing: the data set's folder", "convert_dataset", "ACDC")]
    [InlineData("-i is missing: the folder of the predictions", "convert_dataset", "ACDC", "--back")]
    [InlineData("-o is for --back alone", "convert_dataset", "ACDC", "-i", "x", "-o", "y")]
    [InlineData("--to is \"RAX\", but must be three letters", "reorient", "-i", "x", "-o", "y", "--to", "RAX")]
    [InlineData("--to and --like exclude each other", "reorient", "-i", "x", "-o", "y", "--to", "RAS", "--like", "z")]
    [InlineData("there is no configuration \"3d\"", "compare", "-m", "3d")]
    public void WrongUsage_IsToldAndEndsWithTwo(string complaint, params string[] args)
    {
        ProgramRun run = ProgramRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_AreTurned()
    {
        WriteLabels("in/a.nii.gz");

        ProgramRun run = ProgramRun.Of("reorient", "-i", _folder["in"], "-o", _folder["out"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("1 image from LPS to RAS", run.Output, StringComparison.Ordinal);
        Assert.Equal("RAS", Orientation.Of(ImageFile.ReadHeader(_folder["out/a.nii.gz"]).Geometry).ToString());
    }

    [Fact]
    public void Models_AreComparedAndRanked()
    {
        ComparedTree.Fold(_folder, "3d_fullres", "Task001_A", "X", 0.5);
        ComparedTree.Fold(_folder, "3d_fullres", "Task001_A", "Y", 0.75);
        ComparedTree.Fold(_folder, "2d", "Task002_B", "Y", 0.25);

        ProgramRun run = ProgramRun.Of("compare", "-f", "0", "--workspace", _folder["w"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Task001_A: Dice, mean over the cases of all folds", run.Output, StringComparison.Ordinal);
        Assert.Contains("3d_fullres     Y        P          0      1   0.7500  0.7500  0.7500", run.Output, StringComparison.Ordinal);
        Assert.Contains("Y__P                       1  1 (3d_fullres 0.7500)  1 (2d 0.2500)", run.Output, StringComparison.Ordinal);
        Assert.Contains("X__P                       2  2 (3d_fullres 0.5000)    2 (missing)", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DataSets))]
    public void DescriptionsInTheProgram_AreAsTheirSchemaSays(string name)
    {
        JsonSchema schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "schemas", "files", "dataset_conversion.json")));
        JsonNode description = JsonNode.Parse(ProductJson.Print(ConversionDescriptions.Find(name)))!;

        EvaluationResults found = schema.Evaluate(description, new EvaluationOptions { OutputFormat = OutputFormat.List });

        Assert.True(found.IsValid, string.Join(Environment.NewLine, found.Details.Where(static d => d.HasErrors).SelectMany(static d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"))));
    }

    [Theory]
    [MemberData(nameof(DataSets))]
    public void EveryDataSet_IsOnThePage(string name)
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "conversions.md"));
        ConversionDescription description = ConversionDescriptions.Find(name);

        Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"| {description.Task:000} |"), page, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryStepAndRule_IsOnThePageAndInTheSchema()
    {
        string page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "conversions.md"));
        string schema = File.ReadAllText(Path.Combine(TestData.RepositoryRoot(), "docs", "schemas", "files", "dataset_conversion.json"));

        Assert.All(Catalog<ConversionStep>.Names.Concat(Catalog<SplitRule>.Names), name =>
        {
            Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
            Assert.Contains($"\"{name}\"", schema, StringComparison.Ordinal);
        });
    }

    private void WriteLabels(string path) => ImageFile.WriteLabels(_folder[path], new Volume<short>([1, 2, 0, 0, 0, 0, 0, 0], new Extent(2, 2, 2)));
}
