namespace NnUNet.Foundation;

/// <summary>Passes progress on at once, on the thread that reports it.</summary>
/// <typeparam name="T">What is reported.</typeparam>
public sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}

/// <summary>Makes relays.</summary>
public static class Relay
{
    /// <summary>The progress of a part of some work, as progress of the whole.</summary>
    /// <typeparam name="TPart">What the part reports.</typeparam>
    /// <typeparam name="TWhole">What the whole reports.</typeparam>
    /// <param name="whole">Receives the progress of the whole; null for none.</param>
    /// <param name="convert">What a report of the part means for the whole.</param>
    /// <returns>The progress to hand to the part; null where there is none of the whole.</returns>
    public static Relay<TPart>? Into<TPart, TWhole>(IProgress<TWhole>? whole, Func<TPart, TWhole> convert) =>
        whole is null ? null : new Relay<TPart>(value => whole.Report(convert(value)));
}
