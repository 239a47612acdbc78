using System.Globalization;
using System.Text.Json;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Bundles;

/// <summary>What is wrong with a bundle's file, each in one sentence that begins with the key.</summary>
internal static class BundleFaults
{
    /// <summary>Labels of a map, which is written as int16.</summary>
    private const int MostLabels = short.MaxValue;

    public static IEnumerable<string> Of(Bundle bundle)
    {
        List<string> faults = [];
        if (bundle.Format != Bundle.CurrentFormat) faults.Add($"format is \"{bundle.Format}\", but this program reads {Bundle.CurrentFormat}");
        Unknown(bundle.Unknown, typeof(Bundle), "", faults);
        if (bundle.Name.Length == 0 || !bundle.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+')) faults.Add($"name is \"{bundle.Name}\", but must be of letters, digits, _, - and +");
        if (bundle.Description.Length == 0) faults.Add("description is empty, but must tell what is segmented");
        Channels(bundle, faults);
        Labels(bundle, faults);
        if (bundle.Models.Count == 0) faults.Add("models is [], but must have at least one");
        foreach ((int i, BundleModel model) in bundle.Models.Index()) Model(bundle, model, $"models[{i}]", faults);
        if (bundle.TileStep is not (> 0 and <= 1)) faults.Add(Text($"tile_step is {bundle.TileStep}, but must be greater than 0 and at most 1"));
        if (bundle.Grid is { } grid) Grid(grid, faults);
        if (bundle.Crop is { } crop) Crop(crop, "crop", labels: true, faults);
        if (bundle.RoiCrop is { } roi) Crop(roi, "roi_crop", labels: false, faults);
        if (bundle.Split is { } split) Split(split, faults);
        if (bundle.Statistics is not (Bundle.OnImage or Bundle.OnGrid)) faults.Add($"statistics is \"{bundle.Statistics}\", but must be {Bundle.OnImage} or {Bundle.OnGrid}");
        foreach ((string option, string name) in bundle.Variants ?? [])
        {
            if (name.Length == 0 || name == bundle.Name) faults.Add($"variants.{option} is \"{name}\", but must name another bundle");
        }

        CleaningSteps.Of(bundle, faults);
        return faults;
    }

    private static void Channels(Bundle bundle, List<string> faults)
    {
        if (bundle.Channels.Count == 0) faults.Add("channels is [], but must name at least one");
        Repeated(bundle.Channels, "channels", faults);
        if (bundle.Channels.Any(static c => c.Length == 0)) faults.Add("channels has an empty name");
        if (bundle.Channels.Contains(BundleModel.CropMask)) faults.Add($"channels has {BundleModel.CropMask}, which is what a crop finds, and no channel of images");
    }

    private static void Labels(Bundle bundle, List<string> faults)
    {
        if (!bundle.Labels.Any(static l => l.Length > 0)) faults.Add("labels must name at least one");
        if (bundle.Labels.Count > MostLabels) faults.Add($"labels has {bundle.Labels.Count} names, but maps have at most {MostLabels}");
        Repeated(bundle.Labels.Where(static l => l.Length > 0), "labels", faults);
        if (bundle.Labels.Where(static l => l.Length > 0 && !IsFileName(l)).ToArray() is { Length: > 0 } odd)
        {
            faults.Add($"labels has {string.Join(", ", odd.Take(3).Select(static l => $"\"{l}\""))}, but names are those of files too: letters, digits, _, -, +, . and spaces between them");
        }

        Known(bundle.AuxiliaryLabels, bundle.Labels, "auxiliary_labels", faults);
    }

    private static void Model(Bundle bundle, BundleModel model, string where, List<string> faults)
    {
        Unknown(model.Unknown, typeof(BundleModel), where, faults);
        if (model.Name.Length == 0) faults.Add($"{where}.name is empty, but must tell what the model finds");
        if ((model.Dataset is null) == (model.ModelPath is null)) faults.Add($"{where} must have either dataset or folder");
        if (model.Dataset is { } dataset && BundleModelFolder.NumberOf(dataset) is null) faults.Add($"{where}.dataset is \"{dataset}\", but must be a number or a name such as Dataset004_Hippocampus");
        if (model.ModelPath?.Length == 0) faults.Add($"{where}.folder is empty");
        foreach ((string key, string value) in new[] { ("trainer", model.Trainer), ("plans", model.Plans), ("configuration", model.Configuration) })
        {
            if (value.Length == 0 || value.AsSpan().ContainsAny('/', '\\') || value.Contains("__", StringComparison.Ordinal)) faults.Add($"{where}.{key} is \"{value}\", but must be a part of a folder's name, or * for any");
        }

        if (model.Checkpoint is { } checkpoint && (checkpoint.Length == 0 || checkpoint.AsSpan().ContainsAny('/', '\\'))) faults.Add($"{where}.checkpoint is \"{checkpoint}\", but must be a file's name without its ending");
        if (model.Folds.Where(static f => f != CrossValidation.Folds.All && !(f.Length is > 0 and < 5 && f.All(char.IsAsciiDigit))).ToArray() is { Length: > 0 } folds)
        {
            faults.Add($"{where}.folds has {string.Join(", ", folds.Select(static f => $"\"{f}\""))}, but folds are numbers or {CrossValidation.Folds.All}");
        }

        Known(model.Channels, [.. bundle.Channels, BundleModel.CropMask], $"{where}.channels", faults);
        if (model.Channels.Contains(BundleModel.CropMask) && bundle.Crop is null) faults.Add($"{where}.channels has {BundleModel.CropMask}, but the bundle has no crop");
        Known(model.Labels.Where(static l => l.Length > 0), bundle.Labels, $"{where}.labels", faults);
        Repeated(model.Labels.Where(static l => l.Length > 0), $"{where}.labels", faults);
        if (model.Download is { } download) Download(download, $"{where}.download", faults);
    }

    private static void Download(BundleDownload download, string where, List<string> faults)
    {
        Unknown(download.Unknown, typeof(BundleDownload), where, faults);
        bool safe = Uri.TryCreate(download.Url, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)); // what comes from this machine itself, nobody changes on the way
        if (!safe) faults.Add($"{where}.url is \"{download.Url}\", but must be an address that begins with https:// (http:// only on this machine)");
        if (download.Bytes < 1) faults.Add($"{where}.bytes is {download.Bytes}, but must be at least 1");
        if (download.Checksum is { } checksum && !(checksum.StartsWith("sha256:", StringComparison.Ordinal) || checksum.StartsWith("md5:", StringComparison.Ordinal))) faults.Add($"{where}.checksum is \"{checksum}\", but must be sha256:… or md5:…");
    }

    private static void Grid(BundleGrid grid, List<string> faults)
    {
        Unknown(grid.Unknown, typeof(BundleGrid), "grid", faults);
        if (Orientation.TryParse(grid.Orientation) is null) faults.Add($"grid.orientation is \"{grid.Orientation}\", but must be three letters such as RAS");
        if (grid.Spacing.Count is not (0 or 3) || grid.Spacing.Any(static s => !(s > 0 && double.IsFinite(s)))) faults.Add($"grid.spacing is {grid.Spacing}, but must be 3 values (x, y, z) greater than 0");
        if (!Catalog<GridResampler>.Contains(grid.Resampler)) faults.Add($"grid.resampler is \"{grid.Resampler}\", which is no resampler; {Nearest.Remedy(grid.Resampler, Catalog<GridResampler>.Names)}");
        if (!CornerZoom.Orders.Contains(grid.Order)) faults.Add($"grid.order is {grid.Order}, but must be {string.Join(", ", CornerZoom.Orders.SkipLast(1))} or {CornerZoom.Orders[^1]}");
    }

    private static void Crop(BundleCrop crop, string where, bool labels, List<string> faults)
    {
        Unknown(crop.Unknown, typeof(BundleCrop), where, faults);
        if (crop.Bundle.Length == 0) faults.Add($"{where}.bundle is empty, but must name a bundle");
        if (crop.Robust?.Length == 0) faults.Add($"{where}.robust is empty");
        if (labels && crop.Labels.Count == 0) faults.Add($"{where}.labels is [], but must name what the image is cropped around");
        if (!labels && crop.Labels.Count > 0) faults.Add($"{where}.labels is {crop.Labels}, but here the labels are those that are asked for");
        if (crop.MarginMm.Count != 3 || crop.MarginMm.Any(static m => m is not (>= 0 and <= 10000))) faults.Add($"{where}.margin_mm is {crop.MarginMm}, but must be 3 values (x, y, z) from 0 to 10000");
    }

    private static void Split(BundleSplit split, List<string> faults)
    {
        Unknown(split.Unknown, typeof(BundleSplit), "split", faults);
        if (split.Voxels < 1) faults.Add($"split.voxels is {split.Voxels}, but must be at least 1");
        if (split.Parts is < 2 or > 100) faults.Add($"split.parts is {split.Parts}, but must be from 2 to 100");
        if (split.Margin is < 1 or > 10000) faults.Add($"split.margin is {split.Margin}, but must be from 1 to 10000");
        else if (split.Slices < (long)split.Parts * split.Margin) faults.Add($"split.slices is {split.Slices}, but must be at least parts x margin ({(long)split.Parts * split.Margin}), or parts would be smaller than their margins");
    }

    private static bool IsFileName(string name) => name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '-' or '+' or '.' or ' ') && name[0] is not ('.' or ' ' or '-') && name[^1] is not ('.' or ' ') && name.Length <= 100;

    private static void Repeated(IEnumerable<string> names, string where, List<string> faults)
    {
        string[] twice = [.. names.GroupBy(static n => n, StringComparer.OrdinalIgnoreCase).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        if (twice.Length > 0) faults.Add($"{where} has {string.Join(", ", twice.Take(3))} twice");
    }

    private static void Known(IEnumerable<string> names, IEnumerable<string> known, string where, List<string> faults)
    {
        string[] all = [.. known.Where(static n => n.Length > 0)];
        faults.AddRange(names.Where(n => !all.Contains(n, StringComparer.Ordinal)).Take(3).Select(n => $"{where} has \"{n}\"; {(all.Length == 0 ? "there are none" : Nearest.Remedy(n, all))}"));
    }

    private static void Unknown(IDictionary<string, JsonElement> unknown, Type record, string where, List<string> faults) => CasePlan.UnknownKeys(unknown, record, where, faults);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
