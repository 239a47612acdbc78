namespace NnUNet.Core.Models;

/// <summary>The names of weights without what PyTorch's wrappers around a network put before them.</summary>
public static class WeightNames
{
    // torch.nn.DataParallel and DistributedDataParallel put this before every name,
    private const string ParallelPrefix = "module.";

    // and torch.compile puts this before every name within the module that was compiled.
    private const string CompiledPrefix = "_orig_mod.";

    /// <summary>The name in the network itself; wrappers may be put around each other, in any order.</summary>
    /// <param name="name">The name in a checkpoint.</param>
    public static string Unwrapped(string name)
    {
        name = name.Replace(CompiledPrefix, "", StringComparison.Ordinal);
        while (name.StartsWith(ParallelPrefix, StringComparison.Ordinal)) name = name[ParallelPrefix.Length..];
        return name;
    }
}
