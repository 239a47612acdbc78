using NnUNet.Foundation;
using NnUNet.Testing;
using NnUNet.Torch.Checkpoints;
using NnUNet.Torch.Networks;
using NnUNet.Torch.Tests.Networks;
using NnUNet.Torch.Training;

namespace NnUNet.Torch.Tests.Checkpoints;

public sealed class WeightPrefetcherTests : LeakCheckedTest
{
    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    [Fact]
    public void Take_GivesOneFileAfterTheOther()
    {
        // Given
        string[] paths = [Write("a", seed: 1), Write("b", seed: 2)];

        // When
        using WeightPrefetcher ahead = new(paths);
        using CheckpointWeights first = ahead.Take(), second = ahead.Take();

        // Then
        Assert.Equal(Values(paths[0]), first.Weights[0].Read());
        Assert.Equal(Values(paths[1]), second.Weights[0].Read());
        Assert.Throws<InvalidOperationException>(() => ahead.Take());
    }

    [Fact]
    public void Take_ADamagedFile_TellsItWhenItIsItsTurn()
    {
        // Given a whole file and one whose last number of the weights was changed
        string whole = Write("a", seed: 1), damaged = Write("b", seed: 2);
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);

        // When
        using WeightPrefetcher ahead = new([whole, damaged]);
        using CheckpointWeights first = ahead.Take();

        // Then
        Assert.Contains("checksum", Assert.Throws<DescribedException>(() => ahead.Take()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_ClosesWhatWasNotTaken()
    {
        // Given
        string path = Write("a", seed: 1);

        // When
        new WeightPrefetcher([path]).Dispose();

        // Then nobody has the file open
        using FileStream alone = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.CanWrite);
    }

    private string Write(string name, ulong seed)
    {
        string path = _folder[$"{name}.safetensors"];
        using SegmentationNetwork network = NetworkFactory.Create(GoldenNetwork.Describe(GoldenNetwork.Arguments with { BaseFeatures = 2 }));
        network.Initialize(seed);
        Checkpoint.Save(path, network, null, new { epoch = 0 });
        return path;
    }

    private static float[] Values(string path)
    {
        using CheckpointWeights stored = WeightFile.Open(path);
        return stored.Weights[0].Read();
    }
}
