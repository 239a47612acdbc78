namespace NnUNet.Core.Datasets;

/// <summary>The numbers of tasks, of which each belongs to one.</summary>
internal static class TaskNumber
{
    /// <summary>The greatest one.</summary>
    public const int Most = 999;

    /// <summary>What is wrong with a number that is asked for; null where nothing is, or none is.</summary>
    /// <param name="id">The number.</param>
    /// <param name="option">The option that asks for it.</param>
    public static DatasetFault? FaultIn(int? id, string option) => id is < 0 or > Most ? new DatasetFault(option, $"{id} is not from 0 to {Most}", "choose a free number") : null;

    /// <summary>Refuses a new task whose number another one has.</summary>
    /// <param name="task">The new task's full name.</param>
    /// <param name="workspace">Where the tasks lie.</param>
    /// <param name="option">The option that chooses another number.</param>
    /// <exception cref="DatasetException">Another task has the number.</exception>
    public static void RefuseSecondName(string task, Workspace workspace, string option)
    {
        int id = Workspace.TaskId(task);
        if (workspace.Tasks().FirstOrDefault(t => t != task && Workspace.TaskId(t) == id) is { } other)
        {
            throw new DatasetException(task, [new DatasetFault($"number {id}", $"{other} has it already", $"choose another one with {option}")]);
        }
    }
}
