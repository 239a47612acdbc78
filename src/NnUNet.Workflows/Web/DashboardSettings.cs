namespace NnUNet.Workflows.Web;

/// <summary>What <c>nnunet dashboard</c> shows and where.</summary>
public sealed record DashboardSettings
{
    /// <summary>Where it listens.</summary>
    public WebSettings Web { get; init; } = new();

    /// <summary>The folder of raw data sets.</summary>
    public required string Raw { get; init; }

    /// <summary>The folder of plans and preprocessed cases.</summary>
    public required string Preprocessed { get; init; }

    /// <summary>The folder of trained models.</summary>
    public required string Results { get; init; }
}
