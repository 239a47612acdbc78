using System.Diagnostics.Metrics;
using NnUNet.Web.Service;

namespace NnUNet.Web.Tests.Service;

/// <summary>The text format of Prometheus.</summary>
public sealed class PrometheusTextTests
{
    [Fact]
    public void Instruments_AreWrittenByTheirKind()
    {
        using Meter meter = new("test");
        using PrometheusText text = new(m => ReferenceEquals(m, meter));
        Counter<long> counter = meter.CreateCounter<long>("a.count", "{thing}", "Things.");
        Histogram<double> times = meter.CreateHistogram<double>("b.time", "s", "Times.");
        meter.CreateObservableGauge("c.level", static () => 7, "{thing}", "Now.");

        counter.Add(2, new KeyValuePair<string, object?>("kind.of", "a \"word\"\n"));
        counter.Add(3, new KeyValuePair<string, object?>("kind.of", "a \"word\"\n"));
        times.Record(0.02);
        times.Record(4);

        string printed = text.Print();
        Assert.Contains("# HELP a_count_total Things.\n# TYPE a_count_total counter\na_count_total{kind_of=\"a \\\"word\\\"\\n\"} 5\n", printed, StringComparison.Ordinal);
        Assert.Contains("b_time_seconds_bucket{le=\"0.01\"} 0\nb_time_seconds_bucket{le=\"0.025\"} 1\n", printed, StringComparison.Ordinal);
        Assert.Contains("b_time_seconds_bucket{le=\"5\"} 2\n", printed, StringComparison.Ordinal);
        Assert.Contains("b_time_seconds_bucket{le=\"+Inf\"} 2\nb_time_seconds_sum 4.02\nb_time_seconds_count 2\n", printed, StringComparison.Ordinal);
        Assert.Contains("# TYPE c_level gauge\nc_level 7\n", printed, StringComparison.Ordinal);
    }
}
