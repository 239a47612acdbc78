using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NnUNet.Foundation;
using NnUNet.Web.Tests.Browser;

namespace NnUNet.Web.Tests.Frame;

/// <summary>The program as it is started.</summary>
public sealed class WebProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task TheLivePage_LoadsNoTorchAndWritesNothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "what a program has loaded is read from /proc");
        using DemoWorkspace workspace = new();
        IReadOnlyList<string> before = workspace.Listing();
        using Process program = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "NnUNet.Web"), ["dashboard"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        try
        {
            await program.StandardInput.WriteLineAsync(JsonSerializer.Serialize(workspace.Settings with { Web = workspace.Settings.Web with { Port = 0 } }, ProductJson.OneLine));
            await program.StandardInput.FlushAsync();
            string? line = await program.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            using HttpClient client = new() { BaseAddress = new Uri(Regex.Match(line!, "http://[^ ]+").Value), Timeout = Patience };
            string query = $"task={DemoWorkspace.Task}&case={DemoWorkspace.Case}&prediction={DemoWorkspace.Predictions}";
            foreach (string address in (string[])["", "api/workspace", "api/viewer/tasks", $"api/viewer/task?{query}", .. Kinds.Select(kind => $"api/viewer/{kind}?{query}")])
            {
                using HttpResponseMessage answer = await client.GetAsync(address);
                Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
            }

            string[] mapped = await File.ReadAllLinesAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{program.Id}/maps"));

            Assert.Contains(mapped, static m => m.Contains("NnUNet.Web.dll", StringComparison.Ordinal));
            Assert.DoesNotContain(mapped, static m => m.Contains("torch", StringComparison.OrdinalIgnoreCase) && !m.EndsWith("NnUNet.Torch.dll", StringComparison.Ordinal));
            program.StandardInput.Close();
            await program.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!program.HasExited) program.Kill();
        }

        Assert.Equal(before, workspace.Listing());
    }

    private static string[] Kinds => ["case", "image", "reference", "prediction", "difference", "statistics", "window", "slice.png"];
}
