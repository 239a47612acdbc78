using NnUNet.Imaging.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>The postprocessing that belongs to a model and is applied to all that it predicts.</summary>
/// <remarks>Source: nnunet/inference/predict.py, the end of predict_cases.</remarks>
public static class ModelPostprocessing
{
    /// <summary>Reads <c>postprocessing.json</c> of a model's folder and copies it to where predictions go, as their record.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="outputFolder">The folder of the predictions.</param>
    /// <returns>The decision; null where the model has none.</returns>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static PostprocessingDecision? Adopt(string modelFolder, string outputFolder)
    {
        string file = Path.Join(modelFolder, PostprocessingDecision.FileName);
        if (!File.Exists(file)) return null;

        PostprocessingDecision decision = PostprocessingDecision.Read(file);
        byte[] content = File.ReadAllBytes(file);
        AtomicFile.Write(Path.Join(outputFolder, PostprocessingDecision.FileName), stream => stream.Write(content));
        return decision;
    }
}
