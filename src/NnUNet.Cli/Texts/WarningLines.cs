using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;

namespace NnUNet.Cli.Texts;

/// <summary>Prints warnings about files as they come, each kind once: further files with the very same fault are named together in the end. Safe for several threads.</summary>
internal sealed class WarningLines(Terminal terminal)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Scope, DatasetFault Fault)> _told = [];
    private readonly Dictionary<(string What, string Remedy), List<string>> _further = [];

    /// <summary>Tells of a file.</summary>
    /// <param name="scope">The case or task.</param>
    /// <param name="fault">The file, and what is odd about it.</param>
    public void Tell(string scope, DatasetFault fault)
    {
        lock (_gate)
        {
            if (!_told.Add((scope, fault))) return;
            if (_further.TryGetValue((fault.What, fault.Remedy), out List<string>? files))
            {
                files.Add(fault.Where);
                return;
            }

            _further[(fault.What, fault.Remedy)] = [];
        }

        terminal.ErrorLine($"warning: {scope}: {fault}");
    }

    /// <summary>Names the files that share a fault with one that was told before.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (((string what, string remedy), List<string> files) in _further.Where(static f => f.Value.Count > 0).OrderBy(static f => f.Key.What, StringComparer.Ordinal))
            {
                string count = files.Count == 1 ? "one file more" : string.Create(CultureInfo.InvariantCulture, $"{files.Count} files more");
                terminal.ErrorLine($"warning: {what}; {remedy}: {count}: {string.Join(", ", files.Order(StringComparer.Ordinal))}");
            }

            _further.Clear();
        }
    }
}
