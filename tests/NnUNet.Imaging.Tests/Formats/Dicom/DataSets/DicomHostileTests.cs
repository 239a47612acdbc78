using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Formats.Dicom.DataSets;

public sealed class DicomHostileTests : IDisposable
{
    private const long FewBytes = 4 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_CutAtEveryByte_FailsInWordsOrEndsBetweenElements(bool fragments)
    {
        // Given
        byte[] whole = Bytes(fragments);
        HashSet<int> ends = [];
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];

            // When
            Exception? e = Record.Exception(() => Read(cut));

            // Then
            Assert.True(e is null or FileFormatException, $"{length} bytes: {e}");
            if (e is null) ends.Add(length);
        }

        // After each of the elements but the last one.
        Assert.Equal(4, ends.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_EveryLengthInflated_FailsInWords_AndAllocatesLittle(bool fragments)
    {
        // Given: each place of a file holds the largest lengths there are
        byte[] whole = Bytes(fragments);
        foreach (byte[] length in (byte[][])[[0xff, 0xff, 0xff, 0x7f], [0xfe, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0, 0]])
        {
            for (int at = 132; at <= whole.Length - 4; at++)
            {
                byte[] changed = [.. whole];
                length.CopyTo(changed, at);

                // When
                Exception? e = null;
                long allocated = Allocations.Of(() => e = Record.Exception(() => Read(changed)));

                // Then
                Assert.True(e is null or FileFormatException, $"at {at}: {e}");
                Assert.InRange(allocated, 0, FewBytes);
            }
        }
    }

    [Fact]
    public void Read_SequencesDeepInEachOther_AreRefused()
    {
        // Given
        byte[] open = [0x62, 0, 2, 0, (byte)'S', (byte)'Q', 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff];
        byte[] bytes = [.. Bytes(false), .. Enumerable.Repeat(open, 100_000).SelectMany(static o => o)];

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(bytes));

        // Then
        Assert.Equal("sequences lie more than 32 deep in each other", e.What);
    }

    [Fact]
    public void Read_MoreElementsThanAnyImage_IsRefused()
    {
        // Given: empty private elements, 8 bytes each
        byte[] bytes = [.. Bytes(false), .. Enumerable.Repeat<byte[]>([0x09, 0, 1, 0, (byte)'L', (byte)'O', 0, 0], (1 << 22) + 1).SelectMany(static o => o)];

        // When
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(bytes));

        // Then
        Assert.Equal("there are more than 4194304 elements", e.What);
    }

    [Fact]
    public void Read_DeflatedBomb_IsNotInflatedIntoMemory()
    {
        // Given: 256 MB of zeros in a private element of a deflated file
        DicomDataSet data = new DicomDataSet().AddText(DicomTag.SOPClassUID, "1.2").AddText(DicomTag.SOPInstanceUID, "1.2.3");
        using MemoryStream file = new();
        DicomFile.Write(file, data);
        byte[] whole = file.ToArray();
        int meta = 144 + whole[140] + (whole[141] << 8);
        byte[] start = System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(whole[..meta]).Replace("1.2.840.10008.1.2.1\0", "1.2.840.10008.1.2.1.99"));
        start[140] += 2; // the identifier is two bytes longer: the group's length, and its own
        start[start.AsSpan().IndexOf("UI\x14\0"u8) is >= 0 and int at ? at + 2 : throw new InvalidOperationException("no length of 20")] = 22;
        using MemoryStream packed = new();
        packed.Write(start);
        using (System.IO.Compression.DeflateStream deflate = new(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write([0x09, 0, 1, 0, (byte)'O', (byte)'B', 0, 0, 0, 0, 0, 0x10]);
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) deflate.Write(zeros);
            deflate.Write([0x28, 0, 0x10, 0, (byte)'U', (byte)'S', 2, 0, 7, 0]);
        }

        byte[] bytes = packed.ToArray();

        // When
        long allocated = Allocations.Of(() => Assert.Equal(7, Read(bytes).Data.Integer(DicomTag.Rows)));

        // Then
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no image at all, but a text that is long enough")]
    public void Read_WhatIsNoDicom_IsRefused(string text)
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => Read(System.Text.Encoding.ASCII.GetBytes(text)));

        Assert.Equal("the content is not DICOM", e.What);
    }

    private static byte[] Bytes(bool fragments)
    {
        DicomDataSet data = new DicomDataSet()
            .AddText(DicomTag.SOPClassUID, "1.2")
            .AddText(DicomTag.SOPInstanceUID, "1.2.3")
            .AddItems(DicomTag.SegmentSequence, static one => one.AddText(DicomTag.SegmentLabel, "a").AddNumbers(DicomTag.SegmentNumber, 1))
            .AddNumbers(DicomTag.Rows, 2);
        if (fragments) data.AddFragments([], [1, 2, 3, 4]);
        else data.AddBytes(DicomTag.PixelData, [1, 2, 3, 4]);
        using MemoryStream stream = new();
        DicomFile.Write(stream, data, fragments ? TransferSyntax.RunLengths : null);
        return stream.ToArray();
    }

    private static DicomFile Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return DicomFile.Read(stream, "a.dcm", DicomContent.WithPixels);
    }
}
