using System.Collections.Concurrent;
using System.Globalization;

namespace NnUNet.Foundation;

/// <summary>How much memory the whole program may take while it works: what the user allows, or half of what there is.</summary>
/// <remarks>
/// The one place that knows: every budget takes its default here, and every reader of images asks here before it takes memory for
/// voxels. The limit goes with the work into its threads, so two works of one process may have limits of their own.
/// </remarks>
public static class MemoryLimit
{
    /// <summary>The command-line option that sets the limit, for messages.</summary>
    public const string OptionName = "--max-ram";

    private const long Gigabyte = 1L << 30;

    private static readonly AsyncLocal<Scope?> Active = new();

    /// <summary>Bytes that the program may take in all.</summary>
    public static long Bytes => Active.Value?.Bytes ?? Half;

    /// <summary>Bytes of it that are left for cases: the rest is what the program, its libraries and its weights take anyway.</summary>
    public static long ForWork => Math.Max(0, Bytes - Held);

    /// <summary>Bytes that the program, its libraries and its weights take anyway.</summary>
    public static long Held => Active.Value?.Held ?? 0;

    /// <summary>How many processes of one command have as much at the same time; 1 for a command in one process.</summary>
    private static int Shares => Active.Value?.Shares ?? 1;

    private static long Half => Machine / 2;

    private static long Machine => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Sets the limit for what the caller does until the result is disposed.</summary>
    /// <param name="bytes">Bytes that the program may take in all; 0 means half of what there is.</param>
    /// <param name="held">Bytes of them that the program itself takes.</param>
    /// <param name="shares">Processes of the same command that divide the bytes equally; the limit of this one is its share.</param>
    public static IDisposable Set(long bytes, long held = 0, int shares = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfNegative(held);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shares);
        return new Scope((bytes > 0 ? bytes : Half) / shares, held, shares, Active.Value);
    }

    /// <summary>Makes the limit in force the sum of several processes of the same command, of which this one has a share, until the result is disposed; what it holds stays noted.</summary>
    /// <param name="shares">The processes.</param>
    public static IDisposable Share(int shares)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shares);
        return new Scope(Bytes / shares, shares, Active.Value);
    }

    /// <summary>Notes that something besides cases takes memory until the limit's end, such as a native library or a network's weights.</summary>
    /// <param name="name">What it is; the same name again changes its bytes.</param>
    /// <param name="bytes">Bytes that it takes.</param>
    public static void Hold(string name, long bytes) => Active.Value?.Hold(name, bytes);

    /// <summary>Refuses work that cannot be done within the limit; called before any memory is taken for it.</summary>
    /// <param name="where">The file or case.</param>
    /// <param name="bytes">Bytes that the work takes at most.</param>
    /// <param name="subject">What takes them, such as "the image".</param>
    /// <exception cref="DescribedException">It does not fit.</exception>
    public static void Check(string where, long bytes, string subject)
    {
        if (bytes > ForWork) throw Refusal(where, bytes, $"{subject} needs");
    }

    /// <summary>The refusal of work that does not fit the limit; sizes are of the whole program, as the option's are.</summary>
    /// <param name="where">The file or case.</param>
    /// <param name="bytes">Bytes that the work takes at most.</param>
    /// <param name="subject">What takes them, with its verb, such as "the image needs".</param>
    /// <param name="condition">How they are counted, such as "even with its probabilities in a file"; empty for nothing.</param>
    public static DescribedException Refusal(string where, long bytes, string subject, string condition = "")
    {
        double needed = Math.Ceiling((Held + (double)bytes) / Gigabyte * 100) / 100;
        string fewer = Shares > 1 ? "name fewer devices, which share the memory, or " : "";
        string remedy = fewer + (needed * Shares * Gigabyte <= Machine
            ? FormattableString.Invariant($"allow more ({OptionName} {needed * Shares:0.00}), or crop the image or resample it to a coarser spacing")
            : "use a machine with more memory, or crop the image or resample it to a coarser spacing");
        string each = Shares > 1 ? string.Create(CultureInfo.InvariantCulture, $" by each of {Shares} processes") : "";
        string how = condition.Length == 0 ? "" : " " + condition;
        return new DescribedException(
            where,
            string.Create(CultureInfo.InvariantCulture, $"{subject} about {needed:0.00} GB of memory{how}, but {(double)Bytes / Gigabyte:0.00} GB may be used{each}"),
            remedy);
    }

    private sealed class Scope : IDisposable
    {
        private readonly Scope? _outer;
        private readonly ConcurrentDictionary<string, long> _held = new(StringComparer.Ordinal);

        public Scope(long bytes, long held, int shares, Scope? outer)
        {
            (Bytes, Shares, _outer) = (bytes, shares, outer);
            Hold("program", held);
            Active.Value = this;
        }

        public Scope(long bytes, int shares, Scope? outer)
        {
            (Bytes, Shares, _outer) = (bytes, shares, outer);
            foreach ((string name, long held) in outer?._held ?? []) Hold(name, held);
            Active.Value = this;
        }

        public long Bytes { get; }

        public int Shares { get; }

        public long Held => _held.Values.Sum();

        public void Hold(string name, long bytes) => _held[name] = bytes;

        public void Dispose()
        {
            if (Active.Value == this) Active.Value = _outer;
        }
    }
}
