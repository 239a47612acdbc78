using NnUNet.Core.Planning;

namespace NnUNet.Workflows.Scheduling;

/// <summary>One fold of one model.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trainer">The trainer's name in the catalogue.</param>
/// <param name="Fold">A number, or <c>all</c>.</param>
public readonly record struct FoldKey(Configuration Configuration, string Trainer, string Fold)
{
    /// <summary>For people: <c>3d_fullres, fold 0</c>.</summary>
    public override string ToString() => $"{Configuration}, fold {Fold}";
}
