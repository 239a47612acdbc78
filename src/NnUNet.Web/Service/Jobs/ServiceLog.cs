using Microsoft.Extensions.Logging;

namespace NnUNet.Web.Service.Jobs;

/// <summary>What the service logs: one line a job, without names of files or anything of the images.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Information, "Job {Job} {State}: model {Model}, {Voxels} voxels, waited {Waited:0.000} s, took {Seconds:0.000} s")]
    public static partial void JobEnded(ILogger logger, string job, string state, string model, long voxels, double waited, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "Model {Model}: {Warning}")]
    public static partial void ModelWarning(ILogger logger, string model, string warning);

    [LoggerMessage(3, LogLevel.Error, "Job {Job} failed by a fault of the program")]
    public static partial void JobBroke(ILogger logger, string job, Exception fault);

    [LoggerMessage(4, LogLevel.Error, "The folder of jobs cannot be swept")]
    public static partial void SweepFailed(ILogger logger, Exception fault);

    [LoggerMessage(5, LogLevel.Information, "{Count} jobs of an earlier run continue")]
    public static partial void Continues(ILogger logger, int count);
}
