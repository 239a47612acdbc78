namespace NnUNet.Core.Preprocessing.Run;

/// <summary>What of a task's preparation for training is there and current.</summary>
/// <param name="Task">The task's full name.</param>
/// <param name="Cases">Its training cases.</param>
/// <param name="Verified">Whether these files were verified without finding a fault.</param>
/// <param name="Planned">Whether the fingerprint and the plans are those of these files and planners.</param>
/// <param name="Current">Cases that are preprocessed from these files by these plans in every stage.</param>
/// <param name="Copied">Whether <c>dataset.json</c> and the reference segmentations lie beside the plans as they are in the raw task.</param>
public sealed record PreprocessingState(string Task, int Cases, bool Verified, bool Planned, int Current, bool Copied)
{
    /// <summary>Whether nothing is to be done.</summary>
    public bool IsComplete => Verified && Planned && Copied && Current == Cases;
}
