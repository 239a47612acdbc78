using System.Globalization;
using System.Text.Json.Nodes;
using NnUNet.Core.Models;
using NnUNet.Core.Planning;
using NnUNet.Files.Pickle;
using NnUNet.Foundation;

namespace NnUNet.Interop.V1;

/// <summary>What a checkpoint of the original knows about its training, with what lies beside it: trainer and plan in <c>.model.pkl</c>, lengths in <c>debug.json</c>.</summary>
/// <remarks>Source: nnunet/training/network_training/network_trainer.py, save_checkpoint and load_checkpoint_ram.</remarks>
internal static class V1Training
{
    /// <summary>Opens a checkpoint.</summary>
    /// <param name="checkpoint">The <c>.model</c> file.</param>
    /// <param name="stageOf">The plan's stage that the model works on, of its folder, its plan, and what the checkpoint says.</param>
    /// <exception cref="DescribedException">A file is missing, damaged or of another kind.</exception>
    public static StoredTraining Open(string checkpoint, Func<string, Plan, int?, int> stageOf)
    {
        if (!File.Exists(checkpoint + ".pkl")) throw new DescribedException(checkpoint, "the .pkl beside it is missing, which names trainer and plan", "get both files again from where they came from");

        string fold = Path.GetDirectoryName(Path.GetFullPath(checkpoint))!;
        string model = Path.GetDirectoryName(fold)!;
        V1TrainerRecord record = V1TrainerRecord.Read(checkpoint + ".pkl");
        Plan plan = record.Plans is null
            ? PlanFile.Read(Path.Combine(model, V1ModelFormat.PlansName))
            : V1ModelFormat.PlanBeside(checkpoint, record.Plans);
        JsonObject notes = V1TrainerRecord.Notes(fold);
        V1Checkpoint file = V1Checkpoint.Open(checkpoint);
        try
        {
            object?[] curves = file.Content.GetValueOrNull("plot_stuff") is PickleTuple { Count: 4 } plots ? [.. plots] : [null, null, null, null];
            PickleDictionary? scaler = file.Content.GetValueOrNull("amp_grad_scaler") as PickleDictionary;
            return new StoredTraining(file.Weights())
            {
                Trainer = record.Name,
                Plan = plan,
                Stage = stageOf(model, plan, record.Stage),
                Epoch = file.Content.GetValueOrNull("epoch") is long and >= 0 and < int.MaxValue and long epoch ? (int)epoch : 0,
                Epochs = Whole(notes, "max_num_epochs"),
                Iterations = Whole(notes, "num_batches_per_epoch"),
                TrainingLosses = Curve(curves[0]),
                ValidationLosses = Curve(curves[1]),
                Metrics = Curve(curves[3]),
                BestAverage = file.Content.GetValueOrNull("best_stuff") is PickleTuple { Count: 3 } best ? Number(best[2]) : null,
                Optimizer = file.Content.GetValueOrNull("optimizer_state_dict") is PickleDictionary optimizer
                    ? V1Optimizer.Read(checkpoint, optimizer, [.. file.Tensors.Where(static t => !V1Optimizer.IsBuffer(t.Key))])
                    : null,
                LossScale = Number(scaler?.GetValueOrNull("scale")),
                LossScaleSteps = scaler?.GetValueOrNull("_growth_tracker") is long and >= 0 and < int.MaxValue and long steps ? (int)steps : 0,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ValueArray<double> Curve(object? values) => values is List<object?> list ? [.. list.Select(static v => Number(v) ?? double.NaN)] : [];

    private static double? Number(object? value) => value switch
    {
        double number => number,
        long whole => whole,
        PickleArray { Count: 1 } array => Number(array.Elements().Single()),
        _ => null,
    };

    /// <summary>A number that the original wrote as a text.</summary>
    private static int? Whole(JsonObject notes, string key) =>
        int.TryParse(V1TrainerRecord.Text(notes, key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
