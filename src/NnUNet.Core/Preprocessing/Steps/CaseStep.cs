namespace NnUNet.Core.Preprocessing.Steps;

/// <summary>A step of preprocessing a case.</summary>
public enum CaseStep
{
    /// <summary>Cut to the box around all voxels that are not 0. It is recorded in the image's own axes, and gives the same before and after <see cref="Transpose"/>.</summary>
    Crop,

    /// <summary>Bring the axes into the recipe's order.</summary>
    Transpose,

    /// <summary>Bring the channels to zero mean and unit deviation, or whatever their schemes do.</summary>
    Normalize,

    /// <summary>Bring the voxels to the recipe's spacing.</summary>
    Resample,
}
