using System.Security.Cryptography;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Pretrained;

public sealed class ModelDownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7))];

    private static readonly DownloadOptions Quick = new() { ReadTimeout = TimeSpan.FromSeconds(5), RetryDelay = TimeSpan.FromMilliseconds(1), Retries = 2 };

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["model.zip"];

    [Fact]
    public async Task Download_AFile_IsCheckedAndReported()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Whole(Content));
        List<DownloadProgress> reports = [];
        DownloadOptions options = Quick with { Length = Content.Length, Checksum = "sha256:" + Convert.ToHexString(SHA256.HashData(Content)) };

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, options, new Immediate(reports));

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(new DownloadProgress(Content.Length, Content.Length), reports[^1]);
        Assert.Equal([Target], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task Download_OfAConnectionThatBreaks_GoesOnWhereItStopped()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.CutOff(Content, 30_000), LoopbackServer.From(Content, 30_000));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick);

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
        string second = server.Requests.Last();
        Assert.Contains("Range: bytes=30000-", second, StringComparison.Ordinal);
        Assert.Contains("If-Range: \"1\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_InALaterRun_GoesOnWhereTheFirstStopped()
    {
        // Given a run that gave up
        using LoopbackServer server = new(
            LoopbackServer.CutOff(Content, 30_000), LoopbackServer.Answer("503 Busy", "", []), LoopbackServer.Answer("503 Busy", "", []), LoopbackServer.Answer("503 Busy", "", []), LoopbackServer.From(Content, 30_000));
        DownloadException gaveUp = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, Quick));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick);

        // Then
        Assert.Contains("stopped 3 times after 30000 bytes (the server answered 503 Busy)", gaveUp.What, StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Download_OfAFileThatHasChanged_BeginsAnew()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.CutOff([.. Content.Reverse()], 30_000), LoopbackServer.Whole(Content));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick);

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Download_OfAServerThatFallsSilent_IsTriedAgain()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Stalled(Content, 50_000), LoopbackServer.From(Content, 50_000));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick with { ReadTimeout = TimeSpan.FromSeconds(1) });

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Download_OfAServerThatIsSilentAlways_GivesUp()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Stalled(Content, 0));

        // When
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() =>
            ModelDownloader.DownloadAsync(server.Url(), Target, Quick with { ReadTimeout = TimeSpan.FromMilliseconds(200), Retries = 1 }));

        // Then
        Assert.Contains("stopped 2 times after 0 bytes", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_OfARedirection_FollowsIt_ButNotForEver()
    {
        // Given
        using LoopbackServer file = new(LoopbackServer.Whole(Content));
        using LoopbackServer elsewhere = new(LoopbackServer.Answer("302 Found", $"Location: {file.Url()}\r\nContent-Length: 0\r\n", []));
        using LoopbackServer circle = new(LoopbackServer.Answer("302 Found", "Location: /again\r\nContent-Length: 0\r\n", []));

        // When
        await ModelDownloader.DownloadAsync(elsewhere.Url(), Target, Quick);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(circle.Url(), _folder["b.zip"], Quick));

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Contains("the server answered 302", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_OfAServerThatPromisesTooMuch_GivesUpWithBothNumbers()
    {
        // Given
        using LoopbackServer server = new(
            LoopbackServer.Answer("200 OK", "Content-Length: 200000\r\n", Content));

        // When
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, Quick));

        // Then
        Assert.Contains("stopped 3 times after 100000 bytes", error.What, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Theory]
    [InlineData("404 Not Found", "Content-Length: 0\r\n", "the server answered 404 Not Found")]
    [InlineData("200 OK", "Content-Length: 5\r\nContent-Type: text/html\r\n", "a web page, not a file")]
    [InlineData("200 OK", "Content-Length: 5\r\n", "5 bytes instead of 100000")]
    [InlineData("206 Partial Content", "Content-Length: 5\r\nContent-Range: bytes 7-11/12\r\n", "another part of the file")]
    public async Task Download_OfSomethingElse_IsRefusedAtOnce(string status, string headers, string what)
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Answer(status, headers, "hello"u8.ToArray()));

        // When
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, Quick with { Length = Content.Length }));

        // Then
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Download_WithAnotherCheckSum_IsRefusedAndNotKept()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Whole(Content));

        // When
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, Quick with { Checksum = "md5:00" }));

        // Then
        Assert.Contains("its md5 is", error.What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public async Task Download_Cancelled_KeepsWhatHasCome()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Stalled(Content, 40_000));
        using CancellationTokenSource cancel = new();

        // When
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, Quick, new Canceller(cancel, 40_000), cancel.Token));

        // Then
        Assert.Equal(40_000, new FileInfo(Target + ".part").Length);
    }

    [Fact]
    public async Task Download_OfNoWebAddress_IsRefused() =>
        Assert.Contains("no address of the web", (await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(new Uri("file:///etc/passwd"), Target))).What, StringComparison.Ordinal);

    [Fact]
    public void Catalogue_HasEveryModelOnce_AndFindsByNumber()
    {
        Assert.Equal(23, PretrainedModel.All.Select(static m => m.Name).Distinct().Count());
        Assert.Equal("Task004_Hippocampus", PretrainedModel.Find("4").Name);
        Assert.Equal("https://zenodo.org/record/4003545/files/Task029_LITS.zip?download=1", PretrainedModel.Find("Task029_LiTS").Url.ToString());
        Assert.Contains("nnUNet_print_available_pretrained_models lists all ", Assert.Throws<Foundation.DescribedException>(() => PretrainedModel.Find("Task999")).Remedy, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Immediate(List<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource cancel, long at) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Done >= at) cancel.Cancel();
        }
    }
}
