namespace NnUNet.Core.Evaluation;

/// <summary>The colour of each label in pictures and reports: the same everywhere, and told apart by people who confuse red and green too.</summary>
/// <remarks>
/// The first seven are those of Okabe and Ito (Color universal design, 2008). Each further one is, of all bright and saturated
/// colours, the one farthest from those before it as seen with normal vision, without red and without green cones. Distances are
/// those of CIELAB; what is missing is computed after Machado et al., IEEE TVCG 2009, doi:10.1109/TVCG.2009.113.
/// </remarks>
public static class LabelColours
{
    /// <summary>As many labels have a colour of their own; the next one begins again.</summary>
    public const int Count = 118;

    private const int Step = 17;

    // Two colours that differ for one kind of vision only are told apart by fewer people, but by most.
    private const double WeightOfMissingCones = 1.6;

    private static readonly double[][] Visions =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
    ];

    private static readonly (byte Red, byte Green, byte Blue)[] First =
        [(230, 159, 0), (86, 180, 233), (0, 158, 115), (204, 121, 167), (240, 228, 66), (213, 94, 0), (0, 114, 178)];

    private static readonly Lazy<(byte Red, byte Green, byte Blue)[]> All = new(Choose);

    /// <summary>The colour of a label above 0, each part from 0 to 255 (sRGB).</summary>
    public static (byte Red, byte Green, byte Blue) Of(int label)
    {
        int index = (label - 1) % Count;
        if (index < 0) index += Count;
        return index < First.Length ? First[index] : All.Value[index];
    }

    /// <summary>How different two colours look to those who see least of the difference.</summary>
    internal static double Distance((byte Red, byte Green, byte Blue) one, (byte Red, byte Green, byte Blue) other) => Distance(Seen(one), Seen(other));

    private static (byte Red, byte Green, byte Blue)[] Choose()
    {
        (byte Red, byte Green, byte Blue)[] candidates = [.. Candidates()];
        double[][][] seen = [.. candidates.Select(Seen)];
        double[] nearest = new double[candidates.Length];
        Array.Fill(nearest, double.MaxValue);
        List<(byte Red, byte Green, byte Blue)> chosen = [.. First];
        foreach ((byte Red, byte Green, byte Blue) colour in First) Approach(Seen(colour));
        while (chosen.Count < Count)
        {
            int best = Array.IndexOf(nearest, nearest.Max());
            chosen.Add(candidates[best]);
            Approach(seen[best]);
        }

        return [.. chosen];

        void Approach(double[][] colour)
        {
            for (int i = 0; i < nearest.Length; i++) nearest[i] = Math.Min(nearest[i], Distance(seen[i], colour));
        }
    }

    /// <summary>Colours that stand out from black, from white and from all greys between.</summary>
    private static IEnumerable<(byte Red, byte Green, byte Blue)> Candidates()
    {
        const double Darkest = 42, Brightest = 92, Greyest = 28;
        for (int code = 0; code < 16 * 16 * 16; code++)
        {
            (byte Red, byte Green, byte Blue) colour = ((byte)(code / 256 * Step), (byte)(code / 16 % 16 * Step), (byte)(code % 16 * Step));
            double[] lab = Seen(colour)[0];
            if (lab[0] is >= Darkest and <= Brightest && Math.Sqrt((lab[1] * lab[1]) + (lab[2] * lab[2])) >= Greyest) yield return colour;
        }
    }

    private static double Distance(double[][] one, double[][] other)
    {
        double least = double.MaxValue;
        for (int vision = 0; vision < Visions.Length; vision++)
        {
            double[] a = one[vision], b = other[vision];
            double distance = Math.Sqrt(((a[0] - b[0]) * (a[0] - b[0])) + ((a[1] - b[1]) * (a[1] - b[1])) + ((a[2] - b[2]) * (a[2] - b[2])));
            least = Math.Min(least, vision == 0 ? distance : distance * WeightOfMissingCones);
        }

        return least;
    }

    /// <summary>A colour in CIELAB (L, a, b) as each kind of vision sees it.</summary>
    private static double[][] Seen((byte Red, byte Green, byte Blue) colour)
    {
        double[] linear = [Linear(colour.Red), Linear(colour.Green), Linear(colour.Blue)];
        return [.. Visions.Select(vision => Lab(
            Math.Clamp((vision[0] * linear[0]) + (vision[1] * linear[1]) + (vision[2] * linear[2]), 0, 1),
            Math.Clamp((vision[3] * linear[0]) + (vision[4] * linear[1]) + (vision[5] * linear[2]), 0, 1),
            Math.Clamp((vision[6] * linear[0]) + (vision[7] * linear[1]) + (vision[8] * linear[2]), 0, 1)))];
    }

    private static double Linear(byte value)
    {
        double share = value / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }

    private static double[] Lab(double red, double green, double blue)
    {
        double x = F(((0.4124 * red) + (0.3576 * green) + (0.1805 * blue)) / 0.9505);
        double y = F((0.2126 * red) + (0.7152 * green) + (0.0722 * blue));
        double z = F(((0.0193 * red) + (0.1192 * green) + (0.9505 * blue)) / 1.089);
        return [(116 * y) - 16, 500 * (x - y), 200 * (y - z)];

        static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);
    }
}
