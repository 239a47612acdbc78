using System.IO.Compression;
using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Core.Models.Archives;

/// <summary>How far unpacking or packing is.</summary>
/// <param name="File">The file in work.</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct ArchiveProgress(string File, long Done, long Total);

/// <summary>How an archive is installed.</summary>
public sealed record InstallOptions
{
    /// <summary>Whether models of the same place are replaced, and models that cannot be opened are installed.</summary>
    /// <value>False.</value>
    public bool Force { get; init; }

    /// <summary>The data set of models of nnU-Net v2 that lie in no folder of one: <c>DatasetXXX_NAME</c>.</summary>
    /// <value>Null: as their plans tell it.</value>
    public string? Dataset { get; init; }

    /// <summary>How large the archive may become.</summary>
    public ArchiveLimits Limits { get; init; } = new();
}

/// <summary>What was installed.</summary>
/// <param name="Models">The models' folders.</param>
/// <param name="Replaced">Those that took the place of another one.</param>
/// <param name="Ignored">Files of the archive that belong to no model.</param>
/// <param name="Warnings">What had to be guessed, why a model cannot be opened, and what was done about installations that had been interrupted.</param>
public sealed record InstallReport(ValueArray<string> Models, ValueArray<string> Replaced, ValueArray<string> Ignored, ValueArray<string> Warnings);

/// <summary>Installs the models of a zip archive: those of the Python original, of either generation, and our own.</summary>
/// <remarks>
/// All entries are checked first, then everything is unpacked beside, opened, and put into its place by renaming; a run that is stopped
/// leaves the models as they were. Source: nnunet/inference/pretrained_models/download_pretrained_model.py, install_model_from_zip_file;
/// nnunetv2/model_sharing/model_import.py.
/// </remarks>
public static class ModelInstaller
{
    private const string Damaged = "get the archive again, from a place that you trust";

    /// <summary>Installs an archive of models of nnU-Net v1, or of our own.</summary>
    /// <param name="zip">The zip file.</param>
    /// <param name="modelsFolder">The folder of all models (<see cref="Workspace.Models"/>); created where it is missing.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Reports after each piece of a file.</param>
    /// <param name="cancel">Stops before the next piece of a file; nothing is installed then.</param>
    /// <exception cref="ModelArchiveException">The archive is damaged or hostile, holds no model, or a model would overwrite another one; nothing was installed.</exception>
    /// <exception cref="DescribedException">A model of the archive cannot be opened; nothing was installed.</exception>
    public static InstallReport Install(string zip, string modelsFolder, InstallOptions? options = null, IProgress<ArchiveProgress>? progress = null, CancellationToken cancel = default) =>
        Install(zip, new ModelPlaces(modelsFolder, Version2: null), options, progress, cancel);

    /// <summary>Installs an archive of models of either generation, each where it belongs.</summary>
    /// <param name="zip">The zip file.</param>
    /// <param name="places">The folders of all models; created where they are missing.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Reports after each piece of a file.</param>
    /// <param name="cancel">Stops before the next piece of a file; nothing is installed then.</param>
    /// <exception cref="ModelArchiveException">The archive is damaged or hostile, holds no model, or a model would overwrite another one; nothing was installed.</exception>
    /// <exception cref="DescribedException">A model of the archive cannot be opened; nothing was installed.</exception>
    public static InstallReport Install(string zip, ModelPlaces places, InstallOptions? options = null, IProgress<ArchiveProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new InstallOptions();
        if (!Path.Exists(zip)) throw new ModelArchiveException(zip, "there is no such file", "check the path");
        CheckDataset(options.Dataset);

        string[] folders = [.. new[] { places.Version1, places.Version2 }.OfType<string>()];
        try
        {
            string[] recovered = [.. folders.SelectMany(static folder => InterruptedInstallations.Recover(folder))];
            using FileStream stream = InputFile.Open(zip);
            if (ArchiveDiagnosis.OfFile(stream) is { } fault) throw new ModelArchiveException(zip, fault.What, fault.Remedy);
            using ZipArchive archive = ZipContents.Open(stream);
            CheckPacking(zip, stream, archive);
            ArchiveContent content = ArchiveContent.Of(zip, archive, options.Limits, places, options.Dataset);
            CheckTargets(zip, content.Models.Where(static m => !m.HasNoName), options.Force);
            using StagedModels staged = new(content.Files.Select(static f => f.Place));
            Unpack(content, staged, progress, cancel);
            ArchiveModel[] models = [.. content.Models.Select(model => model.HasNoName ? Named(zip, model, staged) : model)];
            CheckTargets(zip, models, options.Force);
            string[] warnings = [.. models.SelectMany(model => Warnings(staged, model, options.Force))];
            staged.Announce(zip, models);
            string[] replaced = [.. models.Where(staged.PutInPlace).Select(static m => m.Path)];
            string[] kept = [.. content.Files.Where(static f => f.Model is null).Where(file => !staged.PutInPlace(file, options.Force)).Select(static f => $"{Path.Combine(f.Place, f.Target)} is another file than the archive's and stays; --force replaces it")];
            return new InstallReport(models.Select(static m => m.Target).ToValueArray(), replaced.ToValueArray(), content.Ignored.ToValueArray(), [.. recovered, .. warnings, .. kept]);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw new ModelArchiveException(zip, $"the archive is not installed ({e.Message.TrimEnd('.')})", Damaged, e);
        }
        catch (FileFormatException e)
        {
            throw new ModelArchiveException(zip, e.What, Directory.Exists(zip) ? "name a zip archive, or predict from a model's folder with nnUNet_predict --model_folder" : e.Remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelArchiveException(zip, $"the archive is not installed ({e.Message.TrimEnd('.')})", $"check that the file may be read, and that {string.Join(" and ", folders)} may be written and has room", e);
        }
    }

    /// <summary>What .NET cannot unpack is told before anything is written, with its name.</summary>
    private static void CheckPacking(string zip, FileStream stream, ZipArchive archive)
    {
        if (archive.Entries.FirstOrDefault(static e => e.IsEncrypted) is { } locked)
        {
            throw new ModelArchiveException(zip, $"{locked.FullName} in it is encrypted", "unpack it with its password, and make a zip archive without one");
        }

        if (ArchiveDiagnosis.UnreadableMethod(stream) is { } method)
        {
            throw new ModelArchiveException(zip, $"it is packed by {method}, which is not supported", "unpack it with the program that made it, and zip the folders again by Deflate (zip -r model.zip CONFIGURATION, or 7z a -tzip -mm=Deflate model.zip CONFIGURATION)");
        }
    }

    /// <summary>A data set's name becomes a folder's.</summary>
    private static void CheckDataset(string? dataset)
    {
        if (dataset is null || (Version2Workspace.IsDatasetName(dataset) && ArchiveEntryName.IsPlain(dataset))) return;
        throw new ModelArchiveException(dataset, "this is not a data set's name", "name it DatasetXXX_NAME, such as Dataset004_Hippocampus");
    }

    private static void CheckTargets(string zip, IEnumerable<ArchiveModel> models, bool force)
    {
        string[] there = [.. models.Select(static m => m.Target).Where(Path.Exists)];
        if (there.Length > 0 && !force)
        {
            throw new ModelArchiveException(zip, $"it would overwrite {string.Join(", ", there)}", "move them away, or replace them with --force");
        }
    }

    /// <summary>The model with the name that its files tell, in a folder that is called so.</summary>
    private static ArchiveModel Named(string zip, ArchiveModel model, StagedModels staged)
    {
        string folder = staged.PathOf(model);
        string? name = ModelFormat.For(folder)?.FolderName(folder);
        if (name is null || !ArchiveEntryName.IsPlain(name))
        {
            throw new ModelArchiveException(
                zip,
                "it holds the files of a model without the model's folder, and they do not tell trainer, plans and configuration",
                "unpack it into DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION, and zip the folder DatasetXXX_NAME; or predict from the unpacked folder with nnUNetv2_predict_from_modelfolder -m");
        }

        ArchiveModel named = new(model.Place, $"{Path.GetDirectoryName(model.Path)}/{name}");
        if (Path.Exists(staged.PathOf(named))) throw new ModelArchiveException(zip, $"it holds {named.Path} twice", "make an archive with one of them");
        Directory.Move(folder, staged.PathOf(named));
        return named;
    }

    private static void Unpack(ArchiveContent content, StagedModels staged, IProgress<ArchiveProgress>? progress, CancellationToken cancel)
    {
        long total = content.Bytes;
        long done = 0;
        byte[] buffer = new byte[1 << 18];
        foreach (ArchiveFile file in content.Files)
        {
            string path = staged.PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using CheckedZipStream source = new(file.Entry);
            using FileStream target = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            for (int got = source.Read(buffer); got > 0; got = source.Read(buffer))
            {
                cancel.ThrowIfCancellationRequested();
                target.Write(buffer, 0, got);
                done += got;
                progress?.Report(new ArchiveProgress(file.Target, done, total));
            }

            target.Flush(flushToDisk: true);
        }
    }

    /// <summary>A model that cannot be opened is found now, not when somebody wants to predict with it.</summary>
    private static ValueArray<string> Warnings(StagedModels staged, ArchiveModel model, bool force)
    {
        if (model.IsEnsemble) return [];
        try
        {
            return ModelFolder.Open(staged.PathOf(model)).Warnings;
        }
        catch (DescribedException e) when (force)
        {
            return [$"{model.Path} cannot be opened: {e.What}"];
        }
        catch (DescribedException e)
        {
            throw new ModelArchiveException(model.Path, $"the model cannot be opened ({e.What})", $"{e.Remedy}; with --force it is installed all the same", e);
        }
    }
}
