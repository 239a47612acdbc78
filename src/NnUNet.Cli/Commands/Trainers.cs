using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Cli.Commands;

/// <summary>Lists the trainers, those of plug-ins too.</summary>
[CatalogName("trainers")]
internal sealed class Trainers : CommandDefinition
{
    private readonly Argument<string[]> _filter = new("WORD")
    {
        Description = "Only trainers whose name has this in it; all unless given.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Training;

    /// <inheritdoc/>
    public override string Summary => "List the trainers with their lengths, networks, losses and optimisers.";

    /// <inheritdoc/>
    public override string Details => "docs/trainers.md says what each of them does otherwise. Those marked \"cascade\" are for 3d_cascade_fullres, the others for the rest.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_filter];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet trainers", "nnunet trainers Loss", "nnunet trainers --plugin mine.dll"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => true;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string[] filter = call.Get(_filter) ?? [];
        IReadOnlyCollection<string> all = Catalog<TrainerRecipe>.Names;
        string[] names = [.. all.Where(name => filter.All(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))];
        if (names.Length == 0)
        {
            throw new DescribedException($"trainers {string.Join(' ', filter)}", "no trainer's name has this in it", Nearest.Remedy(string.Join('_', filter), all, TrainerListing));
        }

        call.Print(TextTable.Format([["trainer", "", "network", "loss", "optimiser", "epochs", "iterations"], .. names.Select(Row)], WordColumns));
        return CommandLine.Done;
    }

    private const string TrainerListing = "nnunet trainers";

    /// <summary>All but the numbers.</summary>
    private const int WordColumns = 5;

    private static string[] Row(string name)
    {
        TrainerRecipe recipe = Catalog<TrainerRecipe>.Create(name);
        return
        [
            name, recipe.UsesPreviousStage ? "cascade" : "", recipe.Network, recipe.Loss, recipe.Optimizer,
            recipe.Epochs.ToString(CultureInfo.InvariantCulture), recipe.IterationsPerEpoch.ToString(CultureInfo.InvariantCulture),
        ];
    }
}
