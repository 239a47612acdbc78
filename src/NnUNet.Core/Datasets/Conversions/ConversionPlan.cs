using System.Globalization;
using NnUNet.Foundation;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>A <see cref="ConversionDescription"/> made ready: patterns, steps, maps and splits.</summary>
internal sealed class ConversionPlan
{
    private ConversionPlan(ConversionDescription description, List<string> faults)
    {
        Description = description;
        CasePlan.UnknownKeys(description.Unknown, typeof(ConversionDescription), "", faults);
        if (!CaseFolderName(description.Name)) faults.Add($"name is \"{description.Name}\", but must be the end of a folder's name, of letters, digits, _, - and +");
        if (description.Task is < 0 or > TaskNumber.Most) faults.Add(string.Create(CultureInfo.InvariantCulture, $"task is {description.Task}, but must be from 0 to {TaskNumber.Most}"));
        if (description.Channels.Count == 0) faults.Add("channels is [], but must name at least one");
        if (description.Labels.Count < 2) faults.Add("labels must name the background and at least one more");
        Map = description.LabelMap is null ? null : LabelMap.Of(description.LabelMap, faults);
        if (Map?.Targets.Where(t => t < 0 || t >= description.Labels.Count).ToArray() is { Length: > 0 } others)
        {
            faults.Add($"label_map makes values into {string.Join(", ", others)}, but labels are from 0 to {description.Labels.Count - 1}");
        }

        Steps = StepsOf(description.Steps, "steps", faults);
        Cases = [.. description.Cases.Select((rule, i) => CasePlan.Of(rule, $"cases[{i}]", description.Channels.Count, faults)).OfType<CasePlan>()];
        if (!description.Cases.Any(static c => c.Set == "training")) faults.Add("cases has no rule whose set is training");
        Split = description.Split is null ? null : SplitOf(description.Split, TrainingNames(), faults);
        if (description.Back is { } back) BackFaults(back, faults);
    }

    /// <summary>What the file says.</summary>
    public ConversionDescription Description { get; }

    /// <summary>Which labels values become; null where they are the labels.</summary>
    public LabelMap? Map { get; }

    /// <summary>The steps, optional ones too.</summary>
    public IReadOnlyList<PlannedStep> Steps { get; }

    /// <summary>Where the cases lie.</summary>
    public IReadOnlyList<CasePlan> Cases { get; }

    /// <summary>The folds; null for the usual ones.</summary>
    public SplitRule? Split { get; }

    /// <summary>A description made ready.</summary>
    /// <exception cref="DescribedException">It is faulty.</exception>
    public static ConversionPlan Of(ConversionDescription description)
    {
        List<string> faults = [];
        ConversionPlan plan = new(description, faults);
        return faults.Count == 0 ? plan : throw new DescribedException(description.Name, FaultList.Text(faults), "correct the description");
    }

    /// <summary>What is wrong with a description, one sentence each.</summary>
    public static IReadOnlyList<string> FaultsOf(ConversionDescription description)
    {
        List<string> faults = [];
        _ = new ConversionPlan(description, faults);
        return faults;
    }

    /// <summary>The steps that are done: all but the optional ones that nobody asks for.</summary>
    /// <param name="steps">All steps.</param>
    /// <param name="asked">Names of optional steps.</param>
    /// <exception cref="DescribedException">A name is not that of an optional step.</exception>
    public static IReadOnlyList<ConversionStep> Chosen(IReadOnlyList<PlannedStep> steps, IReadOnlyCollection<string> asked)
    {
        string[] optional = [.. steps.Where(static s => s.Optional).Select(static s => s.Name)];
        if (asked.FirstOrDefault(a => !optional.Contains(a)) is { } unknown)
        {
            throw new DescribedException($"step {unknown}", "this data set has no optional step of this name", optional.Length == 0 ? "leave it out" : Nearest.Remedy(unknown, optional));
        }

        return [.. steps.Where(s => !s.Optional || asked.Contains(s.Name)).Select(static s => s.Step)];
    }

    /// <summary>Steps made ready.</summary>
    internal static IReadOnlyList<PlannedStep> StepsOf(IReadOnlyList<StepDescription> steps, string where, List<string> faults)
    {
        List<PlannedStep> ready = [];
        foreach ((int i, StepDescription step) in steps.Index())
        {
            if (!Catalog<ConversionStep>.Contains(step.Step))
            {
                faults.Add($"{where}[{i}].step is \"{step.Step}\", which is no step; {Nearest.Remedy(step.Step, Catalog<ConversionStep>.Names)}");
                continue;
            }

            StepParameters parameters = new($"{where}[{i}]", step.Parameters);
            ConversionStep made = Catalog<ConversionStep>.Create(step.Step);
            made.Configure(parameters);
            faults.AddRange(parameters.Faults);
            ready.Add(new PlannedStep(step.Step, step.Optional, made));
        }

        return ready;
    }

    /// <summary>Whether a text can be (the end of) a folder's name on all systems.</summary>
    private static bool CaseFolderName(string name) => name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+');

    private static SplitRule? SplitOf(SplitDescription split, IReadOnlyCollection<string> names, List<string> faults)
    {
        if (!Catalog<SplitRule>.Contains(split.Rule))
        {
            faults.Add($"split.rule is \"{split.Rule}\", which is no rule of splits; {Nearest.Remedy(split.Rule, Catalog<SplitRule>.Names)}");
            return null;
        }

        StepParameters parameters = new("split", split.Parameters);
        SplitRule rule = Catalog<SplitRule>.Create(split.Rule);
        rule.Configure(parameters, names);
        faults.AddRange(parameters.Faults);
        return rule;
    }

    private IReadOnlyCollection<string> TrainingNames()
    {
        CasePlan[] training = [.. Cases.Where(static c => c.IsTraining)];
        return training.Length == 0 ? [] : [.. training.Skip(1).Aggregate(training[0].Names.AsEnumerable(), static (names, c) => names.Intersect(c.Names))];
    }

    private static void BackFaults(BackDescription back, List<string> faults)
    {
        CasePlan.UnknownKeys(back.Unknown, typeof(BackDescription), "back", faults);
        if (back.Order is { } order) CasePlan.UnknownKeys(order.Unknown, typeof(OrderDescription), "back.order", faults);
        if (back.LabelMap is not null) LabelMap.Of(back.LabelMap, faults);
        StepsOf(back.Steps, "back.steps", faults);
        if (CasePlan.Pattern(back.From, "back.from", faults) is not { } from || CasePlan.Template(back.To, "back.to", faults) is not { } to) return;

        string[] known = back.Order is null ? [.. from.Names] : [.. from.Names, back.Order.As];
        CasePlan.Missing(to.Names, "back.to", known, faults);
        if (back.Order is { } ranks) CasePlan.Missing([ranks.By], "back.order.by", known, faults);
        if (back.To.Split('/').Any(static s => s is "" or "." or "..")) faults.Add($"back.to is \"{back.To}\", but must be a path below the folder of results");
    }
}

/// <summary>A step made ready.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Optional">Whether it is done only where it is asked for.</param>
/// <param name="Step">The step.</param>
internal sealed record PlannedStep(string Name, bool Optional, ConversionStep Step);
