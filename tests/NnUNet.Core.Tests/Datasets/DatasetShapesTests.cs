using NnUNet.Core.Datasets;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets;

/// <summary><c>dataset.json</c> of any shape: taken as it is meant, or refused with the key, what stands there and what is wanted.</summary>
public sealed class DatasetShapesTests : IDisposable
{
    private const string Rest = "\"training\": [{\"image\": \"./imagesTr/a.nii.gz\", \"label\": \"./labelsTr/a.nii.gz\"}]";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder[DatasetDescription.FileName];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"modality\": {\"0\": \"CT\", \"1\": \"PET\"}, \"labels\": {\"0\": \"background\", \"1\": \"liver\", \"2\": \"tumour\"}")]
    [InlineData("\"modality\": [\"CT\", \"PET\"], \"labels\": [\"background\", \"liver\", \"tumour\"]")]
    [InlineData("\"modality\": {\"0000\": \"CT\", \"0001\": \"PET\"}, \"labels\": {\"1\": \"liver\", \"2\": \"tumour\"}")]
    [InlineData("\"channel_names\": {\"0\": \"CT\", \"1\": \"PET\"}, \"labels\": {\"background\": 0, \"liver\": 1, \"tumour\": 2}")]
    [InlineData("\"Modality\": {\"1\": \"PET\", \"0\": \"CT\"}, \"LABELS\": {\"background\": \"0\", \"tumour\": \"2\", \"liver\": 1.0}")]
    [InlineData("\"modality\": {\"0\": \"CT\", \"1\": \"PET\"}, \"modality\": {\"0\": \"CT\", \"1\": \"PET\"}, \"labels\": [\"background\", \"liver\", \"tumour\"], \"test\": null, \"name\": null")]
    public void Read_ChannelsAndLabels_AsTheyAreMeant(string text)
    {
        DatasetDescription description = Read($"{{{text}, {Rest}}}");

        Assert.Equal(["CT", "PET"], description.ChannelNames);
        Assert.Equal([1, 2], description.ForegroundLabels);
        Assert.Equal("tumour", description.Labels["2"]);
        Assert.Empty(description.LabelFaults());
    }

    [Fact]
    public void Read_NumbersForNames_AreTheNames()
    {
        DatasetDescription description = Read($"{{\"modality\": {{\"0\": 7}}, \"labels\": {{\"0\": 0, \"1\": 1}}, {Rest}}}");

        Assert.Equal("7", description.Modality["0"]);
        Assert.Equal("1", description.Labels["1"]);
    }

    [Fact]
    public void Read_OneChannelAsAText_IsThatChannel() => Assert.Equal(["MRI"], Read($"{{\"modality\": \"MRI\", \"labels\": [\"background\", \"a\"], {Rest}}}").ChannelNames);

    [Fact]
    public void Read_TestImagesAsObjects_AreTheirPaths()
    {
        DatasetDescription description = Read("{\"modality\": {\"0\": \"CT\"}, \"labels\": {\"0\": \"background\", \"1\": \"liver\"}, \"test\": [{\"image\": \"./imagesTs/q.nii.gz\"}, \"./imagesTs/r.nii.gz\"], " + Rest + "}");

        Assert.Equal(["./imagesTs/q.nii.gz", "./imagesTs/r.nii.gz"], description.Test);
    }

    [Theory]
    [InlineData("\"modality\": {\"0\": null}", "\"0\" in \"modality\" is null, but must be a name")]
    [InlineData("\"modality\": null", "\"modality\" is null")]
    [InlineData("\"modality\": {}", "\"modality\" names no channel")]
    [InlineData("\"x\": 1", "the key \"modality\" is missing")]
    [InlineData("\"modality\": {\"0\": \"CT\"}, \"channel_names\": {\"0\": \"MR\"}", "\"modality\" is {\"0\":\"CT\"}, but \"channel_names\" is {\"0\":\"MR\"}")]
    [InlineData("\"modality\": {\"0\": [\"CT\"]}", "\"0\" in \"modality\" is [\"CT\"], but must be a name")]
    public void Read_ChannelsThatCannotBe_AreTold(string text, string reason) =>
        Refused($"{{{text}, \"labels\": {{\"0\": \"background\", \"1\": \"liver\"}}, {Rest}}}", reason);

    [Theory]
    [InlineData("\"labels\": null", "\"labels\" is null")]
    [InlineData("\"labels\": {\"0\": \"background\", \"1\": null}", "\"1\" in \"labels\" is null, but must be a name")]
    [InlineData("\"labels\": {\"background\": 0, \"a\": 1, \"ignore\": 2}", "\"ignore\" in \"labels\" is a label of voxels to pass over, which is not supported in training")]
    [InlineData("\"labels\": {\"background\": 0, \"a\": 1, \"b\": 1}", "\"a\" and \"b\" in \"labels\" are both 1")]
    [InlineData("\"labels\": {\"background\": 1, \"a\": 2}", "\"labels\" says that 1 is the background")]
    [InlineData("\"labels\": {\"a\": -1, \"b\": 1}", "\"a\" in \"labels\" is -1, but must be a whole number from 0 on")]
    public void Read_LabelsThatCannotBe_AreTold(string text, string reason) => Refused($"{{\"modality\": {{\"0\": \"CT\"}}, {text}, {Rest}}}", reason);

    [Theory]
    [InlineData("[{\"image\": \"./imagesTr/a.nii.gz\"}]", "\"training\"[0] (./imagesTr/a.nii.gz) has no \"label\", only \"image\"")]
    [InlineData("[{\"image\": \"./imagesTr/a.nii.gz\", \"label\": null}]", "\"label\" of \"training\"[0] (./imagesTr/a.nii.gz) is null, but must be the path of a file")]
    [InlineData("[{\"img\": \"./imagesTr/a.nii.gz\", \"label\": \"./labelsTr/a.nii.gz\"}]", "\"training\"[0] (./imagesTr/a.nii.gz) has no \"image\", only \"img\", \"label\"")]
    [InlineData("[null]", "\"training\"[0] is null, but must be a case")]
    [InlineData("[\"./imagesTr/a.nii.gz\"]", "\"training\"[0] is \"./imagesTr/a.nii.gz\", but must be a case")]
    [InlineData("{\"a\": {}}", "\"training\" is {\"a\":{}}, but must be a list of cases")]
    [InlineData("[{\"image\": 5, \"label\": \"./labelsTr/a.nii.gz\"}]", "\"image\" of \"training\"[0] (./labelsTr/a.nii.gz) is 5, but must be the path of a file")]
    [InlineData("[{\"image\": \" \", \"label\": \"./labelsTr/a.nii.gz\"}]", "\"image\" of \"training\"[0] (./labelsTr/a.nii.gz) is \" \", but must be the path of a file")]
    public void Read_CasesThatCannotBe_AreTold(string training, string reason) =>
        Refused($"{{\"modality\": {{\"0\": \"CT\"}}, \"labels\": {{\"0\": \"background\", \"1\": \"liver\"}}, \"training\": {training}}}", reason);

    [Theory]
    [InlineData("[null]", "\"test\"[0] is null, but must be the path of an image")]
    [InlineData("[{\"img\": \"./imagesTs/a.nii.gz\"}]", "\"test\"[0] is {\"img\":\"./imagesTs/a.nii.gz\"}, but must be the path of an image")]
    [InlineData("\"./imagesTs\"", "\"test\" is \"./imagesTs\", but must be a list of images")]
    public void Read_TestImagesThatCannotBe_AreTold(string test, string reason) =>
        Refused($"{{\"modality\": {{\"0\": \"CT\"}}, \"labels\": {{\"0\": \"background\", \"1\": \"liver\"}}, \"test\": {test}, {Rest}}}", reason);

    [Fact]
    public void Open_OfVersion2_TakesTheCasesOfTheFolders()
    {
        using TinyTask task = new(cases: 2, channels: 2);
        WriteVersion2(task, counted: 2);

        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(task.Folder);

        Assert.False(description.ListsCases);
        Assert.Equal(["case_00", "case_01"], cases.Select(static c => c.CaseId));
        Assert.Equal([task.Image("case_01", 0), task.Image("case_01", 1)], cases[1].Channels);
        Assert.Equal(task.Label("case_01"), cases[1].Label);
        Assert.Empty(DatasetVerifier.Verify(task.Folder).Faults);
    }

    [Fact]
    public void Open_OfVersion2_WithAnotherNumberOfCases_IsTold()
    {
        using TinyTask task = new(cases: 2, channels: 2);
        WriteVersion2(task, counted: 5);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetFolder.Open(task.Folder));

        Assert.Equal("\"numTraining\" is 5, but imagesTr has 2 cases", Assert.Single(error.Faults).What);
    }

    [Theory]
    [InlineData("./labelsTr2/{0}.nii.gz", true)]
    [InlineData("labelsTr2\\{0}.nii.gz", true)]
    [InlineData("/data/of/another/labelsTr2/{0}.nii.gz", true)]
    [InlineData("Task100_Tiny/labelsTr2/{0}.nii.gz", true)]
    [InlineData("C:\\data\\labelsTr2\\{0}.nii.gz", true)]
    [InlineData("{0}.nii.gz", false)]
    [InlineData("/data/of/another/labelsTr/{0}.nii.gz", false)]
    public void Open_TakesTheSegmentationsOfTheFolderThatIsListed(string listed, bool other)
    {
        using TinyTask task = new(cases: 2);
        string folder = System.IO.Path.Combine(task.Folder, "labelsTr2");
        foreach (string id in task.CaseIds) ImageFile.WriteLabels(System.IO.Path.Combine(folder, id + ".nii.gz"), TinyTask.Corners());
        List(task, listed);

        IReadOnlyList<CaseFiles> cases = DatasetFolder.Open(task.Folder).Cases;

        Assert.Equal(task.CaseIds.Select(id => other ? System.IO.Path.Combine(folder, id + ".nii.gz") : task.Label(id)), cases.Select(static c => c.Label));
        Assert.Empty(DatasetVerifier.Verify(task.Folder).Faults);
    }

    [Fact]
    public void Open_AnotherFolderThatIsNotThere_IsMissing_AndNotTheUsualOne()
    {
        using TinyTask task = new(cases: 1);
        List(task, "./labelsTr3/{0}.nii.gz");

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetFolder.Open(task.Folder));

        Assert.Equal("labelsTr3/case_00.nii.gz", Assert.Single(error.Faults).Where);
    }

    private static void List(TinyTask task, string label)
    {
        string path = System.IO.Path.Combine(task.Folder, DatasetDescription.FileName);
        DatasetDescription description = DatasetDescription.Read(path);
        ProductJson.Write(path, description with
        {
            Training = description.Training.Select(t => t with { Label = label.Replace("{0}", t.CaseId, StringComparison.Ordinal) }).ToValueArray(),
        });
    }

    private static void WriteVersion2(TinyTask task, int counted) => File.WriteAllText(
        System.IO.Path.Combine(task.Folder, DatasetDescription.FileName),
        $$"""{"channel_names": {"0": "T1", "1": "T2"}, "labels": {"background": 0, "a": 1, "b": 2}, "numTraining": {{counted}}, "file_ending": ".nii.gz"}""");

    private DatasetDescription Read(string text)
    {
        File.WriteAllText(Path, text);
        return DatasetDescription.Read(Path);
    }

    private void Refused(string text, string reason)
    {
        DatasetException error = Assert.Throws<DatasetException>(() => Read(text));

        Assert.Equal(reason, error.Faults[0].What);
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
    }
}
