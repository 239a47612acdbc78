using System.Text.Json.Serialization;

namespace NnUNet.Torch.Optimizers;

/// <summary>The factor by which the loss is multiplied, so that small gradients survive float16; part of every checkpoint.</summary>
/// <remarks>Doubled after 2000 good steps, halved after one whose gradients are not finite. Source: torch.cuda.amp.GradScaler.</remarks>
public sealed record LossScale
{
    /// <summary>The smallest scale; where it is too large still, the scale is not to blame.</summary>
    internal const double Minimum = 1;

    private const int StepsToGrow = 2000;

    /// <summary>The factor.</summary>
    /// <value>65536.</value>
    [JsonPropertyName("scale")]
    public double Scale { get; init; } = 65536;

    /// <summary>Good steps since the scale changed.</summary>
    [JsonPropertyName("good_steps")]
    public int GoodSteps { get; init; }

    /// <summary>The scale after a step that was taken.</summary>
    internal LossScale AfterStep() => GoodSteps + 1 < StepsToGrow ? this with { GoodSteps = GoodSteps + 1 } : new LossScale { Scale = 2 * Scale };

    /// <summary>The scale after a step whose loss or gradients were not finite.</summary>
    internal LossScale AfterSkip() => new() { Scale = Math.Max(Minimum, Scale / 2) };
}
