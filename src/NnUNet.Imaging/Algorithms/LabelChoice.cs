namespace NnUNet.Imaging.Algorithms;

/// <summary>Which of several labels a voxel gets that lies between them.</summary>
public enum LabelChoice
{
    /// <summary>The highest one with at least one half of the weight within slices, or more than one half along a coarse axis; else 0.</summary>
    Half,

    /// <summary>The highest one with more than one half of the weight; else 0.</summary>
    MoreThanHalf,

    /// <summary>The one with the largest weight, to which a thousandth is rounded in float16; of equal ones the lowest.</summary>
    Most,
}
