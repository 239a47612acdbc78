using NnUNet.Core.Models.Archives;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

/// <summary>Archives of models of nnU-Net v2, in whatever folders people zip them.</summary>
public sealed class Version2ArchiveTests : IDisposable
{
    private const string Name = "nnUNetTrainer__nnUNetPlans__3d_fullres";
    private const string Model = "Dataset111_Teeth/" + Name;
    private const string Plans = """{"dataset_name": "Dataset111_Teeth", "plans_name": "nnUNetPlans", "configurations": {"3d_fullres": {}}}""";
    private const string Checkpoint = "nnUNetTrainer 3d_fullres";

    private readonly TemporaryFolder _folder = new();

    public Version2ArchiveTests() => CatalogAssemblies.Add(typeof(Version2ArchiveTests).Assembly);

    private ModelPlaces Places => new(_folder["results/nnUNet"], _folder["results"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Model + "/")]
    [InlineData("nnUNet_results/" + Model + "/")]
    [InlineData(Name + "/")]
    [InlineData("weights/" + Name + "/")]
    [InlineData("")]
    [InlineData("weights/")]
    [InlineData("a/b/weights of ours/")]
    public void Install_AnyLayout_PutsTheModelWhereV2HasIt(string above)
    {
        // Given: with what systems add, and the plans that lie beside a cross-validation's scores
        string zip = SmallArchives.Zip(
            _folder,
            (above + "plans.json", Plans),
            (above + "dataset.json", "{}"),
            (above + "fold_0/checkpoint_final.pth", Checkpoint),
            (above + "crossval_results_folds_0/plans.json", Plans),
            ("__MACOSX/" + above + "._plans.json", "x"),
            (above + ".DS_Store", "x"),
            (above + "._plans.json", "x"));

        // When
        InstallReport report = ModelInstaller.Install(zip, Places);

        // Then
        Assert.Equal([Path.Combine(_folder["results"], Model)], report.Models);
        Assert.Empty(report.Ignored);
        Assert.Equal(["Dataset111_Teeth"], Directory.GetFileSystemEntries(_folder["results"]).Select(Path.GetFileName));
        Assert.Equal([Name], Directory.GetFileSystemEntries(_folder["results/Dataset111_Teeth"]).Select(Path.GetFileName));
        Assert.Equal(
            ["crossval_results_folds_0/plans.json", "dataset.json", "fold_0/checkpoint_final.pth", "plans.json"],
            Directory.GetFiles(_folder["results/" + Model], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder["results/" + Model], f).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Install_ModelsOfBothGenerations_PutsEachInItsPlace()
    {
        // Given
        string zip = SmallArchives.Zip(
            _folder,
            (Model + "/plans.json", Plans),
            ("Dataset111_Teeth/nnUNetTrainer__nnUNetResEncUNetLPlans_8__3d_fullres/plans.json", Plans),
            ("Dataset112_Bones/nnUNetTrainer__nnUNetPlans__2d/plans.json", Plans),
            ("nnUNet/" + SmallArchives.Model + "/plans.json", SmallArchives.Plan));

        // When
        InstallReport report = ModelInstaller.Install(zip, Places);

        // Then
        Assert.Equal(
            [
                _folder["results/nnUNet/" + SmallArchives.Model], _folder["results/" + Model], _folder["results/Dataset111_Teeth/nnUNetTrainer__nnUNetResEncUNetLPlans_8__3d_fullres"],
                _folder["results/Dataset112_Bones/nnUNetTrainer__nnUNetPlans__2d"],
            ],
            report.Models);
        Assert.All(report.Models, static model => Assert.True(File.Exists(Path.Combine(model, "plans.json")), model));
    }

    [Theory]
    [InlineData("{\"plans_name\": \"p\", \"configurations\": {}}", "no dataset_name in plans.json")]
    [InlineData("{\"dataset_name\": \"Teeth\", \"plans_name\": \"p\", \"configurations\": {}}", "is no name of a data set")]
    [InlineData("{\"dataset_name\": \"Dataset111_/../../x\", \"plans_name\": \"p\", \"configurations\": {}}", "is no name of a data set")]
    public void Install_WithoutADataSetsName_AsksForIt_AndTakesTheOneThatIsGiven(string plans, string what)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, ("plans.json", plans), ("fold_0/checkpoint_final.pth", Checkpoint));

        // When
        ModelArchiveException asked = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places));
        ModelArchiveException outside = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places, new InstallOptions { Dataset = "Dataset111_/../x" }));
        bool untouched = !Directory.Exists(_folder["results"]);
        InstallReport report = ModelInstaller.Install(zip, Places, new InstallOptions { Dataset = "Dataset009_Spleen" });

        // Then
        Assert.Contains(what, asked.What, StringComparison.Ordinal);
        Assert.Contains("--dataset DatasetXXX_NAME", asked.Remedy, StringComparison.Ordinal);
        Assert.Contains("not a data set's name", outside.What, StringComparison.Ordinal);
        Assert.True(untouched);
        Assert.Equal([_folder["results/Dataset009_Spleen/nnUNetTrainer__p__3d_fullres"]], report.Models);
    }

    [Theory]
    [InlineData("no names")]
    [InlineData("../../evil 3d_fullres")]
    public void Install_FilesThatTellNoName_IsRefused_AndLeavesNothing(string checkpoint)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, ("plans.json", Plans), ("fold_0/checkpoint_final.pth", checkpoint.Replace("no names", "", StringComparison.Ordinal)));

        // When
        ModelArchiveException error = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places));

        // Then
        Assert.Contains("without the model's folder", error.What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["results"]));
    }

    [Theory]
    [InlineData("../" + Model + "/plans.json")]
    [InlineData("/etc/passwd")]
    [InlineData(Model + "/../../../evil.sh")]
    public void Install_AHostileName_IsRefusedBeforeAnythingIsWritten(string name)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (Model + "/plans.json", Plans), (name, "x"));

        // Then
        Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places));
        Assert.False(Directory.Exists(_folder["results"]));
    }

    [Theory]
    [InlineData(Model + "/")]
    [InlineData("")]
    public void Install_OverAnotherModel_NamesIt_AndReplacesItWholeWithForce(string above)
    {
        // Given
        Directory.CreateDirectory(_folder["results/" + Model + "/fold_1"]);
        string zip = SmallArchives.Zip(_folder, (above + "plans.json", Plans), (above + "fold_0/checkpoint_final.pth", Checkpoint));

        // When
        ModelArchiveException refused = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places));
        bool untouched = Directory.Exists(_folder["results/" + Model + "/fold_1"]);
        InstallReport report = ModelInstaller.Install(zip, Places, new InstallOptions { Force = true });

        // Then
        Assert.Equal($"it would overwrite {Path.Combine(_folder["results"], Model)}", refused.What);
        Assert.True(untouched);
        Assert.Equal([Model], report.Replaced);
        Assert.Equal(["fold_0", "plans.json"], Directory.GetFileSystemEntries(_folder["results/" + Model]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Install_WhatIsKnownOfADataSetsModels_GoesBesideThem_AndStaysWhereItDiffers()
    {
        // Given
        const string Ensemble = "Dataset111_Teeth/ensembles/ensemble___" + Name + "___nnUNetTrainer__nnUNetPlans__2d___0/postprocessing.json";
        Directory.CreateDirectory(_folder["results/Dataset111_Teeth"]);
        File.WriteAllText(_folder["results/Dataset111_Teeth/inference_information.json"], "mine");
        string zip = SmallArchives.Zip(
            _folder, (Model + "/plans.json", Plans), (Ensemble, "{}"), ("Dataset111_Teeth/inference_information.json", "yours"), ("Dataset111_Teeth/inference_instructions.txt", "yours"), ("Dataset111_Teeth/readme.md", "x"));

        // When
        InstallReport report = ModelInstaller.Install(zip, Places);

        // Then
        Assert.Equal(["Dataset111_Teeth/readme.md"], report.Ignored);
        Assert.Contains("inference_information.json is another file", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_folder["results/Dataset111_Teeth/inference_information.json"]));
        Assert.Equal("yours", File.ReadAllText(_folder["results/Dataset111_Teeth/inference_instructions.txt"]));
        Assert.True(File.Exists(_folder["results/" + Ensemble]));
    }

    [Fact]
    public void Install_PlansThatAreNone_SaysWhatTheArchiveHolds()
    {
        // Given: a checkpoint whose plans are no JSON
        string zip = SmallArchives.Zip(_folder, ("plans.json", "{"), ("fold_0/checkpoint_final.pth", Checkpoint));

        // Then
        Assert.Contains("a model of nnU-Net version 2", Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(zip, Places)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_AModel_InstallsElsewhereAsItWas()
    {
        // Given
        Write(Model + "/plans.json", Plans);
        Write(Model + "/dataset.json", "{}");
        Write(Model + "/fold_0/checkpoint_final.pth", Checkpoint);
        Write(Model + "/fold_0/checkpoint_best.pth", "not asked for");
        Write(Model + "/fold_0/validation/summary.json", "{}");
        Write(Model + "/fold_0/validation/a.nii.gz", "a");
        Write(Model + "/fold_0/validation/a.npz", "never");
        Write(Model + "/crossval_results_folds_0/postprocessing.pkl", "p");
        Write("Dataset111_Teeth/ensembles/ensemble___" + Name + "___" + Name + "___0/summary.json", "{}");
        Write("Dataset111_Teeth/ensembles/ensemble___" + Name + "___A__B__C___0/summary.json", "not both");
        Write("Dataset111_Teeth/inference_information.json", "{}");
        Version2ExportOptions options = new() { Configurations = ["3d_fullres"], Folds = ["0"] };

        // When
        ExportReport report = Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["a.zip"], options);
        Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["b.zip"], options with { Predictions = true });
        ModelInstaller.Install(_folder["a.zip"], new ModelPlaces(_folder["a/nnUNet"], _folder["a"]));
        ModelInstaller.Install(_folder["b.zip"], new ModelPlaces(_folder["b/nnUNet"], _folder["b"]));

        // Then
        string[] expected =
        [
            "ensembles/ensemble___" + Name + "___" + Name + "___0/summary.json", "inference_information.json", Name + "/crossval_results_folds_0/postprocessing.pkl", Name + "/dataset.json",
            Name + "/fold_0/checkpoint_final.pth", Name + "/fold_0/validation/summary.json", Name + "/plans.json",
        ];
        Assert.Equal([Model], report.Models);
        Assert.Empty(report.Missing);
        Assert.Equal(expected, Files("a"));
        Assert.Equal([.. expected.Append(Name + "/fold_0/validation/a.nii.gz").Order(StringComparer.Ordinal)], Files("b"));
    }

    [Fact]
    public void Export_WithSomethingMissing_SaysWhatAndHowToGoOn()
    {
        // Given
        Write(Model + "/plans.json", Plans);
        Write(Model + "/fold_0/checkpoint_final.pth", Checkpoint);

        // When
        DescribedException configuration = Assert.Throws<ModelArchiveException>(() => Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["a.zip"]));
        DescribedException fold = Assert.Throws<ModelArchiveException>(() => Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["a.zip"], new() { Configurations = ["3d_fullres"] }));
        DescribedException nothing = Assert.Throws<ModelArchiveException>(() => Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["a.zip"], new() { Trainer = "Other", Strict = false }));
        ExportReport lenient = Version2Exporter.Export(_folder["results"], "Dataset111_Teeth", _folder["a.zip"], new() { Strict = false });

        // Then
        Assert.Equal("there is no such model", configuration.What);
        Assert.Contains("--not_strict", configuration.Remedy, StringComparison.Ordinal);
        Assert.Equal("there is no such fold", fold.What);
        Assert.Contains("-c, -tr and -p", nothing.Remedy, StringComparison.Ordinal);
        Assert.Equal(7, lenient.Missing.Count);
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["results/" + name])!);
        File.WriteAllText(_folder["results/" + name], content);
    }

    private string[] Files(string results) =>
        [.. Directory.GetFiles(_folder[results + "/Dataset111_Teeth"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder[results + "/Dataset111_Teeth"], f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
