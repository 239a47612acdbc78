using System.Runtime.Loader;
using NnUNet.Imaging.Foundation;

namespace NnUNet.Cli.Frame;

/// <summary>Loads assemblies of the user's own, which only <c>--plugin</c> names.</summary>
internal static class PluginLoader
{
    /// <summary>Loads an assembly with its dependencies and lets every catalogue look into it.</summary>
    /// <exception cref="DescribedException">The file is not there or is not a .NET assembly.</exception>
    public static void Load(string file)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path)) throw new DescribedException($"--plugin {file}", "there is no such file", "give the .dll that your project's build wrote");

        AssemblyDependencyResolver resolver = new(path);
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        try
        {
            CatalogAssemblies.Add(AssemblyLoadContext.Default.LoadFromAssemblyPath(path));
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException)
        {
            throw new DescribedException($"--plugin {file}", $"it is not a .NET assembly that this program can load ({e.Message})", "build it for net10.0 against this version of nnU-Net for .NET", e);
        }
    }
}
