namespace NnUNet.Files.Pickle;

/// <summary>Something that is not plain data: it is refused, and the file is not to be trusted.</summary>
internal sealed class PickleRefusal(string message) : Exception(message);

/// <summary>The names that a pickle may contain: an allow-list. Nothing is looked up anywhere else.</summary>
internal sealed class PickleGlobals
{
    private static readonly Dictionary<string, PickleGlobal> Common = Listed();

    private readonly Dictionary<string, object> _further;

    public PickleGlobals(PickleOptions options)
    {
        _further = options.Values.ToDictionary(static v => v.Key, static v => v.Value, StringComparer.Ordinal);
        foreach ((string name, PickleBuilder builder) in options.Builders) _further.Add(name, new PickleGlobal(name, builder));
    }

    /// <summary>What a name stands for.</summary>
    /// <exception cref="PickleRefusal">The name is not on the list.</exception>
    public object Find(string module, string name)
    {
        // Python 2 called the built-in functions so; numpy 2 moved its inner modules.
        string place = module == "__builtin__" ? "builtins" : module;
        if (place.StartsWith("numpy._core.", StringComparison.Ordinal)) place = "numpy.core." + place["numpy._core.".Length..];
        string full = $"{place}.{name}";
        if (Common.TryGetValue(full, out PickleGlobal? common)) return common;
        return _further.TryGetValue(full, out object? further)
            ? further
            : throw new PickleRefusal($"it asks for \"{Shortened(module)}.{Shortened(name)}\", which is not on the list of what such a file may contain");
    }

    private static Dictionary<string, PickleGlobal> Listed()
    {
        Dictionary<string, PickleGlobal> listed = new(StringComparer.Ordinal);
        foreach ((string name, PickleBuilder builder) in PickleBuilders.All.Concat(NumpyBuilders.All)) listed.Add(name, new PickleGlobal(name, builder));

        // Only names: what a defaultdict makes, and what numpy's arrays are made of.
        foreach (string name in (string[])["builtins.list", "builtins.dict", "builtins.int", "builtins.float", "builtins.str", "builtins.bool", "builtins.object", "numpy.ndarray"])
        {
            listed.Add(name, new PickleGlobal(name, null));
        }

        return listed;
    }

    private static string Shortened(string text) => text.Length > 100 ? text[..100] + "…" : text;
}
