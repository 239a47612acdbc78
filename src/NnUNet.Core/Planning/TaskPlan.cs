using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Which file of a preprocessed task is the plan of a configuration: <c>NAME_plans_3D.json</c>, or the original's <c>NAME_plans_3D.pkl</c> where there is no JSON.</summary>
/// <remarks>Source of the pickle's name: nnunet/run/default_configuration.py, get_default_configuration.</remarks>
public static class TaskPlan
{
    /// <summary>The ending of the original's plans.</summary>
    public const string PickleEnding = ".pkl";

    private const string Ending = ".json";

    /// <summary>The file that counts for a configuration.</summary>
    /// <param name="folder">The preprocessed task's folder.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="plans">The plans' name, such as nnUNetPlansv2.1.</param>
    /// <returns>The path; null where there is neither file.</returns>
    public static string? PathIn(string folder, Configuration configuration, string plans) => PathIn(folder, configuration.PlanFileName(plans));

    /// <summary>The plan of a configuration.</summary>
    /// <inheritdoc cref="PathIn(string, Configuration, string)" path="/param"/>
    /// <returns>The plan; null where there is none.</returns>
    /// <exception cref="DescribedException">The file that counts cannot be read or is no plan that can be followed.</exception>
    public static Plan? ReadIn(string folder, Configuration configuration, string plans) => PathIn(folder, configuration, plans) is { } path ? PlanFile.Read(path) : null;

    /// <summary>The plans' names that a preprocessed task has for a configuration.</summary>
    /// <param name="folder">The preprocessed task's folder.</param>
    /// <param name="configuration">The configuration.</param>
    public static IReadOnlyList<string> NamesIn(string folder, Configuration configuration)
    {
        string stem = Path.GetFileNameWithoutExtension(configuration.PlanFileName(""));
        return
        [
            .. ((string[])[Ending, PickleEnding]).SelectMany(ending => VisibleFiles.In(folder, "*" + stem + ending).Select(file => Path.GetFileName(file)[..^(stem.Length + ending.Length)]))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The name of the original's plan of a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="plans">The plans' name.</param>
    public static string PickleNameOf(Configuration configuration, string plans) => PickleOf(configuration.PlanFileName(plans));

    /// <summary>What must be told where a JSON file stands before a pickle that says something else; null where nothing must.</summary>
    /// <inheritdoc cref="PathIn(string, Configuration, string)" path="/param"/>
    public static string? RemarkOn(string folder, Configuration configuration, string plans) => RemarkOn(folder, configuration.PlanFileName(plans));

    /// <summary>The file that counts for the name of a plan's JSON file.</summary>
    internal static string? PathIn(string folder, string fileName) =>
        ((string[])[fileName, PickleOf(fileName)]).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The original's plan where it counts, by the name of a plan's JSON file; null where there is none, or a JSON file stands before it.</summary>
    internal static string? PickleIn(string folder, string fileName) =>
        PathIn(folder, fileName) is { } path && path.EndsWith(PickleEnding, StringComparison.Ordinal) ? path : null;

    /// <inheritdoc cref="RemarkOn(string, Configuration, string)"/>
    internal static string? RemarkOn(string folder, string fileName)
    {
        string json = Path.Combine(folder, fileName), pickle = Path.Combine(folder, PickleOf(fileName));
        if (!File.Exists(json) || !File.Exists(pickle)) return null;

        string[] differences;
        try
        {
            differences = [.. PlanDifferences.Between(PlanFile.Read(pickle), PlanFile.Read(json))];
        }
        catch (DescribedException)
        {
            return null; // whichever of them is used says what is wrong with it
        }

        return differences.Length == 0
            ? null
            : $"{fileName} counts, and {Path.GetFileName(pickle)} beside it, which says otherwise, does not ({string.Join("; ", differences)}); move the JSON file away to go by the pickle";
    }

    private static string PickleOf(string fileName) => Path.ChangeExtension(fileName, PickleEnding);
}
