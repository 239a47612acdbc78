namespace NnUNet.Interop.V2.Export;

/// <summary>Names that version 2 reads off a model's path.</summary>
/// <param name="Dataset">The data set: Dataset004_Hippocampus.</param>
/// <param name="Trainer">The trainer: nnUNetTrainer.</param>
/// <param name="Plans">The plans: nnUNetPlans.</param>
/// <param name="Configuration">The configuration: 3d_fullres.</param>
internal sealed record V2ExportNames(string Dataset, string Trainer, string Plans, string Configuration)
{
    /// <summary>The model's folder below the results.</summary>
    public string Folder => Path.Combine(Dataset, $"{Trainer}__{Plans}__{Configuration}");
}
