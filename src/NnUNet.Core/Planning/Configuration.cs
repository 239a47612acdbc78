using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Which network of a task: 2d, 3d_lowres, 3d_fullres or 3d_cascade_fullres.</summary>
/// <remarks>Source: nnunet/run/default_configuration.py.</remarks>
public sealed record Configuration
{
    private Configuration(string name) => Name = name;

    /// <summary>2d: slices in their plane.</summary>
    public static Configuration Slices { get; } = new("2d");

    /// <summary>3d_lowres: the first stage of a 3D plan that has two.</summary>
    public static Configuration LowResolution { get; } = new("3d_lowres");

    /// <summary>3d_fullres: the last stage of a 3D plan.</summary>
    public static Configuration FullResolution { get; } = new("3d_fullres");

    /// <summary>3d_cascade_fullres: the last stage of a 3D plan, with the segmentation of 3d_lowres as input.</summary>
    public static Configuration Cascade { get; } = new("3d_cascade_fullres") { DependsOn = LowResolution, DefaultTrainer = "nnUNetTrainerV2CascadeFullRes" };

    /// <summary>All of them in the order of training: the low resolution before the full one, so that devices have work while the cascade waits for its last fold.</summary>
    public static IReadOnlyList<Configuration> All { get; } = [Slices, LowResolution, FullResolution, Cascade];

    /// <summary>The names of <see cref="All"/>, in its order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static c => c.Name)];

    /// <summary>The name in commands and folders.</summary>
    public string Name { get; }

    /// <summary>The trainer that it has unless the user names another.</summary>
    /// <value>nnUNetTrainerV2; for 3d_cascade_fullres nnUNetTrainerV2CascadeFullRes.</value>
    public string DefaultTrainer { get; private init; } = "nnUNetTrainerV2";

    /// <summary>The configuration whose folds must all be trained before; null where none must.</summary>
    public Configuration? DependsOn { get; private init; }

    /// <summary>The configuration of a name.</summary>
    /// <exception cref="DescribedException">There is none; the known names are listed.</exception>
    public static Configuration Parse(string name) =>
        Find(name) ?? throw new DescribedException($"configuration \"{name}\"", "there is none of this name", Nearest.Remedy(name, [.. Names]));

    /// <summary>The configuration of a name; null where there is none.</summary>
    public static Configuration? Find(string name) => All.FirstOrDefault(c => c.Name == name);

    /// <summary>Its place in <see cref="All"/>, the order of training.</summary>
    public int Order => All.ToList().IndexOf(this);

    /// <summary>The name of the plan's file in a preprocessed task.</summary>
    /// <param name="plans">The plans' name, such as nnUNetPlansv2.1.</param>
    public string PlanFileName(string plans) => $"{plans}_plans_{(this == Slices ? "2D" : "3D")}.json";

    /// <summary>Whether a plan, read from <see cref="PlanFileName"/>, has this configuration.</summary>
    public bool IsIn(Plan plan) => plan.PlansPerStage.Count > (this == LowResolution || this == Cascade ? 1 : 0);

    /// <summary>The stage of a plan that it works on.</summary>
    public int StageOf(Plan plan) => this == FullResolution || this == Cascade ? plan.PlansPerStage.Keys.Last() : plan.PlansPerStage.Keys.First();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
