using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Torch.Tests.Networks;

/// <summary>Plans of networks so small that a forward pass takes milliseconds.</summary>
internal static class TinyPlan
{
    /// <summary>The plan that a network is made for.</summary>
    public static Plan For(string network, int dimensions) => network == "FabiansUNet" ? Residual(Of(dimensions)) : Of(dimensions);

    /// <summary>The plan of a plain network: two channels, two classes, three resolutions, patches of twice the network's divisor.</summary>
    public static Plan Of(int dimensions)
    {
        bool volumes = dimensions == 3;
        return new Plan
        {
            NumStages = 1,
            NumModalities = 2,
            Modalities = new() { [0] = "T1", [1] = "T2" },
            NormalizationSchemes = new() { [0] = "nonCT", [1] = "nonCT" },
            DatasetProperties = new DatasetFingerprint { AllSizes = [], AllSpacings = [], AllClasses = [1, 2], Modalities = new() { [0] = "T1", [1] = "T2" }, SizeReductions = [] },
            NumClasses = 2,
            AllClasses = [1, 2],
            BaseNumFeatures = 8,
            UseMaskForNorm = new() { [0] = false, [1] = false },
            TransposeForward = [0, 1, 2],
            TransposeBackward = [0, 1, 2],
            DataIdentifier = "nnUNetData_plans_v2.1",
            PreprocessorName = "GenericPreprocessor",
            PlansPerStage = new()
            {
                [0] = new ConfigurationPlan
                {
                    BatchSize = 2,
                    NumPoolPerAxis = volumes ? [1, 2, 2] : [2, 2],
                    PatchSize = volumes ? [8, 16, 16] : [16, 16],
                    MedianPatientSizeInVoxels = [8, 16, 16],
                    CurrentSpacing = [3, 1, 1],
                    OriginalSpacing = [3, 1, 1],
                    DoDummy2DDataAug = true,
                    PoolOpKernelSizes = volumes ? [[1, 2, 2], [2, 2, 2]] : [[2, 2], [2, 2]],
                    ConvKernelSizes = volumes ? [[1, 3, 3], [3, 3, 3], [3, 3, 3]] : [[3, 3], [3, 3], [3, 3]],
                },
            },
        };
    }

    private static Plan Residual(Plan plain)
    {
        ConfigurationPlan stage = plain.PlansPerStage[0];
        ValueArray<int> ones = stage.PatchSize.Select(static _ => 1).ToValueArray();
        return plain with
        {
            PlansPerStage = new()
            {
                [0] = stage with { PoolOpKernelSizes = [ones, .. stage.PoolOpKernelSizes], NumBlocksEncoder = [1, 2, 3], NumBlocksDecoder = [1, 1] },
            },
        };
    }
}
