using NnUNet.Core.Cases;
using NnUNet.Core.Datasets;
using NnUNet.Core.Fingerprints;
using NnUNet.Core.Planning;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Preprocessing.Run;

/// <summary>A raw task and the folder of what is made of it.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="RawFolder">The raw task.</param>
/// <param name="Folder">The preprocessed task.</param>
/// <param name="Description">The raw task's <c>dataset.json</c>.</param>
/// <param name="Cases">The training cases.</param>
/// <param name="Files">For each case the stamp of its files, see <see cref="Provenance"/>.</param>
internal sealed record RawTask(
    string Name, string RawFolder, string Folder, DatasetDescription Description, IReadOnlyList<CaseFiles> Cases, IReadOnlyList<string> Files)
{
    private const string ReplacedEnding = ".replaced";

    private string SegmentationsFolder => Path.Combine(Folder, ReferenceSegmentations.TaskFolder);

    private string DescriptionCopy => Path.Combine(Folder, DatasetDescription.FileName);

    private string FingerprintPath => Path.Combine(Folder, DatasetFingerprint.FileName);

    private string VerificationPath => Path.Combine(Folder, VerificationRecord.FileName);

    private string DescriptionPath => Path.Combine(RawFolder, DatasetDescription.FileName);

    /// <summary>Opens a raw task; writes nothing.</summary>
    /// <exception cref="DescribedException">It lacks files.</exception>
    public static RawTask Open(string rawFolder, string folder)
    {
        (DatasetDescription description, IReadOnlyList<CaseFiles> cases) = DatasetFolder.Open(rawFolder);
        return new RawTask(DatasetFolder.Name(rawFolder), rawFolder, folder, description, cases, []).With(RawContents.Read(folder), []);
    }

    /// <summary>The contents of the files, as far as they are known.</summary>
    public RawContents Contents { get; private init; } = new();

    /// <summary>Files whose contents were found changed by this object.</summary>
    private IReadOnlyList<string> FoundChanged { get; init; } = [];

    /// <summary>The same task with the contents of all files compared with their checksums; writes nothing.</summary>
    public RawTask Rechecked(int threads, CancellationToken cancel)
    {
        (RawContents contents, IReadOnlyList<string> changed) = Contents.Rechecked(Cases, threads, cancel);
        return With(contents, changed);
    }

    /// <summary>Keeps what a comparison of contents has found, from which on it counts for every run. Copies that are outdated by it are removed first.</summary>
    public void KeepFindings()
    {
        if (FoundChanged.Count == 0) return;
        HashSet<string> changed = [.. FoundChanged];
        foreach (ImageLocation label in Labels.Where(l => l.Files.Any(f => changed.Contains(Path.GetFullPath(f))))) label.DeleteCopyIn(SegmentationsFolder);
        Contents.Write(Folder);
    }

    /// <summary>Notes the checksums of files that are new or have changed.</summary>
    public void NoteContents(int threads, CancellationToken cancel)
    {
        RawContents completed = Contents.Completed(Cases, threads, cancel);
        if (!completed.Files.SequenceEqual(RawContents.Read(Folder).Files)) completed.Write(Folder);
    }

    private RawTask With(RawContents contents, IReadOnlyList<string> changed) =>
        this with { Contents = contents, FoundChanged = changed, Files = [.. Cases.Select(c => Provenance.OfFiles(c, contents))] };

    /// <summary>The fingerprint on disk if it was made from these files, else null.</summary>
    public DatasetFingerprint? CurrentFingerprint()
    {
        if (!File.Exists(FingerprintPath)) return null;
        try
        {
            DatasetFingerprint fingerprint = ProductJson.Read<DatasetFingerprint>(FingerprintPath);
            return fingerprint.MadeFrom == Provenance.OfFingerprint(Description, Files) ? fingerprint with { MadeFrom = null } : null;
        }
        catch (DescribedException)
        {
            return null; // cut off or from another version: measured again
        }
    }

    /// <summary>Writes the fingerprint with what it was made from; returns it without.</summary>
    public DatasetFingerprint WriteFingerprint(DatasetFingerprint fingerprint)
    {
        ProductJson.Write(FingerprintPath, fingerprint with { MadeFrom = Provenance.OfFingerprint(Description, Files) });
        return fingerprint;
    }

    /// <summary>Whether these files were verified before.</summary>
    public bool IsVerified()
    {
        if (!File.Exists(VerificationPath)) return false;
        try
        {
            return ProductJson.Read<VerificationRecord>(VerificationPath).MadeFrom == Provenance.OfFingerprint(Description, Files);
        }
        catch (DescribedException)
        {
            return false; // cut off or from another version: verified again
        }
    }

    /// <summary>Notes that these files were verified.</summary>
    public void NoteVerified() => ProductJson.Write(VerificationPath, new VerificationRecord { MadeFrom = Provenance.OfFingerprint(Description, Files) });

    /// <summary>The plan that a planner makes, or the original's of the same name where there is one and no JSON: whoever brings a plan along wants it followed.</summary>
    /// <param name="fileName">The name of the plan's JSON file.</param>
    /// <param name="create">Makes a plan.</param>
    /// <exception cref="DescribedException">The original's plan cannot be read or followed.</exception>
    public Plan PlanOr(string fileName, Func<Plan> create) => TaskPlan.PickleIn(Folder, fileName) is { } pickle ? PlanFile.Read(pickle) : create();

    /// <summary>What must be told about the original's plan of a name: that it is followed, or that it is not; null where there is none.</summary>
    /// <param name="fileName">The name of the plan's JSON file.</param>
    public DatasetFault? RemarkOnPlan(string fileName)
    {
        if (TaskPlan.PickleIn(Folder, fileName) is { } pickle)
        {
            return new DatasetFault(Path.GetFileName(pickle), "this plan of the Python nnU-Net is followed, and no other is made", "move it away to plan anew");
        }

        return TaskPlan.RemarkOn(Folder, fileName) is { } remark ? new DatasetFault(fileName, remark, "keep one of them") : null;
    }

    /// <summary>Whether a plan's file says what this plan says, or the original's plan stands in its place.</summary>
    public bool HasPlan(string fileName, Plan plan)
    {
        string path = Path.Combine(Folder, fileName);
        return TaskPlan.PickleIn(Folder, fileName) is not null || (File.Exists(path) && InputFile.ReadText(path) == ProductJson.Print(plan));
    }

    /// <summary>Writes a plan; a file that says the same stays as it is.</summary>
    /// <param name="fileName">The file's name.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="keepEdits">Whether a file that says otherwise was edited, or planned by another version, and is kept under another name; an earlier one of that name is lost.</param>
    /// <returns>What is lost by that. Keys that are not known are named, since they may be why the edit had no effect.</returns>
    public IReadOnlyList<DatasetFault> WritePlan(string fileName, Plan plan, bool keepEdits)
    {
        if (HasPlan(fileName, plan)) return [];
        string path = Path.Combine(Folder, fileName);
        List<DatasetFault> lost = [];
        if (keepEdits && File.Exists(path))
        {
            lost.Add(new DatasetFault(
                fileName, $"it says otherwise than the planner does (it was edited, or planned by another version), so it is planned anew; what stood here is {fileName}{ReplacedEnding} now", "give a plan of your own a name of its own, see docs/plans.md"));
            lost.AddRange(FaultsOf(path).Select(fault => new DatasetFault(fileName + ReplacedEnding, fault, "correct it in the plan of your own")));
            AtomicFile.Copy(path, path + ReplacedEnding); // a plan lies there at every moment
        }

        AtomicFile.WriteText(path, ProductJson.Print(plan));
        return lost;
    }

    private static IReadOnlyList<string> FaultsOf(string plan)
    {
        try
        {
            return PlanFile.UnknownKeys(PlanFile.Read(plan));
        }
        catch (DescribedException e)
        {
            return [e.What];
        }
    }

    /// <summary>Copies <c>dataset.json</c>.</summary>
    public void CopyDescription()
    {
        if (!Stamp.Same(DescriptionPath, DescriptionCopy)) AtomicFile.Copy(DescriptionPath, DescriptionCopy);
    }

    /// <summary>Whether what <see cref="CopyDescription"/> and <see cref="CopySegmentations"/> copy is there.</summary>
    public bool AreCopiesCurrent() => Stamp.Same(DescriptionPath, DescriptionCopy) && Labels.All(label => label.IsCopiedTo(SegmentationsFolder));

    /// <summary>Copies the segmentations to <c>gt_segmentations</c>, where evaluation looks for them; those of other cases are removed.</summary>
    public void CopySegmentations() => ReferenceSegmentations.Copy(Labels, SegmentationsFolder, removeOthers: true);

    private IEnumerable<ImageLocation> Labels => Cases.Select(static c => c.Label).OfType<string>().Select(ImageLocation.Of).OfType<ImageLocation>();
}
