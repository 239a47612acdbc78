using System.Numerics.Tensors;
using NnUNet.Core.Export;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Ensembling;

/// <summary>The mean of probabilities (K, z, y, x) that lie in several npz files, class after class and some rows at a time.</summary>
/// <remarks>
/// As numpy takes the mean of float16: summed in float32, divided, and rounded to float16 where all files store that. Source:
/// nnunet/inference/ensemble_predictions.py, merge_files.
/// </remarks>
internal sealed class ProbabilityMean : IDisposable
{
    private readonly List<NpzArrayReader> _files = [];
    private readonly IReadOnlyList<string> _paths;
    private readonly string _again;
    private readonly bool _rounds;
    private long _read;
    private float[] _addend = [];
    private Half[] _halves = [];

    /// <summary>Opens the files.</summary>
    /// <param name="paths">The npz files.</param>
    /// <param name="key">The array's name in them.</param>
    /// <param name="rounds">Whether the mean of float16 is float16; otherwise it is float32 whatever the files store.</param>
    /// <param name="option">With which option the probabilities are predicted again, for messages.</param>
    /// <exception cref="DescribedException">A file is damaged or holds no probabilities, or shapes differ.</exception>
    public ProbabilityMean(IReadOnlyList<string> paths, string key = ProbabilityFile.Key, bool rounds = true, string option = "-z")
    {
        _paths = paths;
        _again = $"predict the case again with {option}";
        try
        {
            foreach (string path in paths) _files.Add(NpzArrayReader.Open(path, key));
            long[] shape = [.. _files[0].Shape];
            if (shape.Length != 4 || shape.Any(static n => n is < 1 or > int.MaxValue) || shape[0] > short.MaxValue)
            {
                throw new EnsembleException(paths[0], $"the shape of {key} is ({string.Join(", ", shape)}), but must be (classes, z, y, x)", _again);
            }

            for (int i = 1; i < paths.Count; i++)
            {
                if (_files[i].Shape.SequenceEqual(shape)) continue;
                throw new EnsembleException(
                    paths[i],
                    $"its shape (classes, z, y, x) is ({string.Join(", ", _files[i].Shape)}), but that of {paths[0]} is ({string.Join(", ", shape)})",
                    "merge predictions of the same images by models with the same classes");
            }

            Classes = (int)shape[0];
            Extent = new Extent((int)shape[1], (int)shape[2], (int)shape[3]);
            _rounds = rounds && _files.TrueForAll(static f => f.IsHalf);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of classes, background included.</summary>
    public int Classes { get; }

    /// <summary>Voxel counts (z, y, x) of each class.</summary>
    public Extent Extent { get; }

    /// <summary>The next means in the files' order.</summary>
    /// <exception cref="EnsembleException">A file has values that are not finite: their mean would pass for background.</exception>
    public void Next(Span<float> mean)
    {
        if (_addend.Length < mean.Length) (_addend, _halves) = (new float[mean.Length], new Half[mean.Length]);
        Read(0, mean);
        Span<float> addend = _addend.AsSpan(0, mean.Length);
        for (int file = 1; file < _files.Count; file++)
        {
            Read(file, addend);
            TensorPrimitives.Add(mean, addend, mean);
        }

        _read += mean.Length;

        TensorPrimitives.Divide(mean, _files.Count, mean);
        if (!_rounds) return;
        TensorPrimitives.ConvertToHalf(mean, _halves);
        TensorPrimitives.ConvertToSingle(_halves.AsSpan(0, mean.Length), mean);
    }

    private void Read(int file, Span<float> into)
    {
        _files[file].Read(into);
        if (!FiniteVoxels.AreAll(into)) throw NotFinite(file, into);
    }

    /// <summary>Counts what is not finite in the rest of a file, too.</summary>
    private EnsembleException NotFinite(int file, Span<float> part)
    {
        NonFiniteCount all = FiniteVoxels.Count(part);
        long total = Classes * Extent.Count;
        for (long left = total - _read - part.Length; left > 0; left -= part.Length)
        {
            Span<float> next = part[..(int)Math.Min(part.Length, left)];
            _files[file].Read(next);
            NonFiniteCount more = FiniteVoxels.Count(next);
            all = new NonFiniteCount(all.NotANumber + more.NotANumber, all.Infinite + more.Infinite);
        }

        return new EnsembleException(_paths[file], $"of {total} probabilities {all.Describe("values")}", $"{_again}, with a model and an image whose values are finite");
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (NpzArrayReader file in _files) file.Dispose();
    }
}
