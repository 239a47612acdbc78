using NnUNet.Core.Bundles;
using NnUNet.Core.Cases;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Bundles;

/// <summary>Where the results of a bundle go.</summary>
internal sealed class BundleOutput
{
    private const string StandardEnding = ".nii.gz";
    private const long MaskBytes = 1L << 30;

    private readonly string _path;
    private readonly bool _isFile;
    private readonly bool _several;
    private readonly BundleRunOptions _options;

    /// <summary>Decides where results go.</summary>
    /// <param name="path">A file for one segmentation, or a folder.</param>
    /// <param name="cases">How many images there are.</param>
    /// <param name="options">Whether each structure has a file of its own.</param>
    /// <exception cref="DescribedException">A file is named where there are several, or an ending under which nothing is written.</exception>
    public BundleOutput(string path, int cases, BundleRunOptions options)
    {
        (_path, _options, _several) = (Path.GetFullPath(path), options, cases > 1);
        _isFile = !Directory.Exists(_path) && ImageFile.IsImage(_path);
        if (_isFile && _several) throw new DescribedException(path, $"this is one file, but there are {cases} images", "name a folder");
        if (_isFile && options.SeparateFiles) throw new DescribedException(path, "this is one file, but each structure is to have its own", "name a folder");
        if (_isFile && !ImageFile.CanWrite(_path)) throw new DescribedException(path, "images of this format are read, but not written", $"write one of {string.Join(", ", ImageFile.WritableEndings)}");
        if (options.Ending is { } ending && !ImageFile.WritableEndings.Contains(ending, StringComparer.OrdinalIgnoreCase)) throw new DescribedException($"ending {ending}", "no format is written under this ending", $"take one of {string.Join(", ", ImageFile.WritableEndings)}");
        if (!_isFile && File.Exists(_path)) throw new DescribedException(path, "this is a file, but neither an image nor a folder", "name a folder, or a file such as segmentation.nii.gz");
        Folder = _isFile ? Path.GetDirectoryName(_path)! : _path;
    }

    /// <summary>The folder of all that is written.</summary>
    public string Folder { get; }

    /// <summary>The name under which the result of an image is recorded: that of the file that is named for it, or its own.</summary>
    public string NameOf(InputCase one) => _isFile ? ImageLocation.Of(_path)!.Name : one.CaseId;

    /// <summary>The file of the segmentation of an image, or the folder of the structures' masks.</summary>
    public string PlaceOf(InputCase one) => _options.SeparateFiles
        ? _several ? Path.Combine(_path, one.CaseId) : _path
        : _isFile ? _path : Path.Combine(_path, one.CaseId + EndingOf(one));

    /// <summary>The image files that make up the result of an image: the label map, or the masks in the order of the structures.</summary>
    public IReadOnlyList<string> FilesOf(InputCase one, IReadOnlyList<(short Value, string Name)> structures) =>
        _options.SeparateFiles ? [.. structures.Select(s => Path.Combine(PlaceOf(one), s.Name + EndingOf(one)))] : [PlaceOf(one)];

    /// <summary>Writes the segmentation of an image.</summary>
    public void Write(InputCase one, Volume<short> labels, IReadOnlyList<(short Value, string Name)> structures, CancellationToken cancel)
    {
        IReadOnlyList<string> files = FilesOf(one, structures);
        if (!_options.SeparateFiles)
        {
            ImageFile.WriteLabels(files[0], labels, structures.ToDictionary(static s => (int)s.Value, static s => s.Name), one.Reference);
            return;
        }

        int degree = (int)Math.Clamp(MaskBytes / (sizeof(short) * labels.Extent.Count), 1, ParallelLoop.DefaultDegree);
        ParallelLoop.ForEach(
            structures.Count,
            i =>
            {
                short value = structures[i].Value;
                short[] mask = Array.ConvertAll(labels.Voxels, v => v == value ? (short)1 : (short)0);
                ImageFile.WriteLabels(files[i], new Volume<short>(mask, labels.Extent, labels.Geometry), one.Reference);
            },
            degree,
            cancel);
    }

    /// <summary>Writes statistics: <c>statistics.csv</c> of all images, and <c>statistics.json</c> of one, or <c>statistics/CASE.json</c> of each of several.</summary>
    /// <returns>The files.</returns>
    public IReadOnlyList<string> Write(IReadOnlyList<SegmentedCase> cases)
    {
        List<string> files = [];
        foreach (SegmentedCase one in cases)
        {
            files.Add(_several ? Path.Combine(Folder, "statistics", one.CaseId + ".json") : Path.Combine(Folder, "statistics.json"));
            StructureStatistics.WriteJson(files[^1], one.Statistics);
        }

        files.Add(Path.Combine(Folder, "statistics.csv"));
        StructureStatistics.WriteCsv(files[^1], cases.Select(static c => (c.CaseId, (IReadOnlyList<StructureStatistic>)c.Statistics)));
        return files;
    }

    private string EndingOf(InputCase one) =>
        _options.Ending ?? (one.Reference is { } image && ImageFile.WritableEndings.Contains(image.Ending, StringComparer.OrdinalIgnoreCase) ? image.Ending : StandardEnding);
}
