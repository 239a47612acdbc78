namespace NnUNet.Workflows.Steps;

/// <summary>The steps of the whole method, in their order.</summary>
public enum WholeRunStep
{
    /// <summary>A Decathlon task is brought into the raw folder.</summary>
    Convert,

    /// <summary>The files are verified, the networks planned, the cases preprocessed.</summary>
    Prepare,

    /// <summary>What is missing is trained.</summary>
    Train,

    /// <summary>The best configuration or pair is chosen by cross-validation.</summary>
    Choose,

    /// <summary>New images are segmented with it.</summary>
    Predict,
}

/// <summary>How far a step is.</summary>
public enum StepState
{
    /// <summary>All of it is there and current.</summary>
    Current,

    /// <summary>There is something to do.</summary>
    Open,

    /// <summary>What there is to do depends on a step before it that is open.</summary>
    Later,
}

/// <summary>A step and what there is to do.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">How far it is.</param>
/// <param name="Text">What is there and what is missing, for people.</param>
public sealed record StepOutlook(WholeRunStep Step, StepState State, string Text);
