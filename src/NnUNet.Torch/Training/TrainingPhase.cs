namespace NnUNet.Torch.Training;

/// <summary>What a training is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Reading plan and cases, building the network.</summary>
    Starting,

    /// <summary>Training iterations of an epoch.</summary>
    Training,

    /// <summary>Validation iterations of an epoch.</summary>
    Validating,

    /// <summary>An epoch is complete; the report has its line.</summary>
    EpochDone,

    /// <summary>Predicting and scoring the validation cases with the final network, and deciding about postprocessing.</summary>
    FinalValidation,

    /// <summary>Predicting and scoring the whole validation images at the end of an epoch, where the recipe asks for it.</summary>
    ImageValidation,

    /// <summary>A notice, such as a setting that cannot be kept.</summary>
    Notice,

    /// <summary>Iterations of the search for a learning rate.</summary>
    FindingLearningRate,

    /// <summary>The network of a training that begins is built.</summary>
    NetworkBuilt,

    /// <summary>A training continues from a checkpoint; the report has the curves so far.</summary>
    Resumed,

    /// <summary>The search for a learning rate has ended; the report has its curve.</summary>
    LearningRateFound,
}
