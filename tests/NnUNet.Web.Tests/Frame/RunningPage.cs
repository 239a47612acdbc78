using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Web.Dashboard;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Frame;

/// <summary>The live page over a workspace, at a free port of this machine.</summary>
internal sealed class RunningPage : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RunningPage(WebApplication application)
    {
        _application = application;
        Client = new HttpClient { BaseAddress = new Uri(WebProgram.Address(application)), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Calls it.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts it.</summary>
    public static async Task<RunningPage> StartAsync(DashboardSettings settings)
    {
        WebApplication application = WebProgram.Build(new DashboardMode(), JsonSerializer.Serialize(settings with { Web = settings.Web with { Port = 0 } }, ProductJson.OneLine));
        await application.StartAsync();
        return new RunningPage(application);
    }

    /// <summary>The settings for a workspace in a folder.</summary>
    public static DashboardSettings Of(TemporaryFolder folder) => new() { Raw = folder["raw"], Preprocessed = folder["preprocessed"], Results = folder["results"] };

    /// <summary>Gets JSON.</summary>
    public async Task<JsonElement> GetAsync(string address)
    {
        using HttpResponseMessage answer = await Client.GetAsync(address);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Gets with a header.</summary>
    public async Task<HttpResponseMessage> GetAsync(string address, AuthenticationHeaderValue? authorization, string? host = null)
    {
        using HttpRequestMessage call = new(HttpMethod.Get, address);
        call.Headers.Authorization = authorization;
        call.Headers.Host = host;
        return await Client.SendAsync(call);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }
}
