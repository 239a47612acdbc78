namespace NnUNet.Core.Results;

/// <summary>What a result is worth, and why.</summary>
/// <param name="Standing">What it is worth.</param>
/// <param name="Reason">The end of a sentence that begins with "it"; empty where there is nothing to say.</param>
public readonly record struct ResultStanding(Standing Standing, string Reason = "");
