using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Cli.Choices;

/// <summary>Where a command's pages or service listen, and who may call.</summary>
internal sealed class WebChoice
{
    private readonly Option<string?> _address = Values.Text(["--address"], "IP", "The address to listen at; another than this machine's own needs --token-file (0.0.0.0 or [::] for all).", WebSettings.StandardAddress);
    private readonly Option<int?> _port = Values.Integer(["--port"], "The port; 0 for any that is free.", WebSettings.StandardPort, least: 0, value: "PORT");
    private readonly Option<string?> _token = Values.Text(["--token-file"], "FILE", "A file whose first line every caller must send as Authorization: Bearer TOKEN (a browser once as ?token=TOKEN).");
    private readonly Option<string?> _configuration = Values.Text(["--config"], "FILE", "A JSON file with ASP.NET Core's configuration, such as Kestrel's certificates for HTTPS.");

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_port, _address, _token, _configuration];

    /// <summary>What was chosen.</summary>
    /// <exception cref="Foundation.DescribedException">It cannot be.</exception>
    public WebSettings Of(Invocation call)
    {
        WebSettings settings = new()
        {
            Address = call.Get(_address)!.Trim('[', ']'),
            Port = call.Get(_port)!.Value,
            TokenFile = call.Get(_token) is { } token ? Path.GetFullPath(token) : null,
            ConfigurationFile = call.Get(_configuration) is { } file ? Path.GetFullPath(file) : null,
        };
        settings.ThrowIfWrong();
        return settings;
    }
}
