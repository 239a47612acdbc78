using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NnUNet.Core.Models;
using NnUNet.Files.Numpy;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;
using NnUNet.Testing;
using NnUNet.Torch.Inference;
using NnUNet.Torch.OnnxExport;
using NnUNet.Torch.Runtime;
using NnUNet.Torch.Tests.Inference;

namespace NnUNet.Torch.Tests.OnnxExport;

/// <summary>Whole models as files for other runtimes.</summary>
public sealed class OnnxExporterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, new[] { 0, 1, 2 }, false)]
    [InlineData(false, new[] { 2, 0, 1 }, true)]
    [InlineData(true, new[] { 0, 1, 2 }, true)]
    public void TheFilesForComparison_AreWhatTheNetworkOfTheFileGives(bool slices, int[] transpose, bool fixedTile)
    {
        // Given a model of two folds and two channels
        using SmallModel model = new(folds: 2, channels: 2, slices: slices, transpose: transpose);

        // When it is exported
        OnnxExportReport report = OnnxExporter.Export(ModelFolder.Open(model.Folder), _folder["onnx"], new OnnxExportOptions { FixedTile = fixedTile });

        // Then the contract says what the model's says, and names its networks
        ContractFile read = ContractFile.Read(_folder["onnx/contract.json"]);
        Assert.Equal(["fold_0.onnx", "fold_1.onnx"], read.Networks);
        Assert.Equal(report.Contract.Contract.Preprocessing, read.Contract.Preprocessing);
        Assert.Equal(report.Contract.Contract.Tiles, read.Contract.Tiles);
        Assert.Equal(report.Contract.Contract.Labels, read.Contract.Labels);

        // and another runtime says of the preprocessed array what the file says
        NpyArray input = Read("preprocessed.npy"), expected = Read("logits.npy");
        int[] shape = [.. input.Shape.Select(static n => (int)n)];
        float[] values = slices ? SlicesFirst(input.ToArray<float>(), shape) : input.ToArray<float>();
        int[] batch = slices ? [shape[1], shape[0], shape[2], shape[3]] : [1, .. shape];
        using InferenceSession session = new(_folder["onnx/fold_0.onnx"]);
        using var outputs = session.Run([NamedOnnxValue.CreateFromTensor(read.Input, new DenseTensor<float>(values, batch))]);
        float[] actual = outputs.Single().AsTensor<float>().ToArray();
        Golden.AssertClose("logits", expected.ToArray<float>(), slices ? SlicesFirst(actual, [shape[1], 3, shape[2], shape[3]]) : actual, 1e-4);
    }

    [Fact]
    public void TheSegmentationForComparison_IsTheCommands()
    {
        // Given an exported model
        using SmallModel model = new(folds: 2);
        OnnxExporter.Export(ModelFolder.Open(model.Folder), _folder["onnx"]);

        // When its image is predicted
        using Segmenter segmenter = Segmenter.Load(model.Folder, new PredictOptions { Precision = ComputePrecision.Float32 });
        SegmentationResult result = segmenter.Predict(ImageFile.ReadVolume(_folder["onnx/conformance/image_0000.nii.gz"]));

        // Then the segmentation is that of the export, of more than one label
        short[] exported = ImageFile.ReadLabels(_folder["onnx/conformance/segmentation.nii.gz"]).Voxels;
        Assert.Equal(exported, result.Segmentation.Voxels);
        Assert.True(exported.Distinct().Count() > 1);
    }

    [Fact]
    public void OneFold_CanBeChosen_AndAFullFolderIsRefused()
    {
        using SmallModel model = new(folds: 2);

        OnnxExportReport report = OnnxExporter.Export(ModelFolder.Open(model.Folder), _folder["onnx"], new OnnxExportOptions { Folds = ["1"] });
        DescribedException refused = Assert.Throws<DescribedException>(() => OnnxExporter.Export(ModelFolder.Open(model.Folder), _folder["onnx"]));

        Assert.Equal(["fold_1.onnx"], report.Contract.Networks);
        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "Model")]
    [InlineData("{\"schema\": \"nnunet/contract/9\"", "cannot be read")]
    [InlineData("[1]", "cannot be read")]
    public void AContractThatIsNone_IsRefused(string text, string expected)
    {
        File.WriteAllText(_folder["contract.json"], text);

        DescribedException refused = Assert.Throws<DescribedException>(() => ContractFile.Read(_folder["contract.json"]));

        Assert.Contains(expected, refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    private NpyArray Read(string name) => NpyFile.Read(_folder[$"onnx/conformance/{name}"]);

    /// <summary>(C, z, y, x) as (z, C, y, x).</summary>
    private static float[] SlicesFirst(float[] values, int[] shape)
    {
        int slice = shape[2] * shape[3];
        float[] result = new float[values.Length];
        for (int c = 0; c < shape[0]; c++)
        {
            for (int z = 0; z < shape[1]; z++) values.AsSpan(((c * shape[1]) + z) * slice, slice).CopyTo(result.AsSpan(((z * shape[0]) + c) * slice));
        }

        return result;
    }
}
