using NnUNet.Foundation;

namespace NnUNet.Core.Postprocessing;

/// <summary>The postprocessing that belongs to a model and is applied to all that it predicts.</summary>
/// <remarks>Source: nnunet/inference/predict.py, the end of predict_cases.</remarks>
public static class ModelPostprocessing
{
    /// <summary>Reads <c>postprocessing.json</c> of a model's folder, or its copy in a folder of predictions.</summary>
    /// <returns>The decision; null where there is none.</returns>
    /// <exception cref="DescribedException">The file is damaged.</exception>
    public static PostprocessingDecision? Of(string folder)
    {
        string file = PathIn(folder);
        return File.Exists(file) ? PostprocessingDecision.Read(file) : null;
    }

    /// <summary>Whether two decisions remove the same; none removes nothing.</summary>
    public static bool RemoveTheSame(PostprocessingDecision? one, PostprocessingDecision? other) => (one?.Rules ?? []).SequenceEqual(other?.Rules ?? []);

    /// <summary>Records in a folder of predictions how they are postprocessed: by a copy of the model's file, or none where it has none.</summary>
    public static void Record(string modelFolder, string outputFolder)
    {
        string file = PathIn(modelFolder);
        if (File.Exists(file))
        {
            byte[] content = InputFile.ReadBytes(file);
            AtomicFile.Write(PathIn(outputFolder), stream => stream.Write(content));
        }
        else
        {
            File.Delete(PathIn(outputFolder));
        }
    }

    private static string PathIn(string folder) => Path.Join(folder, PostprocessingDecision.FileName);
}
