namespace NnUNet.Workflows.Bundles;

/// <summary>How far a bundle is.</summary>
/// <param name="CaseId">The image in work.</param>
/// <param name="Work">What is done, such as "organs" or "resampling".</param>
/// <param name="Share">How much of the networks' work on the image is done, 0 to 1, those of crops counted.</param>
/// <param name="Done">Images done.</param>
/// <param name="Total">Images in all.</param>
public readonly record struct BundleProgress(string CaseId, string Work, double Share, int Done, int Total);
