using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>A checkpoint that was opened: its record, and where it lay.</summary>
/// <typeparam name="T">The type of the record.</typeparam>
/// <param name="Record">How far the training was.</param>
/// <param name="Path">The file that was loaded.</param>
/// <param name="Skipped">Why a newer file was skipped; null where none was.</param>
public sealed record LoadedCheckpoint<T>(T Record, string Path, DescribedException? Skipped);
