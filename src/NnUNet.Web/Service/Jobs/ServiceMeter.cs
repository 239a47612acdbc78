using System.Diagnostics.Metrics;

namespace NnUNet.Web.Service.Jobs;

/// <summary>What monitoring sees of the service: a meter named "NnUNet.Service". What it computes is told by the meter "NnUNet".</summary>
internal sealed class ServiceMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "NnUNet.Service";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<double> _waited;
    private int _running;

    /// <summary>Makes the instruments.</summary>
    /// <param name="store">Is asked how many jobs wait.</param>
    /// <param name="models">Is asked how many models are loaded.</param>
    public ServiceMeter(JobStore store, Models.ServedModels models)
    {
        Meter = new Meter(Name);
        _accepted = Meter.CreateCounter<long>("nnunet.service.jobs.accepted", "{job}", "Jobs that were accepted.");
        _refused = Meter.CreateCounter<long>("nnunet.service.jobs.refused", "{job}", "Uploads that were refused, by the status of the answer.");
        _ended = Meter.CreateCounter<long>("nnunet.service.jobs.ended", "{job}", "Jobs that ended, by how.");
        _seconds = Meter.CreateHistogram<double>("nnunet.service.job.duration", "s", "Time of a job in work.");
        _waited = Meter.CreateHistogram<double>("nnunet.service.job.wait", "s", "Time of a job in the queue.");
        Meter.CreateObservableGauge("nnunet.service.jobs.waiting", () => store.Waiting, "{job}", "Jobs in the queue, uploads in progress included.");
        Meter.CreateObservableGauge("nnunet.service.jobs.running", () => Volatile.Read(ref _running), "{job}", "Jobs in work.");
        Meter.CreateObservableGauge("nnunet.service.jobs.stored", () => store.Count, "{job}", "Jobs that are there, ended ones included.");
        Meter.CreateObservableGauge("nnunet.service.models.loaded", () => models.All.Count(static m => m.IsLoaded), "{model}", "Models whose networks are in memory.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>The mean time of jobs in work so far, in seconds; 0 before the first.</summary>
    public double MeanSeconds { get; private set; }

    /// <summary>A job was accepted.</summary>
    public void Accepted() => _accepted.Add(1);

    /// <summary>An upload was refused.</summary>
    public void Refused(int status) => _refused.Add(1, new KeyValuePair<string, object?>("status", status));

    /// <summary>A job begins.</summary>
    public void Begins(double waited)
    {
        Interlocked.Increment(ref _running);
        _waited.Record(waited);
    }

    /// <summary>A job in work has ended.</summary>
    public void Ends(string how, double seconds)
    {
        Interlocked.Decrement(ref _running);
        _ended.Add(1, new KeyValuePair<string, object?>("state", how));
        _seconds.Record(seconds);
        const double Recent = 0.2;
        MeanSeconds = MeanSeconds > 0 ? ((1 - Recent) * MeanSeconds) + (Recent * seconds) : seconds;
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();
}
