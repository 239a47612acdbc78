using System.Text;

namespace NnUNet.Files.Pickle;

/// <summary>Builders of Python's own containers, of bytes and of slices.</summary>
internal static class PickleBuilders
{
    private const int EntryBytes = 64;

    public static IEnumerable<KeyValuePair<string, PickleBuilder>> All { get; } = new Dictionary<string, PickleBuilder>(StringComparer.Ordinal)
    {
        ["collections.OrderedDict"] = OrderedDict,
        ["collections.defaultdict"] = static _ => new PickleDictionary(),
        ["builtins.set"] = static call => Set(call, frozen: false),
        ["builtins.frozenset"] = static call => Set(call, frozen: true),
        ["builtins.slice"] = static call => call.Arguments.Count == 3
            ? new PickleSlice(call.Arguments[0], call.Arguments[1], call.Arguments[2])
            : throw new InvalidDataException($"a slice is made of {call.Arguments}"),
        ["builtins.bytes"] = Bytes,
        ["builtins.bytearray"] = Bytes,
        ["_codecs.encode"] = Encode,
    };

    /// <summary>Adds elements to a set.</summary>
    public static void Fill(PickleSet set, IEnumerable<object?> items, Action<long> charge)
    {
        foreach (object? item in items)
        {
            if (!PickleKey.IsKey(item)) throw new InvalidDataException($"{item?.GetType().Name} cannot be in a set");
            charge(EntryBytes + PickleKey.Cost(item));
            set.Add(item);
        }
    }

    /// <summary>Gives an object its content or attributes.</summary>
    public static void SetState(object? target, PickleCall state)
    {
        switch (target)
        {
            case IPickleBuildable buildable:
                buildable.SetState(state);
                break;
            case PickleDictionary dictionary:
                // torch keeps _metadata as an attribute of a state dict.
                PickleDictionary attributes = state.Argument<PickleDictionary>(0);
                state.Charge(8L * attributes.Count);
                if (attributes.Keys.Any(static k => k is not string)) throw new InvalidDataException("an attribute has no name");
                dictionary.Attributes = attributes;
                break;
            default:
                throw new InvalidDataException($"{target?.GetType().Name ?? "None"} takes no state");
        }
    }

    /// <summary>Bytes given as such, or as a text of characters below 256.</summary>
    public static byte[] Raw(PickleCall call, object? value)
    {
        if (value is byte[] bytes) return bytes;
        if (value is not string text) throw new InvalidDataException($"{call.Name} needs bytes, not {value?.GetType().Name ?? "None"}");
        call.Charge(text.Length);
        byte[] raw = new byte[text.Length];
        for (int i = 0; i < raw.Length; i++) raw[i] = text[i] < 256 ? (byte)text[i] : throw new InvalidDataException($"a character of {call.Name} is no byte");
        return raw;
    }

    private static PickleDictionary OrderedDict(PickleCall call)
    {
        PickleDictionary dictionary = new() { IsOrdered = true };
        if (call.Arguments.Count == 0) return dictionary;
        foreach (object? pair in call.Argument<List<object?>>(0))
        {
            if (pair is not IReadOnlyList<object?> { Count: 2 } entry || !PickleKey.IsKey(entry[0])) throw new InvalidDataException("an OrderedDict is made of something else than pairs");
            call.Charge(EntryBytes + PickleKey.Cost(entry[0]));
            dictionary[entry[0]] = entry[1];
        }

        return dictionary;
    }

    private static PickleSet Set(PickleCall call, bool frozen)
    {
        PickleSet set = new() { IsFrozen = frozen };
        if (call.Arguments.Count > 0) Fill(set, call.Argument<IReadOnlyList<object?>>(0), call.Charge);
        return set;
    }

    private static byte[] Bytes(PickleCall call) => call.Arguments.Count == 0 ? [] : Raw(call, call.Arguments[0]);

    /// <summary>How protocols 0 to 2 keep bytes: as a text that is encoded.</summary>
    private static byte[] Encode(PickleCall call)
    {
        string text = call.Argument<string>(0);
        string encoding = call.Arguments.Count > 1 ? call.Argument<string>(1) : "utf-8";
        switch (encoding)
        {
            case "latin1" or "latin-1":
                return Raw(call, text);
            case "utf-8" or "utf8":
                call.Charge(3L * text.Length);
                return Encoding.UTF8.GetBytes(text);
            default:
                throw new InvalidDataException($"the encoding \"{encoding}\" is not known (latin1, utf-8)");
        }
    }
}
