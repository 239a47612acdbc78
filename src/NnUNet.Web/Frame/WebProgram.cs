using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Frame;

/// <summary>The program: takes a mode and its settings from the command that starts it, and serves until that ends, or is interrupted.</summary>
internal static class WebProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>Runs to the end.</summary>
    /// <param name="args">The mode's name.</param>
    /// <param name="input">One line of settings; its end afterwards means that the command is gone.</param>
    /// <param name="output">Is told where it listens.</param>
    /// <param name="error">Is told what is wrong.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error)
    {
        CatalogAssemblies.Add(typeof(Interop.V1.V1ModelFormat).Assembly); // models of the Python original
        if (args is not [var name] || !Catalog<WebMode>.Contains(name))
        {
            await error.WriteLineAsync("This program is started by nnunet dashboard and nnunet serve.").ConfigureAwait(false);
            return WrongUsage;
        }

        try
        {
            WebMode mode = Catalog<WebMode>.Create(name);
            string settings = await input.ReadLineAsync().ConfigureAwait(false) ?? "";
            WebApplication application = Build(mode, settings);
            await using (application.ConfigureAwait(false))
            {
                await application.StartAsync().ConfigureAwait(false);
                await output.WriteLineAsync($"{mode.Title}: {Address(application)} (Ctrl+C ends it)").ConfigureAwait(false);
                IHostApplicationLifetime lifetime = application.Services.GetRequiredService<IHostApplicationLifetime>();
                StopWithTheCommand(input, lifetime);
                await application.WaitForShutdownAsync().ConfigureAwait(false);
            }

            return Done;
        }
        catch (Exception e) when (e is DescribedException or IOException or SocketException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"nnunet: {e.Message.TrimEnd('.')}.").ConfigureAwait(false);
            return Failed;
        }
    }

    /// <summary>The application, ready to be started.</summary>
    /// <param name="mode">What it serves.</param>
    /// <param name="settings">The mode's settings as a line of JSON.</param>
    /// <exception cref="DescribedException">The settings are wrong.</exception>
    public static WebApplication Build(WebMode mode, string settings)
    {
        WebSettings web = mode.Configure(settings);
        web.ThrowIfWrong();
        AccessToken? token = web.TokenFile is { } file ? AccessToken.Read(file) : null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        if (web.ConfigurationFile is { } configuration) builder.Configuration.AddJsonFile(Path.GetFullPath(configuration), optional: false, reloadOnChange: false);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            bool isSaid = builder.Configuration.GetSection("Kestrel:Endpoints").Exists();
            if (!isSaid) server.Listen(IPAddress.Parse(web.Address), web.Port);
        });
        builder.Logging.ClearProviders().AddSimpleConsole(static line => line.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddProblemDetails();
        mode.AddServices(builder);

        WebApplication application = builder.Build();
        application.UseMiddleware<FaultAnswer>();
        application.UseMiddleware<SafeHeaders>();
        application.UseMiddleware<AccessCheck>(new AccessRules(token, IPAddress.IsLoopback(IPAddress.Parse(web.Address)), mode.OpenPaths));
        mode.Map(application);
        return application;
    }

    /// <summary>The files of the pages, which lie beside the program.</summary>
    public static IFileProvider Pages() => new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));

    /// <summary>The address that it listens at, once it was started.</summary>
    public static string Address(WebApplication application) =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static void StopWithTheCommand(TextReader input, IHostApplicationLifetime lifetime) => new Thread(() =>
    {
        try
        {
            while (input.ReadLine() is not null)
            {
                // nothing else is said
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // as good as an end
        }

        lifetime.StopApplication();
    })
    { IsBackground = true, Name = "command" }.Start();
}
