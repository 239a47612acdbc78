using TorchSharp;
using static TorchSharp.torch;

#pragma warning disable RS0030 // The one place where scalars are made: each lives until the operation that reads it is done.

namespace NnUNet.Torch.Runtime;

/// <summary>Arithmetic of tensors and numbers for losses, layers and optimisers, in place of TorchSharp's operators.</summary>
/// <remarks>
/// TorchSharp's operators make a <see cref="Scalar"/> for each number (and for the factor of a sum) and do not keep it alive
/// while native code reads it: a garbage collection at that moment frees it, and the operation fails or takes another number.
/// All functions compute exactly what the operators do.
/// </remarks>
public static class ScalarArithmetic
{
    private static readonly Scalar One = 1;
    private static readonly Scalar Two = 2;

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

    /// <summary>a divided by number.</summary>
    public static Tensor DividedBy(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.div(scalar);
    }

    /// <summary>a times a.</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Two);

    /// <summary>Where an integer tensor has a value.</summary>
    public static Tensor EqualTo(this Tensor a, long value)
    {
        using Scalar scalar = value;
        return a.eq(scalar);
    }

    /// <summary>Where a tensor is above a value.</summary>
    public static Tensor GreaterThan(this Tensor a, double value)
    {
        using Scalar scalar = value;
        return a.gt(scalar);
    }

    /// <summary>Adds factor times b to a.</summary>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor = 1)
    {
        using Scalar scalar = factor;
        return a.add_(b, scalar);
    }

    /// <summary>Adds number to a.</summary>
    public static Tensor PlusInPlace(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.add_(scalar, One);
    }

    /// <summary>Adds 1 to a counter of any element type.</summary>
    public static Tensor CountInPlace(this Tensor a) => a.add_(One, One);

    /// <summary>Multiplies a with number.</summary>
    public static Tensor TimesInPlace(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.mul_(scalar);
    }

    /// <summary>Divides a by number.</summary>
    public static Tensor DividedByInPlace(this Tensor a, double number)
    {
        using Scalar scalar = number;
        return a.div_(scalar);
    }

    /// <summary>Adds factor times b times c to a.</summary>
    public static Tensor PlusProductInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar scalar = factor;
        return a.addcmul_(b, c, scalar);
    }

    /// <summary>Adds factor times b divided by c to a.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor a, Tensor b, Tensor c, double factor)
    {
        using Scalar scalar = factor;
        return a.addcdiv_(b, c, scalar);
    }

    /// <summary>Multiplies the negative values of a with slope.</summary>
    public static Tensor LeakyReluInPlace(this Tensor a, double slope)
    {
        using Scalar scalar = slope;
        return a.leaky_relu_(scalar);
    }
}
