using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NnUNet.Client;
using NnUNet.Testing;
using NnUNet.Torch.Tests.Inference;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Tests.Service;

/// <summary>Whatever comes: a clear answer, nothing left on the disk, and the service goes on.</summary>
public sealed class HostileUploadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SmallModel _model = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Formats => new(["nifti", "nrrd", "metaimage", "png", "bmp", "jpeg", "tiff", "dicom", "dicom_seg", "dicom_rtstruct", "pickle", "npy", "torch", "modelzip"]);

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task FilesOfEveryKind_GetAnAnswer(string format)
    {
        // Whole files and ones that are cut off, each under its own ending and without any.
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { Queue = 1000, PerClient = 1000 });
        string[] files = Directory.GetFiles(Path.Combine(TestData.RepositoryRoot(), "fuzz", "corpus", format));
        foreach (string file in files)
        {
            byte[] whole = await File.ReadAllBytesAsync(file);
            foreach ((byte[] content, string name) in ((byte[], string)[])[(whole, Path.GetFileName(file)), (whole, ""), (whole[..(whole.Length / 2)], Path.GetFileName(file))])
            {
                using HttpResponseMessage answer = await PostAsync(service, content, name);
                string text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge, $"{Path.GetFileName(file)}: {answer.StatusCode} {text}");
                AssertNoPath(text);
            }
        }

        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnImageThatAnnouncesMoreThanTheMemoryTakes_IsRefusedByItsHeader()
    {
        // A NIfTI header of 30000 x 30000 x 30000 voxels of float32, packed: a few hundred bytes.
        byte[] header = new byte[352 + 4096];
        BitConverter.TryWriteBytes(header.AsSpan(0), 348);
        foreach ((int at, short value) in ((int, short)[])[(40, 3), (42, 30000), (44, 30000), (46, 1200), (48, 1), (70, 16), (72, 32)]) BitConverter.TryWriteBytes(header.AsSpan(at), value);
        foreach (int at in (int[])[76, 80, 84, 88]) BitConverter.TryWriteBytes(header.AsSpan(at), 1f);
        BitConverter.TryWriteBytes(header.AsSpan(108), 352f);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal)) gzip.Write(header);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { MemoryBytes = 1L << 30 });

        using HttpResponseMessage answer = await PostAsync(service, packed.ToArray(), "bomb.nii.gz");

        string detail = await DetailAsync(answer);
        Assert.True(answer.StatusCode is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity, detail);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnImageBeyondTheMemory_IsRefusedInTheCommandsWords()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { MemoryBytes = 1 << 20 });

        SegmentationServiceException refused = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image)]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
        Assert.StartsWith("image_0000.nii.gz: the image needs about", refused.Message, StringComparison.Ordinal);
        Assert.Contains("GB may be used", refused.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task APackedStreamThatNeverEnds_IsNotUnpacked()
    {
        // The image is whole, but behind it a hundred megabytes of zeros unpack.
        byte[] image = await File.ReadAllBytesAsync(RunningService.Image(_folder, ending: ".nii"));
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(image);
            for (int i = 0; i < 100; i++) gzip.Write(new byte[1 << 20]);
        }

        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, packed.ToArray(), "bomb.nii.gz");

        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnArchiveThatUnpacksTooLarge_IsRefused()
    {
        byte[] archive = Zip(("zeros.dcm", new byte[20 << 20]));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { MaxUnpackedBytes = 10 << 20 });

        using HttpResponseMessage answer = await PostAsync(service, archive, "series.zip");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("10.0 MB", await DetailAsync(answer), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnArchiveThatLiesAboutItsSizes_IsRefused()
    {
        byte[] archive = Zip(("zeros.dcm", new byte[20 << 20]));
        int entry = archive.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(archive.AsSpan(entry + 24), 100u); // the unpacked size in the table of contents
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { MaxUnpackedBytes = 10 << 20 });

        using HttpResponseMessage answer = await PostAsync(service, archive, "series.zip");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnArchiveOfVeryManyFiles_IsRefusedBeforeItsTableIsRead()
    {
        byte[] archive = Zip([.. Enumerable.Range(0, 20_001).Select(static i => (i.ToString(CultureInfo.InvariantCulture), Array.Empty<byte>()))]);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, archive, "series.zip");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("more than 20000 files", await DetailAsync(answer), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task PathsInNames_LeadNowhere()
    {
        byte[] image = await File.ReadAllBytesAsync(RunningService.Image(_folder)), archive = Zip(("../../../escaped.dcm", [1, 2, 3]), ("/escaped.dcm", [1, 2, 3]));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, image, "../../../../escaped.nii.gz");
        using HttpResponseMessage zipped = await PostAsync(service, archive, "..\\..\\escaped.zip");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, zipped.StatusCode);
        Assert.Empty(Directory.GetFiles(_folder.Root, "*escaped*", SearchOption.AllDirectories));
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task TenGigabytesThatAreAnnounced_AreRefusedAtOnce()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        string answer = await RawAsync(service, "POST /v1/segmentations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 10737418240\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("--max-upload", answer, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task MoreThanMayCome_WithoutAnnouncement_IsRefusedWhenItComes()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { MaxUploadBytes = 100_000 });
        StringBuilder call = new("POST /v1/segmentations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 20; i++) call.Append("2000\r\n").Append('x', 0x2000).Append("\r\n");

        string answer = await RawAsync(service, call.ToString());

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task ASlowUpload_IsEnded()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        string answer = await RawAsync(service, "POST /v1/segmentations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n" + new string('x', 2000));

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnUploadThatIsBrokenOff_LeavesNothing_AndFreesItsPlace()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder) with { Queue = 1 });
        using (TcpClient client = new())
        {
            await client.ConnectAsync(service.Address.Host, service.Address.Port);
            byte[] begin = Encoding.ASCII.GetBytes("POST /v1/segmentations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\n" + new string('x', 50000));
            await client.GetStream().WriteAsync(begin);
            await RunningService.UntilAsync(() => service.Leftovers.Count == 1);
            client.Client.LingerState = new LingerOption(true, 0); // breaks off, rather than ends
        }

        await AssertNothingIsLeftAsync(service);
        SegmentationJob next = await service.Client.SegmentAsync([ImagePart.Channel(0, RunningService.Image(_folder))]);
        Assert.Equal(JobState.Done, next.State);
    }

    [Theory]
    [InlineData("bytes of nothing", "scan.nii.gz")]
    [InlineData("bytes of nothing", "scan.exe")]
    [InlineData("", "scan.nii.gz")]
    public async Task WhatIsNoImage_IsRefused(string content, string name)
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, Encoding.ASCII.GetBytes(content), name);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        AssertNoPath(await DetailAsync(answer));
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task FormsThatAreNone_AreRefused()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        foreach ((string type, string body) in ((string, string)[])
        [
            ("multipart/form-data", "x"), ("multipart/form-data; boundary=" + new string('b', 100), "x"), ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"channel_0\"; filename=\"a.nii\"\r\n\r\nno end"),
            ("multipart/form-data; boundary=b", "nothing of it"), ("multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nz\r\n--b--\r\n"), ("multipart/form-data; boundary=b", "--b\r\n" + new string('h', 100_000) + "\r\n--b--\r\n"),
        ])
        {
            using ByteArrayContent content = new(Encoding.ASCII.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using HttpResponseMessage answer = await service.Http.PostAsync("/v1/segmentations", content);
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, $"{type}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        await AssertNothingIsLeftAsync(service);
    }

    [Theory]
    [InlineData("folds", "../0", "folds")]
    [InlineData("folds", "7", "there is no fold 7")]
    [InlineData("mirroring", "perhaps", "neither true nor false")]
    [InlineData("format", ".exe", "choose one of")]
    [InlineData("wait", "1e9", "wait")]
    [InlineData("sleeping", "true", "known are model, folds")]
    public async Task OptionsThatAreNone_AreRefused(string name, string value, string words)
    {
        byte[] image = await File.ReadAllBytesAsync(RunningService.Image(_folder));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        using ByteArrayContent body = new(image);

        using HttpResponseMessage answer = await service.Http.PostAsync($"/v1/segmentations?{name}={Uri.EscapeDataString(value)}", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        string detail = await DetailAsync(answer);
        Assert.Contains(words, detail, StringComparison.Ordinal);
        AssertNoPath(detail);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task ChannelsThatAreMissingTwiceOrTooMany_AreNamed()
    {
        string image = RunningService.Image(_folder);
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        SegmentationServiceException surplus = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image), ImagePart.Channel(1, image)]));
        SegmentationServiceException twice = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(0, image), ImagePart.Channel(0, image)]));
        SegmentationServiceException missing = await Assert.ThrowsAsync<SegmentationServiceException>(() => service.Client.SubmitAsync([ImagePart.Channel(1, image)]));

        Assert.Contains("the model needs 1 (MR0): channel_1 too many", surplus.Message, StringComparison.Ordinal);
        Assert.Contains("it comes twice", twice.Message, StringComparison.Ordinal);
        Assert.Contains("channel_0 missing; channel_1 too many", missing.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AWrongToken_IsRefused_AndTheRightOneIsNot()
    {
        const string Token = "0123456789abcdef0123456789abcdef";
        await File.WriteAllTextAsync(_folder["token"], Token);
        string image = RunningService.Image(_folder);
        ServiceSettings settings = RunningService.Of(_model.Folder, _folder);
        await using RunningService service = await RunningService.StartAsync(settings with { Web = settings.Web with { TokenFile = _folder["token"] } }, Token);
        using HttpClient stranger = new() { BaseAddress = service.Address };
        using SegmentationClient wrong = new(service.Address, Token[..^1] + "0");

        SegmentationServiceException refused = await Assert.ThrowsAsync<SegmentationServiceException>(() => wrong.SubmitAsync([ImagePart.Channel(0, image)]));
        HttpStatusCode[] open = [(await stranger.GetAsync("/healthz")).StatusCode, (await stranger.GetAsync("/readyz")).StatusCode];
        HttpStatusCode[] closed = [(await stranger.GetAsync("/v1/models")).StatusCode, (await stranger.GetAsync("/metrics")).StatusCode, (await stranger.GetAsync("/try/")).StatusCode, (await stranger.GetAsync("/openapi/v1.json")).StatusCode];
        SegmentationJob done = await service.Client.SegmentAsync([ImagePart.Channel(0, image)]);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.All(open, static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(closed, static status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(JobState.Done, done.State);
    }

    [Fact]
    public async Task AFormOfAnotherSitesPage_IsRefused()
    {
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));
        using HttpRequestMessage call = new(HttpMethod.Post, "/v1/segmentations") { Content = new ByteArrayContent(await File.ReadAllBytesAsync(RunningService.Image(_folder))) };
        call.Headers.Add("Origin", "http://evil.example");

        using HttpResponseMessage answer = await service.Http.SendAsync(call);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task AnImageThatIsCutOffBehindItsHeader_Fails_AndSaysSo()
    {
        byte[] image = await File.ReadAllBytesAsync(RunningService.Image(_folder, ending: ".nii"));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, image[..^1000], "a.nii");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("image_0000.nii", await DetailAsync(answer), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(service);
    }

    [Fact]
    public async Task NamesOfPatients_AreNeitherStoredNorLogged()
    {
        byte[] image = await File.ReadAllBytesAsync(RunningService.Image(_folder));
        await using RunningService service = await RunningService.StartAsync(RunningService.Of(_model.Folder, _folder));

        using HttpResponseMessage answer = await PostAsync(service, image, "Mustermann_Erika_1964.nii.gz");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(Directory.GetFiles(service.Settings.State, "*", SearchOption.AllDirectories), static file =>
        {
            Assert.DoesNotContain("Mustermann", file, StringComparison.Ordinal);
            if (Path.GetExtension(file) == ".json") Assert.DoesNotContain("Mustermann", File.ReadAllText(file), StringComparison.Ordinal);
        });
    }

    private static async Task<HttpResponseMessage> PostAsync(RunningService service, byte[] content, string name)
    {
        using MultipartFormDataContent form = [];
        ByteArrayContent part = new(content);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "channel_0", FileName = name.Length > 0 ? $"\"{name}\"" : null };
        form.Add(part);
        return await service.Http.PostAsync("/v1/segmentations?wait=600", form);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }

    /// <summary>Sends bytes as they are, and reads what is answered until the end of the connection, or for ten seconds.</summary>
    private static async Task<string> RawAsync(RunningService service, string bytes)
    {
        using TcpClient client = new();
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        NetworkStream stream = client.GetStream();
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(10));
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), patience.Token);
            while (!answer.ToString().Contains('}', StringComparison.Ordinal) && await stream.ReadAsync(buffer, patience.Token) is > 0 and int got) answer.Append(Encoding.UTF8.GetString(buffer, 0, got));
        }
        catch (IOException)
        {
            // the service closes what it refuses
        }

        return answer.ToString();
    }

    private void AssertNoPath(string text)
    {
        Assert.DoesNotContain(_folder.Root, text, StringComparison.Ordinal);
        Assert.DoesNotContain(_model.Folder, text, StringComparison.Ordinal);
        Assert.DoesNotContain("incoming", text, StringComparison.Ordinal);
    }

    private static async Task AssertNothingIsLeftAsync(RunningService service)
    {
        // Results of what was an image go as their callers ask for it; nothing else is there.
        foreach (string job in Directory.GetDirectories(Path.Combine(service.Settings.State, "jobs"))) await service.Client.RemoveAsync(Path.GetFileName(job));
        await RunningService.UntilAsync(() => service.Leftovers.Count == 0);
        Assert.Equal(0, service.Store.Waiting);
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
