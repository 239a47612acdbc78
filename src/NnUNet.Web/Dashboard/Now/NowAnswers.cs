using NnUNet.Core.Running;

namespace NnUNet.Web.Dashboard.Now;

/// <summary>What runs now and what was trained.</summary>
/// <param name="Runs">Commands that run, by their notes.</param>
/// <param name="Trainings">Folds that have a journal: those that run first, then the newest.</param>
/// <param name="More">Folds that are left out of the list.</param>
internal sealed record NowAnswer(IReadOnlyList<RunAnswer> Runs, IReadOnlyList<TrainingAnswer> Trainings, int More);

/// <summary>A command that runs.</summary>
/// <param name="Command">Its name.</param>
/// <param name="Arguments">The words after it.</param>
/// <param name="Host">The machine.</param>
/// <param name="Process">The number of the process.</param>
/// <param name="Started">When it began.</param>
/// <param name="Output">Where it writes; null where that is not told.</param>
/// <param name="Step">How far it is.</param>
/// <param name="EndsAt">About when what it does now ends; null where nobody can tell.</param>
internal sealed record RunAnswer(string Command, IReadOnlyList<string> Arguments, string Host, int Process, DateTimeOffset Started, string? Output, RunStep Step, DateTimeOffset? EndsAt);

/// <summary>A fold that is or was trained.</summary>
/// <param name="Id">Its identifier for other addresses.</param>
/// <param name="Task">The task.</param>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Plans">The plans.</param>
/// <param name="Fold">The fold.</param>
/// <param name="State">running, interrupted (it ended without a word), stopped, failed or done.</param>
/// <param name="Reason">Why it stopped or failed; null where it did not.</param>
/// <param name="Owner">The process that trains it; null where none does.</param>
/// <param name="Done">Epochs that are complete.</param>
/// <param name="Epochs">Epochs in all; 0 where it is not told.</param>
/// <param name="Last">The last complete epoch; null where there is none.</param>
/// <param name="BestEpoch">The best epoch, from 0 on.</param>
/// <param name="ValidationDice">The mean Dice of the validation cases; null before.</param>
/// <param name="Classes">What the values of Dice per class are of.</param>
/// <param name="Settings">What was decided for it.</param>
/// <param name="Begun">When its last run began.</param>
/// <param name="Changed">When it last told something.</param>
/// <param name="EndsAt">About when all epochs are done; null where nobody can tell.</param>
/// <param name="Step">Where it is within the epoch, by the command's note; null where there is none.</param>
/// <param name="Notices">What was told besides, the newest last.</param>
/// <param name="LogBytes">The length of its log, by which one sees that it has new lines.</param>
internal sealed record TrainingAnswer(
    string Id, string Task, string Configuration, string Trainer, string Plans, string Fold, string State, string? Reason, string? Owner, int Done, int Epochs, EpochPoint? Last, int? BestEpoch,
    double ValidationDice, IReadOnlyList<string> Classes, CourseSettings? Settings, DateTimeOffset? Begun, DateTimeOffset? Changed, DateTimeOffset? EndsAt, RunStep? Step, IReadOnlyList<string> Notices, long LogBytes);

/// <summary>The curves of a training, a value an epoch.</summary>
/// <param name="Id">The fold's identifier.</param>
/// <param name="Classes">What the curves of Dice per class are of.</param>
/// <param name="Epoch">The epochs, from 0 on.</param>
/// <param name="TrainLoss">Mean training losses.</param>
/// <param name="ValidationLoss">Mean validation losses.</param>
/// <param name="Dice">Mean Dice.</param>
/// <param name="DicePerClass">A curve a class.</param>
/// <param name="Rate">Learning rates.</param>
/// <param name="Seconds">Durations.</param>
/// <param name="Wait">Shares of waiting for data.</param>
internal sealed record CurvesAnswer(
    string Id, IReadOnlyList<string> Classes, IReadOnlyList<int> Epoch, IReadOnlyList<double> TrainLoss, IReadOnlyList<double> ValidationLoss, IReadOnlyList<double> Dice,
    IReadOnlyList<IReadOnlyList<double>> DicePerClass, IReadOnlyList<double> Rate, IReadOnlyList<double> Seconds, IReadOnlyList<double> Wait);

/// <summary>The end of a log.</summary>
/// <param name="File">The file's path below the results.</param>
/// <param name="Lines">Its last lines.</param>
internal sealed record LogAnswer(string? File, IReadOnlyList<string> Lines);
