using System.CommandLine;
using NnUNet.Cli.Children;
using NnUNet.Cli.Choices;
using NnUNet.Cli.Frame;
using NnUNet.Foundation;
using NnUNet.Workflows.Web;

namespace NnUNet.Cli.Commands;

/// <summary>Offers models as a service that other programs call.</summary>
[CatalogName("serve")]
internal sealed class Serve : CommandDefinition
{
    private readonly Argument<string[]> _models = new("MODEL")
    {
        Description = "The models' folders: TRAINER__PLANS, or TRAINER__PLANS__CONFIGURATION of nnU-Net v2.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly WebChoice _web = new();

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Prediction;

    /// <inheritdoc/>
    public override string Summary => "Offer models as a web service: an image in, its segmentation out.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_models, .. _web.Options];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet serve results/nnUNet/3d_fullres/Task004_Hippocampus/nnUNetTrainerV2__nnUNetPlansv2.1"];

    /// <inheritdoc/>
    public override string AfterInterruption => "the service has stopped";

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        ArgumentNullException.ThrowIfNull(call);
        ServiceSettings settings = new() { Web = _web.Of(call), Models = [.. call.Get(_models).Select(Path.GetFullPath)] };
        return WebChild.Run("serve", settings, call.Cancel);
    }
}
