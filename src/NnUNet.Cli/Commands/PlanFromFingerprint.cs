using System.CommandLine;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Plans from a fingerprint alone.</summary>
[CatalogName("plan_from_fingerprint")]
internal sealed class PlanFromFingerprint : CommandDefinition
{
    private readonly Argument<string> _file = Values.Argument("FILE", "dataset_fingerprint.json, or a JSON file with the keys of the original's dataset_properties and num_cases.");
    private readonly Option<string?> _planner3D = Values.Text(["-pl3d", "--planner3d"], "NAME", "Plan 3D U-Nets with this planner, such as ExperimentPlanner3D_v21.");
    private readonly Option<string?> _planner2D = Values.Text(["-pl2d", "--planner2d"], "NAME", "Plan a 2D U-Net with this planner, such as ExperimentPlanner2D_v21.");
    private readonly Option<double[]> _spacing = PlanningChoices.SpacingOption();
    private readonly Option<string?> _output = Values.Text(["-o", "--output"], "FILE", "Where to write the plan.", required: true);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Planning;

    /// <inheritdoc/>
    public override string Summary => "Derive a plan from a data set's fingerprint, without its images.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_file, _planner3D, _planner2D, _spacing, _output];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet plan_from_fingerprint dataset_fingerprint.json -pl3d ExperimentPlanner3D_v21 -o plan.json"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        (string name, int dimensions) = (call.Get(_planner3D), call.Get(_planner2D)) switch
        {
            ({ } name3D, null) => (name3D, 3),
            (null, { } name2D) => (name2D, 2),
            _ => throw new UsageException("give exactly one of -pl3d and -pl2d"),
        };
        PlanningChoices.Check(name, dimensions);
        string output = call.Get(_output)!;
        Plan plan = Core.Planning.PlanFromFingerprint.Run(call.Get(_file), name, output, PlanningChoices.Options(call, _spacing));
        PlanningChoices.Print(call, plan);
        call.Print($"Written: {Path.GetFullPath(output)}");
        return CommandLine.Done;
    }
}
