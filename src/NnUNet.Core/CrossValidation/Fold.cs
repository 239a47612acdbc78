using System.Text.Json.Serialization;
using NnUNet.Foundation;

namespace NnUNet.Core.CrossValidation;

/// <summary>One split of the training cases.</summary>
/// <param name="Train">Names of the cases that are trained on.</param>
/// <param name="Val">Names of the cases that are validated on.</param>
public sealed record Fold(
    [property: JsonPropertyName("train"), JsonRequired] ValueArray<string> Train,
    [property: JsonPropertyName("val"), JsonRequired] ValueArray<string> Val);
