using NnUNet.Testing;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using NnUNet.Web.Dashboard.Now;

namespace NnUNet.Web.Tests.Dashboard.Now;

/// <summary>Journals that grow and are cut back.</summary>
public sealed class CourseReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder[TrainingJournal.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoJournal_IsNoCourse() => Assert.Equal(CourseState.None, new CourseReader(Journal).Read().State);

    [Fact]
    public void WhatIsAdded_IsReadToo()
    {
        using TrainingJournal journal = SmallWorkspace.Begin(_folder.Root);
        CourseReader reader = new(Journal);
        SmallWorkspace.Add(journal, 0);
        Assert.Single(reader.Read().Epochs);

        SmallWorkspace.Add(journal, 1, loss: 0.25);

        Assert.Equal([0.5, 0.25], reader.Read().Epochs.Select(static e => e.TrainLoss));
    }

    [Fact]
    public void ALineThatIsBeingWritten_IsReadWhenItIsWhole()
    {
        using (TrainingJournal journal = SmallWorkspace.Begin(_folder.Root)) SmallWorkspace.Add(journal, 0);
        string row = File.ReadAllLines(Journal)[1].Replace("\"epoch\":0", "\"epoch\":1", StringComparison.Ordinal).Replace("\"epoch\": 0", "\"epoch\": 1", StringComparison.Ordinal);
        CourseReader reader = new(Journal);
        File.AppendAllText(Journal, row[..40]);
        Assert.Single(reader.Read().Epochs);

        File.AppendAllText(Journal, row[40..] + "\n");

        Assert.Equal([0, 1], reader.Read().Epochs.Select(static e => e.Epoch));
    }

    [Fact]
    public void AJournalThatIsCutBack_IsReadAnew()
    {
        // Given: three epochs were read, and the training goes on from the checkpoint after the first
        using (TrainingJournal journal = SmallWorkspace.Begin(_folder.Root))
        {
            for (int epoch = 0; epoch < 3; epoch++) SmallWorkspace.Add(journal, epoch);
        }

        CourseReader reader = new(Journal);
        reader.Read();

        // When: it has as many bytes as before, or more, when it is looked at again
        TrainingJournal.CutBack(_folder.Root, new TrainingState { Epoch = 1 });
        using (TrainingJournal journal = new(_folder.Root))
        {
            for (int epoch = 1; epoch < 5; epoch++) SmallWorkspace.Add(journal, epoch, loss: 0.125);
        }

        // Then
        Assert.Equal([0.5, 0.125, 0.125, 0.125, 0.125], reader.Read().Epochs.Select(static e => e.TrainLoss));
    }

    [Fact]
    public void EpochsThatAreTrainedAgain_CountOnce()
    {
        using TrainingJournal journal = SmallWorkspace.Begin(_folder.Root);
        SmallWorkspace.Add(journal, 0);
        SmallWorkspace.Add(journal, 1);
        journal.Write("rescued", 2, 0, new { momentum = 0.95 });
        SmallWorkspace.Add(journal, 0, loss: 0.125);

        Course course = new CourseReader(Journal).Read();

        Assert.Equal([0.125], course.Epochs.Select(static e => e.TrainLoss));
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("{\"event\": \"epoch\"}")]
    [InlineData("{\"event\": \"epoch\", \"epoch\": 1e300}")]
    [InlineData("{\"event\": 3, \"epoch\": 1}")]
    [InlineData("{\"event\": \"epoch\", \"epoch\": 1, \"dice_per_class\": \"x\", \"time\": 7}")]
    [InlineData("nothing")]
    public void LinesOfAnotherKind_DisturbNothing(string line)
    {
        using (TrainingJournal journal = SmallWorkspace.Begin(_folder.Root)) SmallWorkspace.Add(journal, 0);
        File.AppendAllText(Journal, line + "\n");

        Assert.Equal(0.5, new CourseReader(Journal).Read().Epochs[0].TrainLoss);
    }
}
