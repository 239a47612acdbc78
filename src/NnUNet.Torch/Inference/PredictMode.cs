namespace NnUNet.Torch.Inference;

/// <summary>How a segmentation is made of the probabilities on the network's grid.</summary>
/// <remarks>Source: nnunet/inference/predict.py, predict_cases, predict_cases_fast and predict_cases_fastest.</remarks>
public enum PredictMode
{
    /// <summary>The probabilities are resampled to the image's grid, then the most probable class is taken.</summary>
    Normal,

    /// <summary>The most probable class is taken, then the labels are resampled.</summary>
    Fast,

    /// <summary>The most probable class is taken, and each voxel of the image gets the nearest one.</summary>
    Fastest,
}
