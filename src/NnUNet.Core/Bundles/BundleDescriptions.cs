using System.Reflection;
using NnUNet.Foundation;

namespace NnUNet.Core.Bundles;

/// <summary>The bundles that are in the program, and those of users' own files.</summary>
public static class BundleDescriptions
{
    private const string Prefix = "NnUNet.Core.Bundles.Descriptions.";
    private const string Ending = ".json";

    /// <summary>Tasks of TotalSegmentator whose weights their makers hand out for a licence only: they are not downloaded, and have no bundle.</summary>
    /// <remarks>Source: TotalSegmentator 2.18, totalsegmentator/map_tasks_config.py, tasks that are marked as commercial.</remarks>
    public static IReadOnlyList<string> LicensedTasks { get; } =
    [
        "aorta_annulus", "aortic_dissection", "aortic_sinuses", "appendicular_bones", "appendicular_bones_mr", "brain_structures", "coronary_arteries", "coronary_arteries_LEGACY", "face", "face_mr",
        "heartchambers_highres", "pulmonary_artery_landmarks", "renal_arteries", "thigh_shoulder_muscles", "thigh_shoulder_muscles_mr", "tissue_4_types", "tissue_types", "tissue_types_mr",
    ];

    /// <summary>The program's own, by name.</summary>
    public static IReadOnlyList<Bundle> All() =>
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(static n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(Read).OrderBy(static b => b.Name, StringComparer.Ordinal)];

    /// <summary>The bundle of a name, or of a JSON file.</summary>
    /// <param name="nameOrFile">The name, or the file's path.</param>
    /// <param name="folder">The folder from which a file is seen; null for the current one.</param>
    /// <exception cref="DescribedException">There is none; or the file cannot be read, or is faulty.</exception>
    public static Bundle Find(string nameOrFile, string? folder = null)
    {
        if (nameOrFile.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            string path = Path.GetFullPath(nameOrFile, folder ?? Directory.GetCurrentDirectory());
            return ProductJson.Read<Bundle>(path) with { Folder = Path.GetDirectoryName(path) };
        }

        string resource = Prefix + nameOrFile + Ending;
        if (Assembly.GetExecutingAssembly().GetManifestResourceNames().Contains(resource, StringComparer.Ordinal)) return Read(resource);
        throw LicensedTasks.Contains(nameOrFile, StringComparer.Ordinal)
            ? new DescribedException($"bundle {nameOrFile}", "the weights of this task of TotalSegmentator are handed out for a licence only", "this program does not get them; with weights that you have, describe a bundle of your own in a JSON file (docs/models-from-elsewhere.md)")
            : new DescribedException($"bundle {nameOrFile}", "there is no such bundle", Nearest.Remedy(nameOrFile, [.. All().Select(static b => b.Name)], "nnunet bundle list") + ", or give a JSON file of your own");
    }

    /// <summary>The bundle that an option such as <c>--fast</c> chooses instead of one.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="variant">The option's name.</param>
    /// <exception cref="DescribedException">The bundle has no such variant.</exception>
    public static Bundle Variant(Bundle bundle, string variant) => bundle.Variants is { } variants && variants.TryGetValue(variant, out string? name)
        ? Find(name, bundle.Folder)
        : throw new DescribedException(
            $"bundle {bundle.Name}", $"it has no variant called {variant}", bundle.Variants is { Count: > 0 } ? $"it has {string.Join(", ", bundle.Variants.Keys)}" : "leave the option out");

    /// <summary>A bundle with those that it runs before, each once, itself first: by its crops, and theirs.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="crop">Which bundle a crop runs.</param>
    /// <exception cref="DescribedException">A bundle is missing or faulty, lacks a label, or crops by way of itself.</exception>
    public static IReadOnlyList<Bundle> Chain(Bundle bundle, Func<BundleCrop, string> crop)
    {
        List<Bundle> chain = [bundle];
        for (Bundle at = bundle; at.Crop is { } first; at = chain[^1])
        {
            Bundle next = Cropping(at, first, crop(first));
            if (chain.Any(b => b.Name == next.Name && b.Folder == next.Folder)) throw new DescribedException($"bundle {bundle.Name}", $"its crop leads back to itself: {string.Join(" - ", chain.Select(static b => b.Name))} - {next.Name}", "correct the crops");
            chain.Add(next);
        }

        return chain;
    }

    /// <summary>The bundle by which another one crops.</summary>
    /// <exception cref="DescribedException">It is missing or faulty, or lacks a label.</exception>
    public static Bundle Cropping(Bundle bundle, BundleCrop crop, string name) => Other(bundle, name, crop.Labels, "crops around");

    /// <summary>The bundle whose finds a step of another one asks for.</summary>
    /// <exception cref="DescribedException">It is missing or faulty, lacks a label, or asks for such itself.</exception>
    public static Bundle Masking(Bundle bundle, BundleMask mask)
    {
        Bundle found = Other(bundle, mask.Bundle, mask.Labels, "keeps what lies in");
        return CleaningSteps.Of(found, []).All(static s => s.Step.Mask is null)
            ? found
            : throw new DescribedException($"bundle {bundle.Name}", $"it keeps what lies in what {found.Name} finds, which asks for what another bundle finds itself", "name a bundle without such a step");
    }

    private static Bundle Other(Bundle bundle, string name, IReadOnlyList<string> labels, string does)
    {
        Bundle found = Find(name, bundle.Folder);
        string[] missing = [.. labels.Where(l => found.ValueOf(l) == 0)];
        return missing.Length == 0
            ? found
            : throw new DescribedException($"bundle {bundle.Name}", $"it {does} {string.Join(", ", missing)}, which {found.Name} does not find", Nearest.Remedy(missing[0], [.. found.NamedLabels().Select(static l => l.Name)], $"nnunet bundle info {found.Name}"));
    }

    private static Bundle Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream);
        return ProductJson.Parse<Bundle>(resource[Prefix.Length..], reader.ReadToEnd());
    }
}
