using System.Globalization;
using Microsoft.AspNetCore.Http;
using NnUNet.Core.Cases;
using NnUNet.Core.Cropping;
using NnUNet.Core.Models;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Torch.Inference;
using NnUNet.Web.Frame;
using NnUNet.Web.Service.Jobs;
using NnUNet.Web.Service.Models;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Service.Uploads;

/// <summary>Decides by headers alone, before an upload becomes a job, whether it can be one; and reads its options.</summary>
/// <param name="settings">The limits.</param>
internal sealed class UploadCheck(ServiceSettings settings)
{
    private static readonly string[] Known = ["model", "folds", "mirroring", "probabilities", "postprocessing", "format", "wait"];

    /// <summary>What the values of a call choose.</summary>
    /// <exception cref="DescribedException">A value is none, or an option is not known.</exception>
    public static JobOptions OptionsOf(IReadOnlyDictionary<string, string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Keys.FirstOrDefault(static k => !Known.Contains(k, StringComparer.OrdinalIgnoreCase)) is not null)
            throw new DescribedException("options", "the call names one that there is not", $"known are {string.Join(", ", Known)}");
        string? format = fields.GetValueOrDefault("format") is { Length: > 0 } asked ? ResultFormats.Checked(asked) : null;
        return new JobOptions
        {
            Folds = [.. (fields.GetValueOrDefault("folds") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Fold)],
            Mirroring = Switch(fields, "mirroring", true),
            Probabilities = Switch(fields, "probabilities", false),
            Postprocessing = Switch(fields, "postprocessing", true),
            Format = format is ResultFormats.DicomSegmentation or ResultFormats.StructureSet ? null : format, // made of a series in any case
        };
    }

    /// <summary>Refuses an upload that cannot be segmented by a model, or not within the memory.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">What was chosen.</param>
    /// <param name="place">Where its files are.</param>
    /// <returns>The channels in their order.</returns>
    /// <exception cref="CallRefusal">It does not fit into the memory.</exception>
    /// <exception cref="DescribedException">Its channels or headers do not fit the model.</exception>
    public IReadOnlyList<string> Check(Upload upload, ServedModel model, JobOptions options, Place place)
    {
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ModelContract contract = model.Contract;
        model.Check(options.Folds);
        int channels = contract.Preprocessing.Channels.Count;
        int[] missing = [.. Enumerable.Range(0, channels).Where(c => !upload.Channels.ContainsKey(c))], surplus = [.. upload.Channels.Keys.Where(c => c >= channels).Order()];
        if (missing.Length > 0 || surplus.Length > 0)
        {
            string[] faults = [.. missing.Select(static c => string.Create(CultureInfo.InvariantCulture, $"channel_{c} missing")), .. surplus.Select(static c => string.Create(CultureInfo.InvariantCulture, $"channel_{c} too many"))];
            throw new DescribedException("form", $"the model needs {CasePreparation.Needs(contract)}: {string.Join("; ", faults)}", "send a file a channel, in the model's order");
        }

        if ((contract.PreviousStage is null) != (upload.PreviousStage is null))
        {
            throw contract.PreviousStage is null
                ? new DescribedException("previous_stage", "a segmentation of a previous stage is given, but the model is no second stage of a cascade", "leave it out")
                : new DescribedException("previous_stage", "the model is the second stage of a cascade, so it needs the low resolution's segmentation of the image", "segment the image with the first stage's model, and send that segmentation as previous_stage");
        }

        string[] ordered = [.. Enumerable.Range(0, channels).Select(c => upload.Channels[c])];
        using IDisposable memory = MemoryLimit.Set(settings.MemoryBytes, settings.HeldBytes + model.WeightBytes);
        foreach (string name in upload.PreviousStage is { } stage ? [.. ordered, stage] : ordered)
        {
            string path = Path.Combine(place.InputFolder, name);
            if (Directory.Exists(path) && ImageLocation.Of(path) is not { IsFolder: true }) throw new DescribedException(name, "the files are no slices of one DICOM series", "send a zip archive with the files of one series");
            ImageHeader header = ImageFile.ReadHeader(path);
            if (header.Channels != 1) throw ImageFile.NotOneChannel(path, header.Channels);
        }

        HeaderCase image = new(contract, new InputCase(JobCase.Name, ordered.Select(c => Path.Combine(place.InputFolder, c)).ToValueArray(), Fault: null), model.Options, options.Probabilities);
        if (settings.StrictInput && image.Look() is { Count: > 0 } odd) throw CaseReader.Refusal(odd);
        CaseMemory expected = image.Expect();
        try
        {
            expected.PlaceOf(image.Where, maxRamBytes: 0);
        }
        catch (DescribedException e)
        {
            throw new CallRefusal(StatusCodes.Status413PayloadTooLarge, SafeWords.Of(e));
        }

        return ordered;
    }

    private static string Fold(string text) =>
        text == "all" || (text.Length <= 4 && text.All(char.IsAsciiDigit)) ? text : throw new DescribedException("folds", "a fold is neither a number nor all", "name folds as 0,1,2");

    private static bool Switch(IReadOnlyDictionary<string, string> fields, string name, bool standard) => fields.GetValueOrDefault(name) switch
    {
        null or "" => standard,
        "true" or "True" or "1" or "yes" => true,
        "false" or "False" or "0" or "no" => false,
        _ => throw new DescribedException(name, "the value is neither true nor false", "give one of them"),
    };
}
