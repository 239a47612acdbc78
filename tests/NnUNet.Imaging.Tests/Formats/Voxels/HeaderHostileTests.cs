using System.IO.Compression;
using System.Text;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Tests.Formats.MetaImage;
using NnUNet.Imaging.Tests.Formats.Nifti;
using NnUNet.Imaging.Tests.Formats.Nrrd;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Voxels;

/// <summary>NRRD and MetaImage files that lie: cut off, inflated, with nonsense in their fields.</summary>
public sealed class HeaderHostileTests : IDisposable
{
    private const long FewBytes = 32 << 20;

    private static readonly byte[] Voxels = [.. Enumerable.Range(0, 24).Select(static i => (byte)(i * 7 % 11))];

    private static readonly string[] Nonsense = ["", "0", "-1", "nan", "inf", "1e300", "99999999999999999999", "2147483647", "9223372036854775807", "-9223372036854775808", "(", ")", "()", "none", "(1,2", "\0", "%d %d", "LIST", "big", "x y z", "1 1 1", "4294967296 4294967296 4294967296"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Whole => ["raw.nrrd", "gzip.nrrd", "hex.nrrd", "raw.mha", "zlib.mha", "zlib-to-the-end.mha"];

    public static TheoryData<string, string> Promises => new()
    {
        { "a.nrrd", "1000 1000 1000" },
        { "a.nrrd", "32767 32767 32767" },
        { "a.nrrd", "1000 1000 1000 3" },
        { "a.nrrd", "9223372036854775807 9223372036854775807 9223372036854775807" },
        { "a.nrrd", "4294967296 4294967296 1" },
        { "a.nrrd", "0 3 4" },
        { "a.nrrd", "-2 3 4" },
        { "a.nrrd", "24" },
        { "a.nrrd", "2 3 2 2 1" },
        { "a.nrrd", "1 1 1 1000000" },
        { "a.mha", "1000 1000 1000" },
        { "a.mha", "32767 32767 32767" },
        { "a.mha", "1000 1000 1000 3" },
        { "a.mha", "9223372036854775807 9223372036854775807 9223372036854775807" },
        { "a.mha", "4294967296 4294967296 1" },
        { "a.mha", "0 3 4" },
        { "a.mha", "-2 3 4" },
        { "a.mha", "24" },
        { "a.mha", "2 3 2 2 1" },
        { "a.mha", "1 1 1 1000000" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Whole))]
    public void Read_TruncatedAtEveryByte_FailsWithOneClearError(string name)
    {
        // Given
        byte[] whole = Content(name);
        string path = _folder["cut" + Path.GetExtension(name)];
        File.WriteAllBytes(path, whole);
        Assert.Equal(Voxels.Select(static v => (short)v), ImageFile.ReadLabels(path).Voxels);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            // When
            File.WriteAllBytes(path, whole[..length]);

            // Then
            Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(path));
            Assert.Throws<FileFormatException>(() => ImageFile.ReadLabels(path));
        });
    }

    [Theory]
    [MemberData(nameof(Promises))]
    public void Read_APromiseThatTheFileCannotKeep_FailsWithoutALargeAllocation(string name, string sizes)
    {
        // Given: raw, compressed and as text
        byte[][] files = name.EndsWith(".mha", StringComparison.Ordinal)
            ?
            [
                new MetaImageText { Sizes = sizes, Type = "MET_DOUBLE" }.File(),
                new MetaImageText { Sizes = sizes, More = "CompressedData = True\n", Voxels = Zlib(Voxels) }.File(),
                new MetaImageText { Sizes = sizes, More = "BinaryData = False\n", Voxels = "1 2 3"u8.ToArray() }.File(),
                new MetaImageText { Sizes = sizes, More = "HeaderSize = -1\n" }.File(),
                new MetaImageText { Sizes = sizes, More = "ElementNumberOfChannels = 60000\n" }.File(),
            ]
            :
            [
                new NrrdText { Sizes = sizes, Type = "double" }.File(),
                new NrrdText { Sizes = sizes, Encoding = "gzip", Voxels = NiftiBytes.Gzip(Voxels) }.File(),
                new NrrdText { Sizes = sizes, Encoding = "text", Voxels = "1 2 3"u8.ToArray() }.File(),
                new NrrdText { Sizes = sizes, Encoding = "hex", Voxels = "010203"u8.ToArray() }.File(),
                new NrrdText { Sizes = sizes, More = "byte skip: -1\n" }.File(),
            ];

        Assert.All(files, file =>
        {
            File.WriteAllBytes(_folder[name], file);

            // When
            long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadChannels(_folder[name])));

            // Then
            Assert.InRange(allocated, 0, FewBytes);
        });
    }

    [Fact]
    public void Read_CompressedContentThatIsShorterThanPlausible_AllocatesOnlyForWhatComes()
    {
        // Given: 1 MB of noise could expand to a gigabyte, and the header promises 800 MB
        byte[] noise = new byte[1 << 20];
        new Random(7).NextBytes(noise);
        File.WriteAllBytes(_folder["a.nrrd"], new NrrdText { Sizes = "1000 800 1000", Encoding = "gzip", Voxels = NiftiBytes.Gzip(noise) }.File());
        File.WriteAllBytes(_folder["a.mha"], new MetaImageText { Sizes = "1000 800 1000", More = "CompressedData = True\n", Voxels = Zlib(noise) }.File());

        foreach (string name in (string[])["a.nrrd", "a.mha"])
        {
            // When
            long allocated = Allocations.Of(() => Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder[name])));

            // Then
            Assert.InRange(allocated, 0, 3 * FewBytes);
        }
    }

    [Fact]
    public void Read_AHeaderWithoutEnd_IsRefusedAtAMegabyte()
    {
        byte[] much = new byte[40 << 20];
        much.AsSpan().Fill((byte)'x');
        "NRRD0004\n# "u8.CopyTo(much);
        File.WriteAllBytes(_folder["a.nrrd"], much);
        "ObjectType = "u8.CopyTo(much);
        File.WriteAllBytes(_folder["a.mha"], much);

        foreach (string name in (string[])["a.nrrd", "a.mha"])
        {
            long allocated = Allocations.Of(() => Assert.Contains("the header has more than", Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder[name])).What, StringComparison.Ordinal));
            Assert.InRange(allocated, 0, FewBytes);
        }
    }

    [Theory]
    [InlineData("a.nrrd")]
    [InlineData("a.mha")]
    public void Read_NonsenseInAnyField_IsReadOrRefusedInWords(string name)
    {
        // Given
        string text = name.EndsWith(".mha", StringComparison.Ordinal)
            ? new MetaImageText
            {
                More = "BinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\nCompressedDataSize = 0\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 1 1\nElementNumberOfChannels = 1\nHeaderSize = 0\nElementSize = 1 1 1\nFileFormatVersion = 0\n",
            }.Header()
            : new NrrdText { More = "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nkinds: domain domain domain\nline skip: 0\nbyte skip: 0\nspacings: nan nan nan\naxis mins: 0 0 0\naxis maxs: 1 1 1\ncenters: cell cell cell\nspace units: mm mm mm\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n" }.Header() + "\n";
        string[] lines = text.Split('\n');

        for (int line = 0; line < lines.Length; line++)
        {
            int value = lines[line].IndexOfAny([':', '=']);
            if (value < 0) continue;
            foreach (string nonsense in Nonsense)
            {
                string[] changed = [.. lines];
                changed[line] = lines[line][..(value + 1)] + (lines[line][value..].StartsWith(":=", StringComparison.Ordinal) ? "=" : " ") + nonsense;
                File.WriteAllBytes(_folder[name], [.. Encoding.UTF8.GetBytes(string.Join('\n', changed)), .. Voxels]);

                // When
                long allocated = Allocations.Of(() =>
                {
                    Exception? e = Record.Exception(() => ImageFile.ReadLabels(_folder[name]));
                    Assert.True(e is null or DescribedException, $"{changed[line]}: {e}");
                    Assert.NotEmpty(ImageLocation.Of(_folder[name])!.Files);
                });

                // Then
                Assert.InRange(allocated, 0, FewBytes);
            }
        }
    }

    [Theory]
    [InlineData("a.nrrd", "space: LPS\nspace directions: (1,0,0) (0,1,0) (1,1,0)\n", "two axes of the image point along the same direction")]
    [InlineData("a.nrrd", "space: LPS\nspace directions: (1,0,0) (0,0,0) (0,0,1)\n", "two axes of the image point along the same direction")]
    [InlineData("a.nrrd", "space: LPS\nspace directions: (1e400,0,0) (0,1,0) (0,0,1)\n", "have numbers that are not finite")]
    [InlineData("a.nrrd", "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (1e400,0,0)\n", "have numbers that are not finite")]
    [InlineData("a.nrrd", "space: up-and-away\n", "is not one of NRRD's")]
    [InlineData("a.nrrd", "space: RAST\n", "has an axis of time")]
    [InlineData("a.nrrd", "kinds: complex domain domain\n", "complex numbers")]
    [InlineData("a.nrrd", "kinds: vector list domain\n", "2 axes that are no axes of space")]
    [InlineData("a.nrrd", "type: short\n", "the field \"type\" twice")]
    [InlineData("a.mha", "TransformMatrix = 1 0 0 0 1 0 1 1 0\n", "two axes of the image point along the same direction")]
    [InlineData("a.mha", "TransformMatrix = nan 0 0 0 1 0 0 0 1\n", "have numbers that are not finite")]
    [InlineData("a.mha", "Offset = 1e400 0 0\n", "have numbers that are not finite")]
    [InlineData("a.mha", "ObjectType = Tube\n", "an object of the type \"Tube\"")]
    [InlineData("a.mha", "HeaderSize = 9223372036854775807\n", "but the file has")]
    public void Read_WhatIsNoImage_SaysWhy(string name, string more, string what)
    {
        File.WriteAllBytes(_folder[name], name.EndsWith(".mha", StringComparison.Ordinal) ? new MetaImageText { More = more }.File() : new NrrdText { More = more }.File());

        Assert.Contains(what, Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder[name])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.nrrd", "does not begin with an NRRD header")]
    [InlineData("a.mha", "does not begin with a MetaImage header")]
    public void Read_SomethingElse_SaysSo(string name, string what)
    {
        foreach (byte[] content in (byte[][])[[], "PK\u0003\u0004 a zip"u8.ToArray(), NiftiBytes.Gzip("nothing that is known"u8.ToArray())])
        {
            File.WriteAllBytes(_folder[name], content);

            Assert.True(Assert.Throws<FileFormatException>(() => ImageFile.ReadHeader(_folder[name])).What is { } told && (told.Contains(what, StringComparison.Ordinal) || content.Length == 0), name);
        }
    }

    [Theory]
    [InlineData("gzip.nrrd")]
    [InlineData("zlib.mha")]
    public void Read_ADamagedByteInTheCheckSum_IsFound(string name)
    {
        byte[] file = Content(name);
        file[^2] ^= 1;
        File.WriteAllBytes(_folder[name], file);

        Assert.Contains("compressed data are wrong", Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder[name])).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "1 2 x", "\"x\" is no uint8")]
    [InlineData("text", "1 2 256", "\"256\" is no uint8")]
    [InlineData("text", "1 2 1.5", "\"1.5\" is no uint8")]
    [InlineData("hex", "01 0g", "is no hexadecimal digit")]
    public void Read_TextThatIsNoNumber_SaysWhich(string encoding, string voxels, string what)
    {
        File.WriteAllBytes(_folder["a.nrrd"], new NrrdText { Encoding = encoding, Voxels = Encoding.ASCII.GetBytes(voxels + new string(' ', 100)) }.File());

        Assert.Contains(what, Assert.Throws<FileFormatException>(() => ImageFile.ReadVolume(_folder["a.nrrd"])).What, StringComparison.Ordinal);
    }

    private static byte[] Content(string name)
    {
        byte[] packed = Zlib(Voxels);
        return name switch
        {
            "raw.nrrd" => new NrrdText { Voxels = Voxels }.File(),
            "gzip.nrrd" => new NrrdText { Encoding = "gzip", Voxels = NiftiBytes.Gzip(Voxels) }.File(),
            "hex.nrrd" => new NrrdText { Encoding = "hex", Voxels = Encoding.ASCII.GetBytes(Convert.ToHexString(Voxels)) }.File(),
            "raw.mha" => new MetaImageText { Voxels = Voxels }.File(),
            "zlib.mha" => new MetaImageText { More = $"CompressedData = True\nCompressedDataSize = {packed.Length}\n", Voxels = packed }.File(),
            _ => new MetaImageText { More = "CompressedData = True\n", Voxels = packed }.File(),
        };
    }

    private static byte[] Zlib(byte[] content)
    {
        using MemoryStream memory = new();
        using (ZLibStream zlib = new(memory, CompressionLevel.Optimal)) zlib.Write(content);
        return memory.ToArray();
    }
}
