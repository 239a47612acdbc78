using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Repair;

/// <summary>Mends a raw task into a copy, as far as nothing must be guessed, and names what looks odd.</summary>
/// <remarks>
/// Command: <c>nnunet repair</c>. The task is only read. Each case has a record of what it was made from, so that a repeated call makes what
/// is missing or has changed. <c>dataset.json</c> is written last: a copy without it is not complete.
/// </remarks>
public sealed class DatasetRepair
{
    private const string LockName = ".lock";

    private readonly RepairTask _task;
    private readonly DatasetRepairOptions _options;
    private readonly IReadOnlyList<DatasetMend> _mends;
    private readonly string _copy;
    private readonly DeclaredLabels _declared;

    private DatasetRepair(RepairTask task, DatasetRepairOptions options, string copy)
    {
        (_task, _options, _copy) = (task, options, copy);
        _mends = [.. Catalog<DatasetMend>.Names.Select(Catalog<DatasetMend>.Create).OrderBy(static m => m.Order)];
        _declared = DeclaredLabels.Of(task.Listed);
    }

    private string Reports => Path.Combine(_copy, RepairReport.FolderName);

    private WrittenFiles Written => new(_copy);

    private string Records => Path.Combine(Reports, RepairRecord.FolderName);

    private string DescriptionPath => Path.Combine(_copy, DatasetDescription.FileName);

    /// <summary>Repairs a task.</summary>
    /// <param name="workspace">Where the tasks lie.</param>
    /// <param name="task">The task's number or name.</param>
    /// <param name="options">Where the copy goes, and what is declared; null for the defaults.</param>
    /// <param name="draw">Draws a picture of a finding as PNG, or gives null where it cannot; null where none is wanted.</param>
    /// <param name="progress">Told of every finished case.</param>
    /// <param name="cancel">Stops between cases; a repeated call goes on.</param>
    /// <returns>What was mended and what was left; the same, without pictures, where nothing is written.</returns>
    /// <exception cref="DescribedException">The task is unknown or has no readable <c>dataset.json</c>, the options are wrong, or the copy's place is taken.</exception>
    public static RepairReport Run(
        Workspace workspace,
        string task,
        DatasetRepairOptions? options = null,
        Func<FindingPicture, byte[]?>? draw = null,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options ??= new DatasetRepairOptions();
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("repair", string.Join("; ", faults), "correct the options");

        string name = workspace.TaskName(task);
        RepairTask opened = RepairTask.Open(workspace.RawTask(name));
        string copy = RepairTarget.Choose(workspace, name, options.To);
        DatasetRepair repair = new(opened, options, workspace.RawTask(copy));
        if (options.DryRun) return repair.Work(name, copy, draw: null, progress, cancel);

        RepairTarget.NoteOrigin(repair._copy, name);
        if (!FileLock.TryTake(Path.Combine(repair.Reports, LockName), out FileLock? held))
        {
            throw new DescribedException(repair._copy, "another repair is at work there", "wait for its end, or choose another number with -o");
        }

        using (held)
        {
            TemporaryFiles.RemoveAbandoned(repair._copy, below: true);
            if (File.Exists(repair.DescriptionPath)) File.Delete(repair.DescriptionPath);
            RepairReport report = repair.Work(name, copy, draw, progress, cancel);
            ProductJson.Write(Path.Combine(repair.Reports, "report.json"), report);
            AtomicFile.WriteText(Path.Combine(repair.Reports, "report.txt"), report.ToString());
            repair.WriteDescription();
            return report;
        }
    }

    private RepairReport Work(string name, string copy, Func<FindingPicture, byte[]?>? draw, IProgress<VerificationProgress>? progress, CancellationToken cancel)
    {
        foreach (DatasetMend mend in _mends) mend.Begin(_task);
        RemoveOthers();
        (CaseResult[] results, int kept) = Cases(progress, cancel);
        foreach ((RepairCase one, CaseResult result) in _task.Cases.Zip(results))
        {
            if (result.ImageEnding is { } ending) _task.Endings[one.Key] = (ending, result.LabelEnding);
        }

        foreach (DatasetMend mend in _mends) mend.End(_task);
        CheckedCase[] readable = [.. _task.Cases.Zip(results).Where(static r => r.Second.Facts is not null).Select(static r => new CheckedCase(r.First, r.Second.Facts!, r.Second.LabelEnding))];
        CaseFindings[] findings = [.. results.Where(static r => r.Facts is not null).Select(static r => r.ToFindings())];
        DatasetDescription description = _task.Description;
        return new RepairReport
        {
            Task = name,
            Copy = copy,
            Folder = _copy,
            DryRun = _options.DryRun,
            Cases = readable.Count(static c => c.Case.IsTraining),
            TestCases = readable.Count(static c => !c.Case.IsTraining),
            Kept = kept,
            Mended = [.. _task.Mended, .. results.SelectMany(static r => r.Mended)],
            SetAside = _task.SetAside.ToValueArray(),
            Left = [.. description.LabelFaults(), .. NoCases(readable), .. Twice(readable), .. _task.Left, .. results.SelectMany(static r => r.Left)],
            Warnings = [.. results.SelectMany(static r => r.Warnings), .. DatasetVerifier.OutsideRegions(description), .. DatasetVerifier.DatasetWarnings(findings, description.ForegroundLabels)],
            Findings = RepairFindings.Find(readable, description.NamedLabels, _options.DryRun ? null : _copy, draw, cancel),
        };
    }

    private (CaseResult[] Results, int Kept) Cases(IProgress<VerificationProgress>? progress, CancellationToken cancel)
    {
        CaseResult?[] results = new CaseResult?[_task.Cases.Count];
        int kept = 0;
        string stamp = Stamp.Hash([_options.Stamp(), .. _mends.Select(Identity)]);
        CaseRepair repair = new(_mends, _options, _declared, _options.DryRun ? null : _copy);
        progress?.Report(new VerificationProgress("", 0, results.Length));
        IReadOnlyList<CaseFault> faults = new CaseLoop(_options.Threads, new MemoryBudget(0), cancel).Run(
            results.Length,
            i =>
            {
                if (!_options.DryRun && (results[i] = Current(_task.Cases[i], stamp)) is not null) Interlocked.Increment(ref kept);
                return new CaseNeed(_task.Cases[i].Key, results[i] is null ? CaseRepair.Bytes(_task.Cases[i]) : 0);
            },
            i => results[i] ??= Make(repair, _task.Cases[i], stamp),
            (i, done) => progress?.Report(new VerificationProgress(_task.Cases[i].CaseId, done, results.Length)));
        foreach (CaseFault fault in faults)
        {
            results[fault.Index] = new CaseResult { Mended = [], Left = [DatasetFault.From(_task.Cases[fault.Index].Key, fault.Fault)], Warnings = [] };
        }

        if (!_options.DryRun) RemoveStrays();
        return ([.. results.Select(static r => r!)], kept);
    }

    /// <summary>What stands for a mend: its class, and of a plug-in's the very build, so that what another one has made is made again.</summary>
    private static string Identity(DatasetMend mend) =>
        mend.GetType() is var type && type.Assembly == typeof(DatasetMend).Assembly ? type.Name : $"{type.FullName} {type.Module.ModuleVersionId}";

    private CaseResult Make(CaseRepair repair, RepairCase one, string stamp)
    {
        if (_options.DryRun) return repair.Run(one).Result;

        Forget(RecordOf(one));
        ValueArray<string> sources = Sources(one);
        (CaseResult result, IReadOnlyList<string> files) = repair.Run(one);
        ProductJson.Write(RecordOf(one), new RepairRecord
        {
            Options = stamp,
            Name = one.TargetId,
            Declared = _task.Listed.LabelValues.ToValueArray(),
            Sources = sources,
            Files = Written.Stamps(files),
            Result = result,
        });
        return result;
    }

    private CaseResult? Current(RepairCase one, string stamp) => ProductJson.ReadOrNull<RepairRecord>(RecordOf(one)) is { } record
        && record.Options == stamp
        && record.Name == one.TargetId
        && record.Declared.SequenceEqual(_task.Listed.LabelValues)
        && record.Sources == Sources(one)
        && Written.AreCurrent(record.Files)
            ? record.Result
            : null;

    private string RecordOf(RepairCase one) => Path.Combine(Records, $"{one.ImageFolder}-{one.CaseId}.json");

    private static ValueArray<string> Sources(RepairCase one) => one.Images.SelectMany(static i => ImageLocation.Stamps(i.Path)).ToValueArray();

    /// <summary>Removes what an earlier call has made of cases that there are no more.</summary>
    private void RemoveOthers()
    {
        if (_options.DryRun) return;
        HashSet<string> current = [.. _task.Cases.Select(RecordOf)];
        foreach (string record in VisibleFiles.In(Records, "*.json").Where(r => !current.Contains(r))) Forget(record);
    }

    private static ValueArray<string> FilesOf(string record) => ProductJson.ReadOrNull<RepairRecord>(record)?.Files ?? [];

    private void Forget(string record)
    {
        Written.Remove(FilesOf(record));
        if (File.Exists(record)) File.Delete(record);
    }

    /// <summary>Removes images that no record accounts for: those of a call that was interrupted before it noted them, under other names or endings.</summary>
    private void RemoveStrays()
    {
        HashSet<string> known = [.. Written.Paths(_task.Cases.SelectMany(c => FilesOf(RecordOf(c))))];
        foreach (string folder in (string[])[DatasetFolder.TrainingImages, DatasetFolder.TrainingLabels, DatasetFolder.TestImages, RepairCase.TestLabels])
        {
            string path = Path.Combine(_copy, folder);
            foreach (string stray in Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories).Where(f => !known.Contains(Path.GetFullPath(f))) : []) File.Delete(stray);
        }
    }

    private void WriteDescription()
    {
        if (ReferenceEquals(_task.Description, _task.Listed)) AtomicFile.Copy(Path.Combine(_task.Folder, DatasetDescription.FileName), DescriptionPath);
        else ProductJson.Write(DescriptionPath, _task.Description);
    }

    private static IEnumerable<DatasetFault> NoCases(IReadOnlyList<CheckedCase> cases)
    {
        if (!cases.Any(static c => c.Case.IsTraining)) yield return new DatasetFault(DatasetFolder.TrainingImages, "there is no complete training case", "complete the files; what is set aside tells what is missing");
    }

    private static IEnumerable<DatasetFault> Twice(IReadOnlyList<CheckedCase> cases) =>
        from same in cases.GroupBy(static c => c.Case.TargetId, StringComparer.Ordinal)
        where same.Count() > 1
        select new DatasetFault(string.Join(", ", same.Select(static c => c.Name)), "training and test have a case of the same name", "give one of them another name where they are not the same image, else remove the test case");
}
