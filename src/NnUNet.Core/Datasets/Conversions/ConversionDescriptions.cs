using System.Globalization;
using System.Reflection;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>The descriptions of public data sets that are in the program, and those of users' own files.</summary>
/// <remarks>Source: nnunet/dataset_conversion of the original, whose scripts the descriptions stand for.</remarks>
public static class ConversionDescriptions
{
    private const string Prefix = "NnUNet.Core.Datasets.Conversions.Descriptions.";
    private const string Ending = ".json";

    /// <summary>All of them, in the order of their tasks' numbers.</summary>
    public static IReadOnlyList<ConversionDescription> All() =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(static n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(Read).OrderBy(static d => d.Task)];

    /// <summary>The description of a name, a task's number (<c>27</c>, <c>Task027</c>) or full name, or of a JSON file.</summary>
    /// <exception cref="DescribedException">There is none; or the file cannot be read, or is faulty.</exception>
    public static ConversionDescription Find(string nameOrFile)
    {
        if (nameOrFile.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)) return ProductJson.Read<ConversionDescription>(nameOrFile);

        IReadOnlyList<ConversionDescription> all = All();
        string digits = nameOrFile.StartsWith("Task", StringComparison.OrdinalIgnoreCase) ? nameOrFile["Task".Length..] : nameOrFile;
        int? number = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int task) ? task : null;
        return all.FirstOrDefault(d => d.Task == number || d.Name.Equals(nameOrFile, StringComparison.OrdinalIgnoreCase) || d.TaskName.Equals(nameOrFile, StringComparison.OrdinalIgnoreCase))
            ?? throw new DescribedException($"data set {nameOrFile}", "there is no description of it", Nearest.Remedy(nameOrFile, [.. all.Select(static d => d.Name)], "nnunet convert_dataset --list") + ", or give a JSON file of your own");
    }

    private static ConversionDescription Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream);
        return ProductJson.Parse<ConversionDescription>(resource[Prefix.Length..], reader.ReadToEnd());
    }
}
