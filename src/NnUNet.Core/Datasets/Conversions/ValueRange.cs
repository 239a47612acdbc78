using System.Globalization;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>Whole numbers from one to another, both included: <c>7</c>, <c>56-70</c>, <c>210-</c> or <c>*</c> for all.</summary>
/// <param name="From">The least.</param>
/// <param name="To">The largest.</param>
internal readonly record struct ValueRange(long From, long To)
{
    /// <summary>All numbers: what no other range takes.</summary>
    public static ValueRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>The one number of a range that has no other; null for others.</summary>
    public long? Single => From == To ? From : null;

    /// <summary>Whether a number is in the range.</summary>
    public bool Contains(long value) => value >= From && value <= To;

    /// <summary>The range of a text; null where it is none.</summary>
    public static ValueRange? TryParse(string text)
    {
        if (text == "*") return All;
        if (Number(text) is { } one) return new ValueRange(one, one);
        int dash = text.IndexOf('-', 1 <= text.Length ? 1 : 0); // a first one is a sign
        if (dash < 0 || Number(text[..dash]) is not { } from) return null;
        if (dash == text.Length - 1) return new ValueRange(from, long.MaxValue);
        return Number(text[(dash + 1)..]) is { } to && to >= from ? new ValueRange(from, to) : null;
    }

    /// <summary>The range as it is written.</summary>
    public override string ToString() => this == All ? "*"
        : Single is { } one ? one.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{From}-{(To == long.MaxValue ? "" : To)}");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}
