using NnUNet.Imaging.Algorithms;

namespace NnUNet.Imaging.Tests.Algorithms;

public sealed class FiniteVoxelsTests
{
    [Fact]
    public void AreAll_FindsEachNumberThatIsNotFinite_WhereverItIs()
    {
        // Given: numbers at the ends of the range, of every length up to some vectors
        float[] kinds = [0, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1, -1];
        for (int length = 0; length < 70; length++)
        {
            float[] numbers = [.. Enumerable.Range(0, length).Select(i => kinds[i % kinds.Length])];

            // Then
            Assert.True(FiniteVoxels.AreAll(numbers));
            for (int i = 0; i < length; i++)
            {
                foreach (float bad in (float[])[float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                {
                    float[] spoilt = [.. numbers];
                    spoilt[i] = bad;
                    Assert.False(FiniteVoxels.AreAll(spoilt));
                }
            }
        }
    }

    [Fact]
    public void AreAll_OfHalves_FindsEachNumberThatIsNotFinite_WhereverItIs()
    {
        for (int length = 0; length < 70; length++)
        {
            Half[] numbers = [.. Enumerable.Range(0, length).Select(static i => i % 3 == 0 ? Half.MaxValue : i % 3 == 1 ? Half.Epsilon : Half.MinValue)];
            Assert.True(FiniteVoxels.AreAll(numbers));
            for (int i = 0; i < length; i++)
            {
                foreach (Half bad in (Half[])[Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity])
                {
                    Half[] spoilt = [.. numbers];
                    spoilt[i] = bad;
                    Assert.False(FiniteVoxels.AreAll(spoilt));
                }
            }
        }
    }

    [Fact]
    public void Replaced_CountsAndReplaces_AndLeavesTheGivenVoxels()
    {
        // Given
        float[] voxels = [1, float.NaN, float.PositiveInfinity, 2, float.NegativeInfinity];

        // When
        float[] clean = FiniteVoxels.Replaced(voxels, out NonFiniteCount count);

        // Then
        Assert.Equal([1, 0, 0, 2, 0], clean);
        Assert.Equal(new NonFiniteCount(1, 2), count);
        Assert.True(float.IsNaN(voxels[1]));
    }

    [Theory]
    [InlineData(1, 0, "1 voxel is not a number (NaN)")]
    [InlineData(2, 0, "2 voxels are not a number (NaN)")]
    [InlineData(0, 1, "1 voxel is infinite or beyond the range of float32")]
    [InlineData(0, 3, "3 voxels are infinite or beyond the range of float32")]
    [InlineData(2, 1, "2 voxels are not a number (NaN), 1 is infinite or beyond the range of float32")]
    public void Describe_IsASentenceWithTheCounts(long notANumber, long infinite, string expected) =>
        Assert.Equal(expected, new NonFiniteCount(notANumber, infinite).Describe("voxels"));
}
