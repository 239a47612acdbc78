using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Runtime;

/// <summary>Arithmetic of tensors and numbers whose scalars live until the operation is done.</summary>
/// <remarks>
/// TorchSharp's operators make a <see cref="Scalar"/> for each number (and for the factor of a sum) and do not keep it alive
/// while native code reads it: a garbage collection at that moment frees it. Seen once as a failure within a sum.
/// </remarks>
internal static class ScalarArithmetic
{
    private static readonly Scalar One = 1;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + number.</summary>
    public static Tensor Plus(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.add(scalar, One);
    }

    /// <summary>a times number.</summary>
    public static Tensor Times(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.mul(scalar);
    }

    /// <summary>Adds factor times b to a.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar scalar = factor;
        return a.add_(b, scalar);
    }

    /// <summary>Multiplies a with number.</summary>
    public static Tensor TimesInPlace(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.mul_(scalar);
    }
}
