using System.Buffers.Binary;
using NnUNet.Core.Models.Archives;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Models.Archives;

public sealed class ArchiveDiagnosisTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "the file is empty", "download or copy it again")]
    [InlineData("\n<!DOCTYPE html><html>404</html>", "this is a web page", "the link of the download")]
    [InlineData("<?xml version=\"1.0\"?><Error/>", "this is a web page", "the link of the download")]
    [InlineData("{\"message\": \"login\"}", "this is a JSON text", "what the server said")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS", "git lfs pull")]
    [InlineData("Rar!\u001a", "this is a RAR archive", "--model_folder")]
    [InlineData("7z\u00bc", "this is no zip archive", "download or copy it again")]
    [InlineData("nothing of the kind", "this is no zip archive", "download or copy it again")]
    public void Install_AFileThatIsNoArchive_SaysWhatItIs(string content, string what, string remedy)
    {
        // Given
        File.WriteAllText(_folder["model.zip"], content);

        // Then
        Refused(what, remedy);
    }

    [Theory]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0 }, "this is a gzip archive")]
    [InlineData(new byte[] { 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c }, "this is a 7-Zip archive")]
    public void Install_AnotherArchive_SaysWhich(byte[] start, string what)
    {
        // Given
        File.WriteAllBytes(_folder["model.zip"], start);

        // Then
        Refused(what, "make a zip archive of its folders");
    }

    [Fact]
    public void Install_APartialDownload_SaysHowMuchIsThere()
    {
        // Given
        byte[] whole = File.ReadAllBytes(SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan)));
        File.WriteAllBytes(_folder["model.zip"], whole[..(whole.Length / 2)]);

        // Then
        Refused($"the archive is cut off after {whole.Length / 2} bytes", "compare its size");
    }

    [Theory]
    [InlineData("Dataset111_Teeth/nnUNetTrainer__nnUNetPlans__3d_fullres/plans.json", "a model of nnU-Net version 2", "nnUNetv2_predict")]
    [InlineData("fold_0/checkpoint_final.pth", "a model of nnU-Net version 2", "nnUNetv2_predict")]
    [InlineData("nnUNetTrainer__nnUNetPlans__2d/plans.json", "a model of nnU-Net version 2", "nnUNetv2_predict")]
    [InlineData("Task701_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1/plans.pkl", "it begins with Task701_Tiny/…, and the folder of the configuration", "--model_folder")]
    [InlineData("a/Task701_Tiny/nnUNetTrainerV2__nnUNetPlansv2.1/plans.pkl", "the folder above the task in a/Task701_Tiny/… is not called like a configuration", "3d_fullres")]
    [InlineData("nnUNetTrainerV2__nnUNetPlansv2.1/fold_0/a.model", "the folders of configuration and task above that are missing", "--model_folder")]
    [InlineData("plans.pkl", "the folders of configuration, task and trainer", "--model_folder")]
    [InlineData("archive/data.pkl", "a checkpoint of PyTorch", "plans.pkl")]
    [InlineData("Task004_Hippocampus/imagesTr/a.nii.gz", "a data set, not a model", "raw data")]
    public void Install_AnArchiveOfSomethingElse_SaysWhatItHolds(string name, string what, string remedy)
    {
        // Given
        SmallArchives.Zip(_folder, (name, "x"));

        // Then
        Refused(what, remedy);
    }

    [Theory]
    [InlineData(14, "it is packed by LZMA")]
    [InlineData(93, "it is packed by Zstandard")]
    [InlineData(55, "it is packed by number 55")]
    public void Install_AnotherMethodOfPacking_IsNamed(ushort method, string what)
    {
        // Given
        string zip = SmallArchives.Zip(_folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan));
        byte[] bytes = File.ReadAllBytes(zip);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), method);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("PK\u0001\u0002"u8) + 10), method);
        File.WriteAllBytes(zip, bytes);

        // Then
        Refused(what, "zip the folders again by Deflate");
    }

    [Fact]
    public void Install_WhatAMacAdds_IsLeftOut_WhateverItIsCalled()
    {
        // Given: shadows of shadows, and a file whose name no other system takes
        string zip = SmallArchives.Zip(
            _folder, (SmallArchives.Model + "/plans.json", SmallArchives.Plan), (SmallArchives.Model + "/._plans.json", "x"), ("__MACOSX/" + SmallArchives.Model + "/._plans.json", "x"), ("__MACOSX/Icon\r", "x"));

        // When
        ModelInstaller.Install(zip, _folder["models"]);

        // Then
        Assert.Equal(["plans.json"], Directory.GetFileSystemEntries(_folder["models/" + SmallArchives.Model]).Select(Path.GetFileName));
    }

    [Fact]
    public void Install_AFolder_IsRefused()
    {
        Directory.CreateDirectory(_folder["model.zip"]);
        Refused("this is a folder, not a file", "--model_folder");
    }

    public void Dispose() => _folder.Dispose();

    private void Refused(string what, string remedy)
    {
        ModelArchiveException error = Assert.Throws<ModelArchiveException>(() => ModelInstaller.Install(_folder["model.zip"], _folder["models"]));
        Assert.Contains(what, error.What, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["models"]));
    }
}
