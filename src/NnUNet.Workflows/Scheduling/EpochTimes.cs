using NnUNet.Core.Planning;
using NnUNet.Torch.Training;
namespace NnUNet.Workflows.Scheduling;

/// <summary>Estimates how long trainings take by what their configuration's epochs have taken so far.</summary>
/// <param name="records">The records of all folds that have begun.</param>
internal sealed class EpochTimes(IReadOnlyCollection<TrainingRecord> records)
{
    /// <summary>Epochs of a fold that count, from the last one on: the first ones fill caches, and machines change.</summary>
    private const int Lately = 50;

    /// <summary>What a training still takes; null where no epoch of its configuration is trained.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="iterations">Training iterations of an epoch.</param>
    /// <param name="epochs">Epochs that are left; may be a fraction.</param>
    public TimeSpan? Of(Configuration configuration, int iterations, double epochs)
    {
        double[] secondsPerIteration =
        [
            .. records.Where(r => r.Settings.Configuration == configuration.Name)
                .SelectMany(static r => r.State.Curves.TakeLast(Lately).Where(static epoch => double.IsFinite(epoch.Seconds)).Select(epoch => epoch.Seconds / r.Settings.Iterations)),
        ];
        return secondsPerIteration.Length == 0 ? null : TimeSpan.FromSeconds(secondsPerIteration.Average() * iterations * epochs);
    }

    /// <summary>Epochs that are left of a training.</summary>
    public static double Left(TrainingRecord record) =>
        record.State.EndedEarly ? 0 : record.Settings.Epochs - record.State.Epoch - ((double)record.State.Iteration / record.Settings.Iterations);
}
