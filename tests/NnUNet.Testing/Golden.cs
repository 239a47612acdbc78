namespace NnUNet.Testing;

/// <summary>Where the test data lie: <c>NNUNET_TEST_DATA</c>, by default <c>../shared</c> beside the repository.</summary>
/// <remarks>With <c>CI=true</c> missing data fail the test; on a user's machine the test is skipped with a reason.</remarks>
public static class TestData
{
    /// <summary>A golden file.</summary>
    public static string Golden(string relative) => Existing(Path.Combine("golden", relative));

    /// <summary>A file or folder of the public data sets.</summary>
    public static string Data(string relative) => Existing(Path.Combine("data", relative));

    /// <summary>The compiled library of a sample, built in the configuration of these tests: <c>samples/NAME/bin/…/NAME.dll</c>.</summary>
    public static string Sample(string name)
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(RepositoryRoot(), "samples", name, "bin", framework.Parent!.Name, framework.Name, name + ".dll");
    }

    private static string Existing(string relative)
    {
        string root = Environment.GetEnvironmentVariable("NNUNET_TEST_DATA") is { Length: > 0 } set ? set : Path.Combine(RepositoryRoot(), "..", "shared");
        string path = Path.GetFullPath(Path.Combine(root, relative));
        if (File.Exists(path) || Directory.Exists(path)) return path;

        string reason = $"the test data {relative} are not in {Path.GetFullPath(root)}; set NNUNET_TEST_DATA to the folder that has them";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        throw new SkipException(reason);
    }

    /// <summary>The repository's root: the folder above this assembly that holds NnUNet.slnx.</summary>
    public static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NnUNet.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no NnUNet.slnx above {AppContext.BaseDirectory}");
    }
}

/// <summary>Comparisons that print the first mismatch with index, expected and actual, and the largest difference of all.</summary>
public static class Golden
{
    /// <summary>Every element within <paramref name="tolerance"/> (absolute).</summary>
    /// <returns>The largest difference.</returns>
    public static double AssertClose(string name, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.True(expected.Length == actual.Length, $"{name}: {expected.Length} values are expected, not {actual.Length}");
        double largest = 0;
        int first = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsNaN(expected[i]) && double.IsNaN(actual[i])) continue;
            double difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= tolerance) && first < 0) first = i;
            if (!(difference <= largest)) largest = difference;
        }

        if (first >= 0)
        {
            Assert.Fail(FormattableString.Invariant(
                $"{name}: [{first}] is {actual[first]:R}, expected {expected[first]:R}; largest difference of all {largest:R}, tolerance {tolerance:R}"));
        }

        return largest;
    }

    /// <summary>Every element within <paramref name="tolerance"/> (absolute).</summary>
    /// <returns>The largest difference.</returns>
    public static double AssertClose(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance) =>
        AssertClose(name, Widen(expected), Widen(actual), tolerance);

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return wide;
    }
}
