using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Writes the dataset.json of a folder of images.</summary>
[CatalogName("generate_dataset_json")]
internal sealed class GenerateDatasetJson : CommandDefinition
{
    private readonly Argument<string> _folder = Values.Argument("FOLDER", "The task's folder with imagesTr, labelsTr and, if there are any, imagesTs; dataset.json is written into it.");
    private readonly Option<string[]> _channels = Values.Texts(["--channels"], "NAME", "The channels' names in the order of their numbers (_0000, _0001, …), such as: T1 T2. A channel called CT is normalised as CT.", required: true);
    private readonly Option<string[]> _labels = Values.Texts(["--labels"], "NAME", "The labels' names in the order of their values 0, 1, 2, …; the first is the background.", required: true);
    private readonly Option<string?> _name = Values.Text(["--name"], "TEXT", "What the data set is called. The folder's name unless given.");
    private readonly Option<string?> _description = Values.Text(["--description"], "TEXT", "What the data show.", "");
    private readonly Option<string?> _reference = Values.Text(["--reference"], "TEXT", "Where the data come from.", "");
    private readonly Option<string?> _licence = Values.Text(["--licence"], "TEXT", "Under which licence the data are.", "");
    private readonly Option<string?> _release = Values.Text(["--release"], "TEXT", "The data's release.", "0.0");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Write the dataset.json of a folder of images.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folder, _channels, _labels, _name, _description, _reference, _licence, _release];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnunet generate_dataset_json nnUNet_raw_data/Task120_Liver --channels CT --labels background liver tumour"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string folder = Path.GetFullPath(call.Get(_folder));
        DatasetDescription description = DatasetDescriptionGenerator.Generate(folder, new DatasetDescriptionOptions
        {
            Channels = call.Get(_channels),
            Labels = call.Get(_labels).Index().ToDictionary(static label => label.Index, static label => label.Item),
            Name = call.Get(_name),
            Description = call.Get(_description)!,
            Reference = call.Get(_reference)!,
            Licence = call.Get(_licence)!,
            Release = call.Get(_release)!,
        });
        call.Print($"{description.Name}: {description.Training.Count} training cases, {description.Test.Count} test images");
        call.Print($"Written: {Path.Combine(folder, DatasetDescription.FileName)}");
        return CommandLine.Done;
    }
}
