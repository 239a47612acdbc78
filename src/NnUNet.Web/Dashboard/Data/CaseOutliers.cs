using NnUNet.Core.Fingerprints;
using NnUNet.Foundation;

namespace NnUNet.Web.Dashboard.Data;

/// <summary>Names cases whose intensities or volumes are far from the data set's.</summary>
internal static class CaseOutliers
{
    /// <summary>Below this there is no telling which case is the odd one.</summary>
    private const int FewestCases = 5;

    /// <summary>Median absolute deviations, each of which is this part of a standard deviation in a normal distribution.</summary>
    private const double Deviation = 1.4826;

    /// <summary>From so many standard deviations on a case is named.</summary>
    private const double FarIntensity = 6;

    /// <summary>From this factor on a volume is named.</summary>
    private const double FarVolume = 10;

    /// <summary>A larger share of cases are no outliers any more.</summary>
    private const double MostOutliers = 0.02;

    /// <summary>Cases whose median intensity is far from the others', where cases are measured: of CT.</summary>
    public static IEnumerable<FindingAnswer> OfIntensities(DatasetFingerprint fingerprint)
    {
        foreach ((int channel, ChannelIntensities all) in fingerprint.IntensityProperties ?? [])
        {
            if (all.LocalProps is not { Count: >= FewestCases } cases) continue;
            double middle = Quantiles.Median(cases.Values.Select(static c => c.Median));
            double spread = Deviation * Quantiles.Median(cases.Values.Select(c => Math.Abs(c.Median - middle)));
            if (!(spread > 0)) continue;
            foreach ((string name, ChannelIntensities one) in cases)
            {
                double far = Math.Abs(one.Median - middle) / spread;
                if (far < FarIntensity) continue;
                yield return new FindingAnswer(
                    "intensities", name, name, FormattableString.Invariant($"the foreground's median in channel {channel} is {one.Median:0.##}, {far:0} times as far from the data set's {middle:0.##} as cases usually are"),
                    "look at the case: its unit or its labels may be others'");
            }
        }
    }

    /// <summary>Cases in which a structure is many times larger or smaller than usual, or which lack what most have.</summary>
    public static IEnumerable<FindingAnswer> OfVolumes(VolumesAnswer volumes)
    {
        if (volumes.Cases.Count < FewestCases) yield break;
        for (int s = 0; s < volumes.Structures.Count; s++)
        {
            double[] there = [.. volumes.Millilitres.Select(v => v[s]).Where(static v => v > 0)];
            if (there.Length < FewestCases) continue;
            double middle = Quantiles.Median(there);
            List<FindingAnswer> far = [];
            for (int c = 0; c < volumes.Cases.Count; c++)
            {
                double volume = volumes.Millilitres[c][s];
                double factor = volume / middle;
                if (double.IsNaN(volume) || (factor < FarVolume && factor > 1 / FarVolume) || (volume == 0 && there.Length < 0.9 * volumes.Cases.Count)) continue;
                far.Add(new FindingAnswer(
                    "volumes", volumes.Cases[c], volumes.Cases[c],
                    volume == 0 ? $"it has no {volumes.Structures[s]}, which {there.Length} of {volumes.Cases.Count} cases have" : FormattableString.Invariant($"{volumes.Structures[s]} has {volume:0.###} ml, {(factor > 1 ? $"{factor:0} times" : $"1/{1 / factor:0} of")} the median {middle:0.###} ml"),
                    "look at the case's reference"));
            }

            // What holds for many is how the structure is, not a fault of theirs.
            if (far.Count <= Math.Max(FewestCases, MostOutliers * volumes.Cases.Count)) foreach (FindingAnswer one in far) yield return one;
            else
            {
                yield return new FindingAnswer(
                    "volumes", null, volumes.Structures[s], FormattableString.Invariant($"its volume differs very much: in {far.Count} of {volumes.Cases.Count} cases it is missing, or {FarVolume:0} times larger or smaller than the median {middle:0.###} ml"),
                    "this is nothing to correct where the structure is like that, as lesions are");
            }
        }
    }
}
