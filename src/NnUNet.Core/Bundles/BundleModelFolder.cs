using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Bundles;

/// <summary>Finds the folder of a bundle's model: <c>DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION</c> below one of some folders of models.</summary>
/// <remarks>The data set's number counts, as in TotalSegmentator; a full name that fits beats others of the number.</remarks>
public static class BundleModelFolder
{
    private const string Prefix = "Dataset";

    /// <summary>The folder of a model.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="places">Folders of models, the first first.</param>
    /// <exception cref="DescribedException">There is none, or several fit.</exception>
    public static string Find(Bundle bundle, BundleModel model, IReadOnlyList<string> places) => TryFind(bundle, model, places)
        ?? throw new DescribedException(
            $"bundle {bundle.Name}",
            model.ModelPath is { } path
                ? $"the model {model.Name} is not at {path} (seen from {string.Join(", ", Roots(bundle, places))})"
                : $"the model {model.Name} ({Named(model)}) is not in {string.Join(", ", places)}",
            model switch
            {
                { ModelPath: not null } => "correct the path in the bundle's file, or name the folder above with --models",
                { Download: { } download } => $"nnunet bundle download {bundle.Name} gets it, or nnunet bundle install {Path.GetFileName(download.Url)} where you have the archive; --models names another folder of models",
                _ => "nnunet bundle install ARCHIVE.zip installs it; --models names another folder of models",
            });

    /// <summary>The folder of a model; null where there is none.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="places">Folders of models, the first first.</param>
    /// <exception cref="DescribedException">Several fit.</exception>
    public static string? TryFind(Bundle bundle, BundleModel model, IReadOnlyList<string> places)
    {
        if (model.ModelPath is { } path)
        {
            IEnumerable<string> candidates = Path.IsPathFullyQualified(path) ? [Path.GetFullPath(path)] : Roots(bundle, places).Select(root => Path.GetFullPath(path, Path.GetFullPath(root)));
            return candidates.FirstOrDefault(Directory.Exists);
        }

        foreach (string place in places)
        {
            string[] datasets = [.. VisibleFiles.FoldersIn(place).Where(f => NumberOf(Path.GetFileName(f)) == NumberOf(model.Dataset!))];
            if (datasets.FirstOrDefault(f => Path.GetFileName(f) == model.Dataset) is { } exact) datasets = [exact];
            string[] fitting = [.. datasets.SelectMany(static f => VisibleFiles.FoldersIn(f)).Where(f => Fits(model, Path.GetFileName(f))).Order(StringComparer.Ordinal)];
            if (fitting.Length > 1)
            {
                throw new DescribedException($"bundle {bundle.Name}", $"several models fit {Named(model)}: {string.Join(", ", fitting)}", "remove one of them, or say more of trainer, plans and configuration in a bundle of your own");
            }

            if (fitting.Length == 1) return fitting[0];
        }

        return null;
    }

    /// <summary>The number of a data set that is given by its number or its full name; null where it is none.</summary>
    internal static int? NumberOf(string dataset)
    {
        string digits = dataset.StartsWith(Prefix, StringComparison.Ordinal) ? dataset[Prefix.Length..].Split('_')[0] : dataset;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    private static bool Fits(BundleModel model, string folder)
    {
        string[] parts = folder.Split("__"), wanted = [model.Trainer, model.Plans, model.Configuration];
        return parts.Length == wanted.Length && wanted.Zip(parts).All(static p => p.First == BundleModel.Any || p.First == p.Second);
    }

    private static string Named(BundleModel model) => $"{model.Dataset}/{model.Trainer}__{model.Plans}__{model.Configuration}";

    /// <summary>The folders from which a model's path is seen.</summary>
    private static IEnumerable<string> Roots(Bundle bundle, IReadOnlyList<string> places) => bundle.Folder is { } folder ? [folder, .. places] : places;
}
