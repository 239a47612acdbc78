using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;

namespace NnUNet.Web.Dashboard.Data;

/// <summary>A data set in the list.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Version">The generation of its layout: 1 or 2.</param>
/// <param name="Name">What its description calls it.</param>
/// <param name="Cases">Training cases; null where nothing tells.</param>
/// <param name="Channels">The channels' names.</param>
/// <param name="Structures">The labels' names without the background.</param>
/// <param name="HasRaw">Whether there are raw data.</param>
/// <param name="HasFingerprint">Whether it was measured.</param>
/// <param name="Plans">The files of its plans.</param>
/// <param name="Configurations">The configurations of the default plans.</param>
/// <param name="Models">How many models it has.</param>
internal sealed record TaskAnswer(
    string Task, int Version, string Name, int? Cases, IReadOnlyList<string> Channels, IReadOnlyList<string> Structures, bool HasRaw, bool HasFingerprint, IReadOnlyList<string> Plans,
    IReadOnlyList<string> Configurations, int Models);

/// <summary>All about a data set.</summary>
/// <param name="Task">What the list says.</param>
/// <param name="Verified">When its files were verified without a fault; null where that is not noted.</param>
/// <param name="Findings">What is odd about cases.</param>
/// <param name="Fingerprint">What was measured; null where nothing was.</param>
/// <param name="Volumes">The volumes of the structures; null where no fold is validated.</param>
/// <param name="Folds">The splits; null where there are none.</param>
/// <param name="Plans">The plans.</param>
/// <param name="Networks">Drawings of networks.</param>
/// <param name="Commands">What checks it, or makes what is missing.</param>
/// <param name="Faults">Files that cannot be read, each in one sentence.</param>
internal sealed record DatasetAnswer(
    TaskAnswer Task, DateTimeOffset? Verified, IReadOnlyList<FindingAnswer> Findings, FingerprintAnswer? Fingerprint, VolumesAnswer? Volumes, FoldsAnswer? Folds, IReadOnlyList<PlanAnswer> Plans,
    IReadOnlyList<NetworkAnswer> Networks, IReadOnlyList<CommandAnswer> Commands, IReadOnlyList<string> Faults);

/// <summary>Something odd.</summary>
/// <param name="Kind">What told it: fingerprint, files, intensities or volumes.</param>
/// <param name="Case">The case; null where it is not one's.</param>
/// <param name="Where">The file or case.</param>
/// <param name="What">What is odd.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record FindingAnswer(string Kind, string? Case, string Where, string What, string Remedy)
{
    /// <summary>A fault as a finding.</summary>
    public static FindingAnswer Of(string kind, DatasetFault fault) => new(kind, null, fault.Where, fault.What, fault.Remedy);
}

/// <summary>A fingerprint. Axes are z, y, x.</summary>
/// <param name="Cases">The cases; those whose names are not known have a number.</param>
/// <param name="Sizes">Voxels of each case after cropping.</param>
/// <param name="Spacings">Millimetres of each case.</param>
/// <param name="Kept">Share of the voxels that each case keeps when cropped; null where that is not known.</param>
/// <param name="Channels">The channels.</param>
internal sealed record FingerprintAnswer(
    IReadOnlyList<string> Cases, IReadOnlyList<IReadOnlyList<int>> Sizes, IReadOnlyList<IReadOnlyList<double>> Spacings, IReadOnlyList<double?> Kept, IReadOnlyList<ChannelAnswer> Channels);

/// <summary>A channel's intensities.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="All">Statistics over the foreground voxels of all cases; null where they are not measured: the channel is no CT.</param>
/// <param name="Cases">The same of each case, in the order of the cases' names; none where that is not measured.</param>
internal sealed record ChannelAnswer(string Name, ChannelIntensities? All, IReadOnlyList<CaseIntensities> Cases);

/// <summary>A case's intensities.</summary>
/// <param name="Case">The case.</param>
/// <param name="Median">Their median.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Sd">Their standard deviation.</param>
/// <param name="Low">Their 0.5th percentile.</param>
/// <param name="High">Their 99.5th percentile.</param>
internal sealed record CaseIntensities(string Case, double Median, double Mean, double Sd, double Low, double High);

/// <summary>Volumes of structures in the references, in millilitres.</summary>
/// <param name="Structures">The structures for people.</param>
/// <param name="Cases">The cases that are known: those of validated folds.</param>
/// <param name="Millilitres">For each case the volume of each structure.</param>
internal sealed record VolumesAnswer(IReadOnlyList<string> Structures, IReadOnlyList<string> Cases, IReadOnlyList<IReadOnlyList<double>> Millilitres);

/// <summary>The splits.</summary>
/// <param name="File">The file; null where they are those that training will make.</param>
/// <param name="Folds">The folds.</param>
internal sealed record FoldsAnswer(string? File, IReadOnlyList<FoldAnswer> Folds);

/// <summary>A split.</summary>
/// <param name="Training">How many cases are trained on.</param>
/// <param name="Validation">The cases that are validated on.</param>
internal sealed record FoldAnswer(int Training, IReadOnlyList<string> Validation);

/// <summary>A plan for people.</summary>
/// <param name="Name">The plans' name and dimensions.</param>
/// <param name="File">The file.</param>
/// <param name="General">Choices for all stages.</param>
/// <param name="Stages">The stages, the coarsest first.</param>
internal sealed record PlanAnswer(string Name, string File, IReadOnlyList<PlanChoice> General, IReadOnlyList<PlanStage> Stages);

/// <summary>A stage of a plan.</summary>
/// <param name="Configurations">The configurations that work on it.</param>
/// <param name="Choices">What was chosen.</param>
internal sealed record PlanStage(IReadOnlyList<string> Configurations, IReadOnlyList<PlanChoice> Choices);

/// <summary>A choice.</summary>
/// <param name="What">What is chosen.</param>
/// <param name="Value">Its value.</param>
/// <param name="Why">The reason; empty where the file does not tell it.</param>
internal sealed record PlanChoice(string What, string Value, string Why);

/// <summary>The drawing of a network.</summary>
/// <param name="Title">Whose.</param>
/// <param name="Address">Where the picture is.</param>
internal sealed record NetworkAnswer(string Title, string Address);

/// <summary>A command that checks or makes something.</summary>
/// <param name="For">What it is for.</param>
/// <param name="Command">The command.</param>
internal sealed record CommandAnswer(string For, string Command);
