using System.Globalization;
using NnUNet.Core.CrossValidation;
using NnUNet.Core.Datasets;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Datasets.Conversions;

public sealed class DatasetConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Workspace _workspace;

    public DatasetConversionTests() => _workspace = Workspace.Resolve(new WorkspaceOptions { Directory = _folder["w"] }, static _ => null);

    public static TheoryData<string> Names => [.. Layouts.All.Select(static l => l.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryDescription_HasALayoutHere() =>
        Assert.Equal(ConversionDescriptions.All().Select(static d => d.Name).Order(StringComparer.Ordinal), Layouts.All.Select(static l => l.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_ASourceOfThatLayout_GivesItsCasesChannelsLabelsAndFolds(string name)
    {
        // Given
        Layout layout = Layouts.Of(name);
        layout.Write(_folder);
        (string, DateTime)[] before = Contents(_folder["source"]);

        // When
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find(name), _folder["source"], _workspace);

        // Then
        Assert.Equal(before, Contents(_folder["source"]));
        Assert.Empty(result.Notices);
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(result.Folder);
        Assert.Equal(layout.Training.Order(StringComparer.Ordinal), cases.Select(c => $"{Images(c)} | {Labels(c.Label!, layout, c.CaseId)}").Order(StringComparer.Ordinal));
        Assert.Equal(layout.Test.Order(StringComparer.Ordinal), DatasetFolder.TestCases(result.Folder, description).Select(Images).Order(StringComparer.Ordinal));
        Assert.Equal(layout.Validation, Others(result.Folder, description.Modality.Count));
        Assert.Equal(layout.HasFolds, result.Splits is not null);
        if (layout.HasFolds) Assert.All(Folds.Read(result.Splits!), fold => Assert.Empty(fold.Train.Concat(fold.Val).Except(cases.Select(static c => c.CaseId))));
        Assert.DoesNotContain(DatasetVerifier.Verify(result.Folder).Faults, static f => !f.What.Contains("is 0 everywhere", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_Again_WritesNoFile(string name)
    {
        // Given
        Layouts.Of(name).Write(_folder);
        ConversionDescription description = ConversionDescriptions.Find(name);
        DatasetConversionResult first = DatasetConversion.Run(description, _folder["source"], _workspace);
        (string, DateTime)[] before = Images(first.Folder);

        // When
        DatasetConversionResult second = DatasetConversion.Run(description, _folder["source"], _workspace);

        // Then
        Assert.Equal((0, first.Training + first.Test + first.Others), (first.Kept, second.Kept));
        Assert.Equal(before, Images(first.Folder));
    }

    [Fact]
    public void Run_AfterASegmentationHasChangedAndACaseHasGone_MakesWhatIsCurrent()
    {
        // Given
        Layouts.Of("BraTS2018").Write(_folder);
        ConversionDescription description = ConversionDescriptions.Find("32");
        DatasetConversionResult first = DatasetConversion.Run(description, _folder["source"], _workspace);
        string changed = _folder["source/MICCAI_BraTS_2018_Data_Training/HGG/Brats18_A_1/Brats18_A_1_seg.nii.gz"];
        ImageFile.WriteLabels(changed, new Volume<short>([.. Enumerable.Repeat((short)4, 24)], new Extent(2, 3, 4)));
        Directory.Delete(_folder["source/MICCAI_BraTS_2018_Data_Training/LGG"], recursive: true);

        // When
        DatasetConversionResult second = DatasetConversion.Run(description, _folder["source"], _workspace);

        // Then
        Assert.Equal((1, 2), (second.Training, second.Kept));
        Assert.All(ImageFile.ReadLabels(Path.Combine(first.Folder, "labelsTr", "HGG__Brats18_A_1.nii.gz")).Voxels, static v => Assert.Equal(3, v));
        Assert.Single(Directory.GetFiles(Path.Combine(first.Folder, "labelsTr")));
        Assert.Equal(4, Directory.GetFiles(Path.Combine(first.Folder, "imagesTr")).Length);
    }

    [Fact]
    public void Run_Folds_KeepPatientsTogether()
    {
        Layouts.Of("ACDC").Write(_folder);

        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["source"], _workspace);

        // Then: the folds of the five patients are those that five cases would have
        IReadOnlyList<Fold> patients = Folds.Create(Enumerable.Range(1, 5).Select(static p => $"patient00{p}"));
        Assert.Equal(patients.Select(static f => $"{f.Val[0]}_frame01 {f.Val[0]}_frame12"), Folds.Read(result.Splits!).Select(static f => string.Join(' ', f.Val)));
    }

    [Theory]
    [InlineData("Fluo_N3DH_SIM", "02_t001|01_t001", "01_t001|02_t001")]
    [InlineData("Fluo_C3DH_A549_ManAndSim", "02_t001|01_t001|02_SIM_t001|01_SIM_t001", "01_SIM_t001 01_t001 02_SIM_t001|01_SIM_t001 02_SIM_t001 02_t001|01_SIM_t001 01_t001 02_t001|01_t001 02_SIM_t001 02_t001")]
    [InlineData("CREMI", "sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c", "sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c|sample_a sample_b sample_c")]
    public void Run_Folds_AreThoseThatTheOriginalLists(string name, string validation, string training)
    {
        Layouts.Of(name).Write(_folder);

        IReadOnlyList<Fold> folds = Folds.Read(DatasetConversion.Run(ConversionDescriptions.Find(name), _folder["source"], _workspace).Splits!);

        Assert.Equal(validation, string.Join('|', folds.Select(static f => string.Join(' ', f.Val))));
        Assert.Equal(training, string.Join('|', folds.Select(static f => string.Join(' ', f.Train))));
    }

    [Fact]
    public void Run_FoldsOfTwoVendors_TrainOnOneAndOnBoth()
    {
        // Given patients A0S9V9 and A1D0Q7 of vendor A, and B1 to B3 of vendor B; four fifths of 2 and of 3 are 2.
        // numpy's RandomState(1234).choice(2, 2, replace=False) and then choice(3, 2, replace=False) give 0 and 1 both times.
        Layouts.Of("heart_MNMs").Write(_folder);

        IReadOnlyList<Fold> folds = Folds.Read(DatasetConversion.Run(ConversionDescriptions.Find("114"), _folder["source"], _workspace).Splits!);

        Assert.Equal(8, folds.Count);
        Assert.All(folds[5].Train, static c => Assert.StartsWith("A", c, StringComparison.Ordinal));
        Assert.All(folds[6].Train, static c => Assert.StartsWith("B", c, StringComparison.Ordinal));
        Assert.Equal([4, 4, 8], folds.Skip(5).Select(static f => f.Train.Count));
        Assert.All(folds.Skip(5), f => Assert.Equal(["B3_0000_B_1", "B3_0002_B_1"], f.Val));
        Assert.Empty(folds[7].Train.Intersect(folds[7].Val));
    }

    [Fact]
    public void Run_FoldsOfTheUsersOwn_Stay()
    {
        Layouts.Of("ACDC").Write(_folder);
        string path = Path.Combine(_workspace.PreprocessedTask("Task027_ACDC"), Folds.FileName);
        Folds.Write(path, [new Fold(["patient001_frame01"], ["patient002_frame01"])]);

        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["source"], _workspace);

        Assert.Contains("has other folds than those of this data set, and stays as it is", Assert.Single(result.Notices), StringComparison.Ordinal);
        Assert.Single(Folds.Read(path));
    }

    [Fact]
    public void Run_APartOfADataSet_IsConvertedWithoutItsFolds()
    {
        Layouts.Of("ACDC").Write(_folder);
        Directory.Delete(_folder["source/training/patient005"], recursive: true);

        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["source"], _workspace);

        Assert.Equal((8, null), (result.Training, result.Splits));
        Assert.Equal("the data set's own folds are not written: 4 cases cannot be split into 5 folds", Assert.Single(result.Notices));
    }

    [Fact]
    public void Run_ATableThatLeadsOutOfTheFolder_IsRefused()
    {
        Layout layout = Layouts.Of("heart_MNMs");
        (layout with { Texts = [("a.csv", "External code;Vendor;Centre;ED;ES\nA0S9V9;A;../../x;0;2")] }).Write(_folder);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("114"), _folder["source"], _workspace));

        Assert.Contains("its case would be called \"A0S9V9_0000_A_../../x\", which is no name for a file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutTheTable_SaysWhichColumnsAreWanted()
    {
        Layout layout = Layouts.Of("heart_MNMs");
        (layout with { Texts = [("a.csv", "External code,Vendor\nA0S9V9,A")] }).Write(_folder);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("114"), _folder["source"], _workspace));

        Assert.Contains("no such table has the columns Centre, External code, Vendor, ED, ES (a.csv has not)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CopiedImages_HaveTheSourcesBytes()
    {
        Layouts.Of("SegTHOR").Write(_folder);

        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("SegTHOR"), _folder["source"], _workspace, new DatasetConversionOptions { TaskId = 555 });

        Assert.Equal("Task555_SegTHOR", result.Task);
        Assert.Equal(File.ReadAllBytes(_folder["source/train/Patient_01/Patient_01.nii.gz"]), File.ReadAllBytes(Path.Combine(result.Folder, "imagesTr", "Patient_01_0000.nii.gz")));
        Assert.Equal(File.ReadAllBytes(_folder["source/train/Patient_01/GT.nii.gz"]), File.ReadAllBytes(Path.Combine(result.Folder, "labelsTr", "Patient_01.nii.gz")));
    }

    [Fact]
    public void Run_TurnedImages_KeepTheirVoxelsAtTheirPlaces()
    {
        // Given a case whose axes lead to the right, to anterior and to inferior
        ImageGeometry geometry = ImageGeometry.Identity with { ItkDirection = [-1, 0, 0, 0, -1, 0, 0, 0, -1], ItkOrigin = [3, 2, 1], ItkSpacing = [1, 2, 4] };
        ImageFile.WriteVolume(_folder["source/train/v.nii.gz"], new Volume<float>([.. Enumerable.Range(0, 24).Select(static i => (float)i)], new Extent(2, 3, 4), geometry));
        ImageFile.WriteLabels(_folder["source/train/v_seg.nii.gz"], new Volume<short>([.. Enumerable.Range(0, 24).Select(static i => (short)i)], new Extent(2, 3, 4), geometry));

        // When
        DatasetConversionResult result = DatasetConversion.Run(ConversionDescriptions.Find("VerSe"), _folder["source"], _workspace);

        // Then
        Volume<float> image = ImageFile.ReadVolume(Path.Combine(result.Folder, "imagesTr", "v_0000.nii.gz"));
        Assert.Equal(Enumerable.Range(0, 24).Reverse().Select(static i => (float)i), image.Voxels);
        Assert.Equal("LPS", Orientation.Of(image.Geometry).ToString());
        Assert.Equal([0, -2, -3], image.Geometry.ItkOrigin);
        Assert.Equal(image.Voxels.Select(static v => (short)v), ImageFile.ReadLabels(Path.Combine(result.Folder, "labelsTr", "v.nii.gz")).Voxels);
    }

    [Fact]
    public void Run_ValuesThatNobodyKnows_AreAllNamedAndDatasetJsonIsNotWritten()
    {
        // Given two of three segmentations with values that BraTS does not have
        WriteThreePatients();
        ImageFile.WriteLabels(_folder["source/HGG/a/a_seg.nii.gz"], new Volume<short>([.. Enumerable.Repeat((short)3, 24)], new Extent(2, 3, 4)));
        ImageFile.WriteLabels(_folder["source/HGG/b/b_seg.nii.gz"], new Volume<short>([.. Enumerable.Repeat((short)-1, 24)], new Extent(2, 3, 4)));

        // When
        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("BraTS2019"), _folder["source"], _workspace));

        // Then
        Assert.Equal(2, error.Faults.Count);
        Assert.Equal("imagesTr/HGG__a: HGG/a/a_seg.nii.gz", error.Faults[0].Where.Replace("\\", "/", StringComparison.Ordinal));
        Assert.Equal("3 (24 voxels) is not among those that are expected: 0, 1, 2, 4", error.Faults[0].What);
        Assert.StartsWith("-1 (24 voxels) is not", error.Faults[1].What, StringComparison.Ordinal);
        string folder = _workspace.RawTask("Task043_BraTS2019");
        Assert.True(File.Exists(Path.Combine(folder, "labelsTr", "HGG__c.nii.gz")));
        Assert.False(File.Exists(Path.Combine(folder, "dataset.json")));
    }

    [Fact]
    public void Run_AgainAndACaseFails_LeavesNoEarlierDatasetJson()
    {
        // Given a conversion of three patients, of whom one has gone since and one has got a value that BraTS does not have
        WriteThreePatients();
        string folder = DatasetConversion.Run(ConversionDescriptions.Find("BraTS2019"), _folder["source"], _workspace).Folder;
        Directory.Delete(_folder["source/HGG/a"], recursive: true);
        ImageFile.WriteLabels(_folder["source/HGG/b/b_seg.nii.gz"], new Volume<short>([.. Enumerable.Repeat((short)3, 24)], new Extent(2, 3, 4)));

        // When
        Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("BraTS2019"), _folder["source"], _workspace));

        // Then
        Assert.False(File.Exists(Path.Combine(folder, "imagesTr", "HGG__a_0000.nii.gz")));
        Assert.True(File.Exists(Path.Combine(folder, "labelsTr", "HGG__c.nii.gz")));
        Assert.False(File.Exists(Path.Combine(folder, "dataset.json")));
    }

    [Fact]
    public void Run_ATaskNumberOfFourDigits_IsRefused()
    {
        Layouts.Of("SegTHOR").Write(_folder);

        DatasetException error = Assert.Throws<DatasetException>(() =>
            DatasetConversion.Run(ConversionDescriptions.Find("SegTHOR"), _folder["source"], _workspace, new DatasetConversionOptions { TaskId = 1000 }));

        Assert.Equal("SegTHOR: -t: 1000 is not from 0 to 999; choose a free number.", error.Message);
        Assert.False(Directory.Exists(_workspace.RawTasks));
    }

    [Fact]
    public void Run_MissingFiles_AreAllNamed()
    {
        WriteThreePatients();
        File.Delete(_folder["source/HGG/a/a_t2.nii.gz"]);
        File.Delete(_folder["source/HGG/b/b_seg.nii.gz"]);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("BraTS2019"), _folder["source"], _workspace));

        Assert.Equal(["**/HGG/a/a_t2", "**/HGG/b/b_seg"], error.Faults.Select(static f => f.Where));
        Assert.Equal("there is no such image, but HGG/a/a_t1.nii.gz needs it", error.Faults[0].What);
        Assert.False(Directory.Exists(_workspace.RawTasks));
    }

    [Theory]
    [InlineData("Promise", "train/Case00", "train/Case00_segmentation", "convert it to ")]
    [InlineData("CREMI", "sample_A_20160501_raw", "sample_A_20160501_clefts", "the challenge's files are HDF5")]
    public void Run_FilesOfAFormatThatIsNotRead_SaysWhatToDo(string dataset, string image, string label, string remedy)
    {
        Directory.CreateDirectory(_folder["source/train"]);
        File.WriteAllText(_folder[$"source/{image}.mhd2"], "");
        File.WriteAllText(_folder[$"source/{label}.mhd2"], "");

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find(dataset), _folder["source"], _workspace));

        Assert.Contains($"{image}.mhd2: it lies where an image is expected, but its format is not read; {remedy}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TheWrongFolder_SaysWhatIsLookedFor()
    {
        Directory.CreateDirectory(_folder["source/else"]);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("ACDC"), _folder["source"], _workspace));

        Assert.Contains("no image is found as training/{patient:patient###}/{patient}_frame{frame:##}; give the folder that has them so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AFolderThatNoConversionHasMade_IsLeftAlone()
    {
        Layouts.Of("SegTHOR").Write(_folder);
        string mine = Path.Combine(_workspace.RawTask("Task055_SegTHOR"), "imagesTr");
        Directory.CreateDirectory(mine);

        DatasetException error = Assert.Throws<DatasetException>(() => DatasetConversion.Run(ConversionDescriptions.Find("SegTHOR"), _folder["source"], _workspace));

        Assert.Contains("the folder is there, and no conversion has made it; choose another number with -t", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(mine));
    }

    private void WriteThreePatients()
    {
        foreach (string patient in new[] { "a", "b", "c" })
        {
            foreach (string channel in new[] { "t1", "t1ce", "t2", "flair" }) ImageFile.WriteVolume(_folder[$"source/HGG/{patient}/{patient}_{channel}.nii.gz"], TinyTask.Ramp(1));
            ImageFile.WriteLabels(_folder[$"source/HGG/{patient}/{patient}_seg.nii.gz"], TinyTask.Corners());
        }
    }

    private static string Images(CaseFiles files) => $"{files.CaseId} | {string.Join(' ', files.Channels.Select(static c => ImageFile.ReadVolume(c).Voxels[0].ToString(CultureInfo.InvariantCulture)))}";

    private static string Labels(string path, Layout layout, string caseId)
    {
        int count = layout.Training.Single(t => t.StartsWith(caseId + " |", StringComparison.Ordinal)).Split(" | ")[2].Split(' ').Length;
        return string.Join(' ', ImageFile.ReadLabels(path).Voxels.Take(count));
    }

    private static IEnumerable<string> Others(string folder, int channels) => !Directory.Exists(Path.Combine(folder, "imagesVal")) ? [] :
        Directory.GetFiles(Path.Combine(folder, "imagesVal"), "*_0000.nii.gz").Order(StringComparer.Ordinal)
            .Select(f => Images(new CaseFiles(Path.GetFileName(f)[..^"_0000.nii.gz".Length], [.. Enumerable.Range(0, channels).Select(c => f.Replace("_0000", $"_000{c}", StringComparison.Ordinal))], null)));

    private static (string, DateTime)[] Contents(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(static f => (f, File.GetLastWriteTimeUtc(f)))];

    private static (string, DateTime)[] Images(string folder) => [.. Contents(folder).Where(static f => f.Item1.EndsWith(".nii.gz", StringComparison.Ordinal))];
}
