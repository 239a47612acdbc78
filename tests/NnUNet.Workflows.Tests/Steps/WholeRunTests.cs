using NnUNet.Core;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Workflows.Scheduling;
using NnUNet.Workflows.Steps;

namespace NnUNet.Workflows.Tests.Steps;

/// <summary>The order of the steps, with steps that only pretend.</summary>
public sealed class WholeRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _events = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OpenSteps_RunInTheirOrder()
    {
        IReadOnlyList<WholeRunStep> done = WholeRun.Run([Step(WholeRunStep.Prepare), Step(WholeRunStep.Train), Step(WholeRunStep.Choose)], null, default);

        Assert.Equal(["look Prepare", "run Prepare", "look Train", "run Train", "look Choose", "run Choose"], _events);
        Assert.Equal([WholeRunStep.Prepare, WholeRunStep.Train, WholeRunStep.Choose], done);
    }

    [Fact]
    public void WhatIsCurrent_IsSkipped()
    {
        IReadOnlyList<WholeRunStep> done = WholeRun.Run([Step(WholeRunStep.Prepare, isCurrent: true), Step(WholeRunStep.Train)], null, default);

        Assert.Equal(["look Prepare", "look Train", "run Train"], _events);
        Assert.Equal([WholeRunStep.Train], done);
    }

    [Fact]
    public void AStepThatFails_StopsTheRun()
    {
        RunStep failing = Step(WholeRunStep.Train, run: static () => throw new DescribedException("fold 0", "the loss is NaN", "look at the cases"));

        DescribedException error = Assert.Throws<DescribedException>(() => WholeRun.Run([Step(WholeRunStep.Prepare), failing, Step(WholeRunStep.Choose)], null, default));

        Assert.Equal("fold 0", error.Where);
        Assert.DoesNotContain("look Choose", _events);
    }

    [Fact]
    public void AnInterruption_StartsNoFurtherStep()
    {
        using CancellationTokenSource cancel = new();
        RunStep interrupted = Step(WholeRunStep.Prepare, run: cancel.Cancel);

        Assert.Throws<OperationCanceledException>(() => WholeRun.Run([interrupted, Step(WholeRunStep.Train)], null, cancel.Token));

        Assert.DoesNotContain("look Train", _events);
    }

    [Fact]
    public void ThePlan_LooksOnlyAsFarAsItCanKnow_AndRunsNothing()
    {
        IReadOnlyList<StepOutlook> plan = WholeRun.Plan([Step(WholeRunStep.Prepare, isCurrent: true), Step(WholeRunStep.Train), Step(WholeRunStep.Choose)]);

        Assert.Equal([StepState.Current, StepState.Open, StepState.Later], plan.Select(static s => s.State));
        Assert.Equal(["look Prepare", "look Train", "ahead Choose"], _events);
    }

    [Fact]
    public void AllFaultsOfTheOptions_ComeInOneMessage()
    {
        WholeRunOptions wrong = Options("900") with { Input = _folder["nowhere"], Output = _folder["out"] };
        wrong = wrong with { Training = wrong.Training with { Folds = ["all"], Each = wrong.Training.Each with { Trainer = "noSuchTrainer" } } };

        DescribedException error = Assert.Throws<DescribedException>(() => WholeRun.Of(wrong));

        Assert.Contains("noSuchTrainer", error.Message, StringComparison.Ordinal);
        Assert.Contains("the fold all leaves no case", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no input folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderInPlaceOfATask_IsToldHowToConvert()
    {
        string decathlon = Directory.CreateDirectory(_folder["Task04_Hippocampus"]).FullName;

        DescribedException error = Assert.Throws<DescribedException>(() => WholeRun.Of(Options(decathlon)));

        Assert.Contains("-d instead of -t", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void ADecathlonFolder_IsConvertedFirst()
    {
        // Given
        string decathlon = Directory.CreateDirectory(_folder["Task04_Hippocampus"]).FullName;
        Directory.CreateDirectory(_folder["Task04_Hippocampus/imagesTr"]);
        Directory.CreateDirectory(_folder["Task04_Hippocampus/labelsTr"]);
        File.WriteAllText(_folder["Task04_Hippocampus/dataset.json"], "{}");

        // When
        WholeRunPlan plan = WholeRun.Of(Options("") with { DecathlonFolder = decathlon }).Plan();

        // Then
        Assert.Equal("Task004_Hippocampus", plan.Task);
        Assert.Equal((WholeRunStep.Convert, StepState.Open), (plan.Steps[0].Step, plan.Steps[0].State));
        Assert.All(plan.Steps.Skip(1), static s => Assert.Equal(StepState.Later, s.State));
        Assert.False(Directory.Exists(_folder["w"]));
    }

    [Theory]
    [InlineData("Task04_Hippocampus/imagesTs")]
    [InlineData("Task04_Hippocampus/imagesTs/")]
    public void TestImagesOfTheDecathlonFolder_AreThoseThatTheConversionMakes(string input)
    {
        // Given
        string decathlon = Directory.CreateDirectory(_folder["Task04_Hippocampus"]).FullName;
        foreach (string images in (string[])["imagesTr", "labelsTr", "imagesTs"]) Directory.CreateDirectory(_folder[$"Task04_Hippocampus/{images}"]);
        foreach (string file in (string[])["imagesTs/a.nii.gz", "imagesTs/b.nii.gz"]) File.WriteAllText(_folder[$"Task04_Hippocampus/{file}"], "");
        File.WriteAllText(_folder["Task04_Hippocampus/dataset.json"], """{"modality": {"0": "MRI", "1": "CT"}, "labels": {"0": "background", "1": "x"}}""");

        // When
        WholeRunPlan plan = WholeRun.Of(Options("") with { DecathlonFolder = decathlon, Input = _folder[input], Output = _folder["out"] }).Plan();

        // Then
        Assert.Equal($"2 images of {_folder[Path.Combine("w", "raw", "nnUNet_raw_data", "Task004_Hippocampus", "imagesTs")]}", plan.Steps[^1].Text);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void TooFewCasesForTheFolds_AreRefusedBeforeTheyArePreprocessed()
    {
        // Given
        Directory.CreateDirectory(_folder["w/raw/nnUNet_raw_data/Task100_Four/imagesTr"]);
        string entries = string.Join(", ", Enumerable.Range(0, 4).Select(static i => $$"""{"image": "./imagesTr/c{{i}}.nii.gz", "label": "./labelsTr/c{{i}}.nii.gz"}"""));
        File.WriteAllText(
            _folder["w/raw/nnUNet_raw_data/Task100_Four/dataset.json"], $$"""{"modality": {"0": "MRI"}, "labels": {"0": "background", "1": "x"}, "training": [{{entries}}]}""");

        // When
        DescribedException error = Assert.Throws<FoldException>(() => WholeRun.Of(Options("100")).Run());

        // Then
        Assert.Contains("4 cases cannot be split into 5 folds", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["w/preprocessed"]));
    }

    private WholeRunOptions Options(string task) => new()
    {
        Training = new TrainAllOptions
        {
            Each = new TrainingOptions { Workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] }), Configuration = Configuration.FullResolution, Task = task, Fold = "0" },
        },
    };

    private PretendedStep Step(WholeRunStep kind, bool isCurrent = false, Action? run = null) => new(kind, isCurrent, _events, run);

    private sealed class PretendedStep(WholeRunStep kind, bool isCurrent, List<string> events, Action? run) : RunStep
    {
        public override WholeRunStep Kind => kind;

        public override StepOutlook Look()
        {
            events.Add($"look {kind}");
            return Outlook(isCurrent, "");
        }

        public override string LookAhead()
        {
            events.Add($"ahead {kind}");
            return "";
        }

        public override void Run(StepOutlook outlook, IProgress<WholeRunProgress>? progress, CancellationToken cancel)
        {
            events.Add($"run {kind}");
            run?.Invoke();
        }
    }
}
