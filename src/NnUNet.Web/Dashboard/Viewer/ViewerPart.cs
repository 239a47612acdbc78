using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NnUNet.Core.Datasets;
using NnUNet.Core.Evaluation;
using NnUNet.Foundation;
using NnUNet.Imaging;
using NnUNet.Imaging.Formats;
using NnUNet.Pictures.Overlays;
using NnUNet.Web.Frame;
using NnUNet.Workflows.Web;

namespace NnUNet.Web.Dashboard.Viewer;

/// <summary>
/// <c>/api/viewer</c>: the tasks; a task's cases and predictions; a case's image, reference, prediction and their difference as NIfTI; how they
/// compare; single slices as pictures, and their grey levels.
/// </summary>
[CatalogName("viewer")]
internal sealed class ViewerPart : DashboardPart, IDisposable
{
    private const int UsualEdge = 512;

    // Volumes are large: two are read and sent at a time, whatever is asked for at once.
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _volumes = new(AtOnce);
    private readonly LoadedCase _loaded = new();

    /// <inheritdoc/>
    public override void Map(IEndpointRouteBuilder routes, DashboardSettings settings)
    {
        ViewerFiles files = new(settings);
        RouteGroupBuilder viewer = routes.MapGroup("/api/viewer");
        viewer.MapGet("/tasks", () => WebJson.Answer(files.Tasks()));
        viewer.MapGet("/task", (string task) => WebJson.Answer(Answer(files.Open(task))));
        viewer.MapGet("/case", (string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId) => WebJson.Answer(Answer(files, task, caseId)));
        viewer.MapGet("/image", (HttpContext context, string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId, int channel = 0) =>
            OneOfFewAsync(context, () => NiftiAnswer.ImageAsync(context, files.Image(task, caseId, channel))));
        viewer.MapGet("/reference", (HttpContext context, string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId) =>
            OneOfFewAsync(context, () => NiftiAnswer.LabelsAsync(context, Labels(Reference(files, task, caseId)))));
        viewer.MapGet("/prediction", (HttpContext context, string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId, string prediction) =>
            OneOfFewAsync(context, () => NiftiAnswer.LabelsAsync(context, Labels(Prediction(files, task, caseId, prediction)))));
        viewer.MapGet("/difference", (HttpContext context, string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId, string prediction) =>
            OneOfFewAsync(context, () => NiftiAnswer.LabelsAsync(context, SegmentationDifference.Of(Labels(Prediction(files, task, caseId, prediction)), Labels(Reference(files, task, caseId))))));
        viewer.MapGet("/statistics", (HttpContext context, string task, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "case")] string caseId, string? prediction) =>
            OneOfFewAsync(context, () => Statistics(files, task, caseId, prediction).ExecuteAsync(context)));
        viewer.MapGet("/window", (HttpContext context, [AsParameters] SliceQuery query) => OneOfFewAsync(context, () => WebJson.Answer(Window(Load(files, query))).ExecuteAsync(context)));
        viewer.MapGet("/slice.png", (HttpContext context, [AsParameters] SliceQuery query) => OneOfFewAsync(context, () => Slice(files, query).ExecuteAsync(context)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _volumes.Dispose();
        _loaded.Dispose();
    }

    private async Task OneOfFewAsync(HttpContext context, Func<Task> answer)
    {
        await _volumes.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            await answer().ConfigureAwait(false);
        }
        finally
        {
            _volumes.Release();
        }
    }

    private static TaskAnswer Answer(ViewerTask task) => new(
        task.Name,
        task.Description.ChannelNames,
        [.. task.Description.ForegroundLabels.Select(l => Label(l, task.Description))],
        [
            new LabelAnswer(SegmentationDifference.Missed, "missed", "#ff00ff"),
            new LabelAnswer(SegmentationDifference.Added, "added", "#ffff00"),
            new LabelAnswer(SegmentationDifference.Confused, "another label", "#00ffff"),
        ],
        [.. task.Cases.Values.Select(static c => new CaseRow(c.Id, c.IsTest, c.Reference is not null))],
        task.Predictions);

    private static CaseAnswer Answer(ViewerFiles files, string task, string caseId)
    {
        ViewerCase found = files.Case(task, caseId);
        ImageHeader header = ImageFile.ReadHeader(files.Image(task, caseId, 0).Path);
        return new CaseAnswer(caseId, header.Extent.ToArray(), header.Geometry.Spacing.ToArray(), found.Reference is not null, SliceView.Planes(header.Extent, header.Geometry));
    }

    private static LabelAnswer Label(int label, DatasetDescription description)
    {
        (byte red, byte green, byte blue) = LabelColours.Of(label);
        string key = label.ToString(CultureInfo.InvariantCulture);
        return new LabelAnswer(label, description.NamedLabels.GetValueOrDefault(key, $"label {key}"), $"#{red:x2}{green:x2}{blue:x2}");
    }

    private static ImageLocation Reference(ViewerFiles files, string task, string caseId) =>
        files.Reference(task, caseId) ?? throw new DescribedException(caseId, "it has no reference", "choose a training case");

    private static ImageLocation Prediction(ViewerFiles files, string task, string caseId, string prediction)
    {
        _ = files.Case(task, caseId);
        return files.Prediction(caseId, prediction);
    }

    private static Volume<short> Labels(ImageLocation image) => ImageFile.ReadLabels(image.Path);

    private static IResult Statistics(ViewerFiles files, string task, string caseId, string? prediction)
    {
        ViewerTask opened = files.Open(task);
        Volume<short>? truth = files.Reference(task, caseId) is { } reference ? Labels(reference) : null;
        Volume<short>? predicted = string.IsNullOrEmpty(prediction) ? null : Labels(files.Prediction(caseId, prediction));
        StatisticsAnswer counted = SegmentationStatistics.Of(predicted, truth, opened.Description.ForegroundLabels);
        return WebJson.Answer(new { counted.Mismatch, Labels = counted.Labels.Select(l => new { l.Value, Label(l.Value, opened.Description).Name, Label(l.Value, opened.Description).Color, l.Dice, l.ReferenceMl, l.PredictionMl }) });
    }

    private OverlayCase Load(ViewerFiles files, SliceQuery query)
    {
        ImageLocation image = files.Image(query.Task, query.Case, query.Channel ?? 0);
        ImageLocation? prediction = string.IsNullOrEmpty(query.Prediction) ? null : files.Prediction(query.Case, query.Prediction);
        return _loaded.Get(query.Case, image, files.Reference(query.Task, query.Case), prediction);
    }

    private static WindowAnswer Window(OverlayCase loaded)
    {
        (float low, float high) = loaded.GreyLevels();
        ReadOnlySpan<float> voxels = loaded.Image!.Voxels;
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        foreach (float voxel in voxels)
        {
            if (!float.IsFinite(voxel)) continue;
            (least, most) = (Math.Min(least, voxel), Math.Max(most, voxel));
        }

        return least <= most ? new WindowAnswer(low, high, least, most) : new WindowAnswer(0, 1, 0, 1);
    }

    private IResult Slice(ViewerFiles files, SliceQuery query)
    {
        OverlayCase loaded = Load(files, query);
        if (query is { Low: { } low, High: { } high })
        {
            if (!float.IsFinite(low) || !float.IsFinite(high) || low >= high) throw new DescribedException("window", $"it is {low} to {high}", "give two numbers that ascend");
            loaded = loaded with { Window = (low, high) };
        }

        return Results.Bytes(new SliceView(loaded).Png(query.Plane ?? 0, query.Slice ?? 0, query.Edge ?? UsualEdge, query.Labels ?? true), "image/png");
    }

    /// <summary>Which slice is asked for.</summary>
    internal sealed record SliceQuery
    {
        /// <summary>The task.</summary>
        public required string Task { get; init; }

        /// <summary>The case.</summary>
        public required string Case { get; init; }

        /// <summary>The channel; null for the first.</summary>
        public int? Channel { get; init; }

        /// <summary>The prediction's path; null for none.</summary>
        public string? Prediction { get; init; }

        /// <summary>The plane's number; null for the first.</summary>
        public int? Plane { get; init; }

        /// <summary>The slice's number; null for the first.</summary>
        public int? Slice { get; init; }

        /// <summary>The grey levels' lower end; null for the image's 1st percentile.</summary>
        public float? Low { get; init; }

        /// <summary>The grey levels' upper end; null for the image's 99th percentile.</summary>
        public float? High { get; init; }

        /// <summary>The picture's longer edge in pixels.</summary>
        public int? Edge { get; init; }

        /// <summary>Whether segmentations are drawn.</summary>
        public bool? Labels { get; init; }
    }
}

/// <summary>A task.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Channels">The channels' names.</param>
/// <param name="Labels">The foreground labels.</param>
/// <param name="Differences">What the values of the difference mean.</param>
/// <param name="Cases">The cases.</param>
/// <param name="Predictions">The folders of predictions.</param>
internal sealed record TaskAnswer(string Task, IReadOnlyList<string> Channels, IReadOnlyList<LabelAnswer> Labels, IReadOnlyList<LabelAnswer> Differences, IReadOnlyList<CaseRow> Cases, IReadOnlyList<ViewerPrediction> Predictions);

/// <summary>A label.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Name">Its name.</param>
/// <param name="Color">Its colour, as CSS has it.</param>
internal sealed record LabelAnswer(int Value, string Name, string Color);

/// <summary>A case in the list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="IsTest">Whether it is one to be predicted only.</param>
/// <param name="HasReference">Whether there is a reference.</param>
internal sealed record CaseRow(string Id, bool IsTest, bool HasReference);

/// <summary>A case.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Extent">Voxels (z, y, x).</param>
/// <param name="SpacingMm">Millimetres between voxels (z, y, x).</param>
/// <param name="HasReference">Whether there is a reference.</param>
/// <param name="Planes">The planes of pictures.</param>
internal sealed record CaseAnswer(string Case, int[] Extent, double[] SpacingMm, bool HasReference, IReadOnlyList<SlicePlane> Planes);

/// <summary>The grey levels of a channel.</summary>
/// <param name="Low">The 1st percentile.</param>
/// <param name="High">The 99th percentile.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
internal sealed record WindowAnswer(float Low, float High, float Minimum, float Maximum);
