using System.Globalization;

namespace NnUNet.Interop.V2;

/// <summary>What version 2 calls the layers of version 1's <c>Generic_UNet</c> in its <c>PlainConvUNet</c>: the same layers, but for biases that version 1 has not.</summary>
/// <param name="pools">Poolings of the network.</param>
/// <param name="convolutions">Convolutions of a stage.</param>
internal sealed class GenericUNetNames(int pools, int convolutions)
{
    private const string Context = "conv_blocks_context", Localization = "conv_blocks_localization";

    /// <summary>The names for a network, as its own names tell its size; null where it is another kind of network.</summary>
    /// <param name="names">The names of its parameters.</param>
    public static GenericUNetNames? Of(IReadOnlyCollection<string> names)
    {
        int pools = 0, convolutions = 0;
        while (names.Contains($"tu.{Number(pools)}.weight")) pools++;
        while (names.Contains($"{Context}.0.blocks.{Number(convolutions)}.conv.weight")) convolutions++;
        return pools > 0 && convolutions > 1 ? new GenericUNetNames(pools, convolutions) : null;
    }

    /// <summary>Version 2's name of a parameter; null where it has none.</summary>
    /// <param name="name">Version 1's name.</param>
    public string? InVersion2(string name) => name.Split('.') switch
    {
        [Context, var level, "blocks", var i, var layer, var parameter] => Block($"encoder.stages.{level}.0", i, layer, parameter),
        [Context, var level, var part, "blocks", var i, var layer, var parameter] when level == Number(pools) => Block($"encoder.stages.{level}.0", Place(part, i), layer, parameter),
        [Localization, var stage, var part, "blocks", var i, var layer, var parameter] => Block($"decoder.stages.{stage}", Place(part, i), layer, parameter),
        ["tu", var stage, "weight"] => $"decoder.transpconvs.{stage}.weight",
        ["seg_outputs", var stage, var parameter] => $"decoder.seg_layers.{stage}.{parameter}",
        _ => null,
    };

    private static string? Block(string stage, string? number, string layer, string parameter) => (number, layer) switch
    {
        (null, _) => null,
        (_, "conv") => $"{stage}.convs.{number}.conv.{parameter}",
        (_, "instnorm") => $"{stage}.convs.{number}.norm.{parameter}",
        _ => null,
    };

    /// <summary>The bottleneck and the decoder hold the last convolution of a stage in a list of its own.</summary>
    private string? Place(string part, string number) => part switch { "0" => number, "1" when number == "0" => Number(convolutions - 1), _ => null };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
