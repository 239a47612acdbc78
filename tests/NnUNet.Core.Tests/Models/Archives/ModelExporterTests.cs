using NnUNet.Core.Models.Archives;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

public sealed class ModelExporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Export_AModel_InstallsElsewhereAsItWas()
    {
        // Given
        SmallArchives.WriteModel(_folder["a"]);
        ExportModelOptions options = new() { Configurations = [Configuration.FullResolution, Configuration.Slices], Folds = ["0"], Strict = false };

        // When
        ExportReport report = ModelExporter.Export(_folder["a"], "Task001_A", _folder["a.zip"], options);
        ModelExporter.Export(_folder["a"], "Task001_A", _folder["b.zip"], options);
        ModelInstaller.Install(_folder["a.zip"], _folder["b"]);

        // Then
        Assert.Equal([SmallArchives.Model], report.Models);
        Assert.Equal(2, report.Missing.Count);
        Assert.Equal(File.ReadAllBytes(_folder["a.zip"]), File.ReadAllBytes(_folder["b.zip"]));
        Assert.Equal("weights", File.ReadAllText(_folder[$"b/{SmallArchives.Model}/fold_0/model_final_checkpoint.safetensors"]));
        Assert.Equal(2, Directory.GetFiles(_folder["b"], "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Export_WithEnsembles_TakesThoseOfWhichBothModelsAreExported()
    {
        // Given
        SmallArchives.WriteModel(_folder["a"]);
        SmallArchives.WriteModel(_folder["a"], SmallArchives.Model.Replace("3d_fullres", "2d", StringComparison.Ordinal));
        const string Member = "__nnUNetTrainerV2__nnUNetPlansv2.1";
        foreach (string ensemble in new[] { $"ensemble_2d{Member}--3d_fullres{Member}", $"ensemble_2d{Member}--3d_lowres{Member}" })
        {
            Directory.CreateDirectory(_folder[$"a/ensembles/Task001_A/{ensemble}"]);
            File.WriteAllText(_folder[$"a/ensembles/Task001_A/{ensemble}/postprocessing.json"], "{}");
        }

        // When
        ModelExporter.Export(_folder["a"], "Task001_A", _folder["a.zip"], new ExportModelOptions { Configurations = [Configuration.Slices, Configuration.FullResolution], Folds = ["0"], Strict = false });
        InstallReport installed = ModelInstaller.Install(_folder["a.zip"], _folder["b"]);

        // Then
        Assert.Equal(["2d", "3d_fullres", "ensembles"], installed.Models.Select(m => Path.GetRelativePath(_folder["b"], m).Split(Path.DirectorySeparatorChar)[0]));
    }

    [Fact]
    public void Export_WithSomethingMissing_SaysWhatAndHowToGoOn()
    {
        // Given
        SmallArchives.WriteModel(_folder["a"]);

        // When
        DescribedException configuration = Assert.Throws<ModelArchiveException>(() => ModelExporter.Export(_folder["a"], "Task001_A", _folder["a.zip"]));
        DescribedException postprocessing = Assert.Throws<ModelArchiveException>(() => ModelExporter.Export(_folder["a"], "Task001_A", _folder["a.zip"], new ExportModelOptions { Configurations = [Configuration.FullResolution] }));
        DescribedException fold = Assert.Throws<DescribedException>(() => ModelExporter.Export(_folder["a"], "Task001_A", _folder["a.zip"], new ExportModelOptions { Strict = false }));

        // Then
        Assert.Contains("there is no such model", configuration.What, StringComparison.Ordinal);
        Assert.Contains("postprocessing.json is missing", postprocessing.What, StringComparison.Ordinal);
        Assert.Contains("there is no fold 1", fold.What, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["a.zip"]));
    }

    public void Dispose() => _folder.Dispose();
}
