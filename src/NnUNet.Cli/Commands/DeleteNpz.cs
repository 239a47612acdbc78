using System.CommandLine;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Core.Export;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Deletes probabilities that are not needed any more.</summary>
[CatalogName("delete_npz")]
internal sealed class DeleteNpz : CommandDefinition
{
    private readonly Argument<string> _folder = Values.Argument("FOLDER", "Where to look: a model, a task's results or predictions, folders below included.");
    private readonly Option<bool> _dryRun = Values.Flag(["--dry-run"], "Show what would be deleted, and stop there.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Evaluation;

    /// <inheritdoc/>
    public override string Summary => "Delete the probabilities of validations and predictions, which take most of the disk.";

    /// <inheritdoc/>
    public override string Details =>
        "Once nnUNet_find_best_configuration has chosen, nothing needs the CASE.npz any more that --npz and -z have written. They go with the properties beside them; segmentations, scores, checkpoints, "
        + "what the cascade hands over and preprocessed cases stay. Ensembles of these models can then be scored again only after nnUNet_train -val --npz.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_folder, _dryRun];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["nnunet delete_npz results/nnUNet/3d_fullres/Task004_Hippocampus --dry-run"];

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        bool dryRun = call.Get(_dryRun);
        ProbabilityFolderContents found = ProbabilityFolder.Find(call.Get(_folder), call.Cancel);
        call.Warn(found.Unread.Select(static path => $"{path} cannot be read, so it stays"));
        foreach (IGrouping<string, ProbabilityFileSize> folder in found.Files.GroupBy(static f => Path.GetDirectoryName(f.Path)!))
        {
            call.Print($"  {folder.Key}: {Cases(folder.Count())}, {Sizes.Text(folder.Sum(static f => f.Bytes))}");
        }

        foreach (ProbabilityFileSize file in dryRun ? [] : found.Files)
        {
            call.Cancel.ThrowIfCancellationRequested();
            ProbabilityFile.Delete(file.Path);
        }

        call.Print($"Probabilities of {Cases(found.Files.Count)}, {Sizes.Text(found.Bytes)}{(dryRun ? ": not deleted (--dry-run)" : " deleted")}");
        return CommandLine.Done;
    }

    private static string Cases(int count) => FormattableString.Invariant($"{count} {(count == 1 ? "case" : "cases")}");
}
