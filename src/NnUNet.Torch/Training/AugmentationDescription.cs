using System.Reflection;
using System.Text.Json.Nodes;
using NnUNet.Core.Augmentation;
using NnUNet.Foundation;

namespace NnUNet.Torch.Training;

/// <summary>The steps of an augmentation as a list for people and programs: each with its class and the ranges of its parameters.</summary>
internal static class AugmentationDescription
{
    /// <summary>Describes a pipeline.</summary>
    /// <param name="pipeline">The steps.</param>
    /// <param name="ranges">The ranges of its spatial transform.</param>
    public static JsonArray Of(AugmentationPipeline pipeline, SpatialRanges ranges)
    {
        JsonArray steps = [];
        if (pipeline.Spatial is { } spatial) steps.Add(Describe(spatial.GetType(), ranges));
        foreach (PatchAugmentation step in pipeline.Steps) steps.Add(Describe(step.GetType(), step));
        return steps;
    }

    /// <summary>The plain values among the public properties of an object; a plug-in's class may have others too.</summary>
    private static JsonObject Describe(Type step, object settings)
    {
        JsonObject described = new() { ["class"] = step.Name };
        foreach (PropertyInfo property in settings.GetType().GetProperties().Where(static p => p.GetIndexParameters().Length == 0).OrderBy(static p => p.Name, StringComparer.Ordinal))
        {
            if (property.GetValue(settings) is bool or int or long or double or float or string or DrawRange or AxisValues)
            {
                described[property.Name] = ProductJson.ToNode(property.GetValue(settings));
            }
        }

        return described;
    }
}
