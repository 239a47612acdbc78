using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using NnUNet.Foundation;
using NnUNet.Web.Dashboard.Places;

namespace NnUNet.Web.Dashboard.Data;

/// <summary>Pictures of augmented batches, drawn by <c>nnunet show_augmentation</c> as a process of its own, one at a time and with low priority: this program loads no part of torch.</summary>
/// <param name="places">The workspace.</param>
/// <param name="program">The file of nnunet, which lies beside this program.</param>
internal sealed class AugmentationPictures(WorkspacePlaces places, string program)
{
    private const int MostKept = 16;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private static readonly SemaphoreSlim Turn = new(1);

    private readonly ConcurrentDictionary<string, byte[]> _drawn = new(StringComparer.Ordinal);

    /// <summary>The program that belongs to this one.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "nnunet.exe" : "nnunet");

    /// <summary>Draws a batch.</summary>
    /// <param name="task">A task of the workspace.</param>
    /// <param name="configuration">A configuration that it has.</param>
    /// <param name="cancel">Ends the drawing.</param>
    /// <returns>A PNG picture.</returns>
    /// <exception cref="DescribedException">It cannot be drawn; the words are the command's.</exception>
    public async Task<byte[]> DrawAsync(string task, string configuration, CancellationToken cancel)
    {
        if (!File.Exists(program)) throw new DescribedException("augmented batch", "the program nnunet does not lie beside this one", $"run nnunet show_augmentation {task} {configuration} -o augmentation.png");
        string key = $"{task}/{configuration}/{string.Join(' ', VisibleFiles.In(places.PreprocessedFolder(task), "*_plans_*").Select(static f => Stamp.OfFile(f)))}";
        if (_drawn.TryGetValue(key, out byte[]? there)) return there;
        await Turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_drawn.TryGetValue(key, out there)) return there;
            byte[] picture = await RunAsync(task, configuration, cancel).ConfigureAwait(false);
            if (_drawn.Count >= MostKept) _drawn.Clear();
            return _drawn[key] = picture;
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task<byte[]> RunAsync(string task, string configuration, CancellationToken cancel)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("nnunet-augmentation-");
        try
        {
            string file = Path.Combine(folder.FullName, "augmentation.png");
            string[] arguments = ["show_augmentation", task, configuration, "-o", file, "--raw", places.Settings.Raw, "--preprocessed", places.Settings.Preprocessed, "--results", places.Settings.Results];
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })
                ?? throw new DescribedException(program, "it cannot be started", "install nnunet again");
            process.StandardInput.Close();
            try
            {
                process.PriorityClass = ProcessPriorityClass.BelowNormal;
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException)
            {
                // it ended already, or the system does not allow it
            }

            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            end.CancelAfter(Longest);
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(end.Token);
                string told = await process.StandardError.ReadToEndAsync(end.Token).ConfigureAwait(false);
                await output.ConfigureAwait(false);
                await process.WaitForExitAsync(end.Token).ConfigureAwait(false);
                if (process.ExitCode != 0 || !File.Exists(file)) throw new DescribedException("augmented batch", told.Trim().Replace("nnunet: ", "", StringComparison.Ordinal).TrimEnd('.'), "correct that and try again");
                return await File.ReadAllBytesAsync(file, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new DescribedException("augmented batch", $"it is not drawn after {Longest.TotalMinutes:0} minutes", $"run nnunet show_augmentation {task} {configuration} -o augmentation.png");
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
        catch (Win32Exception e)
        {
            throw new DescribedException(program, $"it cannot be started ({e.Message.TrimEnd('.')})", "install nnunet again", e);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
