using NnUNet.Core.Cropping;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Torch.Networks;

namespace NnUNet.Torch.Benchmarks;

/// <summary>The plans that benchmarks work by.</summary>
internal static class BenchmarkPlans
{
    /// <summary>The plan of the hippocampus in 3D, with nothing to resample.</summary>
    public static Plan Hippocampus() => new()
    {
        NumStages = 1,
        NumModalities = 1,
        Modalities = new() { [0] = "MRI" },
        NormalizationSchemes = new() { [0] = "nonCT" },
        DatasetProperties = new DatasetFingerprint { AllSizes = [], AllSpacings = [], AllClasses = [1, 2], Modalities = new() { [0] = "MRI" }, SizeReductions = [] },
        NumClasses = 2,
        AllClasses = [1, 2],
        BaseNumFeatures = 32,
        UseMaskForNorm = new() { [0] = false },
        TransposeForward = [0, 1, 2],
        TransposeBackward = [0, 1, 2],
        DataIdentifier = "nnUNetData_plans_v2.1",
        PreprocessorName = "GenericPreprocessor",
        PlansPerStage = new()
        {
            [0] = new ConfigurationPlan
            {
                BatchSize = 9,
                NumPoolPerAxis = [3, 3, 3],
                PatchSize = [40, 56, 40],
                MedianPatientSizeInVoxels = [36, 50, 35],
                CurrentSpacing = [1, 1, 1],
                OriginalSpacing = [1, 1, 1],
                DoDummy2DDataAug = false,
                PoolOpKernelSizes = [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
                ConvKernelSizes = [[3, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]],
            },
        },
    };

    /// <summary>A contract of which the export needs only classes and axes.</summary>
    /// <param name="classes">Classes, the background counted.</param>
    /// <param name="transpose">Which array axis of the image each axis of the network is.</param>
    public static ModelContract ForExport(int classes, int[] transpose)
    {
        Plan plan = Hippocampus() with
        {
            NumClasses = classes - 1,
            AllClasses = [.. Enumerable.Range(1, classes - 1)],
            TransposeForward = transpose.ToValueArray(),
            TransposeBackward = [Array.IndexOf(transpose, 0), Array.IndexOf(transpose, 1), Array.IndexOf(transpose, 2)],
        };
        return PlanContract.Of(plan, 0, new GenericUNetFactory().Describe(plan, 0));
    }

    /// <summary>A case that was not cropped.</summary>
    /// <param name="image">Its voxel counts (z, y, x).</param>
    public static CaseProperties PropertiesOf(Extent image) => new()
    {
        OriginalSizeOfRawData = image.ToArray().ToValueArray(),
        OriginalSpacing = [1, 1, 1],
        ItkOrigin = [0, 0, 0],
        ItkSpacing = [1, 1, 1],
        ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
        CropBbox = [[0, image.Z], [0, image.Y], [0, image.X]],
        SizeAfterCropping = image.ToArray().ToValueArray(),
        SpacingAfterResampling = [1, 1, 1],
    };
}
