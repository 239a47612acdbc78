using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets;

/// <summary>What was found in one case.</summary>
/// <param name="Faults">What must be corrected.</param>
/// <param name="Warnings">What is allowed but rarely intended.</param>
/// <param name="Labels">The labels that occur; null where the segmentation was not read.</param>
/// <param name="Axes">Where the file axes x, y, z point to, such as LPS; null where no image was read.</param>
internal sealed record CaseFindings(
    IReadOnlyList<DatasetFault> Faults, IReadOnlyList<DatasetFault> Warnings, IReadOnlySet<int>? Labels, string? Axes);

/// <summary>A file of a case as the verification sees it: on the disk, or as it will be written.</summary>
/// <param name="Name">The file with its folder, for messages.</param>
/// <param name="Header">Reads its header.</param>
/// <param name="Voxels">Reads its voxels (z, y, x).</param>
/// <typeparam name="T">The voxel type: float of an image, short of a segmentation.</typeparam>
internal sealed record VerifiedFile<T>(string Name, Func<ImageHeader> Header, Func<Volume<T>> Voxels)
    where T : unmanaged
{
    /// <summary>A file on the disk; null where one of its files is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads its voxels.</param>
    public static VerifiedFile<T>? At(string path, Func<string, Volume<T>> read) => DatasetFolder.MissingFiles(path).Count > 0
        ? null
        : new VerifiedFile<T>(DatasetFolder.Relative(path), () => ImageFile.ReadHeader(path), () => read(path));
}

/// <summary>Reads the files of one case and compares them with each other and with the declared labels.</summary>
internal static class CaseVerifier
{
    /// <summary>What is told of a segmentation without foreground.</summary>
    public const string EmptySegmentation = "the segmentation is empty: every voxel is background";

    /// <summary>Bytes that verifying a case takes at most, by the headers that can be read: one file is in memory at a time, beside what the one before leaves.</summary>
    public static long Bytes(CaseFiles files) =>
        2 * sizeof(float) * MostVoxels(files.Channels.Concat(files.Label is { } label ? [label] : []));

    /// <summary>The voxels of the largest of some files, by the headers that can be read.</summary>
    public static long MostVoxels(IEnumerable<string> files) =>
        files.Select(static f => VerifiedFile<float>.At(f, ImageFile.ReadVolume) is { } file && TryRead(file.Name, file.Header, []) is { } header ? header.Extent.Count : 0).Prepend(0).Max();

    /// <summary>Verifies one case; missing files are not reported here.</summary>
    /// <param name="files">The case.</param>
    /// <param name="declaredLabels">The labels of <c>dataset.json</c>.</param>
    public static CaseFindings Verify(CaseFiles files, DeclaredLabels declaredLabels) =>
        Verify([.. files.Channels.Select(static f => VerifiedFile<float>.At(f, ImageFile.ReadVolume))], files.Label is { } label ? VerifiedFile<short>.At(label, ImageFile.ReadLabels) : null, declaredLabels);

    /// <summary>Verifies one case, whose voxels are read one file after the other.</summary>
    /// <param name="channels">The channels in their order; null for one that is missing.</param>
    /// <param name="label">The segmentation; null where there is none.</param>
    /// <param name="declaredLabels">The labels of <c>dataset.json</c>.</param>
    public static CaseFindings Verify(IReadOnlyList<VerifiedFile<float>?> channels, VerifiedFile<short>? label, DeclaredLabels declaredLabels)
    {
        List<DatasetFault> faults = [];
        List<DatasetFault> warnings = [];
        ImageHeader? reference = null;
        string referenceName = "";
        bool foundNonzero = false;
        bool allRead = true;
        foreach (VerifiedFile<float>? file in channels)
        {
            if (file is null || TryRead(file.Name, file.Header, faults) is not { } header)
            {
                allRead = false;
                continue;
            }

            Warn(file.Name, header, warnings);
            if (reference is null) (reference, referenceName) = (header, file.Name);
            else Compare(file.Name, header, reference, referenceName, faults);
            if (TryRead(file.Name, file.Voxels, faults) is { } volume) foundNonzero |= CheckVoxels(file.Name, volume.Voxels, faults);
            else allRead = false;
        }

        if (allRead && !foundNonzero)
        {
            faults.Add(new DatasetFault(channels[0]!.Name, "all voxels of the case are 0", "add the image or remove the case"));
        }

        IReadOnlySet<int>? labels = label is null ? null : VerifyLabels(label, declaredLabels, reference, referenceName, faults, warnings);
        return new CaseFindings(faults, warnings, labels, reference is null ? null : Axes(reference.Geometry));
    }

    private static HashSet<int>? VerifyLabels(
        VerifiedFile<short> file, DeclaredLabels declared, ImageHeader? reference, string referenceName, List<DatasetFault> faults, List<DatasetFault> warnings)
    {
        if (TryRead(file.Name, file.Header, faults) is not { } header) return null;
        if (reference is not null) Compare(file.Name, header, reference, referenceName, faults);
        if (TryRead(file.Name, file.Voxels, faults) is not { } labels) return null;

        SortedDictionary<int, long> counts = DeclaredLabels.Count(labels.Voxels);
        if (declared.FaultIn(file.Name, counts) is { } fault) faults.Add(fault);
        if (counts.Keys.All(static v => v <= 0)) warnings.Add(new DatasetFault(file.Name, EmptySegmentation, "correct the file if the image shows something"));

        return [.. counts.Keys];
    }

    private static bool CheckVoxels(string name, ReadOnlySpan<float> voxels, List<DatasetFault> faults)
    {
        NonFiniteCount count = FiniteVoxels.Count(voxels);
        if (count.NotANumber > 0) faults.Add(new DatasetFault(name, $"{count.NotANumber} voxels are not a number (NaN)", "replace them, by 0 for instance"));
        if (count.Infinite > 0) faults.Add(new DatasetFault(name, $"{count.Infinite} voxels are infinite or beyond the range of float32", "replace them"));
        return voxels.ContainsAnyExcept(0f);
    }

    private static void Compare(string name, ImageHeader header, ImageHeader reference, string referenceName, List<DatasetFault> faults)
    {
        if (GeometryComparison.Difference(header.Extent, header.Geometry, reference.Extent, reference.Geometry) is { } difference)
        {
            faults.Add(new DatasetFault(name, $"{difference} compared with {referenceName}", "resample one of them or correct its header"));
        }
    }

    private static void Warn(string name, ImageHeader header, List<DatasetFault> warnings)
    {
        foreach (string warning in header.Warnings) warnings.Add(new DatasetFault(name, warning, "correct the header if it is not meant"));
    }

    private static T? TryRead<T>(string name, Func<T> read, List<DatasetFault> faults)
        where T : class
    {
        try
        {
            return read();
        }
        catch (DescribedException e)
        {
            DatasetFault fault = new(name, e.What, e.Remedy);
            if (!faults.Contains(fault)) faults.Add(fault);
            return null;
        }
    }

    /// <summary>The world axis (L or R, P or A, S or I) to which each file axis points most.</summary>
    private static string Axes(ImageGeometry geometry)
    {
        Span<char> axes = stackalloc char[3];
        for (int axis = 0; axis < 3; axis++)
        {
            int best = 0;
            for (int world = 1; world < 3; world++)
            {
                if (Math.Abs(geometry.ItkDirection[(world * 3) + axis]) > Math.Abs(geometry.ItkDirection[(best * 3) + axis])) best = world;
            }

            axes[axis] = (geometry.ItkDirection[(best * 3) + axis] >= 0 ? "LPS" : "RAI")[best];
        }

        return new string(axes);
    }
}
