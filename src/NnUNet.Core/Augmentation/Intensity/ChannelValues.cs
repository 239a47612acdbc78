using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Augmentation.Intensity;

/// <summary>One number for each image channel of a sample.</summary>
/// <param name="Values">By channel; null leaves that channel as it is. Empty: the sample is left as it is.</param>
public readonly record struct ChannelValues(ValueArray<double?> Values)
{
    /// <summary>The sample is left as it is.</summary>
    public static ChannelValues None => default;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(" / ", Values.Select(static v => v is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "-"));
}
