using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>What <c>nnUNet_plan_and_preprocess</c> is asked to do.</summary>
public sealed record PreprocessingOptions
{
    /// <summary>The planner of the 3D configurations (<c>-pl3d</c>); null for none.</summary>
    /// <value>ExperimentPlanner3D_v21.</value>
    public string? Planner3D { get; init; } = "ExperimentPlanner3D_v21";

    /// <summary>The planner of the 2D configuration (<c>-pl2d</c>); null for none.</summary>
    /// <value>ExperimentPlanner2D_v21.</value>
    public string? Planner2D { get; init; } = "ExperimentPlanner2D_v21";

    /// <summary>What the user decides instead of the planners, such as the target spacing (<c>--spacing</c>).</summary>
    /// <value>Nothing.</value>
    public PlanningOptions Planning { get; init; } = PlanningOptions.Default;

    /// <summary>Whether to stop after the plans (<c>-no_pp</c>).</summary>
    /// <value>False.</value>
    public bool PlanOnly { get; init; }

    /// <summary>Whether to look for faults in all files first (<c>--verify_dataset_integrity</c>).</summary>
    /// <value>False.</value>
    public bool VerifyIntegrity { get; init; }

    /// <summary>Whether files that were verified before, and have not changed since, are not verified again.</summary>
    /// <value>False.</value>
    public bool VerifyOnce { get; init; }

    /// <summary>Whether the contents of all files are compared with the checksums that were kept, so that files are found that changed with size and time kept (<c>--recheck</c>).</summary>
    /// <value>False. Files of which no checksum was kept count as changed.</value>
    public bool Recheck { get; init; }

    /// <summary>Whether images with anything odd that is otherwise put right with a warning, such as voxels that are not finite, are refused (<c>--strict-input</c>).</summary>
    /// <value>False.</value>
    public bool StrictInput { get; init; }

    /// <summary>Cases at a time (<c>-tl</c>, <c>-tf</c>: all stages of a case are made together, so the larger one counts).</summary>
    /// <value>0: the machine's cores, or what <c>nnUNet_def_n_proc</c> says. Memory may allow fewer.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that the cases in work and those kept in memory may take (<c>--max-ram</c>).</summary>
    /// <value>0: half of the machine's memory.</value>
    public long MaxRamBytes { get; init; }

    /// <summary>The plans' name by which trainings find them: that of the 3D planner, or of the 2D planner where there is no other.</summary>
    /// <exception cref="CatalogException">The planner is unknown.</exception>
    public string PlansName() => Catalog<ExperimentPlanner>.Create(Planner3D ?? Planner2D ?? "").PlansNameFor(Planning);

    /// <summary>What is wrong with the options; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Planner3D is null && Planner2D is null) yield return "there is neither a 3D nor a 2D planner, so there is nothing to do";
        if (Threads < 0) yield return $"Threads is {Threads}, but must be 0 or more";
        if (MaxRamBytes < 0) yield return $"MaxRamBytes is {MaxRamBytes}, but must be 0 or more";
        foreach (string fault in Planning.Faults()) yield return fault;
    }
}
