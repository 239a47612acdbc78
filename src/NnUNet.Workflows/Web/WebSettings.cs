using System.Net;
using NnUNet.Foundation;

namespace NnUNet.Workflows.Web;

/// <summary>Where the program of the pages and of the service listens, and who may call it.</summary>
/// <remarks>TLS and everything else of the server is Kestrel's own configuration: the section <c>Kestrel</c> of <see cref="ConfigurationFile"/>, or of the environment.</remarks>
public sealed record WebSettings
{
    /// <summary>The address that only this machine reaches.</summary>
    public const string StandardAddress = "127.0.0.1";

    /// <summary>The port where nobody says another.</summary>
    public const int StandardPort = 8470;

    /// <summary>The address to listen at.</summary>
    /// <value><see cref="StandardAddress"/>.</value>
    public string Address { get; init; } = StandardAddress;

    /// <summary>The port; 0 for any that is free.</summary>
    /// <value><see cref="StandardPort"/>.</value>
    public int Port { get; init; } = StandardPort;

    /// <summary>A file whose first line is the token that callers must have; null for none.</summary>
    /// <value>None, which only this machine's own address allows.</value>
    public string? TokenFile { get; init; }

    /// <summary>A JSON file of the web framework's configuration; null for none.</summary>
    /// <value>None.</value>
    public string? ConfigurationFile { get; init; }

    /// <summary>Whether to open a browser there.</summary>
    /// <value>No.</value>
    public bool OpensBrowser { get; init; }

    /// <summary>Everything that is wrong with the values, each as the end of a sentence.</summary>
    public IEnumerable<string> Faults()
    {
        if (Port is < 0 or > 65535) yield return $"the port is {Port}, but must be one of 0 to 65535";
        if (!IPAddress.TryParse(Address, out IPAddress? address)) yield return $"the address \"{Address}\" is no IP address, such as 127.0.0.1 or 0.0.0.0";
        else if (!IPAddress.IsLoopback(address) && TokenFile is null) yield return $"the address {Address} can be reached from other machines, so callers must have a token";
    }

    /// <summary>Refuses values that are wrong.</summary>
    /// <exception cref="DescribedException">They are.</exception>
    public void ThrowIfWrong()
    {
        string[] faults = [.. Faults()];
        if (faults.Length > 0) throw new DescribedException("listening", string.Join("; ", faults), "correct --address and --port, and name a file with a long random text by --token-file where others may call");
    }
}
