using NnUNet.Core.Cropping;
using NnUNet.Core.Export;
using NnUNet.Core.Preprocessing;
using NnUNet.Imaging.Formats;
using NnUNet.Imaging.Foundation;
using NnUNet.Torch.Inference;

namespace NnUNet.Torch.Training;

/// <summary>Predicts validation cases and writes their segmentations, what the cascade's second stage sees of them, and, if asked, their probabilities.</summary>
/// <remarks>
/// While a case is brought back onto its image's grid, the next one is predicted. In memory at most: one preprocessed case,
/// and the probabilities of two on the network's grid; where that is more than half of the machine's memory, they go to files.
/// </remarks>
internal sealed class ValidationPrediction(TrainingSetup setup, SlidingWindow window, ValidationOptions options, TrainingReporter reporter)
{
    /// <summary>Predicts the cases. Call it on the thread that calls torch.</summary>
    /// <param name="cases">The cases' names.</param>
    /// <param name="paths">The segmentation of each.</param>
    /// <param name="cancel">Stops between two tiles; a file is there whole or not at all.</param>
    public void Run(IReadOnlyList<string> cases, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        Task export = Task.CompletedTask;
        try
        {
            for (int i = 0; i < cases.Count; i++)
            {
                if (options.Overwrite || !(IsThere(paths[i], options) && setup.NextStage?.Contains(cases[i]) != false))
                {
                    (string caseId, string path, PreprocessedCase data) = (cases[i], paths[i], setup.Load(cases[i]));
                    CaseProperties properties = data.Properties;
                    NetworkProbabilities probabilities = window.Predict(data, NeedsFile(data) ? Path.GetDirectoryName(path) : null, null, cancel);
                    try
                    {
                        export.GetAwaiter().GetResult();
                    }
                    catch
                    {
                        probabilities.Dispose();
                        throw;
                    }

                    export = Task.Run(() => Export(caseId, path, probabilities, properties, cancel), CancellationToken.None);
                }

                reporter.ValidationCase(cases[i], i + 1, cases.Count);
            }

            export.GetAwaiter().GetResult();
        }
        finally
        {
            // Where the prediction failed, its exception counts; the export still has to end.
            export.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    /// <summary>The probabilities' file of a segmentation.</summary>
    public static string ProbabilitiesOf(string path) => path[..^".nii.gz".Length] + ProbabilityFile.Ending;

    /// <summary>Whether all that is asked for of a case is there.</summary>
    /// <param name="path">Its segmentation.</param>
    /// <param name="options">What is asked for.</param>
    public static bool IsThere(string path, ValidationOptions options) => File.Exists(path) && (!options.SaveProbabilities || File.Exists(ProbabilitiesOf(path)));

    /// <summary>Whether the probabilities go to a file, since memory would not do for those of two cases.</summary>
    private bool NeedsFile(PreprocessedCase data) =>
        2 * TileSum.Bytes(data.Data.Extent, setup.Configuration.PatchSize.AsSpan(), setup.Plan.NumClasses + 1, inFile: false) > MemoryBudget.DefaultLimit;

    private void Export(string caseId, string path, NetworkProbabilities probabilities, CaseProperties properties, CancellationToken cancel)
    {
        using NetworkProbabilities owned = probabilities;
        ProbabilityMaps maps = owned.Maps;
        if (options.SaveProbabilities) ProbabilityFile.Write(ProbabilitiesOf(path), maps, properties, setup.Plan, null, cancel);
        setup.NextStage?.Write(caseId, maps, cancel);
        ImageFile.WriteLabels(path, SegmentationExporter.Export(maps, properties, setup.Plan, null, cancel));
    }
}
