using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using NnUNet.Foundation;
using Tensorboard;
using TorchSharp;

namespace NnUNet.Torch.Training.Logs;

/// <summary>The curves of a training for TensorBoard: <c>events.out.tfevents.*</c> in the fold's folder, a point an epoch.</summary>
/// <remarks>Each run that completes an epoch has a file of its own; what was written after the checkpoint that it continues from is cut away from the files before it.</remarks>
internal sealed class TensorBoardLog(string folder)
{
    private const string Pattern = "events.out.tfevents.*";

    // A record: length (8 bytes), checksum of the length (4), content, checksum of the content (4).
    private const int HeaderBytes = 12;
    private const int FooterBytes = 4;

    private TorchSharp.Modules.SummaryWriter? _writer;

    /// <summary>Adds the points of one epoch; undefined values are left out.</summary>
    /// <param name="epoch">Epoch from 0 on, the points' step.</param>
    /// <param name="record">What it gave.</param>
    /// <param name="average">Moving average of the validation Dice.</param>
    public void Write(int epoch, EpochRecord record, double? average)
    {
        Add(epoch, "loss/train", record.TrainingLoss);
        Add(epoch, "loss/validation", record.ValidationLoss);
        Add(epoch, "dice/mean", record.Dice);
        Add(epoch, "dice/moving_average", average ?? double.NaN);
        for (int c = 0; c < record.DicePerClass.Count; c++)
        {
            Add(epoch, string.Create(CultureInfo.InvariantCulture, $"dice_per_class/{c + 1}"), record.DicePerClass[c]);
        }

        Add(epoch, "learning_rate", record.Rate);
        Add(epoch, "time/seconds_per_epoch", record.Seconds);
        Add(epoch, "time/wait_for_data", record.WaitShare);
    }

    /// <summary>Removes the files of an earlier training.</summary>
    public static void RemoveAll(string folder)
    {
        foreach (string path in Files(folder)) File.Delete(path);
    }

    /// <summary>Cuts all files before the first point of an epoch or a later one, and before a record that is damaged.</summary>
    public static void CutBack(string folder, int epoch)
    {
        foreach (string path in Files(folder))
        {
            byte[] bytes = InputFile.ReadBytes(path);
            int sound = 0;
            while (TryRead(bytes, sound, out Event? record, out int next) && (record.Summary is null || record.Step < epoch)) sound = next;
            if (sound == bytes.Length) continue;

            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(sound);
        }
    }

    /// <summary>Reads the record at a place.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="at">Where the record begins.</param>
    /// <param name="record">What it says.</param>
    /// <param name="next">Where the next one begins.</param>
    /// <returns>False at the end, and where the record is cut off or its checksums are wrong.</returns>
    internal static bool TryRead(byte[] bytes, int at, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Event? record, out int next)
    {
        record = null;
        next = at;
        if (bytes.Length - at < HeaderBytes + FooterBytes) return false;

        ReadOnlySpan<byte> header = bytes.AsSpan(at, HeaderBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != Checksum(header[..8]) || length > (ulong)(bytes.Length - at - HeaderBytes - FooterBytes)) return false;

        ReadOnlySpan<byte> content = bytes.AsSpan(at + HeaderBytes, (int)length);
        next = at + HeaderBytes + (int)length + FooterBytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(next - FooterBytes)) != Checksum(content)) return false;

        // TorchSharp's classes are of an older kind, which is read from a stream only.
        using CodedInputStream stream = new(bytes, at + HeaderBytes, (int)length);
        record = Event.Parser.ParseFrom(stream);
        return true;
    }

    /// <summary>CRC-32C, turned and shifted as TensorFlow's record files want it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = System.Numerics.BitOperations.Crc32C(crc, value);
        return System.Numerics.BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, Pattern) : [];

    private void Add(int epoch, string tag, double value)
    {
        if (!double.IsFinite(value)) return;

        _writer ??= torch.utils.tensorboard.SummaryWriter(folder);
        _writer.add_scalar(tag, (float)value, epoch);
    }
}
