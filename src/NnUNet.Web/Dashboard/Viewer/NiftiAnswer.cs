using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>Answers a volume as NIfTI with its length, so that the page can tell how much of it has come.</summary>
internal static class NiftiAnswer
{
    private const string ContentType = "application/octet-stream";
    private const string Ending = ".nii"; // on one machine, packing costs more time than it saves

    /// <summary>An image: the file itself where it is NIfTI, else its voxels as float32.</summary>
    public static async Task ImageAsync(HttpContext context, ImageLocation image)
    {
        if (image is { IsFolder: false, Ending: ".nii" or ".nii.gz" } && ImageFile.ReadHeader(image.Path).Channels == 1)
        {
            await Results.File(Path.GetFullPath(image.Path), ContentType).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        Volume<float> volume = ImageFile.ReadVolume(image.Path);
        await SendAsync(context, stream => ImageFile.WriteVolume(stream, volume, Ending)).ConfigureAwait(false);
    }

    /// <summary>A label map in whole numbers, whatever numbers its file has.</summary>
    public static Task LabelsAsync(HttpContext context, Volume<short> labels) => SendAsync(context, stream => ImageFile.WriteLabels(stream, labels, Ending));

    private static Task SendAsync(HttpContext context, Action<Stream> write)
    {
        using CountedStream counted = new();
        write(counted);
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = counted.Length;

        // The writer of NIfTI is a plain loop over voxels; its bytes are never held as a whole.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        write(context.Response.Body);
        return context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Takes bytes and keeps none.</summary>
    private sealed class CountedStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
            // nothing is held
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}
