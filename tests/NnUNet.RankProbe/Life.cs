namespace NnUNet.RankProbe;

internal static class Life
{
    public static int Run(string[] args) => throw new NotSupportedException();
}
