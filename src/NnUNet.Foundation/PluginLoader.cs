using System.Reflection;
using System.Runtime.Loader;

namespace NnUNet.Foundation;

/// <summary>A plug-in that cannot be loaded.</summary>
public sealed class PluginException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);

/// <summary>Loads assemblies that the user names, so that the catalogues find their classes.</summary>
/// <remarks>
/// A plug-in runs with all rights of the program; only files that the user named are loaded. It comes into the default
/// context, where it shares the program's own assemblies; what else it needs is found beside it.
/// </remarks>
public static class PluginLoader
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    /// <summary>Loads a plug-in; loading the same file again does nothing.</summary>
    /// <param name="path">The plug-in's DLL.</param>
    /// <returns>The assembly.</returns>
    /// <exception cref="PluginException">The file is missing, is no .NET assembly, was built for other versions, or has no class with a catalogue name.</exception>
    public static Assembly Load(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw new PluginException(path, "there is no such file", "name the plug-in's DLL");

        lock (Gate)
        {
            if (Loaded.TryGetValue(full, out Assembly? known)) return known;

            Assembly assembly = LoadAssembly(path, full);
            AddDependencies(path, full);
            Check(path, assembly);
            CatalogAssemblies.Add(assembly);
            Loaded.Add(full, assembly);
            return assembly;
        }
    }

    private static Assembly LoadAssembly(string path, string full)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyPath(full);
        }
        catch (BadImageFormatException e)
        {
            throw new PluginException(path, "this is not a .NET assembly for this machine", "name the DLL of a class library for .NET 10", e);
        }
        catch (FileLoadException e)
        {
            throw new PluginException(path, $"cannot be loaded ({e.Message.TrimEnd('.')})", "give the plug-in's assembly a name that no loaded one has", e);
        }
    }

    /// <summary>Looks at every class, so that a plug-in of another version fails here and not in the middle of a run.</summary>
    private static void Check(string path, Assembly assembly)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            string cause = e.LoaderExceptions.FirstOrDefault(static l => l is not null)?.Message ?? e.Message;
            throw new PluginException(path, $"was built for other versions of what it uses ({cause.TrimEnd('.')})", "build it against this version of the program", e);
        }

        if (!types.Any(static t => !t.IsAbstract && t.IsDefined(typeof(CatalogNameAttribute), inherit: false)))
        {
            throw new PluginException(
                path,
                "it has no class that a catalogue could find",
                "put [CatalogName(\"…\")] on a class that derives from an extension point, such as ExperimentPlanner");
        }
    }

    private static void AddDependencies(string path, string full)
    {
        AssemblyDependencyResolver resolver;
        try
        {
            resolver = new AssemblyDependencyResolver(full);
        }
        catch (InvalidOperationException e)
        {
            throw new PluginException(path, $"what it depends on cannot be told ({e.Message.TrimEnd('.')})", "correct or remove its .deps.json", e);
        }

        AssemblyLoadContext.Default.Resolving += (context, name) =>
            resolver.ResolveAssemblyToPath(name) is { } file ? context.LoadFromAssemblyPath(file) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            resolver.ResolveUnmanagedDllToPath(name) is { } file ? System.Runtime.InteropServices.NativeLibrary.Load(file) : 0;
    }
}
