using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using NnUNet.Foundation;

namespace NnUNet.Imaging.Formats.Dicom.DataSets;

/// <summary>A data set: attributes by their tags, those of sequences with data sets of their own. Read from a file, or made to be written.</summary>
/// <remarks>Of a tag that stands twice, the first counts, as for ITK. Values that are missing, empty or padded are told by null.</remarks>
internal sealed class DicomDataSet
{
    private const int LongestDecimal = 16;
    private const string Remedy = "the file is damaged or not made as the standard has it; export the series again";

    private readonly Dictionary<DicomTag, DicomElement> _elements = [];
    private readonly DicomDataSet? _parent;
    private readonly string _where;
    private readonly DicomTag _sequence;
    private readonly int _index;

    /// <summary>An empty data set.</summary>
    /// <param name="where">What it is called in errors: the file.</param>
    public DicomDataSet(string where = "DICOM data set") => _where = where;

    /// <summary>An empty item of a sequence.</summary>
    /// <param name="parent">The data set that has the sequence.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="index">The item's number, from 0.</param>
    public DicomDataSet(DicomDataSet parent, DicomTag sequence, int index)
    {
        (_parent, _where, _sequence, _index) = (parent, "", sequence, index);
    }

    /// <summary>The file, and in it the sequence and the number of the item, for errors.</summary>
    public string Where => _parent is null ? _where : $"{_parent.Where}: {_sequence}[{_index}]";

    /// <summary>The attributes in the order of their tags.</summary>
    public IEnumerable<DicomElement> Elements => _elements.Values.OrderBy(static e => e.Tag);

    /// <summary>The encoding of texts, which items take from the data set around them.</summary>
    public Encoding Encoding => _elements.TryGetValue(DicomTag.SpecificCharacterSet, out DicomElement? names) && names.Bytes.Length > 0
        ? DicomCharacterSet.Of(Split(Encoding.ASCII.GetString(names.Bytes)))
        : _parent?.Encoding ?? DicomCharacterSet.Of([]);

    /// <summary>An attribute; null where it is missing.</summary>
    public DicomElement? Find(DicomTag tag) => _elements.GetValueOrDefault(tag);

    /// <summary>Whether an attribute is there, with a value or without one.</summary>
    public bool Contains(DicomTag tag) => _elements.ContainsKey(tag);

    /// <summary>All values of a text without padding, also of numbers that are stored as text; none where it is missing or empty.</summary>
    public IReadOnlyList<string> Texts(DicomTag tag)
    {
        if (Find(tag) is not { Bytes.Length: > 0 } element) return [];
        string text = (DicomKinds.IsInCharacterSet(element.Kind) ? Encoding : Encoding.Latin1).GetString(element.Bytes);
        return DicomKinds.IsOneText(element.Kind) ? [Trimmed(text)] : Split(text);
    }

    /// <summary>The first value of a text without padding; null where it is missing or empty.</summary>
    public string? Text(DicomTag tag) => Texts(tag) is [{ Length: > 0 } first, ..] ? first : null;

    /// <summary>The value of a text.</summary>
    /// <exception cref="FileFormatException">It is missing or empty.</exception>
    public string NeededText(DicomTag tag) => Text(tag) ?? throw Missing(tag);

    /// <summary>All numbers of an attribute, whether they are stored as text (DS, IS) or binary; none where it is missing or empty.</summary>
    /// <exception cref="FileFormatException">A value is no number.</exception>
    public double[] Numbers(DicomTag tag)
    {
        if (Find(tag) is not { } element) return [];
        int size = DicomKinds.NumberSize(element.Kind);
        if (size == 1) return DicomKinds.IsText(element.Kind) ? Parsed(tag, Texts(tag)) : throw NoNumber(tag, $"stored as {element.Kind}");

        double[] numbers = new double[element.Bytes.Length / size];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = Binary(element, element.Bytes.AsSpan(i * size, size));
        return numbers;
    }

    /// <summary>The first number of an attribute; null where it is missing or empty.</summary>
    /// <exception cref="FileFormatException">The value is no number.</exception>
    public double? Number(DicomTag tag) => Numbers(tag) is [double first, ..] ? first : null;

    /// <summary>A fixed count of numbers; null where the attribute is missing or empty.</summary>
    /// <exception cref="FileFormatException">There are more or fewer, or one is no finite number.</exception>
    public double[]? Numbers(DicomTag tag, int count)
    {
        double[] numbers = Numbers(tag);
        if (numbers.Length == 0) return null;
        if (numbers.Length != count) throw new FileFormatException(Where, $"{tag.Described()} has {numbers.Length} values, but should have {count}", Remedy);
        return Array.TrueForAll(numbers, double.IsFinite) ? numbers : throw NoNumber(tag, "not finite");
    }

    /// <summary>The first number of an attribute as an integer; null where it is missing or empty.</summary>
    /// <exception cref="FileFormatException">The value is no integer of 32 bits.</exception>
    public int? Integer(DicomTag tag)
    {
        if (Number(tag) is not { } number) return null;
        return number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : throw NoNumber(tag, string.Create(CultureInfo.InvariantCulture, $"{number:R}, which is no integer"));
    }

    /// <summary>The first number of an attribute as an integer.</summary>
    /// <exception cref="FileFormatException">It is missing, empty or no integer of 32 bits.</exception>
    public int NeededInteger(DicomTag tag) => Integer(tag) ?? throw Missing(tag);

    /// <summary>The tags that an attribute of kind AT holds.</summary>
    public IReadOnlyList<DicomTag> Tags(DicomTag tag)
    {
        byte[] bytes = Find(tag)?.Bytes ?? [];
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => (DicomTag)(((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 4)) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((i * 4) + 2))))];
    }

    /// <summary>The items of a sequence; none where it is missing.</summary>
    public IReadOnlyList<DicomDataSet> Items(DicomTag tag) => Find(tag)?.Items ?? [];

    /// <summary>The first item of a sequence; null where there is none.</summary>
    public DicomDataSet? Item(DicomTag tag) => Items(tag) is [DicomDataSet first, ..] ? first : null;

    /// <summary>The bytes of a value, little-endian; none where it is missing.</summary>
    public byte[] Bytes(DicomTag tag) => Find(tag)?.Bytes ?? [];

    /// <summary>Adds an attribute, unless it is there.</summary>
    public void Add(DicomElement element) => _elements.TryAdd(element.Tag, element);

    /// <summary>Adds a text, or several values of one; an empty attribute without any.</summary>
    /// <param name="tag">An attribute of text that <see cref="DicomDictionary"/> knows.</param>
    /// <param name="values">The values.</param>
    public DicomDataSet AddText(DicomTag tag, params IEnumerable<string> values)
    {
        string kind = KindOf(tag);
        if (!DicomKinds.IsText(kind)) throw new ArgumentException($"{tag} is {kind}, no text", nameof(tag));
        Encoding encoding = DicomKinds.IsInCharacterSet(kind) ? Encoding : Encoding.ASCII;
        return Put(tag, kind, Even(encoding.GetBytes(string.Join('\\', values)), kind == "UI" ? (byte)0 : (byte)' '));
    }

    /// <summary>Adds numbers: as text for DS and IS, else binary.</summary>
    /// <param name="tag">An attribute of numbers that <see cref="DicomDictionary"/> knows.</param>
    /// <param name="values">The values.</param>
    public DicomDataSet AddNumbers(DicomTag tag, params IEnumerable<double> values)
    {
        string kind = KindOf(tag);
        if (kind is "DS" or "IS") return AddText(tag, values.Select(v => kind == "DS" ? Decimal(v) : v.ToString("F0", CultureInfo.InvariantCulture)));

        int size = DicomKinds.NumberSize(kind);
        if (size == 1) throw new ArgumentException($"{tag} is {kind}, no number", nameof(tag));
        double[] numbers = [.. values];
        byte[] bytes = new byte[numbers.Length * size];
        for (int i = 0; i < numbers.Length; i++) Binary(kind, numbers[i], bytes.AsSpan(i * size, size));
        return Put(tag, kind, bytes);
    }

    /// <summary>Adds tags as values (AT).</summary>
    public DicomDataSet AddTags(DicomTag tag, params IEnumerable<DicomTag> values)
    {
        using MemoryStream bytes = new();
        foreach (DicomTag value in values) bytes.Write([(byte)value.Group(), (byte)(value.Group() >> 8), (byte)value.Element(), (byte)(value.Element() >> 8)]);
        return Put(tag, "AT", bytes.ToArray());
    }

    /// <summary>Adds bytes, padded to an even count by a zero.</summary>
    /// <param name="tag">The attribute.</param>
    /// <param name="bytes">The value, little-endian.</param>
    /// <param name="kind">Its value representation, where it is not the dictionary's, such as OB for pixels of 8 bits.</param>
    public DicomDataSet AddBytes(DicomTag tag, byte[] bytes, string? kind = null) => Put(tag, kind ?? KindOf(tag), Even(bytes, 0));

    /// <summary>Adds a sequence, each item of which is filled by one of the actions.</summary>
    /// <param name="tag">The sequence.</param>
    /// <param name="fill">Fills the items.</param>
    public DicomDataSet AddItems(DicomTag tag, params IEnumerable<Action<DicomDataSet>> fill)
    {
        List<DicomDataSet> items = [];
        foreach (Action<DicomDataSet> one in fill)
        {
            DicomDataSet item = new(this, tag, items.Count);
            one(item);
            items.Add(item);
        }

        _elements[tag] = new DicomElement { Tag = tag, Kind = "SQ", Items = items, StoredLength = -1 };
        return this;
    }

    /// <summary>Adds compressed pixels.</summary>
    /// <param name="fragments">The table of offsets, which may be empty, and the fragments.</param>
    public DicomDataSet AddFragments(params IEnumerable<byte[]> fragments)
    {
        List<byte[]> even = [.. fragments.Select(static f => Even(f, 0))];
        _elements[DicomTag.PixelData] = new DicomElement { Tag = DicomTag.PixelData, Kind = "OB", Fragments = even, StoredLength = even.Sum(static f => (long)f.Length) };
        return this;
    }

    /// <summary>Adds the attribute of another data set with its value, items included; nothing where it is missing there.</summary>
    /// <param name="tag">The attribute.</param>
    /// <param name="from">The other data set. Its texts must be in this one's character set.</param>
    public DicomDataSet AddFrom(DicomTag tag, DicomDataSet from)
    {
        if (from.Find(tag) is { } element) _elements[tag] = element;
        return this;
    }

    /// <summary>A number as DICOM's decimal strings have it: at most 16 characters, as exact as these allow.</summary>
    /// <exception cref="ArgumentException">It is not finite.</exception>
    public static string Decimal(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentException("a decimal string is finite", nameof(value));
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        for (int digits = 15; text.Length > LongestDecimal; digits--) text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text;
    }

    /// <summary>The error of an attribute that is needed and missing.</summary>
    public FileFormatException Missing(DicomTag tag) => new(Where, $"{tag.Described()} is missing", Remedy);

    private static double Binary(DicomElement element, ReadOnlySpan<byte> bytes) => element.Kind switch
    {
        "SS" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "US" or "OW" or "AT" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "SL" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "UL" or "OL" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "FL" or "OF" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "SV" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "UV" or "OV" => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    private static void Binary(string kind, double value, Span<byte> into)
    {
        switch (kind)
        {
            case "SS": BinaryPrimitives.WriteInt16LittleEndian(into, checked((short)value)); break;
            case "US" or "OW": BinaryPrimitives.WriteUInt16LittleEndian(into, checked((ushort)value)); break;
            case "SL": BinaryPrimitives.WriteInt32LittleEndian(into, checked((int)value)); break;
            case "UL" or "OL": BinaryPrimitives.WriteUInt32LittleEndian(into, checked((uint)value)); break;
            case "FL" or "OF": BinaryPrimitives.WriteSingleLittleEndian(into, (float)value); break;
            case "SV": BinaryPrimitives.WriteInt64LittleEndian(into, checked((long)value)); break;
            case "UV" or "OV": BinaryPrimitives.WriteUInt64LittleEndian(into, checked((ulong)value)); break;
            case "FD" or "OD": BinaryPrimitives.WriteDoubleLittleEndian(into, value); break;
            default: throw new ArgumentException($"{kind} is no number", nameof(kind));
        }
    }

    private static string KindOf(DicomTag tag) => DicomDictionary.KindOf(tag) ?? throw new ArgumentException($"{tag.Described()} is not in the dictionary", nameof(tag));

    private static byte[] Even(byte[] bytes, byte padding) => bytes.Length % 2 == 0 ? bytes : [.. bytes, padding];

    private static string Trimmed(string text) => text.Trim(' ', '\0');

    private static string[] Split(string text) => Trimmed(text) is { Length: > 0 } some ? [.. some.Split('\\').Select(Trimmed)] : [];

    private double[] Parsed(DicomTag tag, IReadOnlyList<string> texts) =>
    [
        .. texts.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw NoNumber(tag, $"\"{Short(text)}\"")),
    ];

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private FileFormatException NoNumber(DicomTag tag, string value) => new(Where, $"{tag.Described()} is {value}, where a number should be", Remedy);

    private DicomDataSet Put(DicomTag tag, string kind, byte[] bytes)
    {
        _elements[tag] = new DicomElement { Tag = tag, Kind = kind, Bytes = bytes, StoredLength = bytes.Length };
        return this;
    }
}
