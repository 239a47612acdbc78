using System.Text.RegularExpressions;

namespace NnUNet.Core.Models;

/// <summary>Recognises parts of models of nnU-Net version 2 where no whole one is, to say so.</summary>
internal static partial class Version2
{
    /// <summary>What people are told.</summary>
    public const string Remedy =
        "zip a whole folder TRAINER__PLANS__CONFIGURATION, with plans.json, dataset.json and the folds, install that with nnUNetv2_install_pretrained_model_from_zip, and predict with nnUNetv2_predict";

    /// <summary>Whether a path is one of a model of version 2: <c>DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION/…</c>, or a checkpoint that ends in <c>.pth</c>.</summary>
    /// <param name="parts">The names of folders and file.</param>
    public static bool IsPath(IReadOnlyList<string> parts) =>
        parts.Any(static p => TaskPattern().IsMatch(p)) || parts.Any(static p => ModelPattern().IsMatch(p)) || (parts.Count > 0 && CheckpointPattern().IsMatch(parts[^1]));

    [GeneratedRegex("^Dataset[0-9]{3,}_.", RegexOptions.CultureInvariant)]
    private static partial Regex TaskPattern();

    [GeneratedRegex("^[^_].*__.+__(2d|3d_fullres|3d_lowres|3d_cascade_fullres)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ModelPattern();

    [GeneratedRegex(@"^checkpoint_(final|best|latest)\.pth$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CheckpointPattern();
}
