using BenchmarkDotNet.Attributes;
using NnUNet.Benchmarks.Suite;
using NnUNet.Core;
using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Run;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;

namespace NnUNet.Benchmarks;

/// <summary>Thirty synthetic cases of about 40 voxels an edge, from raw files to fingerprint, plans, and all cases in 3D and 2D.</summary>
[Kernel("preprocessing", Slow = true)]
public class PreprocessingBenchmarks
{
    private const string Task = "Task900_Synthetic";

    private string _folder = "";
    private Workspace _workspace = Workspace.Resolve();

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("nnunet-benchmark-").FullName;
        _workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder });
        SyntheticDataset.Write(_workspace.RawTask(Task), new SyntheticDatasetOptions { TrainingCases = 30 });
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    /// <summary>As the original works: every step reads its files again, one case after the other.</summary>
    [Benchmark(Baseline = true)]
    public void StepByStepOnOneThread()
    {
        RemoveResults();
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(_workspace.RawTask(Task));
        DatasetFingerprint fingerprint = FingerprintExtractor.Extract(description, cases, threads: 1);
        foreach (string planner in new[] { "ExperimentPlanner3D_v21", "ExperimentPlanner2D_v21" })
        {
            Plan plan = Catalog<ExperimentPlanner>.Create(planner).CreatePlan(fingerprint);
            CasePreprocessor preprocessor = Catalog<CasePreprocessor>.Create(plan.PreprocessorName);
            foreach (CaseFiles files in cases)
            {
                PreprocessedCase made = preprocessor.Run(CaseReader.ReadCropped(files, declared: null), plan, stage: 0);
                PreprocessedFolder.Write(PreprocessedFolder.Of(_workspace.PreprocessedTask(Task), plan, 0).Folder, files.CaseId, made, plan.AllClasses);
            }
        }
    }

    [Benchmark]
    public void PreprocessingRun()
    {
        RemoveResults();
        new PreprocessingRun(_workspace, new PreprocessingOptions()).Run([Task]);
    }

    /// <summary>Nothing is to be done: the warm-up made everything.</summary>
    [Benchmark]
    public void PreprocessingRunOfWhatIsCurrent() => new PreprocessingRun(_workspace, new PreprocessingOptions()).Run([Task]);

    private void RemoveResults()
    {
        if (Directory.Exists(_workspace.Preprocessed)) Directory.Delete(_workspace.Preprocessed, recursive: true);
    }
}
