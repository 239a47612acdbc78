using System.Globalization;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Files.Numpy;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Preprocessing;

/// <summary>Comparisons of preprocessed cases with the original's.</summary>
internal static class PreprocessedAssert
{
    private const double Tolerance = 1e-4;

    public static CaseFiles Hippocampus(string caseId)
    {
        string folder = TestData.Data("Task04_Hippocampus");
        return new CaseFiles(caseId, [Path.Combine(folder, "imagesTr", caseId + ".nii.gz")], Path.Combine(folder, "labelsTr", caseId + ".nii.gz"));
    }

    /// <returns>The largest difference as a share of the channel's largest value.</returns>
    public static double SameArrays(string name, NpyArray expected, PreprocessedCase actual)
    {
        Assert.Equal([actual.Data.Channels + 1, .. actual.Data.Extent.ToArray().Select(static e => (long)e)], expected.Shape);
        float[] values = expected.ToArray<float>();
        int count = (int)actual.Data.Extent.Count;
        double largest = 0;
        for (int c = 0; c < actual.Data.Channels; c++)
        {
            float[] channel = values[(c * count)..((c + 1) * count)];
            double range = channel.Max(static v => Math.Abs(v));
            largest = Math.Max(largest, Golden.AssertClose($"{name}[{c}]", channel, actual.Data[c], Tolerance * range) / range);
        }

        Assert.Equal(values[^count..].Select(static v => (short)v), actual.Segmentation!);
        return largest;
    }

    /// <returns>Number of locations.</returns>
    public static int SameLocations(IReadOnlyDictionary<string, NpyArray> expected, PreprocessedCase actual, Plan plan)
    {
        SortedDictionary<int, int[]> drawn = ClassLocations.Draw(actual.Segmentation, actual.Data.Extent, plan.AllClasses);
        int count = 0;
        foreach ((int label, int[] locations) in drawn)
        {
            Assert.Equal(expected["class_locations_" + label.ToString(CultureInfo.InvariantCulture)].ToArray<int>(), locations);
            count += locations.Length / 3;
        }

        return count;
    }

    public static void SameProperties(CaseProperties expected, CaseProperties actual)
    {
        Assert.Equal(expected.OriginalSizeOfRawData, actual.OriginalSizeOfRawData);
        Assert.Equal(expected.OriginalSpacing, actual.OriginalSpacing);
        Assert.Equal(expected.ListOfDataFiles.Select(Path.GetFileName), actual.ListOfDataFiles.Select(Path.GetFileName));
        Assert.Equal(Path.GetFileName(expected.SegFile), Path.GetFileName(actual.SegFile));
        Assert.Equal(expected.ItkOrigin, actual.ItkOrigin);
        Assert.Equal(expected.ItkSpacing, actual.ItkSpacing);

        // The recording's ITK took the direction from the qform's float32 quaternion, today's takes it from the sform.
        Golden.AssertClose("itk_direction", expected.ItkDirection.AsSpan(), actual.ItkDirection.AsSpan(), 1e-6);
        Assert.Equal(expected.CropBbox, actual.CropBbox);
        Assert.Equal(expected.Classes, actual.Classes);
        Assert.Equal(expected.SizeAfterCropping, actual.SizeAfterCropping);
        Assert.Equal(expected.UseNonzeroMaskForNorm, actual.UseNonzeroMaskForNorm);
        Assert.Equal(expected.SizeAfterResampling, actual.SizeAfterResampling);
        Assert.Equal(expected.SpacingAfterResampling, actual.SpacingAfterResampling);
    }
}
