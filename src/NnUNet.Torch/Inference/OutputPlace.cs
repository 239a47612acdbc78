namespace NnUNet.Torch.Inference;

/// <summary>Where the networks' output for a case is while tiles are added up.</summary>
internal enum OutputPlace
{
    /// <summary>All of it in memory.</summary>
    Memory,

    /// <summary>In a temporary file, since memory does not suffice.</summary>
    File,

    /// <summary>Nowhere: of slices that no tile touches any more, only the labels are kept.</summary>
    Labels,
}
