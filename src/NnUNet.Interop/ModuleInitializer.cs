using System.Runtime.CompilerServices;
using NnUNet.Foundation;

namespace NnUNet.Interop;

internal static class ModuleInitializer
{
#pragma warning disable CA2255 // the catalogue must know this assembly as soon as it is loaded
    [ModuleInitializer]
    internal static void Register() => CatalogAssemblies.Add(typeof(ModuleInitializer).Assembly);
#pragma warning restore CA2255
}
