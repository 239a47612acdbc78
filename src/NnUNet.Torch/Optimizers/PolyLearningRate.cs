namespace NnUNet.Torch.Optimizers;

/// <summary>The polynomial decay of the learning rate: initial x (1 - epoch / epochs) ^ exponent.</summary>
/// <param name="Initial">Rate of epoch 0.</param>
/// <param name="Epochs">Number of epochs over which it falls.</param>
/// <param name="Exponent">The power.</param>
/// <remarks>Source: nnunet/training/learning_rate/poly_lr.py.</remarks>
public readonly record struct PolyLearningRate(double Initial, int Epochs, double Exponent = 0.9)
{
    /// <summary>The rate of an epoch, counted from 0; 0 from the last epoch on.</summary>
    public double At(int epoch) => Initial * Math.Pow(Math.Max(0, 1 - ((double)epoch / Epochs)), Exponent);
}
