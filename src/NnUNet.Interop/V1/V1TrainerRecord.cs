using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NnUNet.Core.Datasets;
using NnUNet.Core.Models;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>What lies beside a checkpoint of the original: <c>.model.pkl</c> with trainer and plan, and <c>debug.json</c>.</summary>
/// <remarks>Source: nnunet/training/network_training/nnUNetTrainer.py, save_checkpoint and run_training.</remarks>
internal sealed partial class V1TrainerRecord
{
    // (plans_file, fold, output_folder, dataset_directory, batch_dice, stage, …); multi-GPU trainers put local_rank after the fold.
    private const int StagePlace = 5;
    private const string WithLocalRank = "DDP";

    private V1TrainerRecord(string name, int? stage, object? plans)
    {
        Name = name;
        Stage = stage;
        Plans = plans;
    }

    /// <summary>The trainer's class; empty where it is not known.</summary>
    public string Name { get; }

    /// <summary>The plan's stage; null where the plan has one only.</summary>
    public int? Stage { get; }

    /// <summary>The plan by which the original predicts; null where there is none.</summary>
    public object? Plans { get; }

    /// <summary>Reads a <c>.model.pkl</c>.</summary>
    /// <exception cref="DescribedException">The file cannot be read or holds something else.</exception>
    public static V1TrainerRecord Read(string path)
    {
        if (PickleFile.Read(path) is not PickleDictionary content || content.GetValueOrNull("name") is not string name)
        {
            throw new DescribedException(path, "it names no trainer", "check that it is the .model.pkl of a model of nnU-Net v1");
        }

        int place = name.Contains(WithLocalRank, StringComparison.Ordinal) ? StagePlace + 1 : StagePlace;
        bool told = content.GetValueOrNull("init") is PickleTuple arguments && arguments.Count > place && arguments[place] is long and >= 0 and < int.MaxValue;
        return new V1TrainerRecord(name, told ? (int)(long)((PickleTuple)content["init"]!)[place]! : null, content.GetValueOrNull("plans"));
    }

    /// <summary>The original's notes in a fold's folder.</summary>
    public const string DebugName = "debug.json";

    /// <summary>The original's notes of a fold, which are kept under another name where a training here went on.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    public static string DebugPath(string foldPath) =>
        Path.Combine(foldPath, ModelFormat.KeptName(DebugName)) is var kept && File.Exists(kept) ? kept : Path.Combine(foldPath, DebugName);

    /// <summary>Along which axes the training mirrored and which regions it learned, as the fold's <c>debug.json</c> says.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    /// <param name="axes">Number of the patch's axes.</param>
    public static (int[]? MirrorAxes, LabelRegions? Regions) Debug(string foldPath, int axes)
    {
        JsonObject debug = Notes(foldPath);
        return (MirrorAxes(Text(debug, "data_aug_params"), axes), Regions(Text(debug, "regions_class_order"), Text(debug, "regions")));
    }

    /// <summary>The content of a fold's <c>debug.json</c>; nothing where there is none that can be read.</summary>
    /// <param name="foldPath">The fold's folder.</param>
    public static JsonObject Notes(string foldPath)
    {
        string path = DebugPath(foldPath);
        try
        {
            return File.Exists(path) ? ProductJson.Read<JsonObject>(path) : [];
        }
        catch (DescribedException)
        {
            return []; // it is a note of the original for its developers; what is not known is asked for or the trainer's own
        }
    }

    /// <summary>What the original wrote as a text; empty where there is none.</summary>
    public static string Text(JsonObject debug, string key) => debug[key] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string)value! : "";

    private static int[]? MirrorAxes(string parameters, int axes)
    {
        if (!MirrorPattern().IsMatch(parameters) || AxesPattern().Match(parameters) is not { Success: true } match) return null;
        if (parameters.Contains("'do_mirror': False", StringComparison.Ordinal)) return [];
        return Numbers(match.Groups["axes"].Value) is { } mirror && mirror.All(a => a < axes) ? mirror : null;
    }

    /// <summary>The order of painting, and the labels of each region where the text of them is of that many.</summary>
    private static LabelRegions? Regions(string order, string regions)
    {
        if (OrderPattern().Match(order) is not { Success: true } match || Numbers(match.Groups["labels"].Value) is not { } painted) return null;
        LabelRegion[] known = [.. RegionPattern().Matches(regions).Select(static m => new LabelRegion(m.Groups["name"].Value, [.. Numbers(m.Groups["labels"].Value) ?? []]))];
        return new LabelRegions(known.Length == painted.Length ? [.. known] : [], [.. painted]);
    }

    /// <summary>The numbers of a list; null where something else stands there.</summary>
    private static int[]? Numbers(string list)
    {
        int?[] numbers = [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int?)null).Distinct()];
        return numbers.Contains(null) ? null : [.. numbers.OfType<int>()];
    }

    [GeneratedRegex("'do_mirror': (True|False)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MirrorPattern();

    [GeneratedRegex(@"'mirror_axes': [\(\[](?<axes>[0-9, ]{0,12})[\)\]]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AxesPattern();

    [GeneratedRegex(@"^[\(\[](?<labels>[0-9]{1,5}(, [0-9]{1,5})*),?[\)\]]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'(?<name>[^']{1,100})': [\(\[](?<labels>[0-9]{1,5}(, [0-9]{1,5})*),?[\)\]]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RegionPattern();
}
