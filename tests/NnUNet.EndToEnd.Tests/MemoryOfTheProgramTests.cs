using System.Buffers.Binary;
using System.IO.Compression;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.EndToEnd.Tests;

/// <summary>What the program takes while it works, measured from outside: a small file can hold a large image.</summary>
public sealed class MemoryOfTheProgramTests : IDisposable
{
    private const long Megabyte = 1L << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nnUNet_evaluate_folder", "-ref", "b", "-pred", "b", "-l", "1")]
    [InlineData("overlay", "-i", "b", "-p", "b", "-o", "out")]
    [InlineData("nnUNet_convert_decathlon_task", "-i", "Task01_Large")]
    public void ALargeImageInASmallFile_IsRefusedBeforeItIsRead(string command, params string[] options)
    {
        // Given: 800 million equal voxels, in less than a megabyte
        if (!OperatingSystem.IsLinux()) return;
        WriteEqual(_folder["b/large.nii.gz"], 1);
        WriteEqual(_folder["Task01_Large/imagesTr/large.nii.gz"], 2);
        Directory.CreateDirectory(_folder["Task01_Large/labelsTr"]);
        File.WriteAllText(_folder["Task01_Large/dataset.json"], "{}");
        Assert.True(new FileInfo(_folder["b/large.nii.gz"]).Length < Megabyte);

        // When
        (ProgramResult result, long peak) = Measure([command, .. options.Select(o => o[0] == '-' || o == "1" ? o : _folder[o]), "--max-ram", "1", "--workspace", _folder["ws"]]);

        // Then
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("GB of memory, but 1.00 GB may be used; ", result.Error, StringComparison.Ordinal);
        Assert.True(peak < 300 * Megabyte, $"{peak / Megabyte} MB were taken");
    }

    [Fact]
    public void Evaluation_KeepsTheLimit()
    {
        // Given
        if (!OperatingSystem.IsLinux()) return;
        for (int i = 0; i < 6; i++) ImageFile.WriteLabels(_folder[$"s/c{i}.nii.gz"], new Volume<short>(new Extent(160, 256, 256), ImageGeometry.FromSpacing(new Spacing(1, 1, 1))));

        // When: one case at a time has room
        (ProgramResult result, long peak) = Measure(["nnUNet_evaluate_folder", "-ref", _folder["s"], "-pred", _folder["s"], "-l", "1", "--max-ram", "0.2"]);

        // Then
        result.MustSucceed();
        Assert.True(peak < 1.15 * 0.2 * 1024 * Megabyte, $"{peak / Megabyte} MB were taken");
    }

    private static (ProgramResult Result, long Peak) Measure(string[] args)
    {
        using ChildProgram program = BuiltProgram.Start(args);
        long peak = 0;
        program.WaitUntilEnd(() => peak = Math.Max(peak, program.PeakBytes ?? 0));
        return (program.WaitForEnd(), peak);
    }

    /// <summary>An image of 1000 x 1000 x 800 voxels of 0, of one byte each.</summary>
    private static void WriteEqual(string path, short channels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] header = new byte[352];
        BinaryPrimitives.WriteInt32LittleEndian(header, 348);
        short[] dim = [channels > 1 ? (short)4 : (short)3, 1000, 1000, 800, channels, 1, 1, 1];
        for (int i = 0; i < dim.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(40 + (2 * i)), dim[i]);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(70), 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(72), 8);
        for (int i = 0; i < 4; i++) BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(76 + (4 * i)), 1);
        BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(108), 352);
        "n+1"u8.CopyTo(header.AsSpan(344));

        // A gzip file may hold several members one after the other, so the voxels need be compressed only once.
        const int Part = 16_000_000;
        byte[] zeros = Compressed(new byte[Part]);
        using FileStream file = File.Create(path);
        file.Write(Compressed(header));
        for (int i = 0; i < channels * (800_000_000 / Part); i++) file.Write(zeros);
    }

    private static byte[] Compressed(byte[] content)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.SmallestSize)) gzip.Write(content);
        return compressed.ToArray();
    }
}
