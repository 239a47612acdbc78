namespace NnUNet.Workflows.Scheduling;

/// <summary>How far a fold is.</summary>
public enum FoldState
{
    /// <summary>Nothing is trained.</summary>
    Missing,

    /// <summary>There is a checkpoint from which the training continues.</summary>
    Interrupted,

    /// <summary>The training is complete, but not all that its validation should leave is there.</summary>
    NotValidated,

    /// <summary>Trained and validated.</summary>
    Complete,

    /// <summary>Another process trains it.</summary>
    Running,

    /// <summary>The checkpoints cannot be read, and are left for the user to decide about.</summary>
    Damaged,

    /// <summary>It was trained or begun otherwise than is asked for now, and is left for the user to decide about.</summary>
    Different,
}
