namespace NnUNet.Cli.Frame;

/// <summary>Options that are right each by itself but not together.</summary>
internal sealed class UsageException(string message) : Exception(message);
