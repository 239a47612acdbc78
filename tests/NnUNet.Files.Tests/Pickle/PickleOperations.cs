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
                PickleCode.Proto or PickleCode.BinInt1 or PickleCode.BinGet or PickleCode.BinPut => 1,
                PickleCode.BinInt2 => 2,
                PickleCode.BinInt or PickleCode.LongBinGet or PickleCode.LongBinPut => 4,
                PickleCode.BinFloat or PickleCode.Frame => 8,
                PickleCode.ShortBinUnicode or PickleCode.ShortBinBytes or PickleCode.Long1 => 1 + rest[0],
                PickleCode.BinUnicode or PickleCode.BinBytes => 4 + BinaryPrimitives.ReadInt32LittleEndian(rest),
                PickleCode.Global => Lines(rest),
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
