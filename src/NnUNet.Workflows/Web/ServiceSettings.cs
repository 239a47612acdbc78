namespace NnUNet.Workflows.Web;

/// <summary>What <c>nnunet serve</c> offers and where.</summary>
public sealed record ServiceSettings
{
    /// <summary>Where it listens.</summary>
    public WebSettings Web { get; init; } = new();

    /// <summary>The folders of the models.</summary>
    public required IReadOnlyList<string> Models { get; init; }
}
