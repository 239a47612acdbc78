namespace NnUNet.Pictures.Overlays;

/// <summary>A case on a <see cref="DatasetSheet"/>.</summary>
/// <param name="CaseId">Its name.</param>
/// <param name="MeanDice">The mean Dice of its labels; NaN without a reference.</param>
/// <param name="Png">Its picture, <see cref="DatasetSheet.Edge"/> pixels square.</param>
internal sealed record SheetEntry(string CaseId, double MeanDice, byte[] Png);
