namespace NnUNet.Torch.Optimizers;

/// <summary>A cyclical learning rate: rises and falls linearly, again and again.</summary>
/// <param name="Low">The rate at the beginning of each cycle.</param>
/// <param name="High">The rate in its middle.</param>
/// <param name="Epochs">Epochs of a cycle.</param>
/// <remarks>Source: nnunet/training/network_training/nnUNet_variants/optimizer_and_lr/nnUNetTrainerV2_cycleAtEnd.py, cycle_lr.</remarks>
public readonly record struct TriangularLearningRate(double Low, double High, int Epochs)
{
    /// <summary>The rate of an epoch, counted from 0.</summary>
    public double At(int epoch)
    {
        int half = Epochs / 2;
        return High - ((High - Low) * Math.Abs((epoch % Epochs) - half) / half);
    }
}
