namespace NnUNet.Torch.Inference;

/// <summary>The stages of the prediction of a case.</summary>
public enum PredictStage
{
    /// <summary>Its files are found by their names.</summary>
    Found,

    /// <summary>It is read and preprocessed.</summary>
    Preprocessing,

    /// <summary>It is in the network.</summary>
    Network,

    /// <summary>It is resampled and written.</summary>
    Export,

    /// <summary>It is not predicted: its segmentation of an earlier run gets the model's postprocessing, before all predictions.</summary>
    Postprocessing,
}
