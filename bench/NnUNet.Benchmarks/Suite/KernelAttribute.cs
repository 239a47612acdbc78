namespace NnUNet.Benchmarks.Suite;

/// <summary>Makes a class of BenchmarkDotNet benchmarks part of the suite that <c>bench/run</c> measures.</summary>
/// <param name="group">The group that it is chosen by.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KernelAttribute(string group) : Attribute
{
    /// <summary>The group that the class is chosen by.</summary>
    public string Group { get; } = group;

    /// <summary>Whether one call takes long: two calls to warm up and five measured ones.</summary>
    /// <value>False: nine measurements of about a tenth of a second each, after a second of warming up.</value>
    public bool Slow { get; init; }

    /// <summary>Words, separated by |, of rows that <c>--quick</c> leaves out.</summary>
    public string NotQuick { get; init; } = "";
}
