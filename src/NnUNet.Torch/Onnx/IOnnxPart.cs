namespace NnUNet.Torch.Onnx;

/// <summary>A module of a network that can say what it does as operations of ONNX.</summary>
public interface IOnnxPart
{
    /// <summary>Adds its operations, as it computes in evaluation mode and in float32.</summary>
    /// <param name="graph">Takes them.</param>
    /// <param name="input">The name of the features (B, F, …) that come in.</param>
    /// <returns>The name of those that go out.</returns>
    string WriteOnnx(OnnxGraph graph, string input);
}
