using NnUNet.Foundation;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Workflows.Prediction;

/// <summary>Predicts a run's cases on several devices side by side, an equal share on each.</summary>
/// <param name="devices">The devices; the processor may be there several times.</param>
/// <param name="predict">Predicts the share of one device, which stands in the options.</param>
internal sealed class DevicePredictions(ValueArray<TorchDevice> devices, PartPrediction predict)
{
    /// <summary>Predicts the cases. A part that dies stops no other; those of its cases that are not done have failed then.</summary>
    /// <param name="request">What to predict.</param>
    /// <param name="isDone">Whether the segmentation of a case is there as it is made now.</param>
    /// <param name="progress">Receives reports about each case, one at a time.</param>
    /// <param name="cancel">Stops all parts; what was written is whole.</param>
    /// <exception cref="DescribedException">No part could do anything; the first one's error.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public PartReport Run(PartRequest request, Func<string, bool> isDone, IProgress<PredictProgress>? progress, CancellationToken cancel)
    {
        Together together = new(request.Cases.Count, progress);
        Part[] parts =
        [
            .. devices.Take(request.Cases.Count).Select((device, i) => new Part(
                device,
                request with
                {
                    Options = request.Options with { Predict = request.Options.Predict with { Device = device } },
                    Cases = [.. request.Cases.Where((_, at) => at % devices.Count == i)],
                },
                together)),
        ];
        Task[] running = [.. parts.Select(part => Task.Factory.StartNew(() => part.Run(predict, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(running, CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        if (Array.TrueForAll(parts, static part => part is { Fault: not null, Ended: 0 })) throw parts[0].Fault!;
        return PartReport.Merge([.. parts.Select(part => (part.Report(isDone), part.Cases))]);
    }

    /// <summary>The share of one device.</summary>
    private sealed class Part(TorchDevice device, PartRequest request, Together together)
    {
        private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
        private PartReport _report = new();

        public int Cases => request.Cases.Count;

        /// <summary>Cases that came to their end, well or not.</summary>
        public int Ended => _ended.Count;

        /// <summary>Why the part ended before its cases did; null where it did not.</summary>
        public DescribedException? Fault { get; private set; }

        public void Run(PartPrediction predict, CancellationToken cancel)
        {
            try
            {
                _report = predict(request, new Relay<PredictProgress>(Take), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // told by the run
            }
            catch (DescribedException e)
            {
                Fault = e;
            }
        }

        public PartReport Report(Func<string, bool> isDone)
        {
            if (Fault is null) return _report;

            // What is there counts, unless it may be what was there before.
            string[] lost = [.. request.Cases.Where(c => !isDone(c) || (request.Options.Overwrite && !_ended.Contains(c)))];
            foreach (string one in lost.Where(c => !_ended.Contains(c))) together.Lose(one);
            return new PartReport { Failures = [.. lost.Select(c => new PredictFailure(c, PredictStage.Network, $"on {device}: {Fault.Message}"))] };
        }

        private void Take(PredictProgress report)
        {
            if (report.Done > Ended) _ended.Add(report.CaseId);
            together.Take(this, report, Cases);
        }
    }

    /// <summary>The progress of all parts as one.</summary>
    private sealed class Together(int total, IProgress<PredictProgress>? progress)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<Part, (int Done, double Share)> _parts = [];
        private int _lost;

        public void Take(Part part, PredictProgress report, int cases)
        {
            lock (_gate)
            {
                _parts[part] = (report.Done, report.RunShare * cases);
                Tell(report);
            }
        }

        /// <summary>A case will not come any more.</summary>
        public void Lose(string caseId)
        {
            lock (_gate)
            {
                _lost++;
                Tell(new PredictProgress(caseId, PredictStage.Network, 1, 0, total));
            }
        }

        private void Tell(PredictProgress report)
        {
            int done = _lost + _parts.Values.Sum(static p => p.Done);
            double share = Math.Max((double)done / total, _parts.Values.Sum(static p => p.Share) / total);
            progress?.Report(report with { Done = done, Total = total, RunShare = Math.Min(1, share) });
        }
    }
}
