using System.Globalization;
using NnUNet.Core;
using NnUNet.Foundation;

namespace NnUNet.Interop.V2.Results;

/// <summary>The folder of a model of v2, <c>RESULTS/DatasetXXX_NAME/TRAINER__PLANS__CONFIGURATION</c>, as far as its validations go.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Dataset">The data set's full name.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Plans">The plans' name.</param>
/// <param name="Configuration">The configuration.</param>
internal sealed record TrainedFolder(string Path, string Dataset, string Trainer, string Plans, string Configuration)
{
    /// <summary>The name of the plan's file.</summary>
    public const string PlansName = "plans.json";

    /// <summary>The folder's name, by which results call the model.</summary>
    public string Identifier => System.IO.Path.GetFileName(Path);

    /// <summary>The model of a workspace.</summary>
    public static TrainedFolder Of(Version2Workspace workspace, string dataset, string trainer, string plans, string configuration) =>
        new(workspace.ModelFolder(dataset, trainer, plans, configuration), dataset, trainer, plans, configuration);

    /// <summary>The name of an ensemble of two models: <c>ensemble___A___B___0_1_2_3_4</c>.</summary>
    public static string EnsembleName(TrainedFolder first, TrainedFolder second, IReadOnlyList<int> folds) => $"ensemble___{first.Identifier}___{second.Identifier}___{Text(folds)}";

    /// <summary>Folds in a folder's name: <c>0_1_2_3_4</c>.</summary>
    public static string Text(IReadOnlyList<int> folds) => string.Join('_', folds.Select(static f => f.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The folder that gets the pooled validations of folds.</summary>
    public string Pooled(IReadOnlyList<int> folds) => System.IO.Path.Combine(Path, $"crossval_results_folds_{Text(folds)}");

    /// <summary>The folder of a fold's validation.</summary>
    /// <exception cref="DescribedException">There is no such folder.</exception>
    public string Validation(int fold)
    {
        string folder = System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"fold_{fold}"), "validation");
        return Directory.Exists(folder)
            ? folder
            : throw new DescribedException(folder, "there is no such folder, so this fold is not trained or not validated", "train it, or give the folds that there are with -f");
    }

    /// <summary>The labels of the model's data set.</summary>
    /// <exception cref="DescribedException">The model is missing, or its <c>dataset.json</c> is.</exception>
    public ResultLabels Labels()
    {
        if (!Directory.Exists(Path)) throw new DescribedException(Path, "there is no such model", "train it, or check the data set, -tr, -p and -c");
        return ResultLabels.Read(Path);
    }

    /// <summary>Copies <c>plans.json</c> and <c>dataset.json</c>, by which results are understood without the model.</summary>
    public void CopyDescriptionsTo(string folder)
    {
        foreach (string name in (string[])[ResultLabels.FileName, PlansName])
        {
            string from = System.IO.Path.Combine(Path, name);
            if (File.Exists(from)) AtomicFile.Copy(from, System.IO.Path.Combine(folder, name));
        }
    }
}
