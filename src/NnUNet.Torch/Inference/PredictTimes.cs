namespace NnUNet.Torch.Inference;

/// <summary>The time of a run by stage. Stages of different cases run side by side, so that their sum is more than the run took.</summary>
/// <param name="Loading">From the run's beginning until the networks were loaded; the first case is prepared meanwhile.</param>
/// <param name="Preparation">Reading and preprocessing of a case, with its wait for memory: the mean over the cases.</param>
/// <param name="Network">A case in the networks: the mean over the cases.</param>
/// <param name="Export">Resampling and writing of a case: the mean over the cases.</param>
/// <param name="Waiting">How long the networks, once loaded, waited for cases to come and results to go, in all.</param>
/// <param name="BusyShare">The share of the time from then to the last case's end in which they computed, 0 to 1.</param>
public sealed record PredictTimes(TimeSpan Loading, TimeSpan Preparation, TimeSpan Network, TimeSpan Export, TimeSpan Waiting, double BusyShare);
