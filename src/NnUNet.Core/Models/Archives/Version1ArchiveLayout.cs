using System.Text.RegularExpressions;
using NnUNet.Core.Planning;

namespace NnUNet.Core.Models.Archives;

/// <summary>Models of nnU-Net v1, and our own.</summary>
/// <remarks>
/// Archives of the original have <c>3d_fullres/TaskXXX_NAME/TRAINER__PLANS/…</c>, and <c>ensembles/TaskXXX_NAME/NAME/postprocessing.json</c>;
/// folders above these (<c>nnUNet/</c>) are left out. Source: nnunet/inference/pretrained_models/collect_pretrained_models.py.
/// </remarks>
/// <param name="place">The folder of all models.</param>
internal sealed partial class Version1ArchiveLayout(string place) : ArchiveLayout
{
    private const int PartsOfModel = 3;

    private static readonly HashSet<string> Configurations = [.. Configuration.Names, Workspace.EnsemblesFolderName];

    /// <inheritdoc/>
    public override string Place => place;

    /// <inheritdoc/>
    public override ArchiveFile? Find(ArchiveEntry entry)
    {
        string[] parts = entry.Parts;
        for (int i = 0; i + PartsOfModel < parts.Length; i++)
        {
            bool ensemble = parts[i] == Workspace.EnsemblesFolderName;
            if (!Configurations.Contains(parts[i]) || !IsTask(parts[i + 1]) || !(ensemble || parts[i + 2].Contains("__", StringComparison.Ordinal))) continue;
            string[] target = parts[i..];
            return new ArchiveFile(entry.Entry, string.Join('/', target), new ArchiveModel(place, string.Join('/', target[..PartsOfModel])) { IsEnsemble = ensemble }) { Place = place };
        }

        return null;
    }

    /// <summary>Whether a name is that of a task of version 1.</summary>
    internal static bool IsTask(string name) => TaskPattern().IsMatch(name);

    [GeneratedRegex("^Task[0-9]{3,9}_.", RegexOptions.CultureInvariant)]
    private static partial Regex TaskPattern();
}
