using NnUNet.Foundation;
using NnUNet.Foundation.Streams;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>Which values of a file are read.</summary>
internal enum DicomContent
{
    /// <summary>All but the pixels, whose length alone is noted.</summary>
    WithoutPixels,

    /// <summary>The pixels, too.</summary>
    WithPixels,
}

/// <summary>Reads the elements of a data set, with a limit on everything that a file could promise.</summary>
/// <remarks>
/// Kept are the standard's attributes. Those of manufacturers (odd groups), overlays and icons are passed over: nothing here uses them,
/// and icons have pixels of their own. The dictionary names the few of manufacturers that are used, which are kept where they are short.
/// </remarks>
internal sealed class DicomReader
{
    private const uint Undefined = uint.MaxValue;
    private const int DeepestNesting = 32;
    private const int MostElements = 1 << 22;
    private const int LongestOfManufacturer = 256; // bytes of what is kept: names and numbers

    private readonly DicomInput _input;
    private readonly DicomContent _content;
    private int _elements;

    /// <summary>A reader of a file's elements.</summary>
    /// <param name="input">The file's bytes.</param>
    /// <param name="content">Which values are read.</param>
    public DicomReader(DicomInput input, DicomContent content) => (_input, _content) = (input, content);

    /// <summary>Reads the elements up to the end of the file, or, without pixels, up to these.</summary>
    /// <param name="set">Gets them.</param>
    /// <param name="syntax">How the file is written.</param>
    /// <exception cref="FileFormatException">The file is cut off or damaged, or nested beyond all use.</exception>
    public void Read(DicomDataSet set, TransferSyntax syntax) =>
        Elements(set, _input.End, delimited: false, new Form(syntax.IsExplicit, syntax.IsBigEndian), depth: 0);

    /// <summary>Reads one element of a file's meta information, whose tag was read.</summary>
    /// <param name="set">Gets it.</param>
    /// <param name="tag">The tag.</param>
    public void ReadMeta(DicomDataSet set, DicomTag tag) => Element(set, tag, _input.End, new Form(IsExplicit: true, IsBigEndian: false), depth: 0);

    private static bool IsPixels(DicomTag tag) => tag is DicomTag.PixelData or DicomTag.FloatPixelData or DicomTag.DoubleFloatPixelData;

    private static bool IsPassedOver(DicomTag tag) => (tag.Group() % 2 == 1 && DicomDictionary.KindOf(tag) is null) || (tag.Group() & 0xff00) == 0x6000 || tag == DicomTag.IconImageSequence;

    /// <summary>Reads elements until a place in the file, or until the delimiter of an item of undefined length.</summary>
    private void Elements(DicomDataSet? set, long end, bool delimited, Form form, int depth)
    {
        while (_input.Position < end)
        {
            if (!_input.TryReadTag(form.IsBigEndian, out DicomTag tag))
            {
                if (depth == 0) return;
                throw _input.CutOff($"the file ends within a sequence, at byte {_input.Position}");
            }

            if (tag == DicomTag.ItemDelimitation && delimited)
            {
                _input.Number32(form.IsBigEndian);
                return;
            }

            if (tag == 0 && depth == 0) return; // zeros behind the last element, with which some writers fill their blocks
            Element(set, tag, end, form, depth);
            if (depth == 0 && IsPixels(tag) && _content == DicomContent.WithoutPixels) return;
        }

        if (delimited) throw _input.CutOff($"an item of a sequence has no end before byte {_input.Position}");
    }

    private void Element(DicomDataSet? set, DicomTag tag, long end, Form form, int depth)
    {
        Count();
        string? known = DicomDictionary.KindOf(tag);
        string kind;
        uint length;
        if (form.IsExplicit)
        {
            kind = _input.Characters();
            if (!DicomKinds.IsKnown(kind)) throw _input.CutOff($"{tag.Described()} has a value representation that there is not ({Shown(kind)})");
            if (DicomKinds.IsLong(kind)) _input.Number16(form.IsBigEndian);
            length = DicomKinds.IsLong(kind) ? _input.Number32(form.IsBigEndian) : _input.Number16(form.IsBigEndian);

            // What is "unknown" was implicit little-endian where it came from, and stays so.
            if (kind == "UN")
            {
                form = new Form(IsExplicit: false, IsBigEndian: false);
                kind = length == Undefined ? "SQ" : known ?? kind;
            }
        }
        else
        {
            length = _input.Number32(form.IsBigEndian);
            kind = length == Undefined && !IsPixels(tag) ? "SQ" : known ?? "UN";
        }

        bool pixels = IsPixels(tag) && depth == 0;
        DicomDataSet? into = set is null || IsPassedOver(tag) ? null : set;
        if (length == Undefined && (kind is "OB" or "OW"))
        {
            IReadOnlyList<byte[]> fragments = Fragments(tag, end, form, keep: into is not null && (!pixels || _content == DicomContent.WithPixels), out long stored);
            into?.Add(new DicomElement { Tag = tag, Kind = kind, Fragments = fragments, StoredLength = stored });
            return;
        }

        if (kind == "SQ")
        {
            List<DicomDataSet> items = Items(into, tag, length, end, form, depth + 1);
            into?.Add(new DicomElement { Tag = tag, Kind = kind, Items = items, StoredLength = -1 });
            return;
        }

        if (length == Undefined) throw _input.CutOff($"{tag.Described()} has no length");
        _input.Check(tag, length, end);
        if (tag.Group() % 2 == 1 && length > LongestOfManufacturer) into = null;
        if (into is null || (IsPixels(tag) && (_content == DicomContent.WithoutPixels || !pixels)))
        {
            long position = _input.Position;
            _input.Skip(tag, length);
            into?.Add(new DicomElement { Tag = tag, Kind = kind, StoredLength = length, Position = position });
            return;
        }

        byte[] value = _input.Bytes(tag, length);
        int size = DicomKinds.NumberSize(kind);
        if (form.IsBigEndian && size > 1) NumberKinds.Swap(value.AsSpan(0, value.Length / size * size), size);
        into.Add(new DicomElement { Tag = tag, Kind = kind, Bytes = value, StoredLength = length });
    }

    private List<DicomDataSet> Items(DicomDataSet? parent, DicomTag sequence, uint length, long outerEnd, Form form, int depth)
    {
        if (depth > DeepestNesting) throw _input.CutOff($"sequences lie more than {DeepestNesting} deep in each other");
        if (length != Undefined) _input.Check(sequence, length, outerEnd);
        long end = length == Undefined ? outerEnd : _input.Position + length;
        List<DicomDataSet> items = [];
        while (_input.Position < end)
        {
            if (!_input.TryReadTag(form.IsBigEndian, out DicomTag tag)) throw _input.CutOff($"the file ends within {sequence.Described()}, at byte {_input.Position}");
            uint itemLength = _input.Number32(form.IsBigEndian);
            if (tag == DicomTag.SequenceDelimitation && length == Undefined) return items;
            if (tag != DicomTag.Item) throw _input.CutOff($"in {sequence.Described()} an item should begin, but there is {tag.Described()}");

            Count();
            DicomDataSet? item = parent is null ? null : new DicomDataSet(parent, sequence, items.Count);
            if (itemLength != Undefined) _input.Check(tag, itemLength, end);
            Elements(item, itemLength == Undefined ? end : _input.Position + itemLength, itemLength == Undefined, form, depth);
            if (item is not null) items.Add(item);
        }

        return length != Undefined ? items : throw _input.CutOff($"{sequence.Described()} has no end");
    }

    private List<byte[]> Fragments(DicomTag pixels, long end, Form form, bool keep, out long stored)
    {
        List<byte[]> fragments = [];
        stored = 0;
        while (_input.TryReadTag(form.IsBigEndian, out DicomTag tag))
        {
            uint length = _input.Number32(form.IsBigEndian);
            if (tag == DicomTag.SequenceDelimitation) return fragments;
            if (tag != DicomTag.Item) throw _input.CutOff($"in {pixels.Described()} a fragment should begin, but there is {tag.Described()}");

            Count();
            _input.Check(tag, length, end);
            stored += length;
            if (keep) fragments.Add(_input.Bytes(tag, length));
            else _input.Skip(tag, length);
        }

        throw _input.CutOff($"the file ends within {pixels.Described()}, at byte {_input.Position}");
    }

    private void Count()
    {
        if (++_elements > MostElements) throw _input.CutOff($"there are more than {MostElements} elements");
    }

    private static string Shown(string kind) => string.Concat(kind.Select(static c => c is > ' ' and < (char)127 ? c.ToString() : $"\\x{(int)c:x2}"));

    private readonly record struct Form(bool IsExplicit, bool IsBigEndian);
}
