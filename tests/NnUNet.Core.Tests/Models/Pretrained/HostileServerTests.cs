using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Pretrained;

/// <summary>Servers that are broken, mistaken or hostile: each costs a bounded time, disk and number of connections, and leaves nothing that nobody can use.</summary>
public sealed class HostileServerTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7))];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly DownloadOptions Quick = new()
    {
        ReadTimeout = TimeSpan.FromSeconds(5),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        Retries = 2,
        Connections = 6,
        Reserve = 0,
    };

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["d/model.zip"];

    [Fact]
    public async Task AServerThatBreaksOffAgainAndAgain_IsNotAskedForEver()
    {
        // Given: each connection brings a hundred bytes more
        using LoopbackServer server = new(LoopbackServer.CutOff(Content, 100), (stream, request, cancel) =>
        {
            int start = int.Parse(request.Split("bytes=")[1].Split('-')[0], CultureInfo.InvariantCulture);
            return LoopbackServer.Answer(
                "206 Partial Content", $"Content-Length: {Content.Length - start}\r\nContent-Range: bytes {start}-{Content.Length - 1}/{Content.Length}\r\nETag: \"1\"\r\n", Content[start..(start + 100)])(stream, request, cancel);
        });

        // When
        DownloadException error = await Refused(server);

        // Then: what has come can be gone on with
        Assert.Contains("stopped 6 times after 600 bytes", error.What, StringComparison.Ordinal);
        Assert.Contains("goes on where it stopped", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(600, new FileInfo(Target + ".part").Length);
    }

    [Fact]
    public async Task AServerWithoutMarks_ThatBreaksOff_LeavesNothing()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Answer("200 OK", "Content-Length: 200000\r\n", Content));

        // Then
        Assert.Contains("begins anew", (await Refused(server)).Remedy, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("")]
    public async Task AFileWithoutEnd_IsBoundByTheOption(string headers)
    {
        // Given
        using LoopbackServer server = new(Endless(headers));

        // When
        DownloadException error = await Refused(server, Quick with { MaxBytes = 3_000_000 });

        // Then
        Assert.Contains("sends on and on; 3000000 are allowed", error.What, StringComparison.Ordinal);
        Assert.Contains("--max-size", error.Remedy, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Fact]
    public async Task AFileWithoutEnd_IsBoundByTheDisk()
    {
        // Given
        using LoopbackServer server = new(Endless(""));

        // Then
        Assert.Contains("is full after 0 bytes", (await Refused(server, Quick with { Reserve = long.MaxValue / 2 })).What, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("99999999999", "the file has 99999999999 bytes; 1000000 are allowed")]
    [InlineData("999999", "has 999999 bytes, of which 999999 are missing, but the disk")]
    public async Task AFileThatIsTooLarge_IsRefusedBeforeAByte(string length, string what)
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Answer("200 OK", $"Content-Length: {length}\r\nETag: \"1\"\r\n", [1]));

        // Then
        Assert.Contains(what, (await Refused(server, Quick with { MaxBytes = 1_000_000, Reserve = long.MaxValue / 2 })).What, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("file:///etc/passwd", "leads to file:///etc/passwd, which is no address of the web")]
    [InlineData("data:text/plain,hello", "leads to data:text/plain,hello, which is no address of the web")]
    [InlineData("ftp://127.0.0.1/model.zip", "leads to ftp://127.0.0.1/model.zip, which is no address of the web")]
    [InlineData("javascript:alert(1)", "which is no address of the web")]
    [InlineData("http://[", "does not say where the file is")]
    [InlineData(null, "does not say where the file is")]
    [InlineData("/again", "leads on more than 10 times, perhaps in a circle")]
    public async Task ARedirectionToNowhere_IsRefused(string? location, string what)
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Answer("302 Found", (location is null ? "" : $"Location: {location}\r\n") + "Content-Length: 0\r\n", []));

        // Then
        Assert.Contains(what, (await Refused(server)).What, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Content-Length: abc\r\n")]
    [InlineData("Content-Length: -5\r\n")]
    [InlineData("Content-Length: 99999999999999999999999\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 7\r\n")]
    [InlineData("Content-Length: 5, 7\r\n")]
    [InlineData("Content-Length:\r\n")]
    public async Task ALengthThatIsNone_IsRefusedAtOnce(string headers)
    {
        // Given: nobody closes the connection
        using LoopbackServer server = new(ThenSilence("200 OK", headers));

        // When
        DownloadException error = await Refused(server, Quick with { ReadTimeout = TimeSpan.FromSeconds(40) }).WaitAsync(TimeSpan.FromSeconds(20));

        // Then
        Assert.Matches("which is no length|answer cannot be used", error.What);
        Assert.Single(server.Requests);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("206 Partial Content", "Content-Length: 100\r\n", "another part of the file")]
    [InlineData("206 Partial Content", "Content-Length: 100\r\nContent-Range: bytes 0-99/100\r\n", "another part of the file")]
    [InlineData("204 No Content", "", "the server answered 204")]
    [InlineData("304 Not Modified", "", "the server answered 304")]
    [InlineData("200 OK", "Content-Length: 5\r\nContent-Encoding: gzip\r\n", "packs the file on the way (gzip)")]
    [InlineData("200 OK", "Content-Length: 5\r\nContent-Encoding: br\r\n", "packs the file on the way (br)")]
    [InlineData("401 Unauthorized", "Content-Length: 0\r\n", "the server answered 401")]
    [InlineData("407 Proxy Authentication Required", "Content-Length: 0\r\n", "the proxy asks for a login")]
    public async Task AnAnswerThatIsNoFile_IsRefusedAtOnce(string status, string headers, string what)
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.Answer(status, headers, "hello"u8.ToArray()));

        // Then
        Assert.Contains(what, (await Refused(server)).What, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("Content-Length: 70000\r\n", "another part of the file")]
    [InlineData("Content-Length: 70000\r\nContent-Range: bytes 20000-89999/100000\r\n", "another part of the file")]
    [InlineData("Content-Length: 70000\r\nContent-Range: chapters 30000-99999/100000\r\n", "another part of the file")]
    [InlineData("Content-Length: 70000\r\nContent-Range: bytes 30000-99999/50000\r\n", "")]
    [InlineData("Content-Length: 7\r\nContent-Range: bytes 30000-99999/100000\r\n", "the bytes 30000 to 99999, and 7 bytes")]
    public async Task APartThatContradictsItself_IsRefused(string headers, string what)
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.CutOff(Content, 30_000), LoopbackServer.Answer("206 Partial Content", headers + "ETag: \"1\"\r\n", Content[30_000..]));

        // Then
        Assert.Contains(what, (await Refused(server)).What, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
        NothingIsLeft();
    }

    [Fact]
    public async Task APartOfAnotherVersion_BeginsAnew()
    {
        // Given: the rest comes of another file, though If-Range asked for the first one's
        using LoopbackServer server = new(
            LoopbackServer.CutOff([.. Content.Reverse()], 30_000),
            LoopbackServer.Answer("206 Partial Content", "Content-Length: 70000\r\nContent-Range: bytes 30000-99999/100000\r\nETag: \"2\"\r\n", Content[30_000..]),
            LoopbackServer.Whole(Content));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick).WaitAsync(Limit);

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task AWholeFileOfARunThatWasKilled_IsTakenAsItIs()
    {
        // Given
        Directory.CreateDirectory(_folder["d"]);
        File.WriteAllBytes(Target + ".part", Content);
        File.WriteAllText(Target + ".part.etag", "\"1\"");
        using LoopbackServer server = new(LoopbackServer.Answer("416 Range Not Satisfiable", $"Content-Range: bytes */{Content.Length}\r\nContent-Length: 0\r\n", []));

        // When
        await ModelDownloader.DownloadAsync(server.Url(), Target, Quick).WaitAsync(Limit);

        // Then
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ServersThatRefuseEveryRange_AreNotAskedForEver()
    {
        // Given
        using LoopbackServer server = new(LoopbackServer.CutOff(Content, 30_000), LoopbackServer.Answer("416 Range Not Satisfiable", "Content-Length: 0\r\n", []));

        // Then
        await Refused(server);
        Assert.InRange(server.Requests.Count, 2, 6);
        NothingIsLeft();
    }

    [Fact]
    public async Task AServerThatTrickles_IsGivenUp()
    {
        // Given
        using LoopbackServer server = new(Trickle());

        // When
        DownloadException error = await Refused(server, Quick with { ReadTimeout = TimeSpan.FromSeconds(2), Connections = 2, SlowestRate = 100_000 });

        // Then
        Assert.Contains("the server sent ", error.What, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task AServerThatTrickles_IsGivenUpAtTheTimeLimit()
    {
        // Given
        using LoopbackServer server = new(Trickle());

        // Then
        Assert.Contains("was not done after 1 seconds", (await Refused(server, Quick with { TimeLimit = TimeSpan.FromSeconds(1), SlowestRate = 0 })).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerThatIsNotHttp_IsRefused()
    {
        // Given
        using LoopbackServer server = new(static async (stream, _, cancel) => await stream.WriteAsync(Encoding.ASCII.GetBytes("220 mail.example.org ESMTP\r\n\r\n"), cancel));

        // Then
        Assert.Contains("answer cannot be used", (await Refused(server)).What, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        NothingIsLeft();
    }

    [Fact]
    public async Task AServerThatDoesNotSpeakTls_IsRefusedAtOnce()
    {
        // Given
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task answer = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });
        Uri secure = new($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/model.zip");

        // When
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(secure, Target, Quick)).WaitAsync(Limit);
        await answer.WaitAsync(Limit);

        // Then
        Assert.Contains("cannot prove who it is", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/model.zip")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,hello")]
    public async Task AnAddressOfAnotherKind_IsRefused(string url) =>
        Assert.Contains("no address of the web", (await Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(new Uri(url), Target, Quick))).What, StringComparison.Ordinal);

    [Fact]
    public async Task ADownloadedFile_IsGoneAfterItsUse_WithWhatNobodyCanUse()
    {
        // Given: what killed runs left: a whole file, a part without a mark, a part that can be gone on with
        using LoopbackServer server = new(LoopbackServer.Whole(Content));
        foreach (string name in new[] { "1.zip", "2.zip.part", "3.zip.part", "3.zip.part.etag" })
        {
            Directory.CreateDirectory(_folder["d"]);
            File.WriteAllText(_folder["d/" + name], "x");
        }

        // When
        using (DownloadedFile file = await DownloadedFile.FetchAsync(server.Url(), _folder["d"], Quick).WaitAsync(Limit))
        {
            Assert.Equal(Content, File.ReadAllBytes(file.Path));
            DownloadException second = await Assert.ThrowsAsync<DownloadException>(() => DownloadedFile.FetchAsync(server.Url(), _folder["d"], Quick)).WaitAsync(Limit);
            Assert.Contains("is downloading it", second.What, StringComparison.Ordinal);
        }

        // Then
        Assert.Equal(["3.zip.part", "3.zip.part.etag"], Directory.EnumerateFiles(_folder["d"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(1, DownloadedFile.Unfinished(_folder["d"]));
    }

    public void Dispose() => _folder.Dispose();

    private static Func<Stream, string, CancellationToken, Task> Endless(string headers) => async (stream, _, cancel) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\n{headers}\r\n"), cancel);
        byte[] piece = new byte[100_000];
        byte[] size = Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n");
        while (true)
        {
            if (headers.Length > 0) await stream.WriteAsync(size, cancel);
            await stream.WriteAsync(piece, cancel);
            if (headers.Length > 0) await stream.WriteAsync("\r\n"u8.ToArray(), cancel);
        }
    };

    private static Func<Stream, string, CancellationToken, Task> ThenSilence(string status, string headers) => async (stream, _, cancel) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\nhello"), cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    };

    private static Func<Stream, string, CancellationToken, Task> Trickle() => async (stream, _, cancel) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nETag: \"1\"\r\n\r\n"u8.ToArray(), cancel);
        while (true)
        {
            await stream.WriteAsync(new byte[1], cancel);
            await Task.Delay(20, cancel);
        }
    };

    private Task<DownloadException> Refused(LoopbackServer server, DownloadOptions? options = null) =>
        Assert.ThrowsAsync<DownloadException>(() => ModelDownloader.DownloadAsync(server.Url(), Target, options ?? Quick)).WaitAsync(Limit);

    private void NothingIsLeft() => Assert.False(Directory.Exists(_folder["d"]) && Directory.EnumerateFileSystemEntries(_folder["d"]).Any());
}
