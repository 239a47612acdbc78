using NnUNet.Testing;
using NnUNet.Torch.Training.Logs;

namespace NnUNet.Torch.Tests.Training.Logs;

public sealed class TrainingLogTests
{
    [Fact]
    public void TheFile_IsNamedAfterItsStart()
    {
        using TemporaryFolder folder = new();
        using TrainingLog log = new(folder.Root, new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Local));

        Assert.Equal("training_log_2026_3_4_05_06_07.txt", Path.GetFileName(log.FilePath));
    }

    [Fact]
    public void Lines_BeginWithTheTime()
    {
        using TemporaryFolder folder = new();
        using (TrainingLog log = new(folder.Root, DateTime.Now)) log.Write("epoch: 0");

        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}: epoch: 0\n$", File.ReadAllText(Directory.GetFiles(folder.Root).Single()));
    }
}
