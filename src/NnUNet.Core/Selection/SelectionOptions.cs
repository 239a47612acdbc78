using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Selection;

/// <summary>Which models are compared, and how.</summary>
public sealed record SelectionOptions
{
    /// <summary>The configurations, in the order of the table and of the ensembles' names.</summary>
    /// <value>2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres.</value>
    public ValueArray<Configuration> Configurations { get; init; } = [.. Configuration.All];

    /// <summary>Whether somebody asked for just these configurations, so that even one that the task's plan does not have is missing.</summary>
    /// <value>False: what the plan does not have is passed over.</value>
    public bool ConfigurationsAreAsked { get; init; }

    /// <summary>The trainer of all configurations but the cascade.</summary>
    /// <value>nnUNetTrainerV2.</value>
    public string Trainer { get; init; } = Configuration.FullResolution.DefaultTrainer;

    /// <summary>The trainer of the cascade's second stage.</summary>
    /// <value>nnUNetTrainerV2CascadeFullRes.</value>
    public string CascadeTrainer { get; init; } = Configuration.Cascade.DefaultTrainer;

    /// <summary>The plans' name.</summary>
    /// <value>nnUNetPlansv2.1.</value>
    public string Plans { get; init; } = DefaultPlans;

    /// <summary>The folds that are pooled.</summary>
    /// <value>0 to 4.</value>
    public ValueArray<int> Folds { get; init; } = DefaultFolds;

    /// <summary>Whether pairs of configurations compete too.</summary>
    /// <value>True.</value>
    public bool Ensembling { get; init; } = true;

    /// <summary>Whether postprocessing is decided for every candidate.</summary>
    /// <value>True.</value>
    public bool Postprocessing { get; init; } = true;

    /// <summary>Whether anything that is missing is an error; otherwise the rest is compared.</summary>
    /// <value>False.</value>
    public bool Strict { get; init; }

    /// <summary>Options that every printed command needs, such as <c>--results DIR</c>.</summary>
    /// <value>None.</value>
    public string CommandOptions { get; init; } = "";

    /// <summary>Whether results that are current by sizes and times of change are compared with the contents that they were made from.</summary>
    /// <value>False.</value>
    public bool Recheck { get; init; }

    /// <summary>Cases at the same time.</summary>
    /// <value>0: as many as <see cref="ParallelLoop.DefaultDegree"/>.</value>
    public int Threads { get; init; }

    /// <summary>Bytes that all cases in work may take; a single case may always run.</summary>
    /// <value>0: half of the memory that the process may use.</value>
    public long MaxRamBytes { get; init; }

    internal const string DefaultPlans = "nnUNetPlansv2.1";

    internal static ValueArray<int> DefaultFolds { get; } = [0, 1, 2, 3, 4];

    /// <summary>The trainer of a configuration.</summary>
    public string TrainerOf(Configuration configuration) => configuration == Configuration.Cascade ? CascadeTrainer : Trainer;
}

/// <summary>A comparison that is not possible.</summary>
public sealed class SelectionException(string where, string what, string remedy, Exception? inner = null)
    : DescribedException(where, what, remedy, inner);
