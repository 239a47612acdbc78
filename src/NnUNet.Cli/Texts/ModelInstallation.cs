using System.Security.Cryptography;
using System.Text;
using NnUNet.Cli.Frame;
using NnUNet.Core.Models.Archives;
using NnUNet.Core.Models.Pretrained;

namespace NnUNet.Cli.Texts;

/// <summary>What the commands that install models have in common.</summary>
internal static class ModelInstallation
{
    private const int Megabyte = 1 << 20;

    /// <summary>Installs an archive into the results folder and prints what came of it.</summary>
    public static int Install(Invocation call, string zip, bool force)
    {
        InstallReport report;
        using (ProgressPrinter<ArchiveProgress> progress = call.Progress<ArchiveProgress>("unpacking (MB)", static p => new Step(p.File, Megabytes(p.Done), Megabytes(p.Total))))
        {
            report = ModelInstaller.Install(zip, call.Workspace.Models, new InstallOptions { Force = force }, progress, call.Cancel);
        }

        foreach (string warning in report.Warnings) call.Warn(warning);
        if (report.Ignored.Count > 0) call.Print($"Left out, since it belongs to no model: {string.Join(", ", report.Ignored.Take(10))}");
        foreach (string model in report.Replaced) call.Print($"Replaced: {model}");
        foreach (string model in report.Models) call.Print($"Installed: {model}");
        return CommandLine.Done;
    }

    /// <summary>Downloads an archive, continuing an earlier attempt, and installs it.</summary>
    public static int DownloadAndInstall(Invocation call, Uri url, string? checksum, bool force)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url.ToString())))[..16];
        string zip = Path.Combine(call.Workspace.Models, ".downloads", name + ".zip");
        call.Print($"From: {url}");
        using (ProgressPrinter<DownloadProgress> progress = call.Progress<DownloadProgress>("downloading (MB)", static p => new Step("", Megabytes(p.Done), Megabytes(p.Total ?? p.Done))))
        {
            ModelDownloader.DownloadAsync(url, zip, new DownloadOptions { Checksum = checksum }, progress, call.Cancel).GetAwaiter().GetResult();
        }

        int exitCode = Install(call, zip, force);
        File.Delete(zip);
        if (!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(zip)!).Any()) Directory.Delete(Path.GetDirectoryName(zip)!);
        return exitCode;
    }

    // Rounded up, so that the last report alone says that all is done.
    private static int Megabytes(long bytes) => (int)((bytes + Megabyte - 1) / Megabyte);
}
