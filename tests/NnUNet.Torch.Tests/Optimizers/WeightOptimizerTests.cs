using NnUNet.Foundation;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Optimizers;

/// <summary>What every optimiser of the catalogue must keep, and Adam against torch's own.</summary>
public sealed class WeightOptimizerTests : LeakCheckedTest
{
    public static TheoryData<string> Names => [.. Catalog<WeightOptimizer>.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOptimizer_GoesOnFromItsStatesAsIfItHadNotStopped(string name)
    {
        // Given a layer after three steps, and a second one that takes over weights and states
        using DisposeScope scope = NewDisposeScope();
        using Linear one = Layer(), other = Layer();
        using WeightOptimizer optimizer = Attached(name, one), successor = Attached(name, other);
        for (int i = 0; i < 3; i++) Step(one, optimizer, i);
        NetworkWeights.Load("first", other, Weights(one));
        successor.LoadStates("first", States(optimizer));

        // When both go on
        for (int i = 3; i < 6; i++)
        {
            Step(one, optimizer, i);
            Step(other, successor, i);
        }

        // Then they are the same
        Assert.Equal(Values(one), Values(other));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOptimizer_ChangesNothingWhereAGradientIsNotFinite(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = Layer();
        using WeightOptimizer optimizer = Attached(name, layer);
        Step(layer, optimizer, 0);
        float[] weights = Values(layer);
        float[][] states = [.. optimizer.States.Values.Select(static s => s.data<float>().ToArray())];

        layer.weight!.grad = full_like(layer.weight, float.PositiveInfinity);
        double norm = optimizer.Step(0.1);

        Assert.False(double.IsFinite(norm));
        Assert.Equal(weights, Values(layer));
        Assert.Equal(states, optimizer.States.Values.Select(static s => s.data<float>().ToArray()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryOptimizer_TakesTheSameStepFromMagnifiedGradients(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear one = Layer(), other = Layer();
        NetworkWeights.Load("one", other, Weights(one));
        using WeightOptimizer optimizer = Attached(name, one), magnified = Attached(name, other);

        SetGradients(one, 1, 0);
        SetGradients(other, 1024, 0);
        double norm = optimizer.Step(0.1);
        double same = magnified.Step(0.1, 1024);

        Assert.Equal(norm, same);
        Assert.Equal(Values(one), Values(other));
    }

    [Theory]
    [InlineData("Adam")]
    [InlineData("AdamW")]
    public void Adam_IsTorchs(string name)
    {
        // Given two equal layers, one of them with torch's own optimiser
        using DisposeScope scope = NewDisposeScope();
        using Linear ours = Layer(), theirs = Layer();
        NetworkWeights.Load("ours", theirs, Weights(ours));
        using WeightOptimizer optimizer = Attached(name, ours);
        using optim.Optimizer reference = name == "Adam"
            ? optim.Adam(theirs.parameters(), lr: 0.1, weight_decay: 0.01, amsgrad: true)
            : optim.AdamW(theirs.parameters(), lr: 0.1, weight_decay: 0.01, amsgrad: true);

        // When both take some steps
        for (int i = 0; i < 5; i++)
        {
            Step(ours, optimizer, i);
            SetGradients(theirs, 1, i);
            reference.step();
        }

        // Then their weights agree to float32's last digits
        Assert.All(Values(ours).Zip(Values(theirs)), static p => Assert.Equal(p.Second, p.First, 1e-6f));
    }

    [Fact]
    public void Ranger_IsThePlainComputation()
    {
        // Given a layer, and its weights as numbers
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = Layer();
        using WeightOptimizer optimizer = Attached("Ranger", layer);
        double[] weights = [.. Values(layer)], slow = [.. weights], mean = new double[weights.Length], square = new double[weights.Length];

        // When both take steps: five without the mean square, nine with it, and two looks back among them
        for (int step = 1; step <= 14; step++)
        {
            Step(layer, optimizer, step);
            float[] gradients = [.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i + step)), .. Enumerable.Range(0, 3).Select(i => MathF.Cos(i + step))];
            double length = 1999 - (2 * step * Math.Pow(0.999, step) / (1 - Math.Pow(0.999, step)));
            double rectified = Math.Sqrt((1 - Math.Pow(0.999, step)) * (length - 4) / 1995 * (length - 2) / length * 1999 / 1997);
            for (int i = 0; i < weights.Length; i++)
            {
                mean[i] = (0.95 * mean[i]) + (0.05 * gradients[i]);
                square[i] = (0.999 * square[i]) + (0.001 * gradients[i] * gradients[i]);
                double along = step <= 5 ? mean[i] : rectified * mean[i] / (Math.Sqrt(square[i]) + 1e-5);
                weights[i] -= (0.1 * 0.01 * weights[i]) + (0.1 * along / (1 - Math.Pow(0.95, step)));
                if (step % 6 == 0) weights[i] = slow[i] = (slow[i] + weights[i]) / 2;
            }
        }

        // Then their weights agree to float32's last digits
        Assert.All(Values(layer).Zip(weights), static p => Assert.Equal(p.Second, p.First, 2e-5));
    }

    [Fact]
    public void StatesOfAnotherOptimizer_AreRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = Layer();
        using WeightOptimizer sgd = Attached("SGD", layer), adam = Attached("Adam", layer);
        Step(layer, adam, 0);

        DescribedException error = Assert.Throws<DescribedException>(() => sgd.LoadStates("x.safetensors", States(adam)));

        Assert.Contains("x.safetensors: the exp_avg bias [3] fits no parameter of the network", error.Message, StringComparison.Ordinal);
    }

    private static Linear Layer() => nn.Linear(4, 3);

    private static WeightOptimizer Attached(string name, Linear layer)
    {
        WeightOptimizer optimizer = Catalog<WeightOptimizer>.Create(name);
        optimizer.WeightDecay = 0.01;
        optimizer.Attach(layer);
        return optimizer;
    }

    private static void Step(Linear layer, WeightOptimizer optimizer, int number)
    {
        SetGradients(layer, 1, number);
        optimizer.Step(0.1);
    }

    private static void SetGradients(Linear layer, float scale, int number)
    {
        layer.weight!.grad = arange(12, dtype: float32).reshape(3, 4).add(number).sin().mul(scale);
        layer.bias!.grad = arange(3, dtype: float32).add(number).cos().mul(scale);
    }

    private static NamedWeight[] Weights(Linear layer) =>
        [.. layer.named_parameters().Select(static p => new NamedWeight(p.name, p.parameter.shape.ToValueArray(), () => p.parameter.data<float>().ToArray()))];

    private static NamedWeight[] States(WeightOptimizer optimizer) =>
        [.. optimizer.States.Select(static s => new NamedWeight(s.Key, s.Value.shape.ToValueArray(), () => s.Value.data<float>().ToArray()))];

    private static float[] Values(Linear layer) => [.. layer.weight!.data<float>().ToArray(), .. layer.bias!.data<float>().ToArray()];
}
