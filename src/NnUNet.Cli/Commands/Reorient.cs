using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Cli.Commands;

/// <summary>Turns images to one orientation.</summary>
[CatalogName("reorient")]
internal sealed class Reorient : CommandDefinition
{
    private const string Standard = "RAS";

    private readonly Option<string?> _input = Values.Text(["-i"], "FOLDER", "A folder of images or segmentations, or one of them.", required: true);
    private readonly Option<string?> _output = Values.Text(["-o"], "FOLDER", "Gets them under the same names.", required: true);
    private readonly Option<string?> _to = Values.Text(["--to"], "LETTERS", $"Where the axes x, y, z lead to: three of L or R, P or A, S or I. {Standard} (nibabel's canonical) unless given.");
    private readonly Option<string?> _like = Values.Text(["--like"], "FOLDER", "Turn each as the image of the same case in this folder (CASE.nii.gz or CASE_0000.nii.gz) lies instead: the way back.");
    private readonly Option<int?> _threads = Values.Integer(["-p"], "Images at a time. The machine's cores unless nnUNet_def_n_proc says otherwise.", least: 1);

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Data;

    /// <inheritdoc/>
    public override string Summary => "Turn images and segmentations so that their axes lead the same way.";

    /// <inheritdoc/>
    public override string Details => "Axes are exchanged and reversed; no voxel changes its value or its place in the patient. Images that lie so already are copied as they are.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_input, _output, _to, _like, _threads];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet reorient -i imagesTr -o imagesTr_RAS", "nnunet reorient -i predictions -o predictions_as_images --like images"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        if (call.IsGiven(_to) && call.IsGiven(_like)) throw new UsageException("--to and --like exclude each other");
        string letters = call.Get(_to) ?? Standard;
        Orientation to = Orientation.TryParse(letters) ?? throw new UsageException($"--to is \"{letters}\", but must be three letters, one of L and R, one of P and A, one of S and I, such as RAS");
        using ProgressPrinter<ConversionProgress> progress = call.Progress<ConversionProgress>("turning", static p => new Step(p.File, p.Done, p.Total));
        IReadOnlyList<TurnedImage> images = call.Get(_like) is { } like
            ? FolderReorientation.RunLike(call.Get(_input)!, call.Get(_output)!, like, call.Get(_threads) ?? 0, progress, call.Cancel)
            : FolderReorientation.Run(call.Get(_input)!, call.Get(_output)!, to, call.Get(_threads) ?? 0, progress, call.Cancel);
        foreach (IGrouping<(string From, string To), TurnedImage> same in images.GroupBy(static t => (t.From, t.To)).OrderBy(static g => g.Key))
        {
            string what = same.Key.From == same.Key.To ? $"{same.Key.From} already, copied" : $"from {same.Key.From} to {same.Key.To}";
            call.Print($"{same.Count()} {(same.Count() == 1 ? "image" : "images")} {what}");
        }

        call.Print($"Written: {Path.GetFullPath(call.Get(_output)!)}");
        return CommandLine.Done;
    }
}
