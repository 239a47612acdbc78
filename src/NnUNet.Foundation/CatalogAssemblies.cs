using System.Reflection;

namespace NnUNet.Foundation;

/// <summary>The assemblies in which catalogues look: this library's own that are loaded, and plug-ins that the user named.</summary>
public static class CatalogAssemblies
{
    private static readonly Lock Gate = new();
    private static readonly List<Assembly> Added = [typeof(CatalogAssemblies).Assembly];

    internal static int Version
    {
        get
        {
            lock (Gate) return Added.Count;
        }
    }

    /// <summary>Adds an assembly; each library of the product adds itself in a module initialiser.</summary>
    public static void Add(Assembly assembly)
    {
        lock (Gate)
        {
            if (!Added.Contains(assembly)) Added.Add(assembly);
        }
    }

    internal static (int Version, Assembly[] Assemblies) Snapshot()
    {
        lock (Gate) return (Added.Count, [.. Added]);
    }
}
