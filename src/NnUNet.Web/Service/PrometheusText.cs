using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NnUNet.Web.Service;

/// <summary>The measurements of some meters in the text format of Prometheus (version 0.0.4).</summary>
/// <remarks>Source: the page "Exposition formats" of Prometheus' documentation. Dots become underscores, units and counters get their usual endings.</remarks>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _series = new();
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="wanted">Says whose measurements count.</param>
    public PrometheusText(Func<Meter, bool> wanted)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!wanted(instrument.Meter)) return;
            _series[instrument] = new(StringComparer.Ordinal);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All measurements until now.</summary>
    public string Print()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        foreach ((Instrument instrument, ConcurrentDictionary<string, Series> all) in _series.OrderBy(static s => s.Key.Name, StringComparer.Ordinal))
        {
            string name = NameOf(instrument);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {KindOf(instrument)}\n");
            foreach ((string tags, Series series) in all.OrderBy(static s => s.Key, StringComparer.Ordinal)) series.Print(text, name, tags, IsHistogram(instrument));
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string NameOf(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_');
        if (instrument.Unit == "s") name += "_seconds";
        return KindOf(instrument) == "counter" ? name + "_total" : name;
    }

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long>;

    private static string KindOf(Instrument instrument) => IsHistogram(instrument) ? "histogram" : instrument.IsObservable ? "gauge" : "counter";

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_series.TryGetValue(instrument, out ConcurrentDictionary<string, Series>? all)) all.GetOrAdd(Text(tags), static _ => new Series()).Record(value, replaces: instrument.IsObservable);
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder text = new();
        foreach ((string key, object? value) in tags)
        {
            string escaped = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "," : "")}{key.Replace('.', '_')}=\"{escaped}\"");
        }

        return text.ToString();
    }

    /// <summary>The measurements of one instrument with the same tags.</summary>
    private sealed class Series
    {
        private readonly Lock _gate = new();
        private readonly long[] _buckets = new long[Bounds.Length];
        private double _sum;
        private long _count;

        public void Record(double value, bool replaces)
        {
            lock (_gate)
            {
                _sum = replaces ? value : _sum + value;
                _count++;
                int bucket = Array.FindIndex(Bounds, bound => value <= bound);
                if (bucket >= 0) _buckets[bucket]++;
            }
        }

        public void Print(StringBuilder text, string name, string tags, bool isHistogram)
        {
            lock (_gate)
            {
                if (!isHistogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{Braced(tags)} {_sum}\n");
                    return;
                }

                long below = 0;
                for (int i = 0; i < Bounds.Length; i++)
                {
                    below += _buckets[i];
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Braced(Joined(tags, string.Create(CultureInfo.InvariantCulture, $"le=\"{Bounds[i]}\"")))} {below}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{Braced(Joined(tags, "le=\"+Inf\""))} {_count}\n{name}_sum{Braced(tags)} {_sum}\n{name}_count{Braced(tags)} {_count}\n");
            }
        }

        private static string Joined(string tags, string more) => tags.Length == 0 ? more : $"{tags},{more}";

        private static string Braced(string tags) => tags.Length == 0 ? "" : $"{{{tags}}}";
    }
}
