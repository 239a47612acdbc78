using NnUNet.Core.Datasets;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>A task's cases and what was predicted of them.</summary>
internal sealed record ViewerTask
{
    /// <summary>The task's name.</summary>
    public required string Name { get; init; }

    /// <summary>What <c>dataset.json</c> says.</summary>
    public required DatasetDescription Description { get; init; }

    /// <summary>The cases by their names, training cases first.</summary>
    public required IReadOnlyDictionary<string, ViewerCase> Cases { get; init; }

    /// <summary>The folders of predictions of these cases.</summary>
    public required IReadOnlyList<ViewerPrediction> Predictions { get; init; }
}

/// <summary>A case's files.</summary>
/// <param name="Id">Its name.</param>
/// <param name="IsTest">Whether it is one to be predicted only.</param>
/// <param name="Channels">The images' paths in the order of the channels.</param>
/// <param name="Reference">The reference segmentation's path; null where there is none.</param>
internal sealed record ViewerCase(string Id, bool IsTest, IReadOnlyList<string> Channels, string? Reference);

/// <summary>A folder of predictions.</summary>
/// <param name="Path">Its path below the folder of results, with slashes.</param>
/// <param name="Name">What it is called on the page.</param>
/// <param name="Cases">The task's cases of which it has predictions.</param>
internal sealed record ViewerPrediction(string Path, string Name, IReadOnlyList<string> Cases);
