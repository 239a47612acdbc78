using System.Text.Json;
using System.Text.Json.Nodes;
using NnUNet.Core.Planning;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2;

/// <summary>A network of version 2, as its plans and its weights tell it.</summary>
/// <param name="Description">What the catalogue builds it from; mirror axes as they were given.</param>
/// <param name="Warnings">Where plans and weights disagree and what was done then, each in one sentence.</param>
internal sealed record V2Network(NetworkDescription Description, ValueArray<string> Warnings)
{
    private const int NamesShown = 6;

    /// <summary>The network that plans name, without a look at weights.</summary>
    /// <param name="where">The plans and the configuration, for messages.</param>
    /// <param name="className"><c>architecture.network_class_name</c>, or the old format's <c>UNet_class_name</c>; matched by its last component.</param>
    /// <param name="architecture"><c>architecture.arch_kwargs</c>, verbatim or reconstructed from the old format.</param>
    /// <param name="inputChannels">Channels of the image and of the previous stage.</param>
    /// <param name="classes">Outputs: classes with the background, or regions.</param>
    /// <param name="mirrorAxes">Image axes along which inference mirrors.</param>
    /// <exception cref="DescribedException">No such network is known, or a value is not supported; the message names it.</exception>
    public static NetworkDescription Describe(string where, string className, JsonObject architecture, int inputChannels, int classes, ValueArray<int> mirrorAxes)
    {
        if (Known(className) is not { } name)
        {
            string foreign = V2Foreign.Family(className) is { } family ? $", one of the {family} family, whose layers are missing here" : "";
            throw new DescribedException(where, $"its network is {className}{foreign}", $"known are {string.Join(", ", V2NetworkArguments.Names)}; predict with the Python nnU-Net v2");
        }

        JsonObject arguments = WithSizes(architecture, inputChannels, classes);
        V2NetworkArguments.Parse(where, name, arguments);
        return new NetworkDescription { Name = name, Arguments = JsonSerializer.SerializeToElement(arguments, ProductJson.Options), MirrorAxes = mirrorAxes };
    }

    /// <summary>The network that plans name, as its weights have it: what the weights tell counts where they disagree.</summary>
    /// <param name="where">The plans and the configuration, for messages.</param>
    /// <param name="className">As above; null where the plans do not say.</param>
    /// <param name="architecture">As above; null where the plans do not say.</param>
    /// <param name="weights">The first fold's checkpoint.</param>
    /// <param name="inputChannels">Channels of the image and of the previous stage, as the plans and data set say.</param>
    /// <param name="classes">Outputs, as the data set says.</param>
    /// <param name="mirrorAxes">Image axes along which inference mirrors.</param>
    /// <exception cref="DescribedException">The weights are those of no known network; the message names what they look like and what is missing.</exception>
    public static V2Network Of(string where, string? className, JsonObject? architecture, V2StateDict weights, int inputChannels, int classes, ValueArray<int> mirrorAxes) =>
        Of(where, className, architecture, weights.Path, weights.Shapes, weights.Trainer, inputChannels, classes, mirrorAxes);

    /// <summary>As the other, with names and shapes alone.</summary>
    internal static V2Network Of(
        string where, string? className, JsonObject? architecture, string checkpoint, IReadOnlyDictionary<string, ValueArray<long>> shapes, string trainer, int inputChannels, int classes, ValueArray<int> mirrorAxes)
    {
        string? named = className is null ? null : Known(className);
        V2Shapes seen = new(shapes);
        if (seen.Name is not { } name) throw Foreign(where, checkpoint, V2Foreign.Describe(shapes, className, trainer));

        CheckSize(checkpoint, "takes", "input channels", seen.InputChannels, inputChannels);
        CheckSize(checkpoint, "gives", "outputs", seen.Classes, classes);
        if (named == name && architecture is not null)
        {
            NetworkDescription told = Describe(where, className!, architecture, inputChannels, classes, mirrorAxes);
            if (Differences(told, shapes).Count == 0) return new V2Network(told, []);
        }

        // The plans' word for what the weights do not tell holds for another class of the same building blocks as well.
        JsonObject arguments = seen.Arguments(architecture) ?? throw Foreign(where, checkpoint, V2Foreign.Describe(shapes, className, trainer));
        NetworkDescription found = Describe(checkpoint, name, arguments, inputChannels, classes, mirrorAxes);
        List<string> differences = Differences(found, shapes);
        if (differences.Count > 0) throw Foreign(where, checkpoint, $"its weights look like those of {name}, but do not fit it: {string.Join("; ", differences)}");
        return new V2Network(found, [Warning(where, className, architecture, name, arguments)]);
    }

    private static string? Known(string className) => V2NetworkArguments.Names.FirstOrDefault(n => n == V2NetworkArguments.LastComponent(className));

    private static DescribedException Foreign(string where, string checkpoint, string what) =>
        new(checkpoint, what, $"networks that are built are {string.Join(", ", V2NetworkArguments.Names)}; predict with the Python nnU-Net v2, or check {where}");

    private static void CheckSize(string checkpoint, string verb, string what, int? weights, int told)
    {
        if (weights is { } count && count != told) throw new DescribedException(checkpoint, $"its network {verb} {count} {what}, but plans and dataset.json say {told}", "take the dataset.json and the plans.json that belong to the checkpoint");
    }

    private static JsonObject WithSizes(JsonObject architecture, int inputChannels, int classes)
    {
        JsonObject arguments = (JsonObject)architecture.DeepClone();
        arguments[V2NetworkArguments.InputChannelsKey] = inputChannels;
        arguments[V2NetworkArguments.ClassesKey] = classes;
        return arguments;
    }

    /// <summary>Where the weights are not those of a network, in words; the logits of coarser stages need not be there.</summary>
    private static List<string> Differences(NetworkDescription network, IReadOnlyDictionary<string, ValueArray<long>> shapes)
    {
        V2NetworkArguments arguments = V2NetworkArguments.Of(network);
        IReadOnlyList<KeyValuePair<string, ValueArray<long>>> wanted = V2Layout.Of(arguments).Parameters;
        HashSet<string> names = [.. wanted.Select(static p => p.Key)];
        List<string> differences = [];
        AddNames(differences, "missing", [.. wanted.Where(p => !shapes.ContainsKey(p.Key) && !IsOptional(p.Key, arguments)).Select(static p => p.Key)]);
        AddNames(differences, "not in the network", [.. shapes.Keys.Where(k => !names.Contains(k) && !V2Layout.IsOutput(k))]);
        AddNames(differences, "of another shape", [.. wanted.Where(p => shapes.TryGetValue(p.Key, out ValueArray<long> s) && s != p.Value).Select(p => $"{p.Key} {shapes[p.Key]} for {p.Value}")]);
        return differences;
    }

    private static bool IsOptional(string name, V2NetworkArguments arguments) =>
        V2Layout.IsOutput(name) && name != V2Layout.Output(arguments.Stages - 2, "weight") && name != V2Layout.Output(arguments.Stages - 2, "bias");

    private static void AddNames(List<string> differences, string what, string[] names)
    {
        if (names.Length == 0) return;
        string more = names.Length > NamesShown ? $" and {names.Length - NamesShown} more" : "";
        differences.Add($"{names.Length} {what} ({string.Join(", ", names.Take(NamesShown))}{more})");
    }

    private static string Warning(string where, string? className, JsonObject? architecture, string name, JsonObject arguments)
    {
        if (className is null || architecture is null) return $"{where} does not describe the network; it is built as {name}, as its weights tell";
        if (Known(className) != name) return $"{where} names the network {className}, but the weights are those of {name}, which is built";
        string[] changed = [.. arguments.Where(a => a.Key is not (V2NetworkArguments.InputChannelsKey or V2NetworkArguments.ClassesKey) && !IsSame(a.Value, architecture[a.Key])).Select(a => $"{a.Key} {a.Value?.ToJsonString() ?? "null"}")];
        return $"the weights are those of another {name} than {where} describes, and count: {string.Join(", ", changed)}";
    }

    private static bool IsSame(JsonNode? weights, JsonNode? plans) => (plans is null && weights is null) || JsonNode.DeepEquals(weights, plans);
}
