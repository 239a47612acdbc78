using System.Globalization;
using NnUNet.Files.Numpy;
using NnUNet.Imaging.Algorithms;
using NnUNet.Testing;

namespace NnUNet.Imaging.Tests.Algorithms;

public class BinaryMorphologyTests
{
    private delegate void Operation(Span<bool> mask, Extent extent, double radius);

    public static TheoryData<string, double> Recorded
    {
        get
        {
            TheoryData<string, double> data = [];
            foreach (string operation in new[] { "dilation", "erosion", "opening", "closing" })
            {
                foreach (double radius in new[] { 1.0, 2.0, 3.4 }) data.Add(operation, radius);
            }

            return data;
        }
    }

    public static TheoryData<string, string, double> EvenFootprints
    {
        get
        {
            TheoryData<string, string, double> data = [];
            foreach (string image in new[] { "pt", "hole" })
            {
                foreach (string operation in new[] { "dilation", "erosion", "opening", "closing" })
                {
                    foreach (double radius in new[] { 1.5, 1.7, 2.5 }) data.Add(image, operation, radius);
                }
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Recorded))]
    public void Operation_RecordedCall_GivesTheOriginalsMask(string operation, double radius)
    {
        // Given: the second-last channel is the mask
        string size = radius.ToString("0.0", CultureInfo.InvariantCulture).Replace('.', 'p');
        IReadOnlyDictionary<string, NpyArray> arrays = NpzFile.Read(TestData.Golden($"augmentation/binary_{operation}_r{size}.npz"));
        Extent extent = Extent.From([.. arrays["data_in"].Shape.Skip(1).Select(static n => (int)n)]);
        bool[] mask = Channel(arrays["data_in"], extent, 3);

        // When
        ByName(operation)(mask, extent, radius);

        // Then
        Assert.Equal(Channel(arrays["data_out"], extent, 3), mask);
    }

    [SkippableTheory]
    [MemberData(nameof(EvenFootprints))]
    public void Operation_BallOfEvenEdge_LiesAsInTheOriginal(string image, string operation, double radius)
    {
        // Given: a point in the middle, or everything but that point
        string key = string.Create(CultureInfo.InvariantCulture, $"{image}_{operation}_{radius:0.0}");
        NpyArray expected = NpzFile.Read(TestData.Golden("augmentation/even_footprint_origin.npz"))[key];
        Extent extent = new(7, 7, 7);
        bool[] mask = new bool[extent.Count];
        mask[(((3 * 7) + 3) * 7) + 3] = true;
        bool[] start = image == "pt" ? mask : Array.ConvertAll(mask, static v => !v);

        // When
        ByName(operation)(start, extent, radius);

        // Then
        Assert.Equal(Array.ConvertAll(expected.ToArray<byte>(), static v => v != 0), start);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(80)]
    public void FillHoles_RandomMask_EqualsTheFloodFromOutside(int percent)
    {
        // Given
        Extent extent = new(6, 8, 35);
        NumpyRandomState random = new((uint)percent);
        bool[] mask = [.. Enumerable.Range(0, (int)extent.Count).Select(_ => random.RandomSample() * 100 < percent)];
        bool[] expected = FloodFill.FillHoles(mask, extent);

        // When
        BinaryMorphology.FillHoles(mask, extent);

        // Then
        Assert.Equal(expected, mask);
    }

    [Fact]
    public void FillHoles_HollowCube_IsFilled()
    {
        // Given
        bool[] mask = new bool[27];
        Array.Fill(mask, true);
        mask[13] = false;

        // When
        BinaryMorphology.FillHoles(mask, new Extent(3, 3, 3));

        // Then
        Assert.DoesNotContain(false, mask);
    }

    [Fact]
    public void FillHoles_SingleSlice_StaysAsItIs()
    {
        // Given: a ring, whose inside touches the volume's border from above and below
        bool[] mask = [true, true, true, true, false, true, true, true, true];

        // When
        BinaryMorphology.FillHoles(mask, new Extent(1, 3, 3));

        // Then
        Assert.False(mask[4]);
    }

    [Fact]
    public void Erode_FullMask_StaysFull()
    {
        // Given
        bool[] mask = new bool[24];
        Array.Fill(mask, true);

        // When
        BinaryMorphology.Erode(mask, new Extent(2, 3, 4), 2);

        // Then
        Assert.DoesNotContain(false, mask);
    }

    [Fact]
    public void Dilate_RadiusBelowOne_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BinaryMorphology.Dilate(new bool[8], new Extent(2, 2, 2), 0.5));

    private static Operation ByName(string name) => name switch
    {
        "dilation" => BinaryMorphology.Dilate,
        "erosion" => BinaryMorphology.Erode,
        "opening" => BinaryMorphology.Open,
        _ => BinaryMorphology.Close,
    };

    private static bool[] Channel(NpyArray array, Extent extent, int channel) =>
        [.. array.ToArray<float>().Skip(channel * (int)extent.Count).Take((int)extent.Count).Select(static v => v > 0.5f)];
}
