using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace NnUNet.Torch.Networks.Fused;

/// <summary>
/// Instance normalisation with scale and shift, then the leaky rectifier, forward and backward, in two passes over the
/// features each. Statistics and arithmetic are float32 and wider; features are (B, voxels, F), F fastest.
/// </summary>
/// <typeparam name="TLanes">The features' type in memory.</typeparam>
/// <remarks>
/// With x the input, m and r mean and 1 / deviation of a feature in a sample, w and b its scale and shift, and g the gradient
/// of what comes before the rectifier: y = rectified(w r (x - m) + b), and the gradient of x is
/// w r (g - mean(g) - (x - m) r mean(g (x - m) r)). The plain twin is torch's group_norm and leaky_relu.
/// </remarks>
internal static unsafe class NormKernel<TLanes>
    where TLanes : struct, ILanes
{
    private const int Half = ILanes.Count / 2;

    /// <summary>Normalises, scales, shifts and rectifies.</summary>
    /// <param name="input">Features x.</param>
    /// <param name="output">Gets y.</param>
    /// <param name="weight">Scale w of each feature.</param>
    /// <param name="bias">Shift b of each feature.</param>
    /// <param name="statistics">Gets (B, 2, F): means and 1 / deviations.</param>
    /// <param name="blocks">How the features are cut.</param>
    /// <param name="shape">Epsilon, slope and threads.</param>
    public static void Forward(byte* input, byte* output, float* weight, float* bias, float* statistics, FeatureBlocks blocks, NormShape shape)
    {
        int features = blocks.Features;
        float[] pairs = blocks.NewPairs();
        float[] pivots = Pivots(input, blocks);
        blocks.ForEach(
            block => Moments(At(input, block, blocks), block.Voxels, features, pivots.AsSpan(block.Sample * features), pairs.AsSpan(blocks.PairsOf(block))), shape.Threads);
        float[] lines = new float[blocks.Samples * 2 * features];
        for (int n = 0; n < blocks.Samples; n++)
        {
            float* mean = statistics + (n * 2 * features);
            for (int f = 0; f < features; f++)
            {
                (double sum, double squares) = blocks.Sum(pairs, n, f);
                double offset = sum / blocks.Voxels;
                double scale = 1 / Math.Sqrt(Math.Max(0, (squares / blocks.Voxels) - (offset * offset)) + shape.Epsilon);
                (mean[f], mean[features + f]) = ((float)(pivots[(n * features) + f] + offset), (float)scale);
            }

            Line(mean, weight, bias, features, lines.AsSpan(n * 2 * features));
        }

        blocks.ForEach(
            block => Rectify(At(input, block, blocks), At(output, block, blocks), block.Voxels, features, lines.AsSpan(block.Sample * 2 * features), shape.Slope),
            shape.Threads);
    }

    /// <summary>The gradients of input, scale and shift.</summary>
    /// <param name="input">Features x, as in the forward pass.</param>
    /// <param name="gradient">Gradient of y.</param>
    /// <param name="inputGradient">Gets the gradient of x.</param>
    /// <param name="weight">Scale w of each feature.</param>
    /// <param name="bias">Shift b of each feature.</param>
    /// <param name="statistics">What the forward pass found.</param>
    /// <param name="weightGradient">Gets the gradient of w.</param>
    /// <param name="biasGradient">Gets the gradient of b.</param>
    /// <param name="blocks">How the features are cut.</param>
    /// <param name="shape">Epsilon, slope and threads.</param>
    public static void Backward(
        byte* input, byte* gradient, byte* inputGradient, float* weight, float* bias, float* statistics, float* weightGradient, float* biasGradient, FeatureBlocks blocks, NormShape shape)
    {
        int features = blocks.Features;
        float[] pairs = blocks.NewPairs();
        float[] lines = new float[blocks.Samples * 2 * features];
        for (int n = 0; n < blocks.Samples; n++) Line(statistics + (n * 2 * features), weight, bias, features, lines.AsSpan(n * 2 * features));
        blocks.ForEach(
            block => GradientSums(
                At(input, block, blocks), At(gradient, block, blocks), block.Voxels, features, statistics + (block.Sample * 2 * features), lines.AsSpan(block.Sample * 2 * features), shape.Slope, pairs.AsSpan(blocks.PairsOf(block))),
            shape.Threads);

        // Of each sample and feature: the factors of g, of x, and what is added.
        float[] factors = new float[blocks.Samples * 3 * features];
        for (int f = 0; f < features; f++)
        {
            double scaleSum = 0, shiftSum = 0;
            for (int n = 0; n < blocks.Samples; n++)
            {
                (double sum, double product) = blocks.Sum(pairs, n, f);
                double mean = statistics[(n * 2 * features) + f], scale = statistics[(n * 2 * features) + features + f];
                double slope = weight[f] * scale;
                double bend = -slope * scale * scale * product / blocks.Voxels;
                Span<float> of = factors.AsSpan((n * 3 * features) + f);
                (of[0], of[features], of[2 * features]) = ((float)slope, (float)bend, (float)((-slope * sum / blocks.Voxels) - (bend * mean)));
                scaleSum += product * scale;
                shiftSum += sum;
            }

            (weightGradient[f], biasGradient[f]) = ((float)scaleSum, (float)shiftSum);
        }

        blocks.ForEach(
            block => InputGradient(
                At(input, block, blocks), At(gradient, block, blocks), At(inputGradient, block, blocks), block.Voxels, features, lines.AsSpan(block.Sample * 2 * features), factors.AsSpan(block.Sample * 3 * features), shape.Slope),
            shape.Threads);
    }

    private static byte* At(byte* features, FeatureBlock block, FeatureBlocks blocks) =>
        features + (((block.Sample * blocks.Voxels) + block.First) * blocks.Features * TLanes.Bytes);

    /// <summary>Normalising, scaling and shifting as one line a feature: the factors of all features, then what is added.</summary>
    private static void Line(float* statistics, float* weight, float* bias, int features, Span<float> lines)
    {
        for (int f = 0; f < features; f++)
        {
            double factor = (double)weight[f] * statistics[features + f];
            (lines[f], lines[features + f]) = ((float)factor, (float)(bias[f] - (statistics[f] * factor)));
        }
    }

    /// <summary>The first voxel of each sample: sums of differences from it lose no digits where the mean is far from 0.</summary>
    private static float[] Pivots(byte* input, FeatureBlocks blocks)
    {
        float[] pivots = new float[blocks.Samples * blocks.Features];
        for (int n = 0; n < blocks.Samples; n++)
        {
            byte* first = input + (n * blocks.Voxels * blocks.Features * TLanes.Bytes);
            for (int f = 0; f < blocks.Features; f += Half) TLanes.Load(first + ((long)f * TLanes.Bytes)).CopyTo(pivots, (n * blocks.Features) + f);
        }

        return pivots;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Moments(byte* input, int voxels, int features, ReadOnlySpan<float> pivots, Span<float> pairs)
    {
        long step = (long)features * TLanes.Bytes;
        fixed (float* pivot = pivots, sums = pairs)
        {
            for (int f = 0; f < features; f += ILanes.Count)
            {
                byte* x = input + ((long)f * TLanes.Bytes);
                Vector512<float> pivotLower = Vector512.Load(pivot + f), pivotUpper = Vector512.Load(pivot + f + Half);
                Vector512<float> sumLower = default, sumUpper = default, squareLower = default, squareUpper = default;
                for (int v = 0; v < voxels; v++, x += step)
                {
                    Vector512<float> lower = TLanes.Load(x) - pivotLower, upper = TLanes.Load(x + (Half * TLanes.Bytes)) - pivotUpper;
                    sumLower += lower;
                    sumUpper += upper;
                    squareLower = Vector512.FusedMultiplyAdd(lower, lower, squareLower);
                    squareUpper = Vector512.FusedMultiplyAdd(upper, upper, squareUpper);
                }

                sumLower.Store(sums + f);
                sumUpper.Store(sums + f + Half);
                squareLower.Store(sums + features + f);
                squareUpper.Store(sums + features + f + Half);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rectify(byte* input, byte* output, int voxels, int features, ReadOnlySpan<float> lines, float slope)
    {
        long step = (long)features * TLanes.Bytes;
        Vector512<float> below = Vector512.Create(slope);
        fixed (float* line = lines)
        {
            for (int f = 0; f < features; f += ILanes.Count)
            {
                byte* x = input + ((long)f * TLanes.Bytes), y = output + ((long)f * TLanes.Bytes);
                Vector512<float> factorLower = Vector512.Load(line + f), factorUpper = Vector512.Load(line + f + Half);
                Vector512<float> shiftLower = Vector512.Load(line + features + f), shiftUpper = Vector512.Load(line + features + f + Half);
                for (int v = 0; v < voxels; v++, x += step, y += step)
                {
                    Vector512<float> lower = Vector512.FusedMultiplyAdd(TLanes.Load(x), factorLower, shiftLower);
                    Vector512<float> upper = Vector512.FusedMultiplyAdd(TLanes.Load(x + (Half * TLanes.Bytes)), factorUpper, shiftUpper);
                    TLanes.Store(lower * Share(lower, below), upper * Share(upper, below), y);
                }
            }
        }
    }

    private static void GradientSums(
        byte* input, byte* gradient, int voxels, int features, float* mean, ReadOnlySpan<float> lines, float slope, Span<float> pairs)
    {
        long step = (long)features * TLanes.Bytes;
        Vector512<float> below = Vector512.Create(slope);
        fixed (float* line = lines, sums = pairs)
        {
            for (int f = 0; f < features; f += ILanes.Count)
            {
                byte* x = input + ((long)f * TLanes.Bytes), dy = gradient + ((long)f * TLanes.Bytes);
                Vector512<float> factorLower = Vector512.Load(line + f), factorUpper = Vector512.Load(line + f + Half);
                Vector512<float> shiftLower = Vector512.Load(line + features + f), shiftUpper = Vector512.Load(line + features + f + Half);
                Vector512<float> meanLower = Vector512.Load(mean + f), meanUpper = Vector512.Load(mean + f + Half);
                Vector512<float> sumLower = default, sumUpper = default, productLower = default, productUpper = default;
                for (int v = 0; v < voxels; v++, x += step, dy += step)
                {
                    Vector512<float> lower = TLanes.Load(x), upper = TLanes.Load(x + (Half * TLanes.Bytes));
                    Vector512<float> gLower = TLanes.Load(dy) * Share(Vector512.FusedMultiplyAdd(lower, factorLower, shiftLower), below);
                    Vector512<float> gUpper = TLanes.Load(dy + (Half * TLanes.Bytes)) * Share(Vector512.FusedMultiplyAdd(upper, factorUpper, shiftUpper), below);
                    sumLower += gLower;
                    sumUpper += gUpper;
                    productLower = Vector512.FusedMultiplyAdd(gLower, lower - meanLower, productLower);
                    productUpper = Vector512.FusedMultiplyAdd(gUpper, upper - meanUpper, productUpper);
                }

                sumLower.Store(sums + f);
                sumUpper.Store(sums + f + Half);
                productLower.Store(sums + features + f);
                productUpper.Store(sums + features + f + Half);
            }
        }
    }

    private static void InputGradient(
        byte* input, byte* gradient, byte* inputGradient, int voxels, int features, ReadOnlySpan<float> lines, ReadOnlySpan<float> factors, float slope)
    {
        long step = (long)features * TLanes.Bytes;
        Vector512<float> below = Vector512.Create(slope);
        fixed (float* line = lines, factor = factors)
        {
            for (int f = 0; f < features; f += ILanes.Count)
            {
                byte* x = input + ((long)f * TLanes.Bytes), dy = gradient + ((long)f * TLanes.Bytes), dx = inputGradient + ((long)f * TLanes.Bytes);
                Vector512<float> factorLower = Vector512.Load(line + f), factorUpper = Vector512.Load(line + f + Half);
                Vector512<float> shiftLower = Vector512.Load(line + features + f), shiftUpper = Vector512.Load(line + features + f + Half);
                Vector512<float> ofGLower = Vector512.Load(factor + f), ofGUpper = Vector512.Load(factor + f + Half);
                Vector512<float> ofXLower = Vector512.Load(factor + features + f), ofXUpper = Vector512.Load(factor + features + f + Half);
                Vector512<float> addedLower = Vector512.Load(factor + (2 * features) + f), addedUpper = Vector512.Load(factor + (2 * features) + f + Half);
                for (int v = 0; v < voxels; v++, x += step, dy += step, dx += step)
                {
                    Vector512<float> lower = TLanes.Load(x), upper = TLanes.Load(x + (Half * TLanes.Bytes));
                    Vector512<float> gLower = TLanes.Load(dy) * Share(Vector512.FusedMultiplyAdd(lower, factorLower, shiftLower), below);
                    Vector512<float> gUpper = TLanes.Load(dy + (Half * TLanes.Bytes)) * Share(Vector512.FusedMultiplyAdd(upper, factorUpper, shiftUpper), below);
                    TLanes.Store(
                        Vector512.FusedMultiplyAdd(gLower, ofGLower, Vector512.FusedMultiplyAdd(lower, ofXLower, addedLower)),
                        Vector512.FusedMultiplyAdd(gUpper, ofGUpper, Vector512.FusedMultiplyAdd(upper, ofXUpper, addedUpper)),
                        dx);
                }
            }
        }
    }

    /// <summary>The rectifier's share of a value: 1 above zero, the slope elsewhere.</summary>
    private static Vector512<float> Share(Vector512<float> values, Vector512<float> below) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(values, Vector512<float>.Zero), Vector512<float>.One, below);
}

/// <summary>What the kernel needs beside its arrays.</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Slope">The rectifier's slope below zero.</param>
/// <param name="Threads">Threads at most.</param>
internal readonly record struct NormShape(double Epsilon, float Slope, int Threads);
