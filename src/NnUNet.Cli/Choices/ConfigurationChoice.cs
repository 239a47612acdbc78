using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Cli.Choices;

/// <summary>Configurations by their names.</summary>
internal static class ConfigurationChoice
{
    /// <summary>The names that help texts list and options accept.</summary>
    public static readonly string[] Names = [.. Configuration.Names];

    /// <summary>The configurations of names, in their order; none where none are given.</summary>
    /// <exception cref="UsageException">There is none of a name; the known ones are listed.</exception>
    public static Configuration[] Parse(params IEnumerable<string>? names)
    {
        string[] given = [.. names ?? []];
        string[] unknown = [.. given.Where(static n => Configuration.Find(n) is null)];
        return unknown.Length == 0
            ? [.. given.Select(Configuration.Parse)]
            : throw new UsageException(string.Join("; ", unknown.Select(static name => $"there is no configuration \"{name}\": {Nearest.Remedy(name, Names)}")));
    }
}
