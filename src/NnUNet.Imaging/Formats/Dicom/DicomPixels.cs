using System.Buffers.Binary;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats.Dicom.DataSets;

namespace NnUNet.Imaging.Formats.Dicom;

/// <summary>The pixels of a file, frame by frame, decompressed.</summary>
/// <remarks>
/// Frames that lie in the file as they are get read one by one; what is compressed, deflated or big-endian is held while its frames are read, and counted
/// (<see cref="BytesHeld"/>). MONOCHROME1 (where the lowest value is shown white) and padding values change nothing: the values are measured ones, as ITK and dcm2niix have them.
/// </remarks>
internal sealed class DicomPixels : IDisposable
{
    private const string Damaged = "the file is damaged; copy it again";

    private readonly DicomFile _file;
    private readonly DicomFrames.PixelForm _form;
    private readonly DicomElement _element;
    private readonly int _frames;
    private readonly List<ReadOnlyMemory<byte>[]> _fragments;
    private readonly Stream? _stream;

    /// <summary>The pixels of a file.</summary>
    /// <param name="file">The file, read with its pixels, or without them where a stream has them.</param>
    /// <param name="stream">The file's bytes, which are disposed with this; null where the pixels are in memory.</param>
    private DicomPixels(DicomFile file, Stream? stream)
    {
        (_file, _stream) = (file, stream);
        _form = DicomFrames.PixelForm.Of(file);
        _element = file.Data.Find(DicomFrames.PixelTag(file.Data)!.Value)!;
        _frames = file.Data.Integer(DicomTag.NumberOfFrames) ?? 1;
        _form.CheckPromise(file, _frames);
        _fragments = _element.Fragments is { } fragments ? OfFrames(fragments) : [];
    }

    /// <summary>Opens the pixels of a slice's file.</summary>
    /// <param name="source">Where the file lies.</param>
    /// <param name="slice">The slice.</param>
    /// <exception cref="FileFormatException">The file is damaged, or another one than when the slice was looked at.</exception>
    public static DicomPixels Of(DicomSource source, DicomSlice slice)
    {
        DicomPixels pixels = IsStreamed(slice.File) ? Streamed(source, slice.File.Path) : new DicomPixels(source.Read(slice.File.Path, DicomContent.WithPixels), stream: null);
        if (pixels._form == DicomFrames.PixelForm.Of(slice.File) && pixels._frames > slice.Frame) return pixels;
        pixels.Dispose();
        throw new FileFormatException(slice.File.Path, "the file changed while it was read", "wait until it is written");
    }

    /// <summary>Bytes that are in memory while frames of a file are read, beside what is made of them.</summary>
    /// <param name="file">The file, read without pixels.</param>
    public static long BytesHeld(DicomFile file)
    {
        long frame = DicomFrames.PixelForm.Of(file).FrameBytes;
        return IsStreamed(file) ? frame : file.Data.Find(DicomFrames.PixelTag(file.Data)!.Value)!.StoredLength + frame;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream?.Dispose();

    /// <summary>Whether frames are read from the file one by one: there are several, and they lie there as memory holds them.</summary>
    private static bool IsStreamed(DicomFile file) =>
        (file.Data.Integer(DicomTag.NumberOfFrames) ?? 1) > 1 && file.Syntax is { Coding: PixelCoding.Native, IsDeflated: false, IsBigEndian: false };

    private static DicomPixels Streamed(DicomSource source, string path)
    {
        Stream stream = source.Open(path);
        try
        {
            return new DicomPixels(DicomFile.Read(stream, path, DicomContent.WithoutPixels), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The stored bytes of a frame, little-endian and decompressed.</summary>
    /// <exception cref="FileFormatException">The compressed pixels are damaged.</exception>
    public ReadOnlySpan<byte> Stored(int frame)
    {
        int bytes = (int)_form.FrameBytes;
        if (_stream is not null) return Streamed(_stream, frame, bytes);
        if (_element.Fragments is null) return _element.Bytes.AsSpan(checked((int)(frame * _form.FrameBytes)), bytes);

        byte[] packed = Joined(_fragments[frame]);
        byte[] into = new byte[bytes];
        try
        {
            if (_file.Syntax.Coding == PixelCoding.RunLengths) RunLengthPixels.Decode(packed, into, _form.Allocated / 8);
            else LosslessJpeg.Decode(packed, into, _form.Rows, _form.Columns, _form.Allocated / 8);
        }
        catch (InvalidDataException e)
        {
            throw new FileFormatException(_file.Path, $"the compressed pixels of frame {frame + 1} are damaged: {e.Message}", Damaged, e);
        }

        return into;
    }

    /// <summary>The voxels of a frame, rescaled.</summary>
    /// <param name="frame">The frame, from 0.</param>
    /// <param name="slope">What stored values are multiplied by.</param>
    /// <param name="intercept">What is added then.</param>
    /// <param name="into">Gets them (y, x).</param>
    public void Read(int frame, double slope, double intercept, Span<float> into)
    {
        ReadOnlySpan<byte> raw = Stored(frame);
        int shift = _form.HighBit + 1 - _form.Stored, unused = 64 - _form.Stored;
        bool signed = _form.IsSigned, plain = slope == 1 && intercept == 0;
        for (int i = 0; i < into.Length; i++)
        {
            double value;
            if (_form.IsFloat)
            {
                value = _form.Allocated == 32 ? BinaryPrimitives.ReadSingleLittleEndian(raw[(i * 4)..]) : BinaryPrimitives.ReadDoubleLittleEndian(raw[(i * 8)..]);
            }
            else
            {
                ulong bits = _form.Allocated switch
                {
                    8 => raw[i],
                    16 => BinaryPrimitives.ReadUInt16LittleEndian(raw[(i * 2)..]),
                    _ => BinaryPrimitives.ReadUInt32LittleEndian(raw[(i * 4)..]),
                };

                // Bits above and below the stored ones can hold overlays, and signs begin at the highest stored bit.
                ulong top = bits >> shift << unused;
                value = signed ? (long)top >> unused : top >> unused;
            }

            into[i] = (float)(plain ? value : (value * slope) + intercept);
        }
    }

    private byte[] Streamed(Stream stream, int frame, int bytes)
    {
        byte[] into = new byte[bytes];
        try
        {
            stream.Position = _element.Position + (frame * _form.FrameBytes);
            return stream.ReadAtLeast(into, bytes, throwOnEndOfStream: false) == bytes ? into : throw new FileFormatException(_file.Path, $"the file ends within frame {frame + 1}", Damaged);
        }
        catch (InvalidDataException e)
        {
            throw new FileFormatException(_file.Path, $"the archive is damaged within frame {frame + 1} ({e.Message.TrimEnd('.')})", Damaged, e);
        }
    }

    private static byte[] Joined(ReadOnlyMemory<byte>[] parts)
    {
        if (parts.Length == 1) return parts[0].ToArray();
        byte[] all = new byte[parts.Sum(static p => p.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            part.Span.CopyTo(all.AsSpan(at));
            at += part.Length;
        }

        return all;
    }

    /// <summary>Which fragments make up which frame: all of them one, each of them one, or as the table of offsets tells.</summary>
    private List<ReadOnlyMemory<byte>[]> OfFrames(IReadOnlyList<byte[]> fragments)
    {
        if (fragments.Count < 2) throw new FileFormatException(_file.Path, "there are no compressed pixels", Damaged);
        byte[][] data = [.. fragments.Skip(1)];
        if (_frames == 1) return [[.. data.Select(static d => (ReadOnlyMemory<byte>)d)]];
        if (data.Length == _frames) return [.. data.Select(static d => new ReadOnlyMemory<byte>[] { d })];
        if (fragments[0].Length != _frames * 4L)
            throw new FileFormatException(_file.Path, $"{_frames} frames are compressed into {data.Length} fragments, and no table tells which belong to which", "write the file anew, such as with gdcmconv --raw IN.dcm OUT.dcm");

        Dictionary<long, int> frameAt = [];
        for (int f = 0; f < _frames; f++) frameAt.TryAdd(BinaryPrimitives.ReadUInt32LittleEndian(fragments[0].AsSpan(f * 4)), f);
        List<ReadOnlyMemory<byte>>[] frames = [.. Enumerable.Range(0, _frames).Select(static _ => new List<ReadOnlyMemory<byte>>())];
        long offset = 0;
        int current = -1;
        foreach (byte[] fragment in data)
        {
            if (frameAt.TryGetValue(offset, out int frame)) current = frame;
            if (current < 0) throw new FileFormatException(_file.Path, "the table of offsets of the compressed frames does not begin with the first fragment", Damaged);
            frames[current].Add(fragment);
            offset += 8 + fragment.Length;
        }

        int empty = Array.FindIndex(frames, static f => f.Count == 0);
        return empty < 0 ? [.. frames.Select(static f => f.ToArray())] : throw new FileFormatException(_file.Path, $"there are no compressed pixels of frame {empty + 1}", Damaged);
    }
}
