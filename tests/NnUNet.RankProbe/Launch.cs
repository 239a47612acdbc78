namespace NnUNet.RankProbe;

internal static class Launch
{
    public static int Run(string[] args) => throw new NotSupportedException();
}
