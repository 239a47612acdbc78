using NnUNet.Torch.Optimizers;

namespace NnUNet.Torch.Training.Recipes.Schedule;

/// <summary>
/// What trainers share whose rate falls to a fifth each time the moving average of the training loss has stopped falling, and
/// which end when it does so at a rate of 0.000001 or less.
/// </summary>
/// <remarks>Source: nnUNetTrainer.py, initialize_optimizer_and_scheduler; network_trainer.py, maybe_update_lr and manage_patience.</remarks>
public abstract class PlateauTrainer : TrainerRecipe
{
    private const double Factor = 0.2;
    private const int Patience = 30;
    private const double Threshold = 1e-3;

    /// <inheritdoc/>
    public override int? RescueEpoch => null;

    /// <summary>The first epoch, from 0 on, whose loss may lower the rate.</summary>
    /// <value>1.</value>
    protected virtual int FirstJudged => 1;

    /// <summary>The rate as long as the loss falls.</summary>
    /// <param name="epoch">Without effect.</param>
    /// <param name="epochs">Without effect.</param>
    public sealed override double LearningRate(int epoch, int epochs) => InitialLearningRate;

    /// <inheritdoc/>
    public sealed override double LearningRateAfter(TrainingCourse course) => Rates(course.TrainingLossAverages()) is [.., var last] ? last : InitialLearningRate;

    /// <inheritdoc/>
    public sealed override string? EndsAfter(TrainingCourse course)
    {
        double[] losses = course.TrainingLossAverages();
        return TrainingPatience.IsOver(losses, Rates(losses)) ? "the training loss falls no more" : null;
    }

    /// <summary>The rate that each epoch is followed by.</summary>
    private double[] Rates(double[] losses)
    {
        int unjudged = Math.Min(FirstJudged, losses.Length);
        return [.. Enumerable.Repeat(InitialLearningRate, unjudged), .. new PlateauLearningRate(InitialLearningRate, Factor, Patience, Threshold).After(losses[unjudged..])];
    }
}
