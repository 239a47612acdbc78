using NnUNet.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Networks;

/// <summary>What follows a convolution: its normalisation and the nonlinearity, as one operation where the fast path takes the features.</summary>
/// <remarks>
/// Gives features in the convolution's type where the fast path computes them, else in float32. Arguments stay the caller's,
/// but what the convolution gave may be overwritten.
/// </remarks>
/// <param name="style">What follows, and in which order.</param>
/// <param name="norm">The normalisation, a module of the caller.</param>
internal sealed class ConvolutionFollower(ConvolutionStyle style, nn.Module<Tensor, Tensor> norm)
{
    private const double Linear = 1;
    private readonly Nonlinearity _nonlinearity = style.CreateNonlinearity();

    /// <summary>Normalised features (B, F, …) through the nonlinearity, or in the style's other order.</summary>
    public Tensor Apply(Tensor convolved)
    {
        using DisposeScope scope = NewDisposeScope();
        if (TryFused(convolved, style.Nonlinearity.NegativeSlope) is { } fused) return fused.MoveToOuterDisposeScope();

        Tensor wide = Wide(convolved);
        Tensor result = style.NonlinearityFirst
            ? norm.call(_nonlinearity.Apply(wide, style.Nonlinearity))
            : _nonlinearity.Apply(norm.call(wide), style.Nonlinearity);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Normalised features (B, F, …) and nothing else.</summary>
    public Tensor Normalize(Tensor convolved)
    {
        using DisposeScope scope = NewDisposeScope();
        if (TryFused(convolved, Linear) is { } fused) return fused.MoveToOuterDisposeScope();

        return norm.call(Wide(convolved)).MoveToOuterDisposeScope();
    }

    /// <summary>Normalised features (B, F, …) plus others of their shape, through the nonlinearity.</summary>
    public Tensor ApplyToSum(Tensor convolved, Tensor added)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sum = Normalize(convolved).PlusInPlace(added);
        return _nonlinearity.Apply(sum, style.Nonlinearity).MoveToOuterDisposeScope();
    }

    private Tensor? TryFused(Tensor convolved, double slope) =>
        style.CanBeFused && norm is GroupNormLayer layer ? layer.TryRectified(convolved, slope) : null;

    /// <summary>Norms and nonlinearities compute in float32 whatever the convolution did.</summary>
    private static Tensor Wide(Tensor convolved) => convolved.dtype.IsOf16Bits() ? convolved.to_type(ScalarType.Float32) : convolved;
}
