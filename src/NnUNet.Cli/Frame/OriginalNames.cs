namespace NnUNet.Cli.Frame;

/// <summary>The names of commands that the original's two generations have: each is a program of its own after installation.</summary>
internal static class OriginalNames
{
    /// <summary>What the commands of nnU-Net v1 begin with.</summary>
    public const string Version1 = "nnUNet_";

    /// <summary>What the commands of nnU-Net v2 begin with.</summary>
    public const string Version2 = "nnUNetv2_";

    /// <summary>Whether a command's name is one of the original's, of either generation.</summary>
    public static bool Has(string name) => Rank(name) < 2;

    /// <summary>Places the commands within their group: those of v1, those of v2, those of this program.</summary>
    public static int Rank(string name) => name.StartsWith(Version1, StringComparison.Ordinal) ? 0 : name.StartsWith(Version2, StringComparison.Ordinal) ? 1 : 2;
}
