namespace NnUNet.Workflows.Cluster;

/// <summary>Names of jobs.</summary>
internal static class JobNames
{
    /// <summary>The folder of a task's jobs: <c>RESULTS/cluster/TASK</c>.</summary>
    public static string FolderOf(Core.Workspace workspace, string task) => Path.Combine(workspace.Results, "cluster", task);

    /// <summary>A job's name in the queue: <c>nnunet_TASK_STEP</c>, in characters that no list of names takes apart.</summary>
    public static string InQueue(string task, string step) =>
        string.Concat($"nnunet_{task}_{step}".Select(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));
}
