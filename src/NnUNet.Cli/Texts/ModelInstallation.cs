using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core.Models.Archives;
using NnUNet.Core.Models.Pretrained;

namespace NnUNet.Cli.Texts;

/// <summary>What the commands that install models have in common.</summary>
internal static class ModelInstallation
{
    private const int Megabyte = 1 << 20;
    private const double Gigabyte = 1 << 30;

    /// <summary>The option <c>--max-size</c>.</summary>
    public static Option<double?> MaxSize() => Values.Number(["--max-size"], "Gigabytes that the archive may have at most, whatever the server says. 100 unless given.", value: "GB");

    /// <summary>What the options say about a download.</summary>
    public static DownloadOptions Limits(Invocation call, Option<double?> maxSize)
    {
        if (call.Get(maxSize) is not { } size) return new DownloadOptions();
        return size is > 0 and < 1e6 ? new DownloadOptions { MaxBytes = (long)(size * Gigabyte) } : throw new UsageException($"--max-size is {size.ToString(CultureInfo.InvariantCulture)}, but must be greater than 0 and less than a million");
    }

    /// <summary>The option <c>--dataset</c>.</summary>
    public static Option<string?> Dataset() => Values.Text(
        ["--dataset"], "NAME", "The data set, DatasetXXX_NAME, of models of nnU-Net v2 that lie in the archive without the folder of one. As their plans tell it unless given.");

    /// <summary>Installs an archive into the results folder and prints what came of it.</summary>
    /// <param name="call">The command.</param>
    /// <param name="zip">The archive.</param>
    /// <param name="force">Whether models of the same place are replaced.</param>
    /// <param name="dataset">The data set of models that do not tell theirs; null where they do.</param>
    public static int Install(Invocation call, string zip, bool force, string? dataset = null)
    {
        InstallReport report;
        using (ProgressPrinter<ArchiveProgress> progress = call.Progress<ArchiveProgress>("unpacking", StepOf))
        {
            ModelPlaces places = new(call.Workspace.Models, call.Version2Workspace.Results);
            report = ModelInstaller.Install(zip, places, new InstallOptions { Force = force, Dataset = dataset }, progress, call.Cancel);
        }

        call.Warn(report.Warnings);
        if (report.Ignored.Count > 0) call.Print($"Left out, since it belongs to no model: {string.Join(", ", report.Ignored.Take(10))}");
        foreach (string model in report.Replaced) call.Print($"Replaced: {model}");
        foreach (string model in report.Models) call.Print($"Installed: {model}");
        return CommandLine.Done;
    }

    /// <summary>Downloads an archive, continuing an earlier attempt, and installs it.</summary>
    /// <param name="call">The command.</param>
    /// <param name="url">The archive's address.</param>
    /// <param name="options">How it is downloaded.</param>
    /// <param name="force">Whether models of the same place are replaced.</param>
    /// <param name="dataset">The data set of models that do not tell theirs; null where they do.</param>
    public static int DownloadAndInstall(Invocation call, Uri url, DownloadOptions options, bool force, string? dataset = null)
    {
        string folder = Path.Combine(call.Workspace.Models, ".downloads");
        call.Print($"From: {url}");
        using DownloadedFile zip = Download(call, url, folder, options);
        if (DownloadedFile.Unfinished(folder) is > 0 and long bytes)
        {
            call.Print($"Parts of other downloads lie in {folder} ({Sizes.Text(bytes)}): repeat their commands to go on, or remove them.");
        }

        try
        {
            return Install(call, zip.Path, force, dataset);
        }
        catch (ModelArchiveException e) when (e.Where == zip.Path)
        {
            // The file goes with this call: what can be looked at is its address.
            throw new ModelArchiveException(url.ToString(), e.What, e.Remedy, e);
        }
    }

    /// <summary>Downloads and installs the archive at an address that was typed.</summary>
    /// <exception cref="UsageException">It is no address.</exception>
    public static int DownloadAndInstall(Invocation call, string url, DownloadOptions options, bool force, string? dataset = null) => Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
        ? DownloadAndInstall(call, address, options, force, dataset)
        : throw new UsageException($"URL is \"{url}\", but must be an address such as https://example.org/model.zip");

    private static DownloadedFile Download(Invocation call, Uri url, string folder, DownloadOptions options)
    {
        bool begun = false; // what an earlier connection has left says nothing about this one's speed
        using ProgressPrinter<DownloadProgress> progress = call.Progress<DownloadProgress>("downloading", p =>
        {
            bool begins = !begun;
            begun = true;
            return p.Total is { } total ? StepOf("", p.Done, total) with { Begins = begins } : new Step("", Megabytes(p.Done), 0) { Unit = " MB" };
        });
        return DownloadedFile.FetchAsync(url, folder, options, progress, call.Cancel).GetAwaiter().GetResult();
    }

    /// <summary>Collects models in an archive and prints what came of it.</summary>
    /// <param name="call">The command.</param>
    /// <param name="zip">The archive to write.</param>
    /// <param name="export">Writes it.</param>
    public static int Export(Invocation call, string zip, Func<string, IProgress<ArchiveProgress>, ExportReport> export)
    {
        ExportReport report;
        using (ProgressPrinter<ArchiveProgress> progress = call.Progress<ArchiveProgress>("packing", StepOf))
        {
            report = export(zip, progress);
        }

        call.Warn(report.Missing);
        foreach (string model in report.Models) call.Print($"Packed: {model}");
        call.Print($"Written: {zip}");
        return CommandLine.Done;
    }

    /// <summary>Unpacking or packing as a step.</summary>
    public static Step StepOf(ArchiveProgress progress) => StepOf(Path.GetFileName(progress.File), progress.Done, progress.Total);

    private static Step StepOf(string file, long done, long total) => new(file, Megabytes(done), Megabytes(total)) { Unit = " MB", Share = (double)done / total };

    // Rounded up, so that the last report alone says that all is done.
    private static long Megabytes(long bytes) => (bytes + Megabyte - 1) / Megabyte;
}
