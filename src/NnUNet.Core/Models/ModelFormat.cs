using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A kind of model folder and checkpoint, the program's own or another one's, and how it becomes a <see cref="ModelContract"/>.</summary>
/// <remarks>
/// The point of extension for models: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor.
/// Each folder is shown to every format, the program's own first; names of files may be the same in several, so look into them.
/// </remarks>
public abstract class ModelFormat
{
    /// <summary>What it is, for people: "nnU-Net v1 (Python)".</summary>
    public abstract string Title { get; }

    /// <summary>The ending of its checkpoints: ".model".</summary>
    public abstract string CheckpointEnding { get; }

    /// <summary>The file that holds the plan in a folder of this kind: "plans.pkl".</summary>
    public abstract string PlansFileName { get; }

    /// <summary>What the folder of the fold that trained with all cases is called.</summary>
    /// <value>all.</value>
    public virtual string FolderOfAllCases => CrossValidation.Folds.All;

    /// <summary>The name without ending that a checkpoint has in this kind of folder.</summary>
    /// <param name="asked">The name that is asked for: this program's own, such as <see cref="ModelFolder.FinalCheckpoint"/>, or the format's.</param>
    public virtual string StemOf(string asked) => asked;

    /// <summary>The name that a model's folder has among others of its kind, as far as its files tell it: <c>TRAINER__PLANS__CONFIGURATION</c>; null where they do not.</summary>
    /// <param name="folder">A folder for which <see cref="Recognizes"/> is true.</param>
    /// <exception cref="DescribedException">A file is damaged.</exception>
    public virtual string? FolderName(string folder) => null;

    /// <summary>Whether a folder is of this kind, by the names of its files and, where other formats have such files too, by their content.</summary>
    public abstract bool Recognizes(string folder);

    /// <summary>Files that belong to a checkpoint and decide about what it predicts; they need not exist.</summary>
    public virtual IEnumerable<string> FilesBeside(string checkpoint) => [];

    /// <summary>Reads what inference needs to know of a folder, but no weights.</summary>
    /// <param name="folder">A folder for which <see cref="Recognizes"/> is true.</param>
    /// <param name="network">Overrides what the files say about the network: a trainer's name, or a JSON file; null for nothing.</param>
    /// <exception cref="DescribedException">A file is missing, damaged, or tells something that cannot be used.</exception>
    public abstract StoredModel Read(string folder, string? network = null);

    /// <summary>Reads what inference with some folds needs to know, where the folds' checkpoints tell it: the first of them does.</summary>
    /// <param name="folder">A folder for which <see cref="Recognizes"/> is true.</param>
    /// <param name="network">As for <see cref="Read(string, string)"/>.</param>
    /// <param name="checkpoint">The checkpoint of the first fold, of this kind; null where none is chosen.</param>
    /// <value>What is read without one: nothing is told by checkpoints.</value>
    /// <exception cref="DescribedException">A file is missing, damaged, or tells something that cannot be used.</exception>
    public virtual StoredModel Read(string folder, string? network, string? checkpoint) => Read(folder, network);

    /// <summary>Opens a checkpoint; its numbers stay in the file until they are read one tensor at a time.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public abstract StoredWeights OpenWeights(string checkpoint);

    /// <summary>Opens a checkpoint with all that its training needs to go on.</summary>
    /// <returns>The training; null where this program cannot go on with trainings of this kind.</returns>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public virtual StoredTraining? OpenTraining(string checkpoint) => null;

    /// <summary>Files in a fold's folder that a training here would overwrite; where it goes on from a checkpoint of this kind, they are kept under <see cref="KeptName"/>.</summary>
    public virtual IEnumerable<string> FilesToKeep => [];

    /// <summary>The name under which another program's file is kept: <c>debug_original.json</c>.</summary>
    /// <param name="name">The file's own name, or its path.</param>
    public static string KeptName(string name) => Path.Combine(Path.GetDirectoryName(name) ?? "", $"{Path.GetFileNameWithoutExtension(name)}_original{Path.GetExtension(name)}");

    /// <summary>The format that reads a folder, or null where none does.</summary>
    public static ModelFormat? For(string folder) => All().FirstOrDefault(f => f.Recognizes(folder));

    /// <summary>The format that reads a checkpoint by its ending.</summary>
    /// <exception cref="DescribedException">No format has that ending.</exception>
    public static ModelFormat ForCheckpoint(string checkpoint) =>
        All().FirstOrDefault(f => checkpoint.EndsWith(f.CheckpointEnding, StringComparison.Ordinal))
        ?? throw new DescribedException(checkpoint, "no known kind of checkpoint has this ending", $"known are {string.Join(", ", All().Select(static f => f.CheckpointEnding))}");

    /// <summary>Every format: the program's own, then the others by their names.</summary>
    public static IEnumerable<ModelFormat> All() => Catalog<ModelFormat>.Names.Select(Catalog<ModelFormat>.Create).OrderBy(static f => f is OwnModelFormat ? 0 : 1);

    /// <summary>The stage of a plan of nnU-Net v1 that a folder's model works on.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="told">What the model says; without that, it is the first stage for 3d_lowres (by the folder's place) and the last one otherwise.</param>
    protected static int StageOf(string folder, Plan plan, int? told) => told
        ?? (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(folder))) == Configuration.LowResolution.Name ? plan.PlansPerStage.Keys.First() : plan.PlansPerStage.Keys.Last());
}

/// <summary>What a model folder says.</summary>
/// <param name="Contract">What the model promises.</param>
/// <param name="Trainer">The trainer's name; empty where it is not known.</param>
/// <param name="Warnings">What had to be guessed, each in one sentence.</param>
public sealed record StoredModel(ModelContract Contract, string Trainer, ValueArray<string> Warnings)
{
    /// <summary>The plan of nnU-Net v1 that the model was trained by, for those who write such models; null where there is none.</summary>
    public Plan? Plan { get; init; }

    /// <summary>What the plans are called, for people; null where the folder's name tells it.</summary>
    public string? PlansName { get; init; }

    /// <summary>The configuration, for people; null where the folder's name, or those above it, tell it.</summary>
    public string? Configuration { get; init; }

    /// <summary>The data set's licence; null where the format does not read the <c>dataset.json</c> itself.</summary>
    public string? Licence { get; init; }

    /// <summary>Whether <see cref="ModelContract.Labels"/> and <see cref="Licence"/> are all that there is to know of the <c>dataset.json</c>, which other programs write otherwise.</summary>
    /// <value>False: it is read where people ask for it.</value>
    public bool TellsDataset { get; init; }

    /// <summary>The stage of <see cref="Plan"/>.</summary>
    /// <value>0.</value>
    public int Stage { get; init; }
}
