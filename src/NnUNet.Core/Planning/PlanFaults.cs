using System.Buffers;
using NnUNet.Core.Datasets;
using NnUNet.Foundation;

namespace NnUNet.Core.Planning;

/// <summary>Values of a plan that contradict each other or are impossible.</summary>
internal static class PlanFaults
{
    private static readonly SearchValues<char> NotInFolderNames = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>All faults, one sentence each.</summary>
    public static IEnumerable<string> Of(Plan plan) =>
        [.. Stages(plan), .. Channels(plan), .. Classes(plan), .. Regions(plan), .. Axes(plan), .. Names(plan), .. Network(plan)];

    private static IEnumerable<string> Stages(Plan plan)
    {
        int[] numbers = [.. plan.PlansPerStage.Keys];
        if (numbers.Length == 0) yield return "plans_per_stage is empty";
        else if (plan.NumStages != numbers.Length) yield return $"num_stages is {plan.NumStages}, but plans_per_stage has {numbers.Length}";
        if (!numbers.SequenceEqual(Enumerable.Range(0, numbers.Length)))
            yield return $"plans_per_stage has the keys [{string.Join(", ", numbers)}], but must number the stages 0, 1, …";
        if (plan.PlansPerStage.Values.Select(static s => s.PatchSize.Count).Distinct().Count() > 1)
            yield return "plans_per_stage mixes stages of 2 and of 3 axes";
        foreach ((int number, ConfigurationPlan stage) in plan.PlansPerStage)
        {
            foreach (string fault in StageFaults.Of($"plans_per_stage.{number}", stage)) yield return fault;
        }

        if (plan.BaseNumFeatures < 1) yield return $"base_num_features is {plan.BaseNumFeatures}, but must be at least 1";
        if (plan.ConvPerStage < 1) yield return $"conv_per_stage is {plan.ConvPerStage}, but must be at least 1";
    }

    private static IEnumerable<string> Channels(Plan plan)
    {
        if (plan.NumModalities < 1) yield return $"num_modalities is {plan.NumModalities}, but must be at least 1";
        (string Key, IEnumerable<int> Numbers)[] tables =
        [
            ("modalities", plan.Modalities.Keys),
            ("normalization_schemes", plan.NormalizationSchemes.Keys),
            ("use_mask_for_norm", plan.UseMaskForNorm.Keys),
        ];
        foreach ((string key, IEnumerable<int> numbers) in tables)
        {
            if (!numbers.SequenceEqual(Enumerable.Range(0, Math.Max(0, plan.NumModalities))))
                yield return $"{key} has the keys [{string.Join(", ", numbers)}], but num_modalities is {plan.NumModalities}: it must number the channels 0, 1, …";
        }
    }

    private static IEnumerable<string> Classes(Plan plan)
    {
        if (plan.NumClasses != plan.AllClasses.Count) yield return $"num_classes is {plan.NumClasses}, but all_classes has {plan.AllClasses.Count}";
        int[] ascending = [.. plan.AllClasses.Distinct().Order()];
        if (plan.AllClasses.Any(static c => c < 1) || !plan.AllClasses.SequenceEqual(ascending))
            yield return $"all_classes is {plan.AllClasses}, but must be the foreground labels in ascending order";
    }

    /// <summary>An order without regions is what imported models have, of which nobody says which labels belong to a region.</summary>
    private static IEnumerable<string> Regions(Plan plan) => plan.Regions.Count > 0 ? new LabelRegions(plan.Regions, plan.RegionsClassOrder).Faults(plan.AllClasses) : [];

    private static IEnumerable<string> Axes(Plan plan)
    {
        ValueArray<int> forward = plan.TransposeForward;
        if (!forward.Order().SequenceEqual([0, 1, 2]))
        {
            yield return $"transpose_forward is {forward}, but must be the axes 0, 1, 2 in some order";
            yield break;
        }

        ValueArray<int> inverse = [.. Enumerable.Range(0, 3).Select(axis => Array.IndexOf(forward.ToArray(), axis))];
        if (plan.TransposeBackward != inverse)
            yield return $"transpose_backward is {plan.TransposeBackward}, but the inverse of transpose_forward {forward} is {inverse}";
    }

    private static IEnumerable<string> Names(Plan plan)
    {
        if (plan.DataIdentifier.Length == 0 || plan.DataIdentifier.AsSpan().ContainsAny(NotInFolderNames))
            yield return $"data_identifier is \"{plan.DataIdentifier}\", but must be a name that a folder can have";
        if (plan.PreprocessorName.Length == 0) yield return "preprocessor_name is empty";
    }

    private static IEnumerable<string> Network(Plan plan)
    {
        if (plan.Network is not { } network) yield break;
        if (network.Name.Length == 0) yield return "network.name is empty";
        if (network.Stage is { } stage && !plan.PlansPerStage.ContainsKey(stage)) yield return $"network.stage is {stage}, but plans_per_stage has {string.Join(", ", plan.PlansPerStage.Keys)}";
        int axes = plan.PlansPerStage.Values.FirstOrDefault()?.PatchSize.Count ?? 0;
        if (network.MirrorAxes.Any(a => a < 0 || a >= axes) || network.MirrorAxes.Distinct().Count() != network.MirrorAxes.Count)
            yield return $"network.mirror_axes is {network.MirrorAxes}, but must be some of the patch's axes, counted from 0";
    }
}
