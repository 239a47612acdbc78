namespace NnUNet.Pictures.Overlays;

/// <summary>A case on a <see cref="DatasetSheet"/>.</summary>
/// <param name="CaseId">Its name.</param>
/// <param name="Dice">The Dice of its labels; none without a reference.</param>
/// <param name="Png">Its picture, <see cref="DatasetSheet.Edge"/> pixels square.</param>
internal sealed record SheetEntry(string CaseId, IReadOnlyDictionary<int, double> Dice, byte[] Png)
{
    /// <summary>The mean Dice of its labels; NaN where there is none.</summary>
    public double MeanDice => Dice.Count == 0 ? double.NaN : Dice.Values.Average();
}
