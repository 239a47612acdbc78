using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets;

/// <summary>One fault of a data set: where it is, what is wrong with the values, and what to do.</summary>
/// <param name="Where">The file or case relative to the data set: <c>labelsTr/case_033.nii.gz</c>.</param>
/// <param name="What">What is wrong, with the values.</param>
/// <param name="Remedy">What the user can do.</param>
public sealed record DatasetFault(
    [property: JsonPropertyName("where")] string Where, [property: JsonPropertyName("what")] string What, [property: JsonPropertyName("remedy")] string Remedy)
{
    /// <summary>The fault that an error tells.</summary>
    public static DatasetFault From(DescribedException error) => new(error.Where, error.What, error.Remedy);

    /// <summary>The fault of an error that has its parts.</summary>
    public static DatasetFault From(string where, DescribedException error) =>
        new(error.Where.StartsWith(where, StringComparison.Ordinal) ? error.Where : $"{where}: {error.Where}", error.What, error.Remedy);

    /// <summary>The fault as <c>where: what; remedy</c>.</summary>
    public override string ToString() => $"{Where}: {What}; {Remedy}";
}

/// <summary>A data set that cannot be used: all its faults in one report.</summary>
public sealed class DatasetException : DescribedException
{
    private readonly string _message;

    /// <summary>A report of one or more faults.</summary>
    /// <param name="dataset">The data set: task name or folder.</param>
    /// <param name="faults">What is wrong; at least one.</param>
    /// <param name="inner">The cause, if one exception is it.</param>
    public DatasetException(string dataset, IReadOnlyList<DatasetFault> faults, Exception? inner = null)
        : base(
            faults.Count == 1 ? Place(dataset, faults[0]) : dataset,
            faults.Count == 1 ? faults[0].What : $"{faults.Count} faults: {string.Join(" | ", faults)}",
            faults.Count == 1 ? faults[0].Remedy : "correct all of them",
            inner)
    {
        Dataset = dataset;
        Faults = faults;
        _message = faults.Count == 1
            ? $"{Where}: {What}; {Remedy}."
            : $"{dataset}: {faults.Count} faults:{string.Concat(faults.Select(static f => $"\n  {f}."))}";
    }

    /// <summary>The data set: task name or folder.</summary>
    public string Dataset { get; }

    /// <summary>All faults in the order of the report.</summary>
    public IReadOnlyList<DatasetFault> Faults { get; }

    /// <summary>A fault's place within the data set; where the data set is called by the very file, that is named once.</summary>
    private static string Place(string dataset, DatasetFault fault) => dataset == fault.Where || Path.GetFileName(dataset) == fault.Where ? dataset : $"{dataset}: {fault.Where}";

    /// <summary>One line for one fault, otherwise a line for each.</summary>
    public override string Message => _message;
}
