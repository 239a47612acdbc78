using System.Globalization;
using NnUNet.Core.Cases;
using NnUNet.Core.Results;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Workflows.Cluster;

/// <summary>The segmentation of a folder in parts: one job, an array over the parts.</summary>
internal static class PredictionGraph
{
    private const string Step = "predict";
    private const int HashLength = 8;

    /// <summary>Finds the parts and which of them are done. Changes nothing.</summary>
    /// <exception cref="DescribedException">Options are wrong, the task is unknown, or there are no images.</exception>
    public static ClusterGraph Of(PredictionOptions options)
    {
        string[] faults = [.. options.Faults()];
        if (faults.Length > 0) throw new DescribedException("submit predict", string.Join("; ", faults), "correct the options (nnunet submit --help explains them)");

        string task = options.Workspace.TaskName(options.Task), input = Path.GetFullPath(options.Input), output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Output));
        string name = $"{Step}_{Path.GetFileName(output)}_{Stamp.Hash([output])[..HashLength]}";
        string folder = Path.Combine(JobNames.FolderOf(options.Workspace, task), name);

        // The names alone say which cases there are; how many channels each needs the jobs find out.
        string[] cases = [.. InputFolder.Find(input, channels: 1).Cases.Select(static c => c.CaseId)];
        HashSet<string> done = Done(cases, output);
        int parts = Math.Min(options.Parts, cases.Length);
        string command = $"{ShellWord.Line(["nnUNet_predict", "-i", input, "-o", output, "-t", task, .. options.Words, "--num_parts", Number(parts), "--part_id"])} {JobScript.ElementVariable}";
        return new ClusterGraph(task, folder, [new ClusterJob
        {
            Name = Step,
            Elements = [.. Enumerable.Range(0, parts).Select(p => Element(p, [.. cases.Where((_, i) => i % parts == p)], done))],
            Script = new JobScript
            {
                Title = $"Segments the images of a folder in {parts} part{(parts == 1 ? "" : "s")}, each an element of the array: {task}",
                FileName = Step + ".sh",
                JobName = JobNames.InQueue(task, name),
                LogFolder = Path.Combine(folder, Submission.LogFolderName),
                Workspace = options.Workspace,
                Program = options.Program,
                Resources = options.Resources,
                UsesDevices = true,
                Results = ShellWord.Of(output),
                OutputFolder = output,
                OtherFolders = [input, output],
                Command = command,
            },
        }]);
    }

    private static ClusterElement Element(int part, string[] cases, HashSet<string> done)
    {
        int there = cases.Count(done.Contains);
        return new ClusterElement(part, Number(part), there == cases.Length, $"{there} of {cases.Length} images segmented");
    }

    /// <summary>Cases whose segmentation is there, of the image as it is now.</summary>
    private static HashSet<string> Done(string[] cases, string output)
    {
        ImageFolder there = ImageFolder.Of(output);
        ResultRecords records = new(output);
        return [.. cases.Where(c => there.All(c) is [ImageLocation one, ..] && records.Look(one).Standing is Standing.Fits or Standing.Unknown)];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
