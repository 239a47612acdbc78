using System.Text.Json;
using NnUNet.Core.Datasets.Conversions;
using NnUNet.Foundation;

namespace NnUNet.Core.Tests.Datasets.Conversions;

/// <summary>Steps as descriptions name them.</summary>
internal static class Steps
{
    /// <summary>The step of a name with sound parameters.</summary>
    public static ConversionStep Of(string name, string json)
    {
        ConversionStep step = Catalog<ConversionStep>.Create(name);
        StepParameters parameters = ParametersOf(json);
        step.Configure(parameters);
        Assert.Empty(parameters.Faults);
        return step;
    }

    public static StepParameters ParametersOf(string json) => new("step", JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!);
}
