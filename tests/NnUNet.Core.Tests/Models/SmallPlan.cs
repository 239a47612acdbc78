using System.Text.Json;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;

namespace NnUNet.Core.Tests.Models;

/// <summary>A plan of two stages that says nothing of interest.</summary>
internal static class SmallPlan
{
    public static Plan Create(int? networkStage = null) => new()
    {
        NumStages = 2,
        NumModalities = 1,
        Modalities = new() { [0] = "MRI" },
        NormalizationSchemes = new() { [0] = "nonCT" },
        DatasetProperties = new DatasetFingerprint
        {
            AllSizes = [[8, 8, 8]],
            AllSpacings = [[1, 1, 1]],
            AllClasses = [1],
            Modalities = new() { [0] = "MRI" },
            SizeReductions = new() { ["case"] = 1 },
        },
        NumClasses = 1,
        AllClasses = [1],
        BaseNumFeatures = 32,
        UseMaskForNorm = new() { [0] = false },
        TransposeForward = [0, 1, 2],
        TransposeBackward = [0, 1, 2],
        DataIdentifier = "nnUNetData_plans_v2.1",
        PreprocessorName = "GenericPreprocessor",
        PlansPerStage = new() { [0] = Stage(2), [1] = Stage(1) },
        Network = new NetworkDescription
        {
            Name = "Generic_UNet",
            Arguments = JsonSerializer.SerializeToElement(new { input_channels = 1 }),
            MirrorAxes = [0, 1, 2],
            Stage = networkStage,
        },
    };

    private static ConfigurationPlan Stage(double spacing) => new()
    {
        BatchSize = 2,
        NumPoolPerAxis = [1, 1, 1],
        PatchSize = [8, 8, 8],
        MedianPatientSizeInVoxels = [8, 8, 8],
        CurrentSpacing = [spacing, spacing, spacing],
        OriginalSpacing = [1, 1, 1],
        DoDummy2DDataAug = false,
        PoolOpKernelSizes = [[2, 2, 2]],
        ConvKernelSizes = [[3, 3, 3], [3, 3, 3]],
    };
}
