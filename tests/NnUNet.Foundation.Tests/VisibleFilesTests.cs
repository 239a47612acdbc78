using NnUNet.Testing;

namespace NnUNet.Foundation.Tests;

public sealed class VisibleFilesTests
{
    [Theory]
    [InlineData("case_0000.nii.gz", false)]
    [InlineData("._case_0000.nii.gz", true)]
    [InlineData(".DS_Store", true)]
    [InlineData("__MACOSX", true)]
    [InlineData("Thumbs.db", true)]
    [InlineData("thumbs.DB", true)]
    [InlineData("_case.nii.gz", false)]
    public void IsPassedOver_IsTrueForWhatSystemsLeave(string name, bool passedOver) => Assert.Equal(passedOver, VisibleFiles.IsIgnored(name));

    [Fact]
    public void In_ListsFilesInOrdinalOrderWithoutShadows()
    {
        // Given
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["b.txt", "a.txt", "B.txt", "._a.txt", ".DS_Store", "Thumbs.db"]) File.WriteAllText(folder[name], "");
        Directory.CreateDirectory(folder["__MACOSX"]);
        Directory.CreateDirectory(folder["kept"]);

        // Then
        Assert.Equal(["B.txt", "a.txt", "b.txt"], VisibleFiles.In(folder.Root).Select(Path.GetFileName));
        Assert.Equal(["kept"], VisibleFiles.FoldersIn(folder.Root).Select(Path.GetFileName));
        Assert.Empty(VisibleFiles.In(folder["no such folder"]));
    }

    [Fact]
    public void IsPathPassedOver_LooksAtEveryPart()
    {
        Assert.True(VisibleFiles.IsPathIgnored("__MACOSX/model/plans.json"));
        Assert.False(VisibleFiles.IsPathIgnored("./model/plans.json"));
    }
}
