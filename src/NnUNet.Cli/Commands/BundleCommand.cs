using System.CommandLine;
using System.Globalization;
using NnUNet.Cli.Documents;
using NnUNet.Cli.Frame;
using NnUNet.Cli.Machine;
using NnUNet.Cli.Texts;
using NnUNet.Core.Bundles;
using NnUNet.Core.Models.Pretrained;
using NnUNet.Foundation;

namespace NnUNet.Cli.Commands;

/// <summary>Lists and explains bundles, and gets their weights.</summary>
[CatalogName("bundle")]
internal sealed class BundleCommand : CommandDefinition
{
    private const string List = "list", Info = "info", Show = "show", InstallZips = "install", Download = "download";

    private readonly Argument<string> _action = Values.Argument("ACTION", [List, Info, Show, InstallZips, Download], "list: all bundles. info NAME: what one segments, its models and its licence. show NAME: its JSON, to make one of your own of. install ZIP…: models of archives that you have. download NAME: the archives of a bundle's models.");

    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = "Names of bundles or their JSON files; for install, zip archives.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _models = Values.Texts(["--models"], "FOLDER", "Folders with models (DatasetXXX_NAME), looked through before the results folder.");
    private readonly JsonOption _json = new(BundlesDocument.Schema);
    private readonly Option<bool> _force = Values.Flag(["--force"], "Replace models that stand in the same place; with download, get those again that are there.");

    /// <inheritdoc/>
    public override CommandGroup Group => CommandGroup.Models;

    /// <inheritdoc/>
    public override string Summary => "List and explain bundles of models, and install or download their weights.";

    /// <inheritdoc/>
    public override string Details =>
        "Bundles are for nnunet segment. Archives are checked and unpacked as nnUNet_install_pretrained_model_from_zip does; downloads go on where they were interrupted, and length and check sum are compared where they are known. "
        + $"Tasks of TotalSegmentator that need a licence are not downloaded: {string.Join(", ", BundleDescriptions.LicensedTasks)}.";

    /// <inheritdoc/>
    public override IReadOnlyList<Symbol> Symbols => [_action, _names, _models, _force, _json];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["nnunet bundle list", "nnunet bundle info total", "nnunet bundle install Dataset297_TotalSegmentator_total_3mm_1559subj.zip", "nnunet bundle download total_fast", "nnunet bundle show total > mine.json"];

    /// <inheritdoc/>
    public override bool OnlyPrints(Invocation call) => call.Get(_action) is List or Info or Show;

    /// <inheritdoc/>
    public override int Run(Invocation call)
    {
        string action = call.Get(_action);
        string[] names = call.Get(_names) ?? [];
        if ((action is Show or InstallZips) && call.IsGiven(_json)) throw new UsageException($"--json goes with {List}, {Info} and {Download}; {Show} prints a bundle's own JSON");
        if (action == List) return names.Length == 0 ? PrintList(call) : throw new UsageException("list takes no name; info NAME tells of one");
        if (names.Length == 0) throw new UsageException(action == InstallZips ? "ZIP is missing: the archives to install" : "NAME is missing: which bundle (nnunet bundle list)");
        return action switch
        {
            Info => ForEach(call, names, bundle => PrintInfo(call, bundle)),
            Show => call.ForEach(names, name => call.Print(ProductJson.Print(BundleDescriptions.Find(name)).TrimEnd())),
            InstallZips => call.ForEach(names, zip => ModelInstallation.Install(call, Path.GetFullPath(zip), call.Get(_force))),
            _ => ForEach(call, names, bundle => GetModels(call, bundle)),
        };
    }

    /// <summary>Does the same for several bundles, and tells of those for which it was done.</summary>
    private int ForEach(Invocation call, string[] names, Action<Bundle> work)
    {
        List<Bundle> done = [];
        return call.ForEach(names, name =>
        {
            Bundle bundle = BundleDescriptions.Find(name);
            work(bundle);
            done.Add(bundle);
            call.Tell(BundlesDocument.Of(done, Places(call)));
        });
    }

    private IReadOnlyList<string> Places(Invocation call) => [.. call.Get(_models) ?? [], call.Version2Workspace.Results];

    private int PrintList(Invocation call)
    {
        IReadOnlyList<string> places = Places(call);
        call.Tell(BundlesDocument.Of(BundleDescriptions.All(), places));
        call.Print(TextTable.Format(
            [
                ["bundle", "models here", "structures", "licence", "what it segments"],
                .. BundleDescriptions.All().Select(b => (string[])
                [
                    b.Name, string.Create(CultureInfo.InvariantCulture, $"{b.Models.Count(m => BundleModelFolder.TryFind(b, m, places) is not null)} of {b.Models.Count}"),
                    b.NamedLabels().Count.ToString(CultureInfo.InvariantCulture), b.Licence, b.Description,
                ]),
            ],
            left: 5));
        call.Print($"Not supported, since their weights need a licence: {string.Join(", ", BundleDescriptions.LicensedTasks)}");
        return CommandLine.Done;
    }

    private void PrintInfo(Invocation call, Bundle bundle)
    {
        IReadOnlyList<string> places = Places(call);
        call.Print($"{bundle.Name}: {bundle.Description}");
        Row(call, "licence", bundle.Licence.Length > 0 ? bundle.Licence : "not stated");
        foreach ((int i, string source) in bundle.Sources.Index()) Row(call, i == 0 ? "sources" : "", source);
        Row(call, "channels", string.Join(", ", bundle.Channels));
        if (bundle.Grid is { } grid)
        {
            string spacing = grid.Spacing.Count == 0 ? "the image's spacing" : $"{string.Join(" x ", grid.Spacing.Select(static s => s.ToString("0.###", CultureInfo.InvariantCulture)))} mm (x, y, z)";
            Row(call, "grid", $"{grid.Orientation}, {spacing}, {grid.Resampler} of order {grid.Order}{(grid.Truncate ? ", fractions cut off" : "")}");
        }

        Row(call, "tiles", string.Create(CultureInfo.InvariantCulture, $"step {bundle.TileStep:0.###}, mirroring {(bundle.Mirroring ? "on" : "off")}"));
        if (bundle.Crop is { } crop) Row(call, "crop", $"around {string.Join(", ", crop.Labels)} of {crop.Bundle}, margin {string.Join(" x ", crop.MarginMm)} mm");
        if (bundle.RoiCrop is { } roi) Row(call, "with --roi", $"crop by {roi.Bundle}{(roi.Robust is { } robust ? $" (--robust: {robust})" : "")}, margin {string.Join(" x ", roi.MarginMm)} mm");
        if (bundle.Split is { } split) Row(call, "large images", string.Create(CultureInfo.InvariantCulture, $"in {split.Parts} parts along z above {split.Voxels} voxels and {split.Slices} slices"));
        foreach ((int i, BundleModel model) in bundle.Models.Index())
        {
            string where = BundleModelFolder.TryFind(bundle, model, places) ?? (model.Download is { } download ? $"not here; {download.Url}{(download.Bytes is { } bytes ? $" ({Sizes.Text(bytes)})" : "")}" : "not here");
            Row(call, i == 0 ? "models" : "", $"{model.Name}: {where}");
        }

        foreach ((int i, BundleStep step) in bundle.Cleaning.Concat(bundle.Finishing).Index()) Row(call, i == 0 ? "cleaning" : "", $"{step.Step}{(step.Optional ? $" (with --with {step.Step})" : "")}");
        foreach ((string option, string variant) in bundle.Variants ?? []) Row(call, "variant", $"{option}: {variant}");
        foreach (string[] some in bundle.NamedLabels().Select(static l => string.Create(CultureInfo.InvariantCulture, $"{l.Value} {l.Name}")).Chunk(6)) Row(call, "labels", string.Join(", ", some));
    }

    private void GetModels(Invocation call, Bundle bundle)
    {
        IReadOnlyList<string> places = Places(call);
        call.Print($"{bundle.Name}: {bundle.Description}");
        call.Print($"Licence of the weights: {(bundle.Licence.Length > 0 ? bundle.Licence : "not stated")}");
        foreach (BundleModel model in bundle.Models)
        {
            if (!call.Get(_force) && BundleModelFolder.TryFind(bundle, model, places) is { } there)
            {
                call.Print($"There already: {there}");
                continue;
            }

            BundleDownload download = model.Download ?? throw new DescribedException($"bundle {bundle.Name}", $"no address is known of the model {model.Name}", "get the archive from its maker, and install it with nnunet bundle install");
            ModelInstallation.DownloadAndInstall(call, new Uri(download.Url), new DownloadOptions { Length = download.Bytes, Checksum = download.Checksum }, call.Get(_force));
        }
    }

    private static void Row(Invocation call, string name, string value) => call.Print($"  {name,-14} {value}");
}
