namespace NnUNet.Interop.V2.Export;

/// <summary>A configuration that is written.</summary>
/// <param name="Name">Its name: 3d_fullres.</param>
/// <param name="Stage">The plan's stage.</param>
/// <param name="Network">Its network.</param>
/// <param name="BatchDice">Whether training takes the Dice of a whole batch.</param>
/// <param name="Previous">The configuration whose segmentation it sees; null for none.</param>
internal sealed record V2ExportConfiguration(string Name, int Stage, V2ExportNetwork Network, bool BatchDice, string? Previous = null);
