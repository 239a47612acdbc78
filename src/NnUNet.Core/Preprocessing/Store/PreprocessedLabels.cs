using System.Globalization;
using NnUNet.Core.Cropping;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;

namespace NnUNet.Core.Preprocessing.Store;

/// <summary>Compares the labels of preprocessed cases, which another version or program may have made, with those of the plan, before anything is trained on them.</summary>
internal static class PreprocessedLabels
{
    private const int MostNamed = 5;

    /// <summary>Looks at what preprocessing noted of each case; no array is read.</summary>
    /// <param name="folder">The cases of a stage.</param>
    /// <param name="cases">The names of those that are used.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="PreprocessingException">Cases have labels that the plan does not have; all in one report.</exception>
    public static void Check(PreprocessedFolder folder, IEnumerable<string> cases, Plan plan)
    {
        int largest = plan.NumClasses;
        if (!plan.AllClasses.SequenceEqual(Enumerable.Range(1, plan.NumClasses)))
        {
            throw new PreprocessingException(
                folder.Folder, $"the plan's labels are {plan.AllClasses}, but a network has an output for each of 1 to {largest}", "number them 1, 2, … without gaps in the files and in dataset.json, and plan again");
        }

        string[] faults =
        [
            .. from id in cases.Distinct(StringComparer.Ordinal)
               let properties = folder.Properties(id)
               let others = properties.Classes.Where(c => c < NonzeroCrop.Outside || c > largest || Math.Floor(c) != c).ToArray()
               where others.Length > 0
               select $"{properties.SegFile ?? id} has {string.Join(", ", others.Take(MostNamed).Select(static o => o.ToString(CultureInfo.InvariantCulture)))}{(others.Length > MostNamed ? $" and {others.Length - MostNamed} more" : "")}",
        ];
        if (faults.Length == 0) return;

        throw new PreprocessingException(
            folder.Folder,
            $"{faults.Length} {(faults.Length == 1 ? "case has" : "cases have")} labels other than the plan's 0 to {largest}: {string.Join("; ", faults.Take(MostNamed))}{(faults.Length > MostNamed ? "; …" : "")}",
            "correct the segmentations and run nnUNet_plan_and_preprocess again");
    }
}
