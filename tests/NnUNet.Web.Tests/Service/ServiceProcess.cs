using System.Diagnostics;
using System.Text.Json;
using NnUNet.Client;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Service;

/// <summary>The service as the built program, in a process of its own.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ServiceProcess(Process process) => _process = process;

    public SegmentationClient Client { get; private set; } = null!;

    /// <summary>What it has printed so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    public static async Task<ServiceProcess> StartAsync(ServiceSettings settings)
    {
        ProcessStartInfo start = new(ChildProgram.Dotnet, ["exec", Path.Combine(AppContext.BaseDirectory, "NnUNet.Web.dll"), "serve"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        ServiceProcess service = new(Process.Start(start)!);
        service._process.OutputDataReceived += (_, line) => service.Append(line.Data);
        service._process.ErrorDataReceived += (_, line) => service.Append(line.Data);
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        await service._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings with { Web = settings.Web with { Port = 0 } }, ProductJson.OneLine));
        await service._process.StandardInput.FlushAsync();
        await RunningService.UntilAsync(() => service._process.HasExited || service.Lines.Any(static l => l.Contains("http://", StringComparison.Ordinal)));
        string told = string.Join('\n', service.Lines);
        Assert.False(service._process.HasExited, told);
        string address = told[told.IndexOf("http://", StringComparison.Ordinal)..];
        service.Client = new SegmentationClient(new Uri(address[..address.IndexOf(' ', StringComparison.Ordinal)]));
        return service;
    }

    /// <summary>Ends it at once, without any warning.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it as the command does, and waits for that.</summary>
    public async Task<int> StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        Client?.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
