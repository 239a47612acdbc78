using NnUNet.Imaging.Formats.Dicom.Segmentations;

namespace NnUNet.Imaging.Tests.Formats.Dicom.Segmentations;

public sealed class PixelOutlineTests
{
    [Fact]
    public void Of_Square_HasItsFourCorners()
    {
        IReadOnlyList<Corner> outline = Assert.Single(Outlines("....", ".##.", ".##."));

        Assert.Equal([new(1, 1), new(3, 1), new(3, 3), new(1, 3)], outline);
    }

    [Fact]
    public void Of_PixelsThatTouchAtACorner_HaveOutlinesOfTheirOwn()
    {
        Assert.Equal(2, Outlines("#.", ".#").Count);
    }

    [Fact]
    public void Of_Ring_IsOneOutlineWithAChannelToItsHole()
    {
        // When
        IReadOnlyList<Corner> outline = Assert.Single(Outlines("###", "#.#", "###"));

        // Then: the way into the hole and the way back are the same edge
        Assert.Equal([new(0, 0), new(1, 0), new(1, 2), new(2, 2), new(2, 1), new(1, 1), new(1, 0), new(3, 0), new(3, 3), new(0, 3)], outline);
    }

    [Fact]
    public void Of_AnyPixels_FilledAgainAreTheSame()
    {
        // Given
        Random random = new(3);
        for (int run = 0; run < 300; run++)
        {
            int columns = random.Next(1, 14), rows = random.Next(1, 14);
            double share = random.NextDouble();
            short[] slice = [.. Enumerable.Range(0, columns * rows).Select(_ => (short)(random.NextDouble() < share ? 1 : 0))];

            // When
            ContourFill fill = new(rows, columns);
            foreach (IReadOnlyList<Corner> outline in PixelOutline.Of(slice, columns, 1, (0, columns - 1, 0, rows - 1))) fill.Add([.. outline.Select(static c => (c.X - 0.5, c.Y - 0.5))]);

            // Then
            Assert.Equal(slice, Enumerable.Range(0, slice.Length).Select(i => (short)(fill[i] ? 1 : 0)));
        }
    }

    [Fact]
    public void Fill_ContourThroughCentres_HasTheVoxelsOnIt()
    {
        // Given
        ContourFill fill = new(4, 4);

        // When
        fill.Add([(1, 1), (3, 1), (3, 2), (1, 2)]);

        // Then
        Assert.Equal([5, 6, 7, 9, 10, 11], Enumerable.Range(0, 16).Where(i => fill[i]));
    }

    private static IReadOnlyList<IReadOnlyList<Corner>> Outlines(params string[] rows) =>
        PixelOutline.Of([.. string.Concat(rows).Select(static c => (short)(c == '#' ? 1 : 0))], rows[0].Length, 1, (0, rows[0].Length - 1, 0, rows.Length - 1));
}
