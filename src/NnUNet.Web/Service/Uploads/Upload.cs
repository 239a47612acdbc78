namespace NnUNet.Web.Service.Uploads;

/// <summary>What has come with a call, in the folder of its place.</summary>
/// <param name="Fields">Values of options by their names.</param>
/// <param name="Channels">The channels' files or folders in the folder of images, by their numbers.</param>
/// <param name="PreviousStage">The segmentation of a cascade's first stage there; null for none.</param>
internal sealed record Upload(IReadOnlyDictionary<string, string> Fields, IReadOnlyDictionary<int, string> Channels, string? PreviousStage);
