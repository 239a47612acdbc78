using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Files.Safetensors;
using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Optimizers;
using NnUNet.Torch.Tests.Networks;
using NnUNet.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace NnUNet.Torch.Tests.Training;

public sealed class CheckpointTests : LeakCheckedTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentationNetwork _network;
    private readonly NesterovSgd _optimizer;

    public CheckpointTests()
    {
        _network = NetworkFactory.Create(GoldenNetwork.Describe(GoldenNetwork.Arguments with { BaseFeatures = 2 }));
        _optimizer = new NesterovSgd();
        _optimizer.Attach(_network);
    }

    [Fact]
    public void Load_OfWhatWasSaved_GivesWeightsMomentumAndRecordBack()
    {
        // Given a network after one step, saved
        string path = _folder["fold_0/model_latest.safetensors"];
        TrainOneStep(seed: 1);
        float[][] weights = Values(NetworkWeights.Of(_network).Select(static w => w.Tensor));
        float[][] momenta = Values(_optimizer.States.Select(static s => s.Value));
        Checkpoint.Save(path, _network, _optimizer, new Progress(3, [0.5, double.NaN]));

        // When another network loads it
        TrainOneStep(seed: 2);
        Progress record = Checkpoint.Load<Progress>(path, _network, _optimizer);

        // Then all of it is back, and the momentum of the parameter without gradient is absent still
        Assert.Equal(new Progress(3, [0.5, double.NaN]), record);
        Assert.Equal(weights, Values(NetworkWeights.Of(_network).Select(static w => w.Tensor)));
        Assert.Equal(momenta, Values(_optimizer.States.Select(static s => s.Value)));
        Assert.False(_optimizer.States.ContainsKey("momentum/seg_outputs.0.weight"));
        Assert.Equal(3, Checkpoint.ReadRecord<Progress>(path).Epoch);
    }

    [Fact]
    public void OpenWeights_ReadStraightIntoANetwork_GiveTheSameAsThroughArrays()
    {
        // Given a checkpoint with momentum, and two networks of zeros
        string path = _folder["model_best.safetensors"];
        TrainOneStep(seed: 1);
        Checkpoint.Save(path, _network, _optimizer, new Progress(1, []));
        NetworkDescription description = GoldenNetwork.Describe(GoldenNetwork.Arguments with { BaseFeatures = 2 });
        using SegmentationNetwork straight = NetworkFactory.Create(description), plain = NetworkFactory.Create(description);

        // When one takes the weights from the file, the other one through arrays
        using CheckpointWeights stored = CheckpointFile.OpenWeights(path);
        NetworkWeights.Load(path, straight, stored.Weights);
        NetworkWeights.Load(path, plain, [.. stored.Weights.Select(static w => w with { ReadInto = null })]);

        // Then both have those of the network that was saved
        float[][] expected = Values(NetworkWeights.Of(_network).Select(static w => w.Tensor));
        Assert.Equal(expected, Values(NetworkWeights.Of(straight).Select(static w => w.Tensor)));
        Assert.Equal(expected, Values(NetworkWeights.Of(plain).Select(static w => w.Tensor)));
    }

    [Fact]
    public void Save_NamesTensorsAsTheOriginal_AndWritesTheRecordForPeople()
    {
        // Given a network after one step
        string path = _folder["model_best.safetensors"];
        TrainOneStep(seed: 1);

        // When it is saved
        Checkpoint.Save(path, _network, _optimizer, new Progress(7, []));

        // Then the file holds parameters and momentum by name, and the JSON says the same with the same checksum
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.True(file.Contains("conv_blocks_context.0.blocks.0.conv.weight"));
        Assert.True(file.Contains("momentum/conv_blocks_context.0.blocks.0.conv.weight"));
        JsonNode json = JsonNode.Parse(File.ReadAllText(_folder["model_best.json"]))!;
        Assert.Equal(7, (int)json["Epoch"]!);
        Assert.Equal(file.Metadata["weights_sha256"], (string)json["weights_sha256"]!);
    }

    [Fact]
    public void Save_TwiceOfTheSame_WritesTheSameBytes()
    {
        TrainOneStep(seed: 1);

        Checkpoint.Save(_folder["a.safetensors"], _network, _optimizer, new Progress(1, []));
        Checkpoint.Save(_folder["b.safetensors"], _network, _optimizer, new Progress(1, []));

        Assert.Equal(File.ReadAllBytes(_folder["a.safetensors"]), File.ReadAllBytes(_folder["b.safetensors"]));
        Assert.Equal(File.ReadAllBytes(_folder["a.json"]), File.ReadAllBytes(_folder["b.json"]));
    }

    [Fact]
    public void LoadNewest_WithADamagedFile_TakesTheOneBeforeAndTellsWhy()
    {
        // Given two checkpoints one after the other, the newer of which then changes by one bit
        string path = _folder["model_latest.safetensors"];
        SaveTwo(path);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(path, bytes);

        // When the newest is loaded
        LoadedCheckpoint<Progress> loaded = Checkpoint.LoadNewest<Progress>(path, _network, _optimizer)!;

        // Then it is the one before, and the reason is told
        Assert.Equal(1, loaded.Record.Epoch);
        Assert.Equal(_folder["model_latest.previous.safetensors"], loaded.Path);
        Assert.Equal(
            $"{path}: the numbers are not those that were written: their checksum differs; the file is damaged; use another checkpoint or a copy of this one.",
            loaded.Skipped!.Message);
    }

    [Fact]
    public void LoadNewest_WithACutOffFile_TakesTheOneBefore()
    {
        // Given two checkpoints one after the other, the newer of which is cut off
        string path = _folder["model_latest.safetensors"];
        SaveTwo(path);
        using (FileStream file = File.OpenWrite(path)) file.SetLength(file.Length / 2);

        // When the newest is loaded
        LoadedCheckpoint<Progress> loaded = Checkpoint.LoadNewest<Progress>(path, _network, _optimizer)!;

        // Then it is the one before
        Assert.Equal(1, loaded.Record.Epoch);
        Assert.NotNull(loaded.Skipped);
    }

    [Fact]
    public void LoadNewest_BetweenTwoRenamings_TakesTheOneBefore()
    {
        // Given a crash after the old checkpoint was put aside and before the new one was in place
        string path = _folder["model_latest.safetensors"];
        SaveTwo(path);
        File.Delete(path);

        // When the newest is loaded
        LoadedCheckpoint<Progress> loaded = Checkpoint.LoadNewest<Progress>(path, _network, _optimizer)!;

        // Then it is the one before
        Assert.Equal((1, null), (loaded.Record.Epoch, loaded.Skipped));
    }

    [Fact]
    public void LoadNewest_WithSoundFiles_TakesTheNewest_AndWithNoneGivesNull()
    {
        string path = _folder["model_latest.safetensors"];
        Assert.Null(Checkpoint.LoadNewest<Progress>(path, _network, _optimizer));
        SaveTwo(path);

        LoadedCheckpoint<Progress> loaded = Checkpoint.LoadNewest<Progress>(path, _network, _optimizer)!;

        Assert.Equal((2, path), (loaded.Record.Epoch, loaded.Path));
    }

    [Fact]
    public void Load_WithDamagedMomentum_ChangesNothing_ButServesPrediction()
    {
        // Given a checkpoint in whose momentum one bit changed
        string path = _folder["model_latest.safetensors"];
        TrainOneStep(seed: 1);
        Checkpoint.Save(path, _network, _optimizer, new Progress(1, []));
        Damage(path, "momentum/conv_blocks_context.0.blocks.0.conv.weight");
        TrainOneStep(seed: 2);
        float[][] before = Values(NetworkWeights.Of(_network).Select(static w => w.Tensor));

        // When it is loaded to continue
        Assert.Throws<DescribedException>(() => Checkpoint.Load<Progress>(path, _network, _optimizer));

        // Then the network is as it was; and without an optimiser it loads
        Assert.Equal(before, Values(NetworkWeights.Of(_network).Select(static w => w.Tensor)));
        Assert.Equal(1, Checkpoint.Load<Progress>(path, _network).Epoch);
    }

    [Fact]
    public void Load_OfAnotherSafetensorsFile_SaysThatItIsNoCheckpoint()
    {
        SafetensorsFile.Write(_folder["x.safetensors"], [SafetensorsItem.From<float>("a", new float[] { 1 }, 1)]);

        DescribedException fault = Assert.Throws<DescribedException>(() => Checkpoint.Load<Progress>(_folder["x.safetensors"], _network));

        Assert.Contains("this is no checkpoint that this program wrote", fault.Message, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _optimizer.Dispose();
        _network.Dispose();
        _folder.Dispose();
        base.Dispose(disposing);
    }

    private void SaveTwo(string path)
    {
        TrainOneStep(seed: 1);
        Checkpoint.Save(path, _network, _optimizer, new Progress(1, []), keepPrevious: true);
        TrainOneStep(seed: 2);
        Checkpoint.Save(path, _network, _optimizer, new Progress(2, []), keepPrevious: true);
    }

    private void TrainOneStep(ulong seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(seed);
        _network.Initialize(seed);
        _optimizer.ZeroGradients();
        Tensor[] outputs = _network.call(zeros([1, 1, 16, 16, 16]).normal_(0, 1, generator));
        (outputs[0].square().mean() + outputs[1].square().mean()).backward();
        _optimizer.Step(0.01);
    }

    private static void Damage(string path, string tensor)
    {
        long at;
        using (SafetensorsFile file = SafetensorsFile.Open(path)) at = file.Entry(tensor).ByteOffset;
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static float[][] Values(IEnumerable<Tensor> tensors) => [.. tensors.Select(static t => t.data<float>().ToArray())];

    private sealed record Progress(int Epoch, ValueArray<double> Curve);
}
