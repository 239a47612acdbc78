namespace NnUNet.Core.Results;

/// <summary>A case and what is said about its result.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Reason">The end of a sentence that begins with "it".</param>
public readonly record struct CaseRemark(string CaseId, string Reason);
