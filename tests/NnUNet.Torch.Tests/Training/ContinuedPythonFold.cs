using NnUNet.Core.Models;
using NnUNet.Interop.V1;
using NnUNet.Pictures.Training;
using NnUNet.Testing;
using NnUNet.Torch.Training.Engine;

namespace NnUNet.Torch.Tests.Training;

/// <summary>The Python original's fold, trained here for one more epoch of three iterations, and exported for it again; made when a test asks for it first.</summary>
public sealed class ContinuedPythonFold : IDisposable
{
    private readonly TemporaryFolder _exported = new();
    private PythonTask? _task;

    /// <summary>What the checkpoint and the notes were before.</summary>
    public byte[] Checkpoint { get; private set; } = [];

    public byte[] Notes { get; private set; } = [];

    /// <summary>What the training told.</summary>
    public List<string> Told { get; } = [];

    public TrainingResult? Result { get; private set; }

    public V1ExportReport? Report { get; private set; }

    /// <summary>The final checkpoint of the training here.</summary>
    public string OwnCheckpoint => Path.Combine(_task!.FoldPath, "model_final_checkpoint.safetensors");

    /// <summary>The exported checkpoint.</summary>
    public string ExportedCheckpoint => _exported["model/fold_0/model_final_checkpoint.model"];

    internal PythonTask Made()
    {
        if (_task is not null) return _task;

        _task = new PythonTask();
        Checkpoint = File.ReadAllBytes(_task.CheckpointPath);
        Notes = File.ReadAllBytes(Path.Combine(_task.FoldPath, "debug.json"));
        Result = TrainingRun.Execute(_task.Options with { Continue = true, Epochs = 7, Iterations = 3, Observers = [new TrainingPictures()] }, new Watch(p => Told.Add(p.Text)));
        Report = V1Exporter.Export(ModelFolder.Open(_task.ModelPath), _exported["model"]);
        return _task;
    }

    public void Dispose()
    {
        _task?.Dispose();
        _exported.Dispose();
    }
}
