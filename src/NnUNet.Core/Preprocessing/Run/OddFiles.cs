using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>Collects what is odd about a task's files, tells it once, and refuses it where that is asked for. Safe for several threads.</summary>
/// <param name="task">The task's name.</param>
/// <param name="strict">Whether a case with anything odd is refused.</param>
/// <param name="progress">Hears of each warning.</param>
internal sealed class OddFiles(string task, bool strict, IProgress<PreprocessingProgress>? progress)
{
    private readonly Lock _gate = new();
    private readonly HashSet<DatasetFault> _known = [];

    /// <summary>All warnings, in the order of their files.</summary>
    public IReadOnlyList<DatasetFault> All
    {
        get
        {
            lock (_gate) return [.. _known.OrderBy(static w => w.Where, StringComparer.Ordinal).ThenBy(static w => w.What, StringComparer.Ordinal)];
        }
    }

    /// <summary>Takes the warnings of files that were put right.</summary>
    /// <exception cref="CaseException">There are some, and such cases are to be refused.</exception>
    public void Take(PreprocessingStep step, string caseId, IReadOnlyList<DatasetFault> warnings)
    {
        if (strict && warnings.Count > 0) throw CaseReader.Refusal(warnings);
        Note(step, caseId, warnings);
    }

    /// <summary>Takes what is worth a look, and never refused.</summary>
    public void Note(PreprocessingStep step, string caseId, IEnumerable<DatasetFault> warnings)
    {
        foreach (DatasetFault warning in warnings.Select(Short))
        {
            lock (_gate)
            {
                if (!_known.Add(warning)) continue;
            }

            progress?.Report(new PreprocessingProgress(task, step, caseId, 0, 0) { Warning = warning });
        }
    }

    /// <summary>With the file relative to the task, as the verification names it.</summary>
    public static DatasetFault Short(DatasetFault warning) => Path.IsPathRooted(warning.Where) ? warning with { Where = DatasetFolder.Relative(warning.Where) } : warning;
}
