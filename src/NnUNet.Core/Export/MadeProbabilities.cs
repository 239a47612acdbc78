using NnUNet.Core.Models;
using NnUNet.Imaging.Algorithms;

namespace NnUNet.Core.Export;

/// <summary>A network's outputs as probabilities on the cropped image's grid, one output after the other, whichever of the two was averaged.</summary>
internal sealed class MadeProbabilities
{
    private readonly ClassResampler _resampler;
    private readonly ProbabilitiesOfLogits? _logits;

    /// <summary>For all outputs; where they are logits of classes, they are looked at once now.</summary>
    /// <param name="resampler">Brings the outputs onto the grid.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="outputs">How many outputs there are.</param>
    /// <param name="contract">What they mean.</param>
    /// <param name="cancel">Stops within an output.</param>
    public MadeProbabilities(ClassResampler resampler, ExportGrid grid, int outputs, OutputContract contract, CancellationToken cancel)
    {
        _resampler = resampler;
        if (contract.Averaged != AveragedOutput.Logits) return;
        _logits = new ProbabilitiesOfLogits(contract.Activation, grid.Target);
        for (int k = 0; _logits.NeedsAll && k < outputs; k++) resampler.ForEachRow(k, _logits.Take, cancel);
    }

    /// <summary>All rows of an output's probabilities, in no particular order and from several threads.</summary>
    public void ForEachRow(int output, RowSink sink, CancellationToken cancel) =>
        _resampler.ForEachRow(output, _logits is null ? sink : (rows, block) => sink(Made(rows, block), block), cancel);

    private float[] Made(ReadOnlySpan<float> rows, RowBlock block)
    {
        float[] made = new float[rows.Length];
        _logits!.Make(rows, block, made);
        return made;
    }
}
