using System.Net;
using System.Net.Http.Headers;

namespace NnUNet.Client;

/// <summary>The bytes of a part as they are sent: files are closed afterwards, streams of the caller stay open.</summary>
internal sealed class PartContent : HttpContent
{
    private const int BufferBytes = 1 << 17;

    private readonly Stream _stream;
    private readonly bool _owns;

    /// <summary>The content of a part.</summary>
    public PartContent(ImagePart part)
    {
        (_stream, _owns) = (part.Open(), part.IsFile);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _stream.CopyToAsync(stream, BufferBytes);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _stream.CopyToAsync(stream, BufferBytes, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _stream.CanSeek ? _stream.Length - _stream.Position : 0;
        return _stream.CanSeek;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _owns) _stream.Dispose();
        base.Dispose(disposing);
    }
}
