using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NnUNet.Testing;

/// <summary>An HTTP server on loopback that answers each connection as it is told: whole, cut off, silent, elsewhere, or with lies.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<Func<Stream, string, CancellationToken, Task>> _answers;
    private readonly Task _loop;

    /// <summary>Starts it; the n-th connection gets the n-th answer, further ones the last.</summary>
    public LoopbackServer(params Func<Stream, string, CancellationToken, Task>[] answers)
    {
        _answers = new(answers);
        _listener.Start();
        _loop = Task.Run(Serve);
    }

    /// <summary>The requests so far, each with its headers.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The address of a file on it.</summary>
    public Uri Url(string path = "model.zip") => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    /// <summary>Sends a status line, headers and a body, and closes.</summary>
    public static Func<Stream, string, CancellationToken, Task> Answer(string status, string headers, byte[] body) => async (stream, _, cancel) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"), cancel);
        await stream.WriteAsync(body, cancel);
    };

    /// <summary>The whole file, with its version's mark.</summary>
    public static Func<Stream, string, CancellationToken, Task> Whole(byte[] file) => Answer("200 OK", $"Content-Length: {file.Length}\r\nETag: \"1\"\r\n", file);

    /// <summary>The first bytes of the file, then the end of the connection.</summary>
    public static Func<Stream, string, CancellationToken, Task> CutOff(byte[] file, int after) => Answer("200 OK", $"Content-Length: {file.Length}\r\nETag: \"1\"\r\n", file[..after]);

    /// <summary>The file from a byte on.</summary>
    public static Func<Stream, string, CancellationToken, Task> From(byte[] file, int start) =>
        Answer("206 Partial Content", $"Content-Length: {file.Length - start}\r\nContent-Range: bytes {start}-{file.Length - 1}/{file.Length}\r\nETag: \"1\"\r\n", file[start..]);

    /// <summary>The first bytes of the file, then silence.</summary>
    public static Func<Stream, string, CancellationToken, Task> Stalled(byte[] file, int after) => async (stream, request, cancel) =>
    {
        await CutOff(file, after)(stream, request, cancel);
        await stream.FlushAsync(cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    };

    /// <summary>Stops it.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Assert.True(_loop.Wait(TimeSpan.FromMinutes(1)), "the server does not stop");
        _stop.Dispose();
    }

    private async Task Serve()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(Handle(client, _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek()));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopped
        }

        await Task.WhenAll(open);
    }

    private async Task Handle(TcpClient client, Func<Stream, string, CancellationToken, Task> answer)
    {
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                StringBuilder request = new();
                byte[] one = new byte[1];
                while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1) request.Append((char)one[0]);
                Requests.Enqueue(request.ToString());
                await answer(stream, request.ToString(), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // the client went away, or the server is stopped
        }
    }
}
