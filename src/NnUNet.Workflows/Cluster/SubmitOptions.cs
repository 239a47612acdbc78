using NnUNet.Core.CrossValidation;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Cluster;

/// <summary>What the user asks of <c>nnunet submit TASK</c>.</summary>
internal sealed record SubmitOptions
{
    /// <summary>
    /// The work, as <c>nnunet run</c> would do it. Pairs of configurations compete where the trainings write probabilities, which
    /// its <see cref="WholeRunOptions.Ensembling"/> says here.
    /// </summary>
    public required WholeRunOptions Run { get; init; }

    /// <summary>What the jobs ask of the cluster.</summary>
    public required JobResources Resources { get; init; }

    /// <summary>How the jobs call this program.</summary>
    public required ProgramCall Program { get; init; }

    /// <summary>Whether only <c>all</c> is trained, which leaves nothing to choose by.</summary>
    internal bool HasNoChoice => Run.Training.Folds.Count > 0 && Run.Training.Folds.All(static f => f == Folds.All);

    /// <summary>What is wrong with the options themselves, each in one sentence; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        WholeRunOptions compared = Run with { Training = Run.Training with { Folds = [.. Run.Training.Folds.Where(static f => f != Folds.All)] } };
        string[] folders = [Run.Workspace.Raw, Run.Workspace.Preprocessed, Run.Workspace.Results, .. ((string?[])[Run.Input, Run.Output]).OfType<string>()];
        foreach (string fault in compared.Faults().Concat(Resources.Faults()).Concat(PathFaults(Resources, Program, folders))) yield return fault;
        if (Run.Input is not null && HasNoChoice) yield return $"the fold {Folds.All} leaves no case to choose a configuration by; segment with nnunet submit predict";
    }

    /// <summary>Paths that a script cannot name.</summary>
    internal static IEnumerable<string> PathFaults(JobResources resources, ProgramCall program, IEnumerable<string> folders)
    {
        string[] all = [.. folders];
        foreach (string path in all.Concat(program.Words).Concat(program.Files).Where(static p => p.Any(char.IsControl))) yield return $"the path \"{path}\" has a line break or another control character";
        if (resources.Container is null) yield break;
        foreach (string path in all.Concat(program.Files).Where(static p => p.AsSpan().ContainsAny(':', ','))) yield return $"the path {path} has a colon or a comma, which a container cannot be told";
    }
}
