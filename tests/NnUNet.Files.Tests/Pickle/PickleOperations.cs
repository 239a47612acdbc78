using System.Buffers.Binary;
using NnUNet.Files.Pickle;

namespace NnUNet.Files.Tests.Pickle;

/// <summary>Lists the operations of a pickle of protocol 2 or 4 without reading it.</summary>
internal static class PickleOperations
{
    public static HashSet<string> Of(ReadOnlySpan<byte> pickle)
    {
        HashSet<string> operations = [];
        for (int at = 0; at < pickle.Length;)
        {
            byte code = pickle[at++];
            operations.Add($"0x{code:x2}");
            ReadOnlySpan<byte> rest = pickle[at..];
            at += code switch
            {
                PickleOpcode.Proto or PickleOpcode.BinInt1 or PickleOpcode.BinGet or PickleOpcode.BinPut => 1,
                PickleOpcode.BinInt2 => 2,
                PickleOpcode.BinInt or PickleOpcode.LongBinGet or PickleOpcode.LongBinPut => 4,
                PickleOpcode.BinFloat or PickleOpcode.Frame => 8,
                PickleOpcode.ShortBinUnicode or PickleOpcode.ShortBinBytes or PickleOpcode.Long1 => 1 + rest[0],
                PickleOpcode.BinUnicode or PickleOpcode.BinBytes => 4 + BinaryPrimitives.ReadInt32LittleEndian(rest),
                PickleOpcode.Global => Lines(rest),
                _ => 0,
            };
        }

        return operations;
    }

    private static int Lines(ReadOnlySpan<byte> rest)
    {
        int first = rest.IndexOf((byte)'\n') + 1;
        return first + rest[first..].IndexOf((byte)'\n') + 1;
    }
}
