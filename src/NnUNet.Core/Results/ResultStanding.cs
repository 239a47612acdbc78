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

/// <summary>What a result is worth, and why.</summary>
/// <param name="Standing">What it is worth.</param>
/// <param name="Reason">The end of a sentence that begins with "it"; empty where there is nothing to say.</param>
public readonly record struct ResultStanding(Standing Standing, string Reason = "");

/// <summary>A case and what is said about its result.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Reason">The end of a sentence that begins with "it".</param>
public readonly record struct CaseRemark(string CaseId, string Reason);
