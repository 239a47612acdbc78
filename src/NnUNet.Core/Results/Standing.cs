namespace NnUNet.Core.Results;

/// <summary>What a result that lies in a folder is worth to a run that would make it now.</summary>
public enum Standing
{
    /// <summary>There is none, or it lacks what is asked for.</summary>
    Missing,

    /// <summary>It was made of the same files in the same way.</summary>
    Fits,

    /// <summary>It fits but for a postprocessing, of which it has had none.</summary>
    NotPostprocessed,

    /// <summary>It was made of other files or in another way.</summary>
    Outdated,

    /// <summary>It cannot be read.</summary>
    Damaged,

    /// <summary>Nothing says how it was made, or it was changed since: it is not this program's to replace.</summary>
    Unknown,
}
