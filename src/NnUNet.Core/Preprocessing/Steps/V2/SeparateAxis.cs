using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Preprocessing.Steps.V2;

/// <summary>Which axis nnU-Net v2 resamples by itself.</summary>
internal static class SeparateAxis
{
    /// <summary>The axis (0 = z, 1 = y, 2 = x), or null where none is.</summary>
    /// <param name="grids">Both grids; the spacing that there is decides before the one that is wanted.</param>
    /// <param name="rule">Whether an axis is forced, and from which spacing on one is coarse.</param>
    /// <remarks>
    /// Three equally coarse axes that are forced switch it off too, unlike in version 1.
    /// Source: nnunetv2/preprocessing/resampling/default_resampling.py, determine_do_sep_z_and_axis.
    /// </remarks>
    public static int? Of(ResamplingGrids grids, ResamplingRule rule) =>
        rule.ForceSeparateZ == true && AnisotropicResampling.CoarsestAxes(grids.FromSpacing).Length != 1
            ? null
            : AnisotropicResampling.SeparateAxis(grids.FromSpacing, grids.ToSpacing, rule.ForceSeparateZ, rule.Threshold);
}
