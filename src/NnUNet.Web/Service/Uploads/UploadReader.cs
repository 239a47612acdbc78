using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Web.Service.Jobs;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Uploads;

/// <summary>Takes the body of a call as it comes, part by part, into the folder of its place; nothing of it is held in memory.</summary>
/// <param name="settings">The limits.</param>
internal sealed class UploadReader(ServiceSettings settings)
{
    private const int MostParts = 128;
    private const int LongestValue = 4096;
    private const string FormData = "multipart/form-data";

    /// <summary>Reads a body: a form with a file a channel, or the file of the only channel.</summary>
    /// <param name="request">The call.</param>
    /// <param name="place">Gets the files.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="CallRefusal">There is nothing, or too much.</exception>
    /// <exception cref="DescribedException">A part is none that the service knows.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, Place place, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(place);
        Received received = new(place, settings.MaxUnpackedBytes);
        foreach ((string key, Microsoft.Extensions.Primitives.StringValues value) in request.Query) received.Fields[key] = value.ToString();
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals(FormData, StringComparison.OrdinalIgnoreCase))
        {
            await ReadFormAsync(request, type, received, cancel).ConfigureAwait(false);
        }
        else
        {
            string? name = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out ContentDispositionHeaderValue? disposition) ? FileNameOf(disposition) : null;
            received.Fields.Remove("ending", out string? ending);
            if (await received.TakeAsync("channel_0", new UploadedPart(0, IsSeries: false), ending ?? name, request.Body, cancel).ConfigureAwait(false) == 0)
                throw new CallRefusal(StatusCodes.Status422UnprocessableEntity, $"The call has no image: send a form with parts {UploadedPart.Names}, or the image of one channel as the body.");
        }

        return new Upload(received.Fields, received.Channels, received.PreviousStage);
    }

    private static async Task ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, Received received, CancellationToken cancel)
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "";
        if (boundary.Length is 0 or > 70) throw new CallRefusal(StatusCodes.Status400BadRequest, "The form has no boundary that could be one.");
        MultipartReader parts = new(boundary, request.Body);
        int count = 0;
        try
        {
            while (await parts.ReadNextSectionAsync(cancel).ConfigureAwait(false) is { } section)
            {
                if (++count > MostParts) throw new CallRefusal(StatusCodes.Status413PayloadTooLarge, $"The form has more than {MostParts} parts.");
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
                    throw new CallRefusal(StatusCodes.Status400BadRequest, "A part of the form has no name.");

                if (UploadedPart.Of(name) is { } part) await received.TakeAsync(name, part, FileNameOf(disposition), section.Body, cancel).ConfigureAwait(false);
                else if (disposition.IsFileDisposition()) throw new DescribedException("form", "a file has a name that no part of an image has", $"name it as one of {UploadedPart.Names}");
                else received.Fields[name] = await ValueAsync(section.Body, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && e is not BadHttpRequestException && !cancel.IsCancellationRequested && e.Message.Contains("Unexpected end of Stream", StringComparison.Ordinal)))
        {
            throw new CallRefusal(StatusCodes.Status400BadRequest, "The form cannot be read: a part is not ended, or its headers are too long.");
        }
    }

    private static string? FileNameOf(ContentDispositionHeaderValue disposition)
    {
        string? name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar).Value ?? HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static async Task<string> ValueAsync(Stream body, CancellationToken cancel)
    {
        byte[] value = new byte[LongestValue + 1];
        int got = await body.ReadAtLeastAsync(value, value.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        return got <= LongestValue ? Encoding.UTF8.GetString(value, 0, got).Trim() : throw new CallRefusal(StatusCodes.Status413PayloadTooLarge, $"A value of the form has more than {LongestValue} bytes.");
    }

    /// <summary>What has come so far.</summary>
    private sealed class Received(Place place, long mostUnpacked)
    {
        public Dictionary<string, string> Fields { get; } = new(StringComparer.OrdinalIgnoreCase);

        public Dictionary<int, string> Channels { get; } = [];

        public string? PreviousStage { get; private set; }

        /// <summary>Stores a part; its number of bytes is returned.</summary>
        public async Task<long> TakeAsync(string name, UploadedPart part, string? fileName, Stream body, CancellationToken cancel)
        {
            if (part.Channel is { } channel ? Channels.ContainsKey(channel) : PreviousStage is not null) throw new DescribedException(name, "it comes twice", "send each channel once");
            JobFolders.Make(place.InputFolder);
            string temporary = Path.Combine(place.InputFolder, "part");
            (long length, byte[] start) = await StoreAsync(body, temporary, cancel).ConfigureAwait(false);
            if (length == 0)
            {
                File.Delete(temporary);
                return Channels.Count == 0 && fileName is null ? 0 : throw new DescribedException(name, "it is empty", "send the image's file");
            }

            string ending = part.IsSeries ? UploadEnding.Zip : UploadEnding.Of(fileName, start, name);
            string stored = part.Channel is { } number ? CaseName.ChannelFile(JobCase.Name, number, ending == UploadEnding.Zip ? "" : ending) : "previous" + ending;
            string path = Path.Combine(place.InputFolder, stored);
            if (ending == UploadEnding.Zip)
            {
                JobFolders.Make(path);
                await Task.Run(() => SeriesArchive.Unpack(temporary, path, mostUnpacked, cancel), cancel).ConfigureAwait(false);
                File.Delete(temporary);
            }
            else
            {
                File.Move(temporary, path);
            }

            if (part.Channel is { } taken) Channels[taken] = stored;
            else PreviousStage = stored;
            return length;
        }

        private static async Task<(long Length, byte[] Start)> StoreAsync(Stream body, string path, CancellationToken cancel)
        {
            const int BufferBytes = 1 << 17;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            byte[] start = [];
            long length = 0;
            try
            {
                FileStream file = new(path, OwnFile.New());
                await using (file.ConfigureAwait(false))
                {
                    for (int got = await body.ReadAtLeastAsync(buffer, UploadEnding.StartBytes, throwOnEndOfStream: false, cancel).ConfigureAwait(false); got > 0; got = await body.ReadAsync(buffer, cancel).ConfigureAwait(false))
                    {
                        if (length == 0) start = buffer.AsSpan(0, Math.Min(got, UploadEnding.StartBytes)).ToArray();
                        await file.WriteAsync(buffer.AsMemory(0, got), cancel).ConfigureAwait(false);
                        length += got;
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            return (length, start);
        }
    }
}
