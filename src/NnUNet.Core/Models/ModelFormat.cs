using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Core.Models;

/// <summary>A kind of model folder or checkpoint that another program wrote, and how it is read as one of ours.</summary>
/// <remarks>
/// The point of extension for models: a sealed class with <see cref="CatalogNameAttribute"/> and a parameterless constructor.
/// Folders with a <c>plans.json</c> that holds a network are the program's own and ask no format.
/// </remarks>
public abstract class ModelFormat
{
    /// <summary>What it is, for people: "nnU-Net v1 (Python)".</summary>
    public abstract string Title { get; }

    /// <summary>The ending of its checkpoints: ".model".</summary>
    public abstract string CheckpointEnding { get; }

    /// <summary>The file that holds the plan in a folder of this kind: "plans.pkl".</summary>
    public abstract string PlansFileName { get; }

    /// <summary>Whether a folder is of this kind, by the names of its files.</summary>
    public abstract bool Recognizes(string folder);

    /// <summary>Reads what inference needs to know of a folder, but no weights.</summary>
    /// <param name="folder">A folder that <see cref="Recognizes"/> says yes to.</param>
    /// <param name="network">Overrides what the files say about the network: a trainer's name, or a JSON file; null for nothing.</param>
    /// <exception cref="DescribedException">A file is missing, damaged, or tells something that cannot be used.</exception>
    public abstract StoredModel Read(string folder, string? network = null);

    /// <summary>Opens a checkpoint; its numbers stay in the file until they are read one tensor at a time.</summary>
    /// <exception cref="DescribedException">The file is missing, damaged or of another kind.</exception>
    public abstract StoredWeights OpenWeights(string checkpoint);

    /// <summary>The format that reads a folder, or null where none does.</summary>
    public static ModelFormat? For(string folder) => All().FirstOrDefault(f => f.Recognizes(folder));

    /// <summary>The format that reads a checkpoint by its ending.</summary>
    /// <exception cref="DescribedException">No format has that ending.</exception>
    public static ModelFormat ForCheckpoint(string checkpoint) =>
        All().FirstOrDefault(f => checkpoint.EndsWith(f.CheckpointEnding, StringComparison.Ordinal))
        ?? throw new DescribedException(checkpoint, "no known kind of checkpoint has this ending", $"known are {ModelFolder.CheckpointEnding}, {string.Join(", ", All().Select(static f => f.CheckpointEnding))}");

    /// <summary>Every format by its name.</summary>
    public static IEnumerable<ModelFormat> All() => Catalog<ModelFormat>.Names.Select(Catalog<ModelFormat>.Create);
}

/// <summary>What a model folder of another program says, in our terms.</summary>
/// <param name="Plan">The plan, with its network.</param>
/// <param name="Trainer">The trainer's name; empty where it is not told.</param>
/// <param name="Warnings">What had to be guessed, each in one sentence.</param>
public sealed record StoredModel(Plan Plan, string Trainer, ValueArray<string> Warnings);

/// <summary>One tensor of a checkpoint that another program wrote.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Read">Reads its values as float32, the last axis fastest.</param>
public sealed record StoredWeight(string Name, ValueArray<long> Shape, Func<float[]> Read);

/// <summary>The weights of a checkpoint that another program wrote; valid until it is disposed.</summary>
/// <param name="weights">Every parameter and persistent buffer of the network.</param>
/// <param name="file">What is closed at the end.</param>
public sealed class StoredWeights(IReadOnlyList<StoredWeight> weights, IDisposable file) : IDisposable
{
    /// <summary>Every parameter and persistent buffer of the network.</summary>
    public IReadOnlyList<StoredWeight> Weights { get; } = weights;

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
