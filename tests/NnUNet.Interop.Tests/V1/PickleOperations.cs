using System.Buffers.Binary;
using System.Text;

namespace NnUNet.Interop.Tests.V1;

/// <summary>Lists the operations and the names in a pickle of protocol 2 or 4 without reading it.</summary>
internal static class PickleOperations
{
    private const byte Global = (byte)'c';
    private const byte StackGlobal = 0x93;
    private const byte ShortText = 0x8c;

    public static HashSet<string> Of(ReadOnlySpan<byte> pickle)
    {
        HashSet<string> operations = [];
        Walk(pickle, (code, _) => operations.Add($"0x{code:x2}"));
        return operations;
    }

    /// <summary>MODULE.NAME of everything that is named; in protocol 4 as our writer has it, two texts before the operation.</summary>
    public static HashSet<string> Names(ReadOnlySpan<byte> pickle)
    {
        HashSet<string> names = [];
        (string Before, string Last) texts = ("", "");
        Walk(pickle, (code, argument) =>
        {
            if (code == Global) names.Add(argument.TrimEnd('\n').Replace('\n', '.'));
            if (code == StackGlobal) names.Add($"{texts.Before}.{texts.Last}");
            if (code == ShortText) texts = (texts.Last, argument[1..]);
        });
        return names;
    }

    private static void Walk(ReadOnlySpan<byte> pickle, Action<byte, string> visit)
    {
        for (int at = 0; at < pickle.Length;)
        {
            byte code = pickle[at++];
            ReadOnlySpan<byte> rest = pickle[at..];
            int length = code switch
            {
                0x80 or (byte)'K' or (byte)'h' or (byte)'q' => 1,
                (byte)'M' => 2,
                (byte)'J' or (byte)'j' or (byte)'r' => 4,
                (byte)'G' or 0x95 => 8,
                ShortText or (byte)'C' or 0x8a => 1 + rest[0],
                (byte)'X' or (byte)'B' => 4 + BinaryPrimitives.ReadInt32LittleEndian(rest),
                Global => Lines(rest),
                _ => 0,
            };
            visit(code, Encoding.Latin1.GetString(rest[..length]));
            at += length;
        }
    }

    private static int Lines(ReadOnlySpan<byte> rest)
    {
        int first = rest.IndexOf((byte)'\n') + 1;
        return first + rest[first..].IndexOf((byte)'\n') + 1;
    }
}
