using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Core.Tests.Models;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Tests.Export;

/// <summary>An artificial case on its way back: smooth probabilities on a network's grid, and where they belong.</summary>
internal sealed class ExportCase
{
    /// <summary>Axes of the image become axes 1, 2, 0 of the network's array.</summary>
    public static readonly int[] Turned = [1, 2, 0];

    /// <summary>Axes of the image stay.</summary>
    public static readonly int[] Straight = [0, 1, 2];

    public ExportCase(Extent network, Extent cropped, Extent margin, Spacing spacing, Spacing resampled, int[] transpose, int classes = 4)
    {
        int[] back = [Array.IndexOf(transpose, 0), Array.IndexOf(transpose, 1), Array.IndexOf(transpose, 2)];
        Plan = SmallPlan.Create() with { TransposeForward = transpose.ToValueArray(), TransposeBackward = back.ToValueArray() };
        Properties = new CaseProperties
        {
            OriginalSizeOfRawData = [cropped.Z + (2 * margin.Z), cropped.Y + (2 * margin.Y), cropped.X + margin.X],
            OriginalSpacing = spacing.ToArray().ToValueArray(),
            ItkOrigin = [1, 2, 3],
            ItkSpacing = [spacing.X, spacing.Y, spacing.Z],
            ItkDirection = [1, 0, 0, 0, 1, 0, 0, 0, 1],
            CropBbox = [[margin.Z, margin.Z + cropped.Z], [margin.Y, margin.Y + cropped.Y], [margin.X, margin.X + cropped.X]],
            SizeAfterCropping = cropped.ToArray().ToValueArray(),
            SizeAfterResampling = network.ToArray().ToValueArray(),
            SpacingAfterResampling = resampled.ToArray().ToValueArray(),
        };
        Probabilities = Smooth(classes, network);
        Cropped = cropped;
        Margin = margin;
        Backward = back;
    }

    public Plan Plan { get; }

    public ModelContract Contract => PlanContract.Of(Plan, 1, Plan.Network!);

    /// <summary>The contract of a network whose outputs are regions.</summary>
    public ModelContract Regions(AveragedOutput averaged, params int[] order) => Contract with
    {
        Labels = Contract.Labels with { RegionsClassOrder = order.ToValueArray() },
        Outputs = new OutputContract(OutputActivation.Sigmoid, averaged),
    };

    public CaseProperties Properties { get; }

    public MultiChannelArray<float> Probabilities { get; }

    public Extent Cropped { get; }

    public Extent Margin { get; }

    public int[] Backward { get; }

    private static MultiChannelArray<float> Smooth(int classes, Extent extent)
    {
        MultiChannelArray<float> maps = new(classes, extent);
        for (int i = 0; i < extent.Count; i++)
        {
            (int z, int y, int x) = (i / extent.SliceCount, i % extent.SliceCount / extent.X, i % extent.X);
            double sum = 0;
            for (int k = 0; k < classes; k++)
            {
                double e = Math.Exp(2 * Math.Sin(((k + 1) * (z + (0.7 * y) - (0.4 * x)) * 0.3) + (k * 1.3)));
                maps[k][i] = (float)e;
                sum += e;
            }

            for (int k = 0; k < classes; k++) maps[k][i] = (float)(maps[k][i] / sum);
        }

        return maps;
    }
}
