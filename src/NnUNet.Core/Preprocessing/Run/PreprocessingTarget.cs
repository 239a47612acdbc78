using NnUNet.Core.Cropping;
using NnUNet.Core.Datasets;
using NnUNet.Core.Planning;
using NnUNet.Core.Preprocessing.Steps;
using NnUNet.Core.Preprocessing.Store;
using NnUNet.Foundation;
using NnUNet.Imaging;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>One stage of one plan: where its cases go and how they are made.</summary>
internal sealed class PreprocessingTarget
{
    private readonly Plan _plan;
    private readonly PreprocessingRecipe _recipe;
    private readonly PreprocessedFolder _folder;
    private readonly string _provenance;

    private PreprocessingTarget(string taskFolder, Plan plan, int stage)
    {
        _plan = plan;
        _recipe = CasePreprocessor.RecipeOf(plan, stage);
        _folder = PreprocessedFolder.Of(taskFolder, plan, stage);
        _provenance = Provenance.OfStage(plan, stage);
    }

    /// <summary>The targets of all stages of a plan.</summary>
    public static IEnumerable<PreprocessingTarget> Of(string taskFolder, Plan plan) =>
        plan.PlansPerStage.Keys.Select(stage => new PreprocessingTarget(taskFolder, plan, stage));

    /// <summary>How a case was made, if it is there and made from these files by this plan; else null.</summary>
    public CaseProperties? Current(string caseId, string files) =>
        _folder.PropertiesOf(caseId) is { } there && there.MadeFrom == Provenance.OfCase(files, _provenance) ? there : null;

    /// <summary>Makes and writes a case.</summary>
    /// <returns>What is odd about its files.</returns>
    public ValueArray<DatasetFault> Make(string caseId, CroppedCase cropped, string files, CancellationToken cancel)
    {
        PreprocessedCase made = CasePreprocessor.Run(cropped, _recipe, cancel);
        PreprocessedFolder.Write(
            _folder.Folder,
            caseId,
            made with { Properties = made.Properties with { MadeFrom = Provenance.OfCase(files, _provenance) } },
            _plan.AllClasses);
        return made.Properties.Warnings;
    }

    /// <summary>Removes cases that are not in the data set any more.</summary>
    public void RemoveAllBut(IEnumerable<string> caseIds) => _folder.RemoveAllBut(caseIds);

    /// <summary>Bytes that making a case takes at most, the cropped case not counted.</summary>
    /// <param name="extent">Voxel counts (z, y, x) of the image.</param>
    /// <param name="spacing">Spacing (z, y, x) of the image.</param>
    /// <param name="where">The image's file, for the message.</param>
    /// <exception cref="PreprocessingException">The image would get more voxels than a volume can have.</exception>
    public long BytesFor(Extent extent, Spacing spacing, string where)
    {
        long after = _recipe.ExtentAfter(extent, spacing, where).Count;
        long result = after * ((sizeof(float) * (_recipe.Channels.Count + 1)) + sizeof(short));
        long workspace = 2 * sizeof(double) * Math.Max(after, extent.Count);
        return result + workspace;
    }
}
