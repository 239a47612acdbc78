namespace NnUNet.Web.Dashboard.Scores;

/// <summary>A task that has models.</summary>
/// <param name="Task">The task.</param>
/// <param name="Models">How many models it has.</param>
/// <param name="Configurations">Their configurations.</param>
/// <param name="Trainers">Their trainers.</param>
internal sealed record ScoredTaskAnswer(string Task, int Models, IReadOnlyList<string> Configurations, IReadOnlyList<string> Trainers);

/// <summary>The results of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Structures">What is scored: the file's name of it and that for people.</param>
/// <param name="Models">The models.</param>
/// <param name="Choice">What was chosen; null where nothing was compared yet.</param>
/// <param name="Faults">Files that cannot be read, each in one sentence.</param>
internal sealed record ScoresAnswer(string Task, IReadOnlyList<StructureAnswer> Structures, IReadOnlyList<ModelScores> Models, ChoiceAnswer? Choice, IReadOnlyList<string> Faults);

/// <summary>A structure.</summary>
/// <param name="Key">As files name it.</param>
/// <param name="Name">For people.</param>
internal sealed record StructureAnswer(string Key, string Name);

/// <summary>A model with the scores of its cross-validation.</summary>
/// <param name="Id">Its identifier for other addresses.</param>
/// <param name="Version">The generation of its layout.</param>
/// <param name="Configuration">The configuration.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Plans">The plans.</param>
/// <param name="Folds">Its folds.</param>
/// <param name="Cases">Cases that are scored, those of all folds together.</param>
/// <param name="Dice">The mean Dice of each structure over these cases, by the file's name of it.</param>
/// <param name="Medians">The median Dice of each structure.</param>
/// <param name="Mean">The mean of the structures by which segmentations are judged.</param>
/// <param name="Postprocessing">What its postprocessing removes; null where none was decided.</param>
internal sealed record ModelScores(
    string Id, int Version, string Configuration, string Trainer, string Plans, IReadOnlyList<FoldScores> Folds, int Cases, IReadOnlyDictionary<string, double> Dice, IReadOnlyDictionary<string, double> Medians, double Mean,
    string? Postprocessing);

/// <summary>A fold's scores.</summary>
/// <param name="Fold">The fold.</param>
/// <param name="Cases">Cases that are scored; 0 where it is not validated.</param>
/// <param name="Dice">The mean Dice of each structure.</param>
/// <param name="Mean">Their mean.</param>
internal sealed record FoldScores(string Fold, int Cases, IReadOnlyDictionary<string, double> Dice, double Mean);

/// <summary>What was compared and chosen.</summary>
/// <param name="Chosen">The configuration, or two of them with a plus sign.</param>
/// <param name="Dice">Its mean Dice before postprocessing.</param>
/// <param name="Folds">The folds that were compared; none where that is not told.</param>
/// <param name="Reason">Why, as sentences.</param>
/// <param name="Candidates">All that were compared, the best first.</param>
/// <param name="Commands">The commands that predict with it.</param>
/// <param name="Postprocessing">What is removed from the merged segmentations; null where nothing is told.</param>
internal sealed record ChoiceAnswer(string Chosen, double Dice, IReadOnlyList<string> Folds, string Reason, IReadOnlyList<CandidateAnswer> Candidates, IReadOnlyList<string> Commands, string? Postprocessing);

/// <summary>A candidate: a row of <c>summary.csv</c>.</summary>
/// <param name="Name">The configuration, or two of them.</param>
/// <param name="Dice">The Dice of each structure by the table's name of it.</param>
/// <param name="Mean">Their mean.</param>
internal sealed record CandidateAnswer(string Name, IReadOnlyDictionary<string, double> Dice, double Mean);

/// <summary>The cases of a model.</summary>
/// <param name="Model">Its identifier.</param>
/// <param name="Structures">What is scored.</param>
/// <param name="Metrics">The metrics of the values.</param>
/// <param name="Cases">A row a case.</param>
internal sealed record CasesAnswer(string Model, IReadOnlyList<StructureAnswer> Structures, IReadOnlyList<string> Metrics, IReadOnlyList<ScoredCase> Cases);

/// <summary>A case.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Fold">The fold that it is validated in.</param>
/// <param name="Prediction">The segmentation's path below the results; null where that is not told.</param>
/// <param name="Mean">The mean Dice of the structures by which segmentations are judged.</param>
/// <param name="Values">For each structure its metrics.</param>
internal sealed record ScoredCase(string Case, string Fold, string? Prediction, double Mean, IReadOnlyList<double[]> Values);
