using NnUNet.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>The postprocessing that belongs to a model and is applied to all that it predicts.</summary>
/// <remarks>Source: nnunet/inference/predict.py, the end of predict_cases.</remarks>
public static class ModelPostprocessing
{
    /// <summary>Reads <c>postprocessing.json</c> of a model's folder, or its copy in a folder of predictions.</summary>
    /// <returns>The decision; null where there is none.</returns>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static PostprocessingDecision? Of(string folder)
    {
        string file = PathIn(folder);
        return File.Exists(file) ? PostprocessingDecision.Read(file) : null;
    }

    /// <summary>What a decision removes, as a text: two are equal where they remove the same. Empty where nothing is removed.</summary>
    public static string TextOf(PostprocessingDecision? decision) =>
        string.Join("; ", (decision?.Rules ?? []).Select(static rule => FormattableString.Invariant($"{rule.Region}{(rule.MinimumSize is { } size ? $" above {size:R}" : "")}")));

    /// <summary>The content of a model's file; null where it has none.</summary>
    public static byte[]? ContentIn(string modelFolder) => File.Exists(PathIn(modelFolder)) ? InputFile.ReadBytes(PathIn(modelFolder)) : null;

    private static string PathIn(string folder) => Path.Join(folder, PostprocessingDecision.FileName);
}
