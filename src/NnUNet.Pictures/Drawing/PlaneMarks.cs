namespace NnUNet.Pictures.Drawing;

/// <summary>The patient's directions at the edges of a slice on the page: L left, R right, A front, P back, S head, I feet.</summary>
/// <param name="Left">At the page's left.</param>
/// <param name="Right">At the page's right.</param>
/// <param name="Top">At the page's top.</param>
/// <param name="Bottom">At the page's bottom.</param>
internal sealed record PlaneMarks(string Left, string Right, string Top, string Bottom);
