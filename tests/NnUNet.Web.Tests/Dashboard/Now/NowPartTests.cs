using System.Net;
using System.Text.Json;
using NnUNet.Core.Running;
using NnUNet.Foundation;
using NnUNet.Torch.Training;
using NnUNet.Torch.Training.Logs;
using NnUNet.Web.Tests.Frame;

namespace NnUNet.Web.Tests.Dashboard.Now;

/// <summary>The page of what runs now.</summary>
public sealed class NowPartTests : IDisposable
{
    private readonly SmallWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task ATrainingThatHoldsItsLock_Runs()
    {
        string fold = _workspace.Fold();
        using FileLock held = FoldLock.Take(fold);
        using TrainingJournal journal = SmallWorkspace.Begin(fold);
        SmallWorkspace.Add(journal, 0);
        SmallWorkspace.Add(journal, 1);
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement training = await OnlyTraining(page);

        Assert.Equal("running", training.GetProperty("state").GetString());
        Assert.Equal($"process {Environment.ProcessId} on {Environment.MachineName}", training.GetProperty("owner").GetString());
        Assert.Equal((2, 100), (training.GetProperty("done").GetInt32(), training.GetProperty("epochs").GetInt32()));
        DateTimeOffset end = training.GetProperty("ends_at").GetDateTimeOffset();
        Assert.InRange(end - training.GetProperty("changed").GetDateTimeOffset(), TimeSpan.FromSeconds((98 * 60) - 1), TimeSpan.FromSeconds((98 * 60) + 1));
    }

    [Fact]
    public async Task ALockOfADeadProcess_IsNotRunning()
    {
        // Given: the files of a lock that nobody holds, as a killed process leaves them
        string fold = _workspace.Fold();
        File.WriteAllText(Path.Combine(fold, FoldLock.FileName), "");
        File.WriteAllText(Path.Combine(fold, FoldLock.FileName + ".txt"), $"process 1 on {Environment.MachineName}");
        using (TrainingJournal journal = SmallWorkspace.Begin(fold)) SmallWorkspace.Add(journal, 0);
        await using RunningPage page = await _workspace.OpenAsync();

        // When
        JsonElement training = await OnlyTraining(page);

        // Then
        Assert.Equal("interrupted", training.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, training.GetProperty("owner").ValueKind);
        Assert.Equal(JsonValueKind.Null, training.GetProperty("ends_at").ValueKind);
    }

    [Theory]
    [InlineData("failed", "failed", "out of memory")]
    [InlineData("stop", "stopped", "stopped by Ctrl+C")]
    public async Task WhyATrainingEnded_IsTold(string row, string state, string reason)
    {
        using (TrainingJournal journal = SmallWorkspace.Begin(_workspace.Fold())) journal.Write(row, 0, 0, new { reason });
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement training = await OnlyTraining(page);

        Assert.Equal((state, reason), (training.GetProperty("state").GetString(), training.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task AJournalThatGrows_MakesAnEvent()
    {
        // Given: somebody listens, and has heard the first state
        string fold = _workspace.Fold();
        using TrainingJournal journal = SmallWorkspace.Begin(fold);
        SmallWorkspace.Add(journal, 0);
        await using RunningPage page = await _workspace.OpenAsync();
        using HttpResponseMessage answer = await page.Client.GetAsync("/api/now/events", HttpCompletionOption.ResponseHeadersRead);
        using StreamReader events = new(await answer.Content.ReadAsStreamAsync());
        JsonElement before = await Next(events);

        // When
        SmallWorkspace.Add(journal, 1, loss: 0.25);

        // Then
        JsonElement after = await Next(events);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((1, 2), (Done(before), Done(after)));
        Assert.Equal(0.25, after.GetProperty("trainings")[0].GetProperty("last").GetProperty("train_loss").GetDouble());
    }

    [Fact]
    public async Task ACommandThatRuns_IsShownByItsNote()
    {
        RunNote note = new()
        {
            Command = "nnUNet_predict",
            Arguments = ["-t", "901"],
            Host = Environment.MachineName,
            Process = Environment.ProcessId,
            Started = DateTimeOffset.UtcNow,
            Updated = DateTimeOffset.UtcNow,
            Step = new RunStep { Title = "predicting", Item = "case_1", Done = 1, Total = 4, Share = 0.3, Remaining = 90 },
        };
        ProductJson.Write(Path.Combine(_workspace.Results, RunNotes.FolderName, "a.json"), note);
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement run = (await page.GetAsync("/api/now")).GetProperty("runs")[0];

        Assert.Equal(("nnUNet_predict", "predicting"), (run.GetProperty("command").GetString(), run.GetProperty("step").GetProperty("title").GetString()));
        Assert.Equal(90, (run.GetProperty("ends_at").GetDateTimeOffset() - note.Updated).TotalSeconds, 1.0);
    }

    [Fact]
    public async Task WhatIsNoNumber_LeavesAGapInTheCurves()
    {
        using (TrainingJournal journal = SmallWorkspace.Begin(_workspace.Fold()))
        {
            SmallWorkspace.Add(journal, 0, lesion: double.NaN);
            SmallWorkspace.Add(journal, 1);
        }

        _workspace.Describe();
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement curves = await page.GetAsync("/api/now/curves?fold=" + Uri.EscapeDataString(SmallWorkspace.FoldId()));

        JsonElement lesion = curves.GetProperty("dice_per_class")[1];
        Assert.Equal([JsonValueKind.Null, JsonValueKind.Number], lesion.EnumerateArray().Select(static v => v.ValueKind));
        Assert.Equal(["1 organ", "2 lesion"], curves.GetProperty("classes").EnumerateArray().Select(static c => c.GetString()));
    }

    [Fact]
    public async Task TheLog_EndsWithItsLastLines()
    {
        string fold = _workspace.Fold();
        SmallWorkspace.Begin(fold).Dispose();
        File.WriteAllText(Path.Combine(fold, "training_log_1.txt"), string.Concat(Enumerable.Range(0, 5000).Select(static i => $"line {i} with some words to make it long\n")));
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement log = await page.GetAsync($"/api/now/log?lines=2&fold={Uri.EscapeDataString(SmallWorkspace.FoldId())}");

        Assert.Equal(["line 4998 with some words to make it long", "line 4999 with some words to make it long"], log.GetProperty("lines").EnumerateArray().Select(static l => l.GetString()));
        Assert.Equal(SmallWorkspace.FoldId() + "/training_log_1.txt", log.GetProperty("file").GetString());
    }

    [Fact]
    public async Task AJournalThatNamesAFileElsewhere_DoesNotShowIt()
    {
        string fold = _workspace.Fold();
        string secret = Path.Combine(_workspace.Results, "secret.txt");
        File.WriteAllText(secret, "secret");
        using (TrainingJournal journal = new(fold)) journal.Write("start", 0, 0, new { log = "../../../../../secret.txt" });
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement log = await page.GetAsync("/api/now/log?fold=" + Uri.EscapeDataString(SmallWorkspace.FoldId()));

        Assert.Empty(log.GetProperty("lines").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/now/log?fold=../../etc")]
    [InlineData("/api/now/log?fold=%2Fetc")]
    [InlineData("/api/now/curves?fold=nnUNet%2F3d_fullres%2F..%2F..%2F..")]
    [InlineData("/api/now/log")]
    [InlineData("/api/data/network?fold=..%2F..")]
    [InlineData("/api/data/..%2F..%2Fetc")]
    [InlineData("/api/results/..%2F..%2Fetc")]
    [InlineData("/api/results/Task901_Small/cases?model=..%2F..%2Fetc")]
    public async Task NamesThatAreNotOfTheWorkspace_AreNotFound(string address)
    {
        _workspace.Fold();
        await using RunningPage page = await _workspace.OpenAsync();

        using HttpResponseMessage answer = await page.Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task AnEmptyWorkspace_HasNothing()
    {
        await using RunningPage page = await _workspace.OpenAsync();

        JsonElement now = await page.GetAsync("/api/now");

        Assert.Equal((0, 0), (now.GetProperty("runs").GetArrayLength(), now.GetProperty("trainings").GetArrayLength()));
    }

    private static int Done(JsonElement now) => now.GetProperty("trainings")[0].GetProperty("done").GetInt32();

    private static async Task<JsonElement> OnlyTraining(RunningPage page) => Assert.Single((await page.GetAsync("/api/now")).GetProperty("trainings").EnumerateArray());

    private static async Task<JsonElement> Next(StreamReader events)
    {
        const string Data = "data: ";
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        while (await events.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal)) return JsonDocument.Parse(line[Data.Length..]).RootElement;
        }

        throw new EndOfStreamException("the events ended");
    }
}
