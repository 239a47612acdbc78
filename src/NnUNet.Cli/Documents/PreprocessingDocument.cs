using NnUNet.Core.Datasets;
using NnUNet.Core.Preprocessing.Run;

namespace NnUNet.Cli.Documents;

/// <summary>What was verified, planned and preprocessed: <c>nnunet/plan_and_preprocess/1</c>.</summary>
/// <param name="Tasks">What was made of each task.</param>
internal sealed record PreprocessingDocument(IReadOnlyList<PreprocessedTask> Tasks)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/plan_and_preprocess/1";
}

/// <summary>What was made of one task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Folder">The folder of what was made.</param>
/// <param name="Verified">Whether the files were verified before.</param>
/// <param name="Warnings">What the verification found odd.</param>
/// <param name="DataIdentifiers">The data identifiers of the plans, by which the folders of preprocessed cases are named.</param>
/// <param name="Made">Cases that were preprocessed.</param>
/// <param name="Current">Cases that were current.</param>
internal sealed record PreprocessedTask(string Task, string Folder, bool Verified, IReadOnlyList<DatasetFault> Warnings, IReadOnlyList<string> DataIdentifiers, int Made, int Current)
{
    /// <summary>A result as a part of the document.</summary>
    public static PreprocessedTask Of(PreprocessingResult result, string folder, bool verified) => new(
        result.Task,
        folder,
        verified,
        result.Warnings,
        [.. new[] { result.Plan3D, result.Plan2D }.OfType<Core.Planning.Plan>().Select(static p => p.DataIdentifier)],
        result.Made,
        result.Current);
}
