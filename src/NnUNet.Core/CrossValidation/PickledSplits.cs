using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Core.CrossValidation;

/// <summary>Reads the original's <c>splits_final.pkl</c>: a list of dictionaries with the keys train and val.</summary>
internal static class PickledSplits
{
    private static readonly PickleOptions Small = new() { MaxMemory = 256 << 20 };

    /// <summary>Reads the splits.</summary>
    /// <exception cref="FoldException">The file holds something else than splits.</exception>
    /// <exception cref="PickleException">The file cannot be read, is cut off, damaged, or asks for more than plain data.</exception>
    public static IReadOnlyList<Fold> Read(string path) => PickleFile.Read(path, Small) is List<object?> splits
        ? [.. splits.Select((s, k) => new Fold(Cases(path, k, s, "train"), Cases(path, k, s, "val")))]
        : throw new FoldException(path, "it holds no list of splits", Remedy);

    private static string Remedy => $"write the splits to {Folds.FileName} instead";

    private static ValueArray<string> Cases(string path, int split, object? entries, string key)
    {
        if (entries is not PickleDictionary dictionary || !dictionary.TryGetValue(key, out object? cases))
        {
            throw new FoldException($"{path}: split {split}", $"it has no \"{key}\"", Remedy);
        }

        IEnumerable<object?> names = cases switch
        {
            PickleArray array => array.Elements(),
            List<object?> or PickleTuple => (IEnumerable<object?>)cases,
            _ => throw new FoldException($"{path}: split {split}", $"\"{key}\" is no list of case names", Remedy),
        };
        return [.. names.Select(n => n as string ?? throw new FoldException($"{path}: split {split}", $"\"{key}\" holds something else than case names", Remedy))];
    }
}
