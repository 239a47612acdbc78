using System.Globalization;
using NnUNet.Imaging;
using NnUNet.Torch.Inference;
using NnUNet.Torch.Runtime;

namespace NnUNet.Torch.Benchmarks;

/// <summary>Assesses in sentences what limits a machine, and where it differs from the reference machine.</summary>
public static class MachineAssessment
{
    private const double Remarkable = 1.25;
    private const int Mirrorings = 8;

    /// <summary>The sentences, one a line.</summary>
    /// <param name="here">The figures of this machine.</param>
    /// <param name="reference">The figures of the reference machine.</param>
    public static IReadOnlyList<string> Sentences(MachineFigures here, MachineFigures reference)
    {
        List<string> lines = [];
        if (here.Machine.IsBusy) lines.Add(Text($"The machine was busy (load {here.Machine.Load:0.0} on {here.Machine.Cores} cores), so that all times are too long: repeat when it is idle."));
        foreach (int dimensions in (ReadOnlySpan<int>)[3, 2]) lines.AddRange(Training(here, dimensions));
        lines.AddRange(Prediction(here));
        lines.AddRange(Comparison(here, reference));
        return lines;
    }

    /// <summary>Seconds for people: 1.24 s, 12.4 ms, 620 µs.</summary>
    internal static string Time(double seconds) => seconds >= 1 ? Text($"{seconds:0.00} s")
        : seconds >= 1e-3 ? Text($"{seconds * 1e3:0.0} ms")
        : Text($"{seconds * 1e6:0} µs");

    /// <summary>Bytes a second for people: 11.2 GB/s, 140 MB/s (powers of 1000).</summary>
    internal static string Rate(double bytes) => bytes >= 1e9 ? Text($"{bytes / 1e9:0.0} GB/s") : Text($"{bytes / 1e6:0} MB/s");

    private static IEnumerable<string> Training(MachineFigures here, int dimensions)
    {
        if ((here.Find(FigureKeys.IterationMixed(dimensions)) ?? here.Find(FigureKeys.IterationFloat32(dimensions))) is not { } iteration
            || here.Find(FigureKeys.Convolutions(dimensions)) is not { } convolutions
            || here.Find(FigureKeys.Norms(dimensions)) is not { } norms
            || here.Find(FigureKeys.Batch(dimensions)) is not { } batch)
        {
            yield break;
        }

        // Parts that were measured alone may take longer together than the iteration: they share it then.
        double whole = Math.Max(iteration, convolutions + norms);
        (double ofConvolutions, double ofNorms) = (Math.Round(convolutions / whole, 2), Math.Round(norms / whole, 2));
        double rest = Math.Max(0, 1 - ofConvolutions - ofNorms);
        string shares = Text($"of an iteration of {Time(iteration)} ({here.Precision.Name()}) convolutions take {ofConvolutions:P0}, norms {ofNorms:P0}, and loss, optimiser and copies {rest:P0}");
        int threads = (int)Math.Ceiling(batch / iteration);
        if (threads > 1)
        {
            string enough = threads <= here.Machine.Cores
                ? $"{threads} loader threads keep up (nnUNet_n_proc_DA={threads})"
                : $"{threads} loader threads would keep up, more than the {here.Machine.Cores} cores";
            yield return Text($"Training in {dimensions}D is limited by data: one thread needs {Time(batch)} for a batch; {enough}. Without that, {shares}.");
        }
        else
        {
            string limit = ofConvolutions >= Math.Max(ofNorms, rest) ? "convolution" : ofNorms >= rest ? "norms, which memory is too slow for" : "loss, optimiser and copies";
            yield return Text($"Training in {dimensions}D is limited by {limit}: {shares}. One loader thread makes a batch in {Time(batch)}, {iteration / batch:0.#} times as fast as needed.");
        }

        double needed = BatchBytes(dimensions) / iteration;
        if (here.Find(FigureKeys.DiskRead) is { } disk && disk < needed)
        {
            yield return Text($"The disk of the preprocessed data reads {Rate(disk)}, but training in {dimensions}D needs up to {Rate(needed)} until the cases are in memory: use a faster one.");
        }
    }

    private static IEnumerable<string> Prediction(MachineFigures here)
    {
        if (here.Find(FigureKeys.Tile(3)) is not { } tile || here.Find(FigureKeys.Export) is not { } export) yield break;

        int tiles = new SlidingWindowTiles(DataMeasurements.ExportImage, HippocampusNetwork.Patch3D.ToArray(), 0.5, gaussian: true).Count;
        double network = tile * tiles * Mirrorings;
        string limit = network >= export ? "the network" : "the export";
        yield return Text($"Prediction in 3D is limited by {limit}: an image of 128x256x256 takes the network {Time(network)} ({tiles} tiles, {Mirrorings} mirrorings), its export with 5 classes {Time(export)}.");
    }

    /// <summary>Every figure of the table is in one of three sentences, with the table's numbers.</summary>
    private static IEnumerable<string> Comparison(MachineFigures here, MachineFigures reference)
    {
        List<string> slower = [], faster = [], alike = [];
        foreach (MachineFigure figure in here.Figures)
        {
            if (reference.Figures.FirstOrDefault(f => f.Key == figure.Key) is not { } other) continue;

            double slowness = figure.TimesSlowerThan(other);
            List<string> group = slowness > Remarkable ? slower : slowness < 1 / Remarkable ? faster : alike;
            group.Add(group == alike ? Subject(figure, here) : $"{Subject(figure, here)} {figure.ComparedWith(other)}{Precisions(figure, here, reference)}");
        }

        if (slower.Count > 0) yield return $"Compared with the reference machine: {string.Join(", ", slower)}.";
        if (faster.Count > 0) yield return $"Compared with the reference machine: {string.Join(", ", faster)}.";
        if (alike.Count > 0) yield return Text($"About as fast as the reference machine, within {Remarkable} times: {string.Join(", ", alike)}.");
    }

    /// <summary>A figure by a name that stands alone: rows of the table say "its".</summary>
    private static string Subject(MachineFigure figure, MachineFigures here)
    {
        foreach (int dimensions in (ReadOnlySpan<int>)[3, 2])
        {
            string? name = figure.Key == FigureKeys.IterationFloat32(dimensions) ? "a training iteration (float32)"
                : figure.Key == FigureKeys.IterationMixed(dimensions) ? $"a training iteration ({here.Precision.Name()})"
                : figure.Key == FigureKeys.Convolutions(dimensions) ? "convolutions"
                : figure.Key == FigureKeys.Norms(dimensions) ? "norms and rectifiers"
                : figure.Key == FigureKeys.Batch(dimensions) ? "making a batch"
                : figure.Key == FigureKeys.Tile(dimensions) ? "a tile of a prediction"
                : null;
            if (name is not null) return Text($"{name} in {dimensions}D");
        }

        return figure.Text;
    }

    private static string Precisions(MachineFigure figure, MachineFigures here, MachineFigures reference)
    {
        bool inFastest = ((int[])[3, 2]).Any(d => figure.Key == FigureKeys.Convolutions(d) || figure.Key == FigureKeys.IterationMixed(d) || figure.Key == FigureKeys.Tile(d));
        return inFastest && here.Precision != reference.Precision ? $" (here in {here.Precision.Name()}, there in {reference.Precision.Name()})" : "";
    }

    // Image and segmentation as float32 of the larger patches that are read.
    private static double BatchBytes(int dimensions)
    {
        Extent patch = TrainingMeasurements.Recipe(1, dimensions, augmented: true).Settings.InitialPatch;
        return (dimensions == 3 ? 2 : 89) * 2.0 * sizeof(float) * patch.Count;
    }

    private static string Text(FormattableString text) => text.ToString(English);

    private static readonly CultureInfo English = Percent();

    private static CultureInfo Percent()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.PercentPositivePattern = 0; // "84 %"
        return culture;
    }
}
