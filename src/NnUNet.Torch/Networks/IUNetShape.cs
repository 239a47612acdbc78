using NnUNet.Foundation;

namespace NnUNet.Torch.Networks;

/// <summary>What every U-Net has, whatever its arguments are called.</summary>
internal interface IUNetShape
{
    /// <summary>Axes of the image: 2 or 3.</summary>
    int Dimensions { get; }

    /// <summary>Channels of the image.</summary>
    int InputChannels { get; }

    /// <summary>Classes of the logits, the background counted; or regions.</summary>
    int Classes { get; }

    /// <summary>Strides into each resolution, the ones of full resolution first, array order.</summary>
    ValueArray<ValueArray<int>> Strides { get; }

    /// <summary>Feature maps of each resolution, full resolution first.</summary>
    IReadOnlyList<int> Features { get; }

    /// <summary>Every number of feature maps that a norm sees.</summary>
    IEnumerable<int> Widths { get; }

    /// <summary>What is wrong, each in one sentence; empty when nothing is.</summary>
    IEnumerable<string> Faults();
}
