namespace NnUNet.Imaging.Tests;

public sealed class ReorientationTests
{
    public static TheoryData<string> Orientations { get; } = [.. from order in new[] { "RAS", "RSA", "ARS", "ASR", "SRA", "SAR" }
                                                                  from signs in Enumerable.Range(0, 8)
                                                                  select string.Concat(order.Select((letter, i) => (signs & (1 << i)) == 0 ? letter : Opposite(letter)))];

    [Theory]
    [InlineData(new double[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 }, "LPS")]
    [InlineData(new double[] { -1, 0, 0, 0, -1, 0, 0, 0, 1 }, "RAS")]
    [InlineData(new double[] { 0, 0, 1, 1, 0, 0, 0, -1, 0 }, "PIL")]
    [InlineData(new[] { 0.8, 0.6, 0, -0.6, 0.8, 0, 0, 0, -1 }, "LPI")]
    public void Of_ADirection_GivesTheNearestLetters(double[] direction, string letters) =>
        Assert.Equal(letters, Orientation.Of(ImageGeometry.Identity with { ItkDirection = [.. direction] }).ToString());

    [Theory]
    [InlineData("RAL")]
    [InlineData("RA")]
    [InlineData("RASX")]
    [InlineData("XYZ")]
    [InlineData("")]
    public void TryParse_WhatIsNoOrientation_GivesNull(string letters) => Assert.Null(Orientation.TryParse(letters));

    [Theory]
    [MemberData(nameof(Orientations))]
    public void To_AnyOrientation_LeavesEachVoxelAtItsPlace(string letters)
    {
        // Given an image that lies askew, with another number in each voxel
        Volume<int> image = Askew();

        // When
        Volume<int> turned = Reorientation.To(image, Orientation.TryParse(letters)!);

        // Then
        Assert.Equal(letters, Orientation.Of(turned.Geometry).ToString());
        Assert.Equal(Places(image), Places(turned));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void To_AndBack_GivesTheSameVoxelsAndGeometry(string letters)
    {
        Volume<int> image = Askew();

        Volume<int> back = Reorientation.To(Reorientation.To(image, Orientation.TryParse(letters)!), Orientation.Of(image.Geometry));

        Assert.Equal(image.Voxels, back.Voxels);
        Assert.Equal(image.Geometry.ItkDirection, back.Geometry.ItkDirection);
        Assert.Equal(image.Geometry.ItkSpacing, back.Geometry.ItkSpacing);
        Assert.All(image.Geometry.ItkOrigin.Zip(back.Geometry.ItkOrigin), static pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void To_OfAHeader_TellsWhatTheTurnedImageHas(string letters)
    {
        Volume<int> image = Askew();
        Orientation to = Orientation.TryParse(letters)!;

        Volume<int> turned = Reorientation.To(image, to);

        Assert.Equal((turned.Extent, turned.Geometry), Reorientation.To(image.Extent, image.Geometry, to));
    }

    [Theory]
    [MemberData(nameof(Orientations))]
    public void GeometryOf_ASpacing_LeadsAsTheOrientationSays(string letters)
    {
        ImageGeometry geometry = Orientation.TryParse(letters)!.GeometryOf(new Spacing(3, 2, 1));

        Assert.Equal(letters, Orientation.Of(geometry).ToString());
        Assert.Equal(new Spacing(3, 2, 1), geometry.Spacing);
    }

    [Fact]
    public void To_ItsOwnOrientation_IsTheSameImage()
    {
        Volume<int> image = Askew();

        Assert.Same(image, Reorientation.To(image, Orientation.Of(image.Geometry)));
    }

    [Fact]
    public void To_OfAPicture_TurnsItWithinItsPlaneOnly()
    {
        Volume<int> picture = new([1, 2, 3, 4, 5, 6], new Extent(1, 2, 3), ImageGeometry.Identity with { Dimensions = 2 });

        Volume<int> turned = Reorientation.To(picture, Orientation.TryParse("RPS")!);

        Assert.Equal([3, 2, 1, 6, 5, 4], turned.Voxels);
        Assert.Throws<ArgumentException>(() => Reorientation.To(picture, Orientation.TryParse("RSP")!));
    }

    private static Volume<int> Askew()
    {
        // 0.6 and 0.8 about z, then y and z exchanged: the letters are those of the larger cosines.
        ImageGeometry geometry = new() { ItkSpacing = [0.5, 2, 3], ItkOrigin = [10, -20, 5], ItkDirection = [0.8, 0, 0.6, -0.6, 0, 0.8, 0, 1, 0] };
        return new Volume<int>([.. Enumerable.Range(1, 24)], new Extent(2, 3, 4), geometry);
    }

    /// <summary>The place of each voxel in the patient, rounded to a thousandth of a millimetre, by its number.</summary>
    private static IEnumerable<(int Number, double X, double Y, double Z)> Places(Volume<int> image)
    {
        ImageGeometry g = image.Geometry;
        return from z in Enumerable.Range(0, image.Extent.Z)
               from y in Enumerable.Range(0, image.Extent.Y)
               from x in Enumerable.Range(0, image.Extent.X)
               let at = new double[] { x, y, z }
               let world = Enumerable.Range(0, 3).Select(w => Math.Round(g.ItkOrigin[w] + Enumerable.Range(0, 3).Sum(a => g.ItkDirection[(3 * w) + a] * g.ItkSpacing[a] * at[a]), 3)).ToArray()
               orderby image[z, y, x]
               select (image[z, y, x], world[0], world[1], world[2]);
    }

    private static char Opposite(char letter) => letter switch { 'R' => 'L', 'A' => 'P', _ => 'I' };
}
