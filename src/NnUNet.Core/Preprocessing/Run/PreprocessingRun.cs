using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Foundation;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>
/// From a raw task to everything that training needs: fingerprint, plans, and every case preprocessed for every stage.
/// What is current is skipped, so a run that was stopped anywhere goes on where it was.
/// </summary>
/// <remarks>
/// Command: <c>nnUNet_plan_and_preprocess</c>. No cropped data are written; files are read once where memory allows.
/// Source: nnunet/experiment_planning/nnUNet_plan_and_preprocess.py.
/// </remarks>
public sealed class PreprocessingRun
{
    private readonly Workspace _workspace;
    private readonly PreprocessingOptions _options;
    private readonly Dictionary<string, RawTask> _rechecked = new(StringComparer.Ordinal);

    /// <summary>A run with its options.</summary>
    /// <exception cref="PreprocessingException">The options have faults; all of them are listed.</exception>
    public PreprocessingRun(Workspace workspace, PreprocessingOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new PreprocessingException("options", string.Join("; ", faults), "correct them");
        _workspace = workspace;
        _options = options;
    }

    /// <summary>Plans and preprocesses several tasks, one after the other; all are verified first where that is asked for.</summary>
    /// <param name="tasks">Numbers or names of the tasks.</param>
    /// <param name="progress">Reports every finished case.</param>
    /// <param name="cancel">Stops between cases and within the resampling of one; what is finished stays.</param>
    /// <exception cref="DatasetException">Cases cannot be read or preprocessed; all of a task's faults in one report.</exception>
    /// <exception cref="DescribedException">A task is unknown, a planner is unknown or finds no plan, or a file cannot be written.</exception>
    public IReadOnlyList<PreprocessingResult> Run(
        IReadOnlyList<string> tasks, IProgress<PreprocessingProgress>? progress = null, CancellationToken cancel = default)
    {
        string[] names = [.. tasks.Select(_workspace.TaskName).Distinct(StringComparer.Ordinal)];
        ExperimentPlanner? planner3D = Planner(_options.Planner3D, 3);
        ExperimentPlanner? planner2D = Planner(_options.Planner2D, 2);
        Dictionary<string, IReadOnlyList<DatasetFault>> warnings = _options.VerifyIntegrity ? Verify(names, progress, cancel) : [];
        return
        [
            .. names.Select(name => RunTask(name, planner3D, planner2D, new OddFiles(name, _options.StrictInput, progress), warnings.GetValueOrDefault(name) ?? [], progress, cancel)),
        ];
    }

    /// <summary>Plans and preprocesses several tasks; one that is refused stops no other. All are verified first where that is asked for.</summary>
    /// <param name="tasks">Numbers or names of the tasks.</param>
    /// <param name="refused">Told each task that is refused, as it was given, and why.</param>
    /// <param name="progress">Told of every finished case.</param>
    /// <param name="cancel">Stops between cases and within the resampling of one; what is finished stays.</param>
    /// <returns>The results of the others.</returns>
    public IReadOnlyList<PreprocessingResult> RunEach(
        IReadOnlyList<string> tasks, Action<string, DescribedException> refused, IProgress<PreprocessingProgress>? progress = null, CancellationToken cancel = default)
    {
        ExperimentPlanner? planner3D = Planner(_options.Planner3D, 3);
        ExperimentPlanner? planner2D = Planner(_options.Planner2D, 2);
        List<(string Name, IReadOnlyList<DatasetFault> Warnings)> verified = [];
        Each(tasks, task =>
        {
            string name = _workspace.TaskName(task);
            if (verified.Exists(v => v.Name == name)) return;
            verified.Add((name, _options.VerifyIntegrity ? Verify([name], progress, cancel).GetValueOrDefault(name) ?? [] : []));
        });
        List<PreprocessingResult> results = [];
        Each([.. verified.Select(static v => v.Name)], name => results.Add(RunTask(
            name, planner3D, planner2D, new OddFiles(name, _options.StrictInput, progress), verified.Find(v => v.Name == name).Warnings, progress, cancel)));
        return results;

        void Each(IReadOnlyList<string> names, Action<string> work)
        {
            foreach (string name in names)
            {
                try
                {
                    work(name);
                }
                catch (DescribedException e)
                {
                    refused(name, e);
                }
            }
        }
    }

    /// <summary>Finds what of a task is current. Changes nothing.</summary>
    /// <param name="task">Its number or name.</param>
    /// <exception cref="DescribedException">The task is unknown or lacks files, or a planner is unknown or finds no plan.</exception>
    public PreprocessingState StateOf(string task)
    {
        string name = _workspace.TaskName(task);
        RawTask raw = Open(name, CancellationToken.None);
        ExperimentPlanner[] planners = [.. new[] { Planner(_options.Planner3D, 3), Planner(_options.Planner2D, 2) }.OfType<ExperimentPlanner>()];
        PreprocessingState state = new(name, raw.Cases.Count, raw.IsVerified(), Planned: false, Current: 0, raw.AreCopiesCurrent());
        if (raw.CurrentFingerprint() is not { } fingerprint) return state;

        (ExperimentPlanner Planner, Plan Plan)[] plans = [.. planners.Select(p => (p, raw.PlanOr(p.PlansFileNameFor(_options.Planning), () => p.CreatePlan(fingerprint, _options.Planning))))];
        PreprocessingTarget[] targets = [.. plans.SelectMany(p => PreprocessingTarget.Of(raw.Folder, p.Plan))];
        return state with
        {
            Planned = plans.All(p => raw.HasPlan(p.Planner.PlansFileNameFor(_options.Planning), p.Plan)),
            Current = raw.Cases.Where((c, i) => targets.All(t => t.Current(c.CaseId, raw.Files[i]) is not null)).Count(),
        };
    }

    /// <summary>Opens a task, with its contents compared, once, where that is asked for.</summary>
    private RawTask Open(string name, CancellationToken cancel)
    {
        if (_rechecked.TryGetValue(name, out RawTask? known)) return known;
        RawTask raw = RawTask.Open(_workspace.RawTask(name), _workspace.PreprocessedTask(name));
        return _options.Recheck ? _rechecked[name] = raw.Rechecked(_options.Threads, cancel) : raw;
    }

    private static ExperimentPlanner? Planner(string? name, int dimensions)
    {
        if (name is null) return null;
        ExperimentPlanner planner = Catalog<ExperimentPlanner>.Create(name);
        return planner.Dimensions == dimensions
            ? planner
            : throw new PreprocessingException($"planner {name}", $"it plans {planner.Dimensions}D, but {dimensions}D is asked for", "swap -pl3d and -pl2d");
    }

    private Dictionary<string, IReadOnlyList<DatasetFault>> Verify(string[] names, IProgress<PreprocessingProgress>? progress, CancellationToken cancel)
    {
        IReadOnlyList<DatasetReport> reports = TaskVerification.Run(_workspace, names, name => Open(name, cancel), _options.Threads, _options.MaxRamBytes, _options.VerifyOnce, progress, cancel);
        DatasetReport[] faulty = [.. reports.Where(static r => r.Faults.Count > 0)];
        return faulty switch
        {
            [] => reports.ToDictionary(static r => r.Dataset, static r => r.Warnings),
            [DatasetReport one] => throw new DatasetException(one.Dataset, one.Faults),
            _ => throw new DatasetException(
                string.Join(", ", faulty.Select(static r => r.Dataset)),
                [.. faulty.SelectMany(static r => r.Faults.Select(f => f with { Where = $"{r.Dataset}: {f.Where}" }))]),
        };
    }

    private PreprocessingResult RunTask(
        string name,
        ExperimentPlanner? planner3D,
        ExperimentPlanner? planner2D,
        OddFiles odd,
        IReadOnlyList<DatasetFault> verified,
        IProgress<PreprocessingProgress>? progress,
        CancellationToken cancel)
    {
        odd.Note(PreprocessingStep.Verify, name, verified);
        RawTask raw = Open(name, cancel);
        Directory.CreateDirectory(raw.Folder);
        TemporaryFiles.RemoveAbandoned(raw.Folder, below: true);
        raw.KeepFindings();
        MemoryBudget budget = new(_options.MaxRamBytes);
        CroppedCaseStore store = new(budget, DeclaredLabels.Of(raw.Description));
        PreprocessingLoop loop = new(name, budget, _options.Threads, progress, cancel);

        DatasetFingerprint? measured = raw.CurrentFingerprint();
        if (measured is not null) odd.Take(PreprocessingStep.Fingerprint, name, measured.Warnings);
        DatasetFingerprint fingerprint = measured ?? Measure(raw, loop, odd, _options.PlanOnly ? null : store);
        odd.Note(PreprocessingStep.Plan, name, FingerprintOutliers.Find(fingerprint, raw.Cases));
        bool sameMeasurements = measured is not null; // other measurements make other plans
        Plan? plan3D = MakePlan(raw, planner3D, fingerprint, odd, sameMeasurements, progress);
        Plan? plan2D = MakePlan(raw, planner2D, fingerprint, odd, sameMeasurements, progress);
        raw.CopyDescription();
        raw.NoteContents(_options.Threads, cancel);
        if (_options.PlanOnly) return new PreprocessingResult(name, plan3D, plan2D, 0, 0, odd.All);

        raw.CopySegmentations();
        PreprocessingTarget[] targets = [.. new[] { plan3D, plan2D }.OfType<Plan>().SelectMany(p => PreprocessingTarget.Of(raw.Folder, p))];
        int made = 0;
        loop.Run(
            PreprocessingStep.Preprocess,
            raw.Cases,
            (header, i) => targets.Sum(t => t.BytesFor(header.Extent, header.Geometry.Spacing, raw.Cases[i].Channels[0])),
            i =>
            {
                CaseProperties?[] current = [.. targets.Select(t => t.Current(raw.Cases[i].CaseId, raw.Files[i]))];
                PreprocessingTarget[] due = [.. targets.Where((_, t) => current[t] is null)];
                if (due.Length == 0)
                {
                    odd.Take(PreprocessingStep.Preprocess, raw.Cases[i].CaseId, [.. current.SelectMany(static c => c!.Warnings).Distinct()]);
                    return;
                }

                CroppedCase cropped = store.TakeOrRead(raw.Cases[i]);
                odd.Take(PreprocessingStep.Preprocess, raw.Cases[i].CaseId, cropped.Properties.Warnings);
                foreach (PreprocessingTarget target in due)
                {
                    odd.Take(PreprocessingStep.Preprocess, raw.Cases[i].CaseId, target.Make(raw.Cases[i].CaseId, cropped, raw.Files[i], cancel));
                }

                Interlocked.Increment(ref made);
            });
        foreach (PreprocessingTarget target in targets) target.RemoveAllBut(raw.Cases.Select(static c => c.CaseId));
        return new PreprocessingResult(name, plan3D, plan2D, made, raw.Cases.Count - made, odd.All);
    }

    private static DatasetFingerprint Measure(RawTask raw, PreprocessingLoop loop, OddFiles odd, CroppedCaseStore? store)
    {
        DeclaredLabels declared = DeclaredLabels.Of(raw.Description);
        bool collect = FingerprintExtractor.CollectsIntensities(raw.Description);
        CaseMeasurement[] measurements = new CaseMeasurement[raw.Cases.Count];
        ValueArray<DatasetFault>[] warnings = new ValueArray<DatasetFault>[raw.Cases.Count];
        loop.Run(
            PreprocessingStep.Fingerprint,
            raw.Cases,
            static (_, _) => 0,
            i =>
            {
                CroppedCase cropped = CaseReader.ReadCropped(raw.Cases[i], declared);
                warnings[i] = cropped.Properties.Warnings;
                odd.Take(PreprocessingStep.Fingerprint, raw.Cases[i].CaseId, warnings[i]);
                measurements[i] = CaseMeasurement.Of(raw.Cases[i].CaseId, cropped, collect);
                store?.Offer(raw.Cases[i].CaseId, cropped);
            });
        ValueArray<DatasetFault> all = warnings.SelectMany(static w => w).Select(OddFiles.Short).ToValueArray();
        return raw.WriteFingerprint(FingerprintExtractor.Combine(raw.Description, measurements) with { InputWarnings = all.Count > 0 ? all : null });
    }

    private Plan? MakePlan(RawTask raw, ExperimentPlanner? planner, DatasetFingerprint fingerprint, OddFiles odd, bool sameMeasurements, IProgress<PreprocessingProgress>? progress)
    {
        if (planner is null) return null;
        string file = planner.PlansFileNameFor(_options.Planning);
        Plan plan = raw.PlanOr(file, () => planner.CreatePlan(fingerprint, _options.Planning));
        odd.Note(PreprocessingStep.Plan, file, raw.WritePlan(file, plan, keepEdits: sameMeasurements));
        if (raw.RemarkOnPlan(file) is { } remark) odd.Note(PreprocessingStep.Plan, raw.Name, [remark]);
        progress?.Report(new PreprocessingProgress(raw.Name, PreprocessingStep.Plan, planner.PlansNameFor(_options.Planning), 1, 1));
        return plan;
    }
}
