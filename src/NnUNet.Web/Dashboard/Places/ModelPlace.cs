namespace NnUNet.Web.Dashboard.Places;

/// <summary>A folder of a model in the results.</summary>
/// <param name="Id">Its path below the results, with slashes.</param>
/// <param name="Version">The generation of nnU-Net whose layout it has: 1 or 2.</param>
/// <param name="Task">The task, or data set of version 2.</param>
/// <param name="Configuration">Such as 3d_fullres.</param>
/// <param name="Trainer">The trainer.</param>
/// <param name="Plans">The plans' name.</param>
/// <param name="Folder">The full path.</param>
/// <param name="Folds">The folds that have a folder.</param>
internal sealed record ModelPlace(string Id, int Version, string Task, string Configuration, string Trainer, string Plans, string Folder, IReadOnlyList<FoldPlace> Folds)
{
    /// <summary>The fold of a name; null where there is none.</summary>
    public FoldPlace? Find(string fold) => Folds.FirstOrDefault(f => f.Fold == fold);
}

/// <summary>The folder of a fold.</summary>
/// <param name="Id">Its path below the results, with slashes.</param>
/// <param name="Fold">A number, or <c>all</c>.</param>
/// <param name="Folder">The full path.</param>
internal sealed record FoldPlace(string Id, string Fold, string Folder);
