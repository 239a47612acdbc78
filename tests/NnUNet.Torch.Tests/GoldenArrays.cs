using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Networks;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests;

/// <summary>An array of a golden npz file.</summary>
internal sealed record GoldenArray(string Name, long[] Shape, float[] Values)
{
    public Tensor ToTensor() => from_array(Values).reshape(Shape);

    public NamedWeight ToWeight() => new(Name, Shape.ToValueArray(), () => Values);
}

/// <summary>Reads golden npz files as float32.</summary>
internal static partial class GoldenArrays
{
    public static IReadOnlyDictionary<string, GoldenArray> Read(string relative)
    {
        using ZipArchive archive = ZipFile.OpenRead(NnUNet.Testing.TestData.Golden(relative));
        return archive.Entries.Select(Read).ToDictionary(static a => a.Name, StringComparer.Ordinal);
    }

    private static GoldenArray Read(ZipArchiveEntry entry)
    {
        using MemoryStream bytes = new();
        using (Stream stream = entry.Open()) stream.CopyTo(bytes);
        ReadOnlySpan<byte> all = bytes.ToArray();
        int header = BinaryPrimitives.ReadUInt16LittleEndian(all[8..]);
        string text = System.Text.Encoding.ASCII.GetString(all.Slice(10, header));
        long[] shape = [.. ShapePattern().Match(text).Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static n => long.Parse(n, CultureInfo.InvariantCulture))];
        ReadOnlySpan<byte> data = all[(10 + header)..];
        float[] values = TypePattern().Match(text).Groups[1].Value switch
        {
            "<f4" => MemoryMarshal.Cast<byte, float>(data).ToArray(),
            "<f2" => [.. MemoryMarshal.Cast<byte, Half>(data).ToArray().Select(static h => (float)h)],
            "|u1" => [.. data.ToArray().Select(static b => (float)b)],
            string other => throw new NotSupportedException(other),
        };
        return new GoldenArray(entry.FullName[..^4], shape, values);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"'descr': '([^']*)'")]
    private static partial Regex TypePattern();
}
