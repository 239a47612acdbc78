using NnUNet.Core.Cropping;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Tests.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Tests.Preprocessing.Steps;

public sealed class CasePreprocessorTests
{
    private static readonly Extent Extent = new(5, 12, 14);
    private static readonly ImageGeometry Geometry = ImageGeometry.FromSpacing(new Spacing(4, 1, 1.5));

    public static TheoryData<string> Names => [.. Catalog<CasePreprocessor>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_EveryPreprocessor_GivesTheGridThatItSays(string name)
    {
        // Given
        CasePreprocessor preprocessor = Catalog<CasePreprocessor>.Create(name);
        Plan plan = PlanFor([2, 0, 1], [1.2, 3, 1.1]);

        // When
        PreprocessedCase actual = preprocessor.Run([Image()], Labels(), [], plan, stage: 0);

        // Then
        Assert.Equal(preprocessor.ExtentAfter(Extent, Geometry.Spacing, plan, 0), actual.Data.Extent);
        Assert.Equal(actual.Data.Extent.ToArray(), actual.Properties.SizeAfterResampling);
        Assert.All(actual.Data[0], static v => Assert.True(float.IsFinite(v)));
        Assert.Equal<short>([0, 1, 2], actual.Segmentation!.Distinct().Order());
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(2, 0, 1)]
    [InlineData(1, 2, 0)]
    public void Run_ATransposedPlan_IsTheSameAsATransposedImage(int first, int second, int third)
    {
        // Given
        int[] order = [first, second, third];
        double[] target = [2, 1.3, 1.2];
        ImageGeometry turned = ImageGeometry.FromSpacing(Geometry.Spacing.Transpose(order));
        Volume<float> image = new(AxisOrder.Transpose<float>(Image().Voxels, Extent, order), Extent.Transpose(order), turned);
        Volume<short> labels = new(AxisOrder.Transpose<short>(Labels().Voxels, Extent, order), Extent.Transpose(order), turned);
        PreprocessedCase expected = new GenericPreprocessor().Run([image], labels, [], PlanFor([0, 1, 2], target), stage: 0);

        // When
        PreprocessedCase actual = new GenericPreprocessor().Run([Image()], Labels(), [], PlanFor(order, target), stage: 0);

        // Then
        Assert.Equal(expected.Data.Extent, actual.Data.Extent);
        Assert.Equal(expected.Data[0], actual.Data[0]);
        Assert.Equal(expected.Segmentation, actual.Segmentation);
    }

    [Fact]
    public void Run_DoesNotChangeTheImage()
    {
        // Given
        Volume<float> image = Image();

        // When no resampling is needed, and the channel could be used in place
        PreprocessedCase actual = new GenericPreprocessor().Run([image], null, [], PlanFor([0, 1, 2], [4, 1, 1.5]), stage: 0);

        // Then
        Assert.Equal(Image().Voxels, image.Voxels);
        Assert.Equal(0, actual.Data[0].Average(), 5);
        Assert.All(actual.Segmentation!, static s => Assert.Equal(0, s));
    }

    [Fact]
    public void Run_ATwoDimensionalImage_KeepsItsOneSlice()
    {
        // Given
        ImageGeometry flat = ImageGeometry.Identity with { Dimensions = 2, ItkSpacing = [2, 1, 1] };
        Volume<float> image = new([.. Enumerable.Range(0, 80).Select(static i => 1f + (i % 9))], new Extent(1, 8, 10), flat);

        // When
        PreprocessedCase actual = new PreprocessorFor2D().Run([image], null, [], PlanFor([0, 1, 2], [999, 0.5, 1]), stage: 0);

        // Then
        Assert.Equal(new Extent(1, 16, 20), actual.Data.Extent);
        Assert.Equal(2, actual.Properties.Dimensions);
        Assert.Equal([999, 1, 2], actual.Properties.OriginalSpacing);
    }

    [Fact]
    public void Run_TheWrongNumberOfChannels_IsRefused()
    {
        // When
        PreprocessingException error = Assert.Throws<PreprocessingException>(
            static () => new GenericPreprocessor().Run([Image(), Image()], null, ["a_0000.nii.gz"], PlanFor([0, 1, 2], [1, 1, 1]), stage: 0));

        // Then
        Assert.Equal("a_0000.nii.gz: the case has 2 channels, but the plan 1; give the channels that the plan was made for.", error.Message);
    }

    [Fact]
    public void ReadChannels_OnDifferentGrids_IsRefused()
    {
        // Given
        using TinyTask task = new(cases: 1, channels: 2);
        ImageFile.WriteVolume(task.Image("case_00", 1), TinyTask.Ramp(1).WithGeometry(ImageGeometry.Identity with { ItkOrigin = [0, 5, 0] }));

        // When
        CaseException error = Assert.Throws<CaseException>(() => CaseReader.ReadChannels([task.Image("case_00", 0), task.Image("case_00", 1)]));

        // Then
        Assert.Equal(
            "its grid is up to 5 voxels off (origin (0, 5, 0) instead of (0, 0, 0) mm, x, y, z) compared with case_00_0000.nii.gz", error.What);
    }

    private static Volume<float> Image() => new([.. Enumerable.Range(0, (int)Extent.Count).Select(static i => 1 + (i * 37 % 101))], Extent, Geometry);

    private static Volume<short> Labels()
    {
        Volume<short> labels = new(Extent, Geometry);
        for (int z = 1; z < 4; z++)
        {
            for (int y = 2; y < 8; y++)
            {
                labels.Row(z, y)[2..6].Fill(1);
                labels.Row(z, y)[8..13].Fill(2);
            }
        }

        return labels;
    }

    private static Plan PlanFor(int[] order, double[] spacing)
    {
        DatasetFingerprint fingerprint = new()
        {
            NumCases = 1,
            AllSizes = [new ValueArray<int>(Extent.ToArray())],
            AllSpacings = [new ValueArray<double>(Geometry.Spacing.ToArray())],
            AllClasses = [1, 2],
            Modalities = new SortedDictionary<int, string> { [0] = "MR" },
            SizeReductions = new SortedDictionary<string, double> { ["a"] = 1 },
        };
        Plan plan = Catalog<ExperimentPlanner>.Create("ExperimentPlanner3D_v21").CreatePlan(fingerprint);
        return plan with
        {
            TransposeForward = [.. order],
            TransposeBackward = [.. Enumerable.Range(0, 3).Select(axis => Array.IndexOf(order, axis))],
            PlansPerStage = new SortedDictionary<int, ConfigurationPlan> { [0] = plan.PlansPerStage[0] with { CurrentSpacing = [.. spacing] } },
        };
    }
}
