using System.Diagnostics;
using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public async Task Open_APipe_IsRefusedAtOnce()
    {
        Skip.If(OperatingSystem.IsWindows(), "pipes are no files there");

        // Given
        string pipe = Pipe("pipe");
        File.CreateSymbolicLink(_folder["link"], pipe);

        // When: nobody writes into it, so that opening it would wait
        FileFormatException[] errors = await Task.WhenAll(
            Refusal(() => InputFile.Open(pipe).Dispose()),
            Refusal(() => InputFile.OpenHandle(pipe).Dispose()),
            Refusal(() => InputFile.ReadText(pipe)),
            Refusal(() => InputFile.ReadBytes(pipe)),
            Refusal(() => InputFile.ReadLines(pipe)),
            Refusal(() => AtomicFile.Copy(pipe, _folder["copy"])),
            Refusal(() => ProductJson.Read<string>(pipe)),
            Refusal(() => InputFile.Check(_folder["link"]))).WaitAsync(TimeSpan.FromMinutes(1));

        // Then
        Assert.All(errors, static e => Assert.Equal("this is a pipe, not an ordinary file", e.What));
        Assert.Equal(_folder["link"], errors[^1].Where);
    }

    [SkippableFact]
    public void Open_ADeviceOrAFolder_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no such device there");
        Assert.Equal("this is a device, not an ordinary file", Assert.Throws<FileFormatException>(() => InputFile.Open("/dev/zero")).What);
        Assert.Equal("this is a folder, not a file", Assert.Throws<FileFormatException>(() => InputFile.ReadText(_folder.Root)).What);
    }

    [SkippableFact]
    public void Open_ASocket_IsRefused()
    {
        Skip.If(OperatingSystem.IsWindows(), "sockets are no files there");

        // Given
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder["s"]));

        // Then
        Assert.Equal("this is a socket, not an ordinary file", Assert.Throws<FileFormatException>(() => InputFile.Open(_folder["s"])).What);
    }

    [Fact]
    public void Open_AnOrdinaryFile_ReadsIt_AndAMissingOneIsMissing()
    {
        // Given
        File.WriteAllText(_folder["a"], "text");

        // Then
        Assert.Equal("text", InputFile.ReadText(_folder["a"]));
        Assert.Throws<FileNotFoundException>(() => InputFile.Open(_folder["b"]));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<FileFormatException> Refusal(Action read) => Task.Run(() => Assert.Throws<FileFormatException>(read));

    private string Pipe(string name)
    {
        using Process made = Process.Start("mkfifo", [_folder[name]]);
        made.WaitForExit(60_000);
        return _folder[name];
    }
}
