namespace NnUNet.Testing;

/// <summary>A new empty folder that is removed at the end of the test: <c>using TemporaryFolder folder = new();</c>.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("nnunet-test-").FullName;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>A path inside the folder; nothing is made there.</summary>
    public string this[string relative] => Path.Combine(Root, relative);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
