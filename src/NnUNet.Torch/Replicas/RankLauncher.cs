namespace NnUNet.Torch.Replicas;

/// <summary>Starts the ranks of a training on this host.</summary>
internal sealed class RankLauncher;
