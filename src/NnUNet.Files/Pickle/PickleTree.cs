using System.Numerics;

namespace NnUNet.Files.Pickle;

/// <summary>
/// Checks that what was read is a tree within the limits of depth and size, also when everything that is shared is written out: code that walks
/// it never overflows the stack, and ends.
/// </summary>
internal static class PickleTree
{
    private const long SmallSize = 1 << 20;

    /// <summary>Walks without recursion; every container is visited once.</summary>
    /// <param name="root">What was read.</param>
    /// <param name="options">How deep and large it may be.</param>
    /// <param name="bytes">Bytes of the pickle.</param>
    /// <exception cref="InvalidDataException">It contains itself, is nested too deep, or is too large when written out.</exception>
    public static void Check(object? root, PickleOptions options, long bytes)
    {
        Limits limits = new(options.MaxDepth, Math.Min(options.MaxMemory, SmallSize + (options.MaxExpansion * Math.Min(bytes, options.MaxMemory))));
        Dictionary<object, (int Depth, long Size)?> seen = new(ReferenceEqualityComparer.Instance);
        Stack<Visit> path = new();
        if (Children(root) is { } first)
        {
            seen[root!] = null;
            path.Push(new Visit(root!, first));
        }

        while (path.TryPeek(out Visit? visit))
        {
            if (!visit.Children.MoveNext())
            {
                path.Pop();
                seen[visit.Node] = (visit.Depth, visit.Size);
                if (path.TryPeek(out Visit? parent)) parent.Add(visit.Depth, visit.Size, limits);
                continue;
            }

            object? child = visit.Children.Current;
            if (Children(child) is not { } children)
            {
                visit.Add(0, Weight(child), limits);
            }
            else if (!seen.TryGetValue(child!, out (int Depth, long Size)? known))
            {
                seen[child!] = null;
                path.Push(new Visit(child!, children));
                if (path.Count > limits.Depth) throw TooDeep(limits);
            }
            else if (known is { } done)
            {
                visit.Add(done.Depth, done.Size, limits);
            }
            else
            {
                throw new InvalidDataException("a container contains itself");
            }
        }
    }

    private static IEnumerator<object?>? Children(object? node) => node switch
    {
        List<object?> list => list.GetEnumerator(),
        PickleTuple { Count: > 0 } tuple => tuple.GetEnumerator(),
        PickleSet set => set.GetEnumerator(),
        PickleDictionary { Attributes: { } attributes } dictionary => dictionary.Keys.Concat(dictionary.Values).Append(attributes).GetEnumerator(),
        PickleDictionary dictionary => dictionary.Keys.Concat(dictionary.Values).GetEnumerator(),
        PickleSlice slice => ((IEnumerable<object?>)[slice.Start, slice.Stop, slice.Step]).GetEnumerator(),
        PickleArray { Items: { } items } => items.GetEnumerator(),
        _ => null,
    };

    private static long Weight(object? leaf) => leaf switch
    {
        string text => 32 + (2L * text.Length),
        byte[] bytes => 32 + bytes.Length,
        BigInteger number => 32 + number.GetByteCount(),
        PickleArray array => 32 + (8L * array.Count) + (array.Count == 0 ? 32 * array.Places : 0),
        _ => 32,
    };

    private static InvalidDataException TooDeep(Limits limits) => new($"the content is nested more than {limits.Depth} deep");

    private readonly record struct Limits(int Depth, long Size);

    private sealed class Visit(object node, IEnumerator<object?> children)
    {
        public object Node { get; } = node;

        public IEnumerator<object?> Children { get; } = children;

        public int Depth { get; private set; } = 1;

        public long Size { get; private set; } = 32;

        public void Add(int depth, long size, Limits limits)
        {
            Depth = Math.Max(Depth, depth + 1);
            Size += size;
            if (Depth > limits.Depth) throw TooDeep(limits);
            if (Size > limits.Size) throw new InvalidDataException($"the content would take more than {limits.Size} bytes when what is shared is written out");
        }
    }
}
