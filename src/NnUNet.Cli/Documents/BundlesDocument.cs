using NnUNet.Core.Bundles;

namespace NnUNet.Cli.Documents;

/// <summary>Bundles, what they segment, and where their models are: <c>nnunet/bundles/1</c>.</summary>
/// <param name="Bundles">The bundles.</param>
/// <param name="NotSupported">Tasks of TotalSegmentator whose weights need a licence.</param>
internal sealed record BundlesDocument(IReadOnlyList<BundleDocument> Bundles, IReadOnlyList<string> NotSupported)
{
    /// <summary>The document's kind and version.</summary>
    public const string Schema = "nnunet/bundles/1";

    /// <summary>Bundles as a document.</summary>
    /// <param name="bundles">The bundles.</param>
    /// <param name="places">Folders of models.</param>
    public static BundlesDocument Of(IEnumerable<Bundle> bundles, IReadOnlyList<string> places) => new([.. bundles.Select(b => BundleDocument.Of(b, places))], BundleDescriptions.LicensedTasks);
}

/// <summary>A bundle.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it segments.</param>
/// <param name="Licence">The licence of its weights; empty where it is not stated.</param>
/// <param name="Sources">Where its facts come from.</param>
/// <param name="Channels">The image's channels.</param>
/// <param name="SpacingMm">The spacing (x, y, z) of its grid; none for the image's.</param>
/// <param name="Labels">The structures by name, with their values.</param>
/// <param name="Models">Its models.</param>
/// <param name="OptionalSteps">Steps of cleaning that <c>--with</c> asks for.</param>
/// <param name="Variants">Bundles that do the same in another way, by option.</param>
internal sealed record BundleDocument(
    string Name,
    string Description,
    string Licence,
    IReadOnlyList<string> Sources,
    IReadOnlyList<string> Channels,
    IReadOnlyList<double> SpacingMm,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<BundleModelDocument> Models,
    IReadOnlyList<string> OptionalSteps,
    IReadOnlyDictionary<string, string> Variants)
{
    /// <summary>A bundle as a document.</summary>
    public static BundleDocument Of(Bundle bundle, IReadOnlyList<string> places) => new(
        bundle.Name,
        bundle.Description,
        bundle.Licence,
        [.. bundle.Sources],
        [.. bundle.Channels],
        [.. bundle.Grid?.Spacing ?? []],
        bundle.NamedLabels().ToDictionary(static l => l.Name, static l => (int)l.Value),
        [.. bundle.Models.Select(m => new BundleModelDocument(m.Name, BundleModelFolder.TryFind(bundle, m, places), m.Download?.Url, m.Download?.Bytes, m.Download?.Checksum))],
        [.. bundle.Cleaning.Concat(bundle.Finishing).Where(static s => s.Optional).Select(static s => s.Step).Distinct()],
        bundle.Variants ?? []);
}

/// <summary>A model of a bundle.</summary>
/// <param name="Name">What it finds.</param>
/// <param name="Folder">Its folder; null where it is not there.</param>
/// <param name="Url">Where its archive is to be had; null where that is not known.</param>
/// <param name="Bytes">The archive's bytes; null where they are not known.</param>
/// <param name="Checksum">The archive's check sum; null where none is known.</param>
internal sealed record BundleModelDocument(string Name, string? Folder, string? Url, long? Bytes, string? Checksum);
