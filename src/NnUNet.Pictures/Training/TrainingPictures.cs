using NnUNet.Foundation;
using NnUNet.Torch.Training;

namespace NnUNet.Pictures.Training;

/// <summary>
/// Draws a training while it runs, into the fold's folder: its network once (<c>network_architecture.svg</c> and <c>.pdf</c>), its curves after
/// each epoch (<c>progress.png</c>), and what a search for a learning rate found (<c>lr_finder.png</c>).
/// </summary>
/// <remarks>Add it to <see cref="TrainingOptions.Observers"/>.</remarks>
public sealed class TrainingPictures : IProgress<TrainingProgress>
{
    /// <summary>Draws what there is to draw.</summary>
    /// <exception cref="DescribedException">A picture cannot be drawn or written.</exception>
    public void Report(TrainingProgress value)
    {
        if (value.Network is { } network)
        {
            Draw(value.Folder, ArchitecturePicture.FileName, path => ArchitecturePicture.Save(path, network));
            Draw(value.Folder, ArchitecturePicture.PdfFileName, path => ArchitecturePicture.SavePdf(path, network));
        }

        if (value.Curves.Count > 0) Draw(value.Folder, ProgressPlot.FileName, _ => ProgressPlot.Save(value.Folder, value.Curves, value.Settings, value.Classes));
        if (value.LearningRateCurve is { } curve) Draw(value.Folder, LearningRatePlot.FileName, _ => LearningRatePlot.Save(value.Folder, curve));
    }

    private static void Draw(string folder, string name, Action<string> draw)
    {
        string path = Path.Combine(folder, name);
        try
        {
            draw(path);
        }
#pragma warning disable CA1031 // drawing calls native code that may be missing
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new DescribedException(path, $"the picture could not be written ({e.Message.TrimEnd('.')})", "the training goes on without it", e);
        }
    }
}
