using NnUNet.Files.Pickle;

namespace NnUNet.Interop.V1;

internal static class PickleDictionaryExtensions
{
    /// <summary>The value of a key, or null where there is none.</summary>
    public static object? GetValueOrNull(this PickleDictionary dictionary, object key) => dictionary.TryGetValue(key, out object? value) ? value : null;
}
