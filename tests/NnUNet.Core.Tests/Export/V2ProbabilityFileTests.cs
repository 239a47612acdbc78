using System.Globalization;
using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Testing;

namespace NnUNet.Core.Tests.Export;

public sealed class V2ProbabilityFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ExportCase Turned => new(new(9, 11, 13), new(31, 20, 17), new(2, 1, 3), new(1, 1, 1), new(1, 1, 1), ExportCase.Turned);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_TurnedCase_HoldsEveryClassOfTheWholeImage_AndBackgroundWhereItWasCropped()
    {
        // Given
        ExportCase c = Turned;
        float[][] cropped = PlainExport.Classes(c);

        // When
        V2ProbabilityFile.Write(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract);

        // Then
        NpyArray written = Assert.Single(NpzFile.Read(_folder["case.npz"])).Value;
        Extent full = c.Properties.OriginalExtent;
        Assert.Equal(["probabilities"], NpzFile.Keys(_folder["case.npz"]));
        Assert.Equal("<f4", written.DType);
        Assert.Equal([4, full.Z, full.Y, full.X], written.Shape);
        Golden.AssertClose("probabilities", [.. cropped.Select((k, i) => Whole(c, k, outside: i == 0 ? 1 : 0)).SelectMany(static k => k)], written.ToArray<float>(), 1e-6);
    }

    [Fact]
    public void Write_LogitsOfRegions_AreProbabilitiesOfEach_AndZeroWhereTheImageWasCropped()
    {
        // Given
        ExportCase c = Turned;
        float[][] cropped = PlainExport.Classes(c);

        // When
        V2ProbabilityFile.Write(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Regions(AveragedOutput.Logits, 1, 2, 3, 4));

        // Then
        float[] written = NpzFile.Read(_folder["case.npz"])["probabilities"].ToArray<float>();
        Golden.AssertClose("probabilities", [.. cropped.Select(k => Whole(c, [.. k.Select(static v => 1 / (1 + MathF.Exp(-v)))], outside: 0)).SelectMany(static k => k)], written, 1e-6);
    }

    [Fact]
    public void Write_ThePickleBeside_HasWhatV2Notes_InTransposedAxes()
    {
        // Given: the network's axes are the image's 1, 2, 0
        ExportCase c = Turned;

        // When
        V2ProbabilityFile.Write(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract);
        PickleDictionary pickle = Assert.IsType<PickleDictionary>(PickleFile.Read(_folder["case.pkl"]));

        // Then
        Assert.Equal(["sitk_stuff", "spacing", "shape_before_cropping", "bbox_used_for_cropping", "shape_after_cropping_and_before_resampling"], pickle.Keys.Cast<string>());
        Assert.Equal("22 20 35", Text(pickle["shape_before_cropping"]));
        Assert.Equal("1 21 3 20 2 33", Text(pickle["bbox_used_for_cropping"]));
        Assert.Equal("20 17 31", Text(pickle["shape_after_cropping_and_before_resampling"]));
        Assert.IsType<PickleTuple>(pickle["shape_before_cropping"]);
        Assert.All(Assert.IsType<List<object?>>(pickle["spacing"]), static mm => Assert.IsType<double>(mm));
        Assert.Equal(c.Properties.Geometry, V2ProbabilityFile.ReadGeometry(_folder["case.npz"]));
        Assert.False(File.Exists(_folder["case.json"]));
    }

    [Fact]
    public void Write_AFlatImage_HasTheGeometryOfTwoAxes()
    {
        // Given
        ExportCase c = new(new(1, 11, 13), new(1, 20, 17), new(0, 0, 0), new(1, 0.5, 0.25), new(1, 1, 1), ExportCase.Straight);
        CaseProperties flat = c.Properties with { Dimensions = 2, OriginalSpacing = [999, 0.5, 0.25], ItkSpacing = [0.25, 0.5, 1], ItkOrigin = [1, 2, 0] };

        // When
        V2ProbabilityFile.Write(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), flat, c.Contract);

        // Then
        PickleDictionary pickle = Assert.IsType<PickleDictionary>(PickleFile.Read(_folder["case.pkl"]));
        Assert.Equal("499.5 0.5 0.25", Text(pickle["spacing"]));
        Assert.Equal("0.25 0.5", Text(Assert.IsType<PickleDictionary>(pickle["sitk_stuff"])["spacing"]));
        Assert.Equal(flat.Geometry, V2ProbabilityFile.ReadGeometry(_folder["case.npz"]));
    }

    [Fact]
    public void Write_OfAModelThatReadsByNibabel_HasItsAffine()
    {
        // Given
        ExportCase c = Turned;

        // When
        V2ProbabilityFile.Write(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties with { ItkSpacing = [2, 3, 4] }, c.Contract with { ImageReader = "NibabelIO" });

        // Then
        PickleDictionary pickle = Assert.IsType<PickleDictionary>(PickleFile.Read(_folder["case.pkl"]));
        PickleArray affine = Assert.IsType<PickleArray>(Assert.IsType<PickleDictionary>(pickle["nibabel_stuff"])["original_affine"]);
        Assert.Equal([4L, 4L], affine.Shape);
        Assert.Equal([-2.0, 0, 0, -1, 0, -3, 0, -2, 0, 0, 4, 3, 0, 0, 0, 1], affine.Elements().Cast<double>());
        Assert.Contains("there is no sitk_stuff in it", Assert.ThrowsAny<DescribedException>(() => V2ProbabilityFile.ReadGeometry(_folder["case.npz"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_RemovesWhatBelongsToTheFile_AndNothingOfAnotherKind()
    {
        // Given: beside v2's results, CASE.json tells a TIFF's spacing
        ExportCase c = Turned;
        V2ProbabilityFile.Write(_folder["two.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract);
        File.WriteAllText(_folder["two.json"], """{"spacing": [1, 1, 1]}""");
        ProbabilityFile.Write(_folder["one.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, c.Contract);
        NpzFile.Write(_folder["other.npz"], [NpzEntry.From<float>("data", new float[1], 1)]);

        // When
        ProbabilityFileSize[] found = [.. ProbabilityFolder.Find(_folder.Root).Files];
        foreach (ProbabilityFileSize file in found) ProbabilityFile.Delete(file.Path);

        // Then
        Assert.Equal(["one.npz", "two.npz"], found.Select(static f => Path.GetFileName(f.Path)));
        Assert.Equal(["other.npz", "two.json"], Directory.GetFiles(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("v1", "softmax")]
    [InlineData("v2", "probabilities")]
    public void TheLayout_IsTheOneThatTheContractNames(string layout, string key)
    {
        // Given
        ExportCase c = Turned;
        ModelContract contract = c.Contract with { ResultLayout = layout };

        // When
        ResultLayout.Of(contract).WriteProbabilities(_folder["case.npz"], ProbabilityMaps.From(c.Probabilities), c.Properties, contract);

        // Then
        Assert.Equal([key], NpzFile.Keys(_folder["case.npz"]));
        Assert.Equal(key, ResultLayout.Of(contract).Key);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("no geometry")]
    [InlineData("spacing of nothing")]
    [InlineData("origin of one")]
    public void ReadGeometry_OfSomethingElse_IsRefused(string what)
    {
        // Given
        PickleDictionary geometry = new() { ["spacing"] = new List<object?> { what == "spacing of nothing" ? 0.0 : 1.0, 1.0, 1.0 }, ["origin"] = new List<object?> { 1.0, 1.0, 1.0 }, ["direction"] = new List<object?> { 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0 } };
        if (what == "origin of one") geometry["origin"] = new List<object?> { 1.0 };
        PickleFile.Write(_folder["case.pkl"], what == "text" ? "text" : what == "no geometry" ? new PickleDictionary() : new PickleDictionary { ["sitk_stuff"] = geometry });

        // Then
        Assert.ThrowsAny<DescribedException>(() => V2ProbabilityFile.ReadGeometry(_folder["case.npz"]));
    }

    private static float[] Whole(ExportCase c, float[] cropped, float outside)
    {
        Volume<float> image = new(c.Properties.OriginalExtent);
        image.Voxels.AsSpan().Fill(outside);
        for (int z = 0, i = 0; z < c.Cropped.Z; z++)
        {
            for (int y = 0; y < c.Cropped.Y; y++)
            {
                for (int x = 0; x < c.Cropped.X; x++, i++) image[c.Margin.Z + z, c.Margin.Y + y, c.Margin.X + x] = cropped[i];
            }
        }

        return image.Voxels;
    }

    private static string Text(object? value) => value is IEnumerable<object?> list ? string.Join(' ', list.Select(Text)) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
