using System.Text.Json.Nodes;
using NnUNet.Testing;
using NnUNet.Torch.Losses;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Tests.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Optimizers;

public sealed class NesterovSgdTests : LeakCheckedTest
{
    [SkippableTheory]
    [InlineData("sgd_steps_fp32", ScalarType.Float32, 4, 2e-5)]
    [InlineData("sgd_steps_fp64", ScalarType.Float64, 1, 1e-9)] // all four take minutes and differ by as little
    public void Steps_OfTheTrainedNetwork_FollowTheOriginals(string key, ScalarType type, int count, double tolerance)
    {
        // Given the trained network, its batch and its targets
        JsonNode[] golden = [.. JsonNode.Parse(File.ReadAllText(TestData.Golden("network/loss_and_training_step.json")))![key]!["steps"]!.AsArray().Take(count)!];
        using SegmentationNetwork network = GoldenNetwork.Load();
        network.to(type);
        using NesterovSgd optimizer = new();
        optimizer.Attach(network);
        using DisposeScope scope = NewDisposeScope();
        Tensor image = GoldenArrays.Read("network/forward_3d_fullres.npz")["input"].ToTensor().to_type(type);
        Tensor[] targets = [.. GoldenArrays.Read("network/targets_3d_fullres.npz").Values.Select(static t => t.ToTensor())];
        DeepSupervisionLoss loss = new(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3));

        // When the steps are taken
        Step[] steps = [.. golden.Select(_ => TakeStep(network, optimizer, loss, image, targets))];

        // Then losses, gradient norms and the parameters' norms after the first and the last step are the golden ones
        Golden.AssertClose("loss", [.. golden.Select(static s => (double)s["loss"]!)], [.. steps.Select(static s => s.Loss)], tolerance);
        Golden.AssertClose("gradient norm", [.. golden.Select(static s => (double)s["grad_total_norm_before_clip"]!)], [.. steps.Select(static s => s.GradientNorm)], tolerance * 5);
        AssertNorms("gradient", golden[0]["grad_norm_per_parameter"]!, steps[0].GradientNorms, tolerance * 2); // the original's float32 is 3.3e-5 from its own float64 in one of them, ours 6e-9
        AssertNorms("after the first step", golden[0]["param_norms"]!, steps[0].ParameterNorms, tolerance);
        AssertNorms("after the last step", golden[^1]["param_norms"]!, steps[^1].ParameterNorms, tolerance);
        Assert.Equal(["seg_outputs.0.weight"], network.named_parameters().Select(static p => p.name).Except(optimizer.States.Keys.Select(static k => k["momentum/".Length..])));
    }

    [SkippableFact]
    public void Gradients_OfTheFirstStep_AreTheOriginals()
    {
        // Given the trained network in float64, its batch and its targets. In float32 a value may come to lie on the other side of a
        // rectifier's kink, which another processor's kernels decide otherwise; GenericUNetTests compares float32's gradients with float64's.
        IReadOnlyDictionary<string, GoldenArray> golden = GoldenArrays.Read("network/gradients_step0.npz");
        using SegmentationNetwork network = GoldenNetwork.Load();
        network.to(ScalarType.Float64);
        using DisposeScope scope = NewDisposeScope();
        Tensor image = GoldenArrays.Read("network/forward_3d_fullres.npz")["input"].ToTensor().to_type(ScalarType.Float64);
        Tensor[] targets = [.. GoldenArrays.Read("network/targets_3d_fullres.npz").Values.Select(static t => t.ToTensor())];
        DeepSupervisionLoss loss = new(new DiceCrossEntropyLoss(), DeepSupervisionLoss.DefaultWeights(3));

        // When the loss is differentiated
        loss.Compute(network.call(image), targets).backward();

        // Then each gradient is the golden one; those of biases before a norm are rounding noise around 0 in both
        Assert.All(golden.Values, expected => AssertGradient(expected, network.get_parameter(expected.Name)!));
    }

    [Fact]
    public void Step_FollowsTheFormula_AndLeavesParametersWithoutGradientAlone()
    {
        // Given a layer with a parameter that gets a gradient of 3 and one that gets none
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = nn.Linear(1, 1);
        using NesterovSgd optimizer = new() { Momentum = 0.9, WeightDecay = 0.1, MaxNorm = 12 };
        optimizer.Attach(layer);
        SetTo(layer.weight!, 2);
        SetTo(layer.bias!, 5);

        // When two steps are taken
        layer.weight!.grad = tensor(new float[,] { { 3 } });
        double norm = optimizer.Step(0.01);
        float first = layer.weight.item<float>();
        layer.weight.grad = tensor(new float[,] { { 3 } });
        optimizer.Step(0.01);

        // Then they are those of the formula: d = 3 + 0.1 w; m = d, then 0.9 m + d; w -= 0.01 (d + 0.9 m)
        Assert.Equal(3, norm, 1e-6);
        Assert.Equal(2 - (0.01 * 1.9 * 3.2), first, 1e-6);
        double d = 3 + (0.1 * first);
        Assert.Equal(first - (0.01 * (d + (0.9 * ((0.9 * 3.2) + d)))), layer.weight.item<float>(), 1e-6);
        Assert.Equal(5, layer.bias!.item<float>());
        Assert.Equal(["momentum/weight"], optimizer.States.Keys);
    }

    [Fact]
    public void Step_WithALargeGradient_ScalesItDown()
    {
        // Given a gradient of norm 50
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = nn.Linear(2, 1, hasBias: false);
        using NesterovSgd optimizer = new() { Momentum = 0, WeightDecay = 0, MaxNorm = 5 };
        optimizer.Attach(layer);
        SetTo(layer.weight!, 0);
        layer.weight!.grad = tensor(new float[,] { { 30, 40 } });

        // When a step is taken
        double norm = optimizer.Step(1);

        // Then the norm is told, and the step has the length 5
        Assert.Equal(50, norm, 1e-5);
        Assert.Equal([-3f, -4f], layer.weight.data<float>().ToArray(), new Near(1e-5f));
    }

    [Fact]
    public void Step_WithAGradientThatIsNotFinite_ChangesNothing()
    {
        // Given a gradient that is not a number
        using DisposeScope scope = NewDisposeScope();
        using Linear layer = nn.Linear(1, 1, hasBias: false);
        using NesterovSgd optimizer = new();
        optimizer.Attach(layer);
        SetTo(layer.weight!, 7);
        layer.weight!.grad = tensor(new float[,] { { float.NaN } });

        // When a step is taken
        double norm = optimizer.Step(1);

        // Then the caller learns of it and the weight stays
        Assert.True(double.IsNaN(norm));
        Assert.Equal(7, layer.weight.item<float>());
        Assert.Empty(optimizer.States);
    }

    [SkippableFact]
    public void PolyLearningRate_IsTheOriginals()
    {
        JsonArray golden = JsonNode.Parse(File.ReadAllText(TestData.Golden("network/loss_and_training_step.json")))!["poly_lr"]!.AsArray();

        double[] rates = [.. golden.Select(static g => new PolyLearningRate((double)g!["initial_lr"]!, (int)g["max_epochs"]!, (double)g["exponent"]!).At((int)g["epoch"]!))];

        Golden.AssertClose("poly_lr", [.. golden.Select(static g => (double)g!["lr"]!)], rates, 1e-15);
    }

    private static Step TakeStep(SegmentationNetwork network, NesterovSgd optimizer, DeepSupervisionLoss loss, Tensor image, Tensor[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.ZeroGradients();
        Tensor value = loss.Compute(network.call(image), targets);
        value.backward();
        Dictionary<string, double> gradients = network.named_parameters().Where(static p => p.parameter.grad is not null)
            .ToDictionary(static p => p.name, static p => Norm(p.parameter.grad!));
        double norm = optimizer.Step(0.01);
        return new Step(value.to_type(float64).item<double>(), norm, gradients, network.named_parameters().ToDictionary(static p => p.name, static p => Norm(p.parameter)));
    }

    private static void AssertNorms(string what, JsonNode golden, Dictionary<string, double> norms, double tolerance)
    {
        string[] names = [.. golden.AsObject().Select(static p => p.Key)];
        Assert.Equal(names.Order(), norms.Keys.Order());
        double[] scale = [.. names.Select(n => Math.Max(1, (double)golden[n]!))];
        Golden.AssertClose(what, [.. names.Select((n, i) => (double)golden[n]! / scale[i])], [.. names.Select((n, i) => norms[n] / scale[i])], tolerance);
    }

    private static void AssertGradient(GoldenArray expected, Parameter parameter)
    {
        using Tensor gradient = parameter.grad!;
        double largest = expected.Values.Max(MathF.Abs);
        Golden.AssertClose(expected.Name, expected.Values, gradient.to_type(float32).data<float>().ToArray(), largest < 1e-6 ? 1e-6 : 1e-3 * largest);
    }

    private static void SetTo(Tensor parameter, float value)
    {
        using IDisposable noGrad = no_grad();
        parameter.fill_(value);
    }

    private static double Norm(Tensor tensor) => tensor.detach().to_type(float64).norm().item<double>();

    private sealed record Step(double Loss, double GradientNorm, Dictionary<string, double> GradientNorms, Dictionary<string, double> ParameterNorms);

    private sealed class Near(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(float obj) => 0;
    }
}
