using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Files.PyTorch;
using NnUNet.Foundation;
using NnUNet.Interop.V1;
using NnUNet.Testing;

namespace NnUNet.Interop.Tests.V1;

public sealed class V1OptimizerTests
{
    private static readonly PickleDictionary SgdGroup = new() { ["lr"] = 0.01, ["momentum"] = 0.95, ["weight_decay"] = 3e-5, ["nesterov"] = true, ["params"] = new List<object?> { 0L, 1L } };

    [SkippableFact]
    public void Read_AStateThatPyTorchWrote_FindsTheParameterOfEachMomentum()
    {
        // Given: version 2 trains with the same optimizer, and PyTorch numbers the parameters alike
        string path = TestData.Golden("model_v2/results/Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__2d/fold_0/checkpoint_final.pth");
        using TorchFile file = TorchFile.Open(path);
        PickleDictionary content = (PickleDictionary)file.Content!;
        PickleDictionary optimizer = (PickleDictionary)content["optimizer_state"]!;
        KeyValuePair<string, TensorView>[] parameters = Parameters((PickleDictionary)content["network_weights"]!);

        // When
        StoredOptimizer read = V1Optimizer.Read(path, optimizer, parameters);

        // Then
        Assert.Equal(("SGD", 0.99, 3e-5), (read.Kind, read.Momentum, read.WeightDecay));
        int moments = ((PickleDictionary)optimizer["state"]!).Count(static s => s.Value is PickleDictionary { Count: > 0 } state && state["momentum_buffer"] is TensorView);
        Assert.Equal(moments, read.States.Count);
        Dictionary<string, TensorView> byName = parameters.ToDictionary(static p => p.Key, static p => p.Value);
        Assert.All(read.States, s => Assert.Equal(byName[s.Name["momentum/".Length..]].Shape, s.Shape));
        Assert.All(read.States.Take(3), static s => Assert.Contains(s.Read(), static v => v != 0));
    }

    [Fact]
    public void WrittenAndRead_TheMomentumIsThatOfItsParameter()
    {
        // Given
        using TemporaryFolder folder = new();
        TorchZipWriter writer = new();
        TensorToWrite a = new("a", [2], static () => [1, 2]), b = new("b", [1, 3], static () => [3, 4, 5]), momentum = new("momentum/b", [1, 3], static () => [6, 7, 8]);
        PickledCall second = writer.Tensor(momentum);
        PickleDictionary state = new() { IsOrdered = true, ["a"] = writer.Tensor(a), ["b"] = writer.Tensor(b) };
        writer.Write(folder["c.model"], new PickleDictionary { ["state_dict"] = state, ["optimizer_state_dict"] = V1Optimizer.Write(["a", "b"], n => n == "b" ? second : null, 0.005, 0.99, 3e-5) });

        // When
        using V1Checkpoint checkpoint = V1Checkpoint.Open(folder["c.model"]);
        StoredOptimizer read = V1Optimizer.Read("c.model", (PickleDictionary)checkpoint.Content["optimizer_state_dict"]!, checkpoint.Tensors);

        // Then
        Assert.Equal(("SGD", 0.99, 3e-5), (read.Kind, read.Momentum, read.WeightDecay));
        Assert.Equal("momentum/b", Assert.Single(read.States).Name);
        Assert.Equal([6f, 7, 8], read.States[0].Read());
    }

    [Fact]
    public void Read_OfAdam_GivesItsMeansAndSteps()
    {
        // Given
        using TemporaryFolder folder = new();
        TorchZipWriter writer = new();
        PickleDictionary Moments(object? step) => new()
        {
            ["step"] = step,
            ["exp_avg"] = writer.Tensor(new TensorToWrite("m", [2], static () => [1, 2])),
            ["exp_avg_sq"] = writer.Tensor(new TensorToWrite("s", [2], static () => [3, 4])),
            ["max_exp_avg_sq"] = writer.Tensor(new TensorToWrite("x", [2], static () => [5, 6])),
        };
        PickleDictionary group = new() { ["lr"] = 3e-4, ["betas"] = PickleTuple.Create([0.9, 0.999]), ["weight_decay"] = 3e-5, ["params"] = new List<object?> { 0L, 1L } };
        PickleDictionary optimizer = new()
        {
            ["state"] = new PickleDictionary { [0L] = Moments(7L), [1L] = Moments(writer.Tensor(new TensorToWrite("n", [], static () => [9]))) },
            ["param_groups"] = new List<object?> { group },
        };
        PickleDictionary state = new() { ["a"] = writer.Tensor(new TensorToWrite("a", [2], static () => [0, 0])), ["b"] = writer.Tensor(new TensorToWrite("b", [2], static () => [0, 1])) };
        writer.Write(folder["c.model"], new PickleDictionary { ["state_dict"] = state, ["optimizer_state_dict"] = optimizer });

        // When
        using V1Checkpoint checkpoint = V1Checkpoint.Open(folder["c.model"]);
        StoredOptimizer read = V1Optimizer.Read("c.model", (PickleDictionary)checkpoint.Content["optimizer_state_dict"]!, checkpoint.Tensors);

        // Then
        Assert.Equal("Adam", read.Kind);
        Assert.Null(read.Momentum);
        Assert.Equal(
            ["step/a 7", "exp_avg/a 1 2", "exp_avg_sq/a 3 4", "max_exp_avg_sq/a 5 6", "step/b 9", "exp_avg/b 1 2", "exp_avg_sq/b 3 4", "max_exp_avg_sq/b 5 6"],
            read.States.Select(static s => $"{s.Name} {string.Join(' ', s.Read())}"));
    }

    [Fact]
    public void Read_OfSomethingElse_SaysWhat()
    {
        PickleDictionary sgd = new() { ["state"] = new PickleDictionary(), ["param_groups"] = new List<object?> { SgdGroup } };
        PickleDictionary other = Empty("lr_decay"), ranger = Empty("N_sma_threshhold", "betas"), adam = Empty("betas");

        Assert.Contains("about 2 parameters, but the network has 0", Error(sgd).What, StringComparison.Ordinal);
        Assert.Contains("no groups of parameters", Error(new PickleDictionary { ["state"] = new PickleDictionary() }).What, StringComparison.Ordinal);
        Assert.Null(V1Optimizer.Read("x", other, []).Kind);
        Assert.Equal("Ranger", V1Optimizer.Read("x", ranger, []).Kind);
        Assert.Equal("Adam", V1Optimizer.Read("x", adam, []).Kind);

        static PickleDictionary Empty(params string[] keys)
        {
            PickleDictionary group = new() { ["params"] = new List<object?>() };
            foreach (string key in keys) group[key] = 0.5;
            return new PickleDictionary { ["state"] = new PickleDictionary(), ["param_groups"] = new List<object?> { group } };
        }
    }

    private static DescribedException Error(PickleDictionary content) => Assert.ThrowsAny<DescribedException>(() => V1Optimizer.Read("x", content, []));

    /// <summary>Version 2 names shared layers several times; PyTorch's parameters are the first of each.</summary>
    private static KeyValuePair<string, TensorView>[] Parameters(PickleDictionary weights)
    {
        List<KeyValuePair<string, TensorView>> parameters = [];
        foreach ((object? name, object? value) in weights)
        {
            if (value is TensorView view && !V1Optimizer.IsBuffer((string)name!) && !parameters.Exists(p => p.Value.IsSameAs(view))) parameters.Add(new((string)name!, view));
        }

        return [.. parameters];
    }
}
