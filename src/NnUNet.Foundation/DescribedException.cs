namespace NnUNet.Foundation;

/// <summary>An error for people: where it is, what is wrong with the values, and what to do.</summary>
/// <remarks>The message reads <c>where: what; remedy.</c> Every error that a user can cause derives from this class.</remarks>
public class DescribedException : Exception
{
    /// <summary>An error for people.</summary>
    /// <param name="where">The file, key or case, outermost first, separated by ": ".</param>
    /// <param name="what">What is wrong, with the values.</param>
    /// <param name="remedy">What the user can do.</param>
    /// <param name="inner">The cause, if another exception is it.</param>
    public DescribedException(string where, string what, string remedy, Exception? inner = null)
        : base($"{where}: {what}; {remedy}{(remedy.EndsWith('?') ? "" : ".")}", inner)
    {
        Where = where;
        What = what;
        Remedy = remedy;
    }

    /// <summary>The file, key or case, outermost first.</summary>
    public string Where { get; }

    /// <summary>The message for a place that has named a file or case already, which is then not named twice.</summary>
    /// <param name="subject">What is named already.</param>
    public string MessageWithin(string subject) =>
        Where == subject || Where.StartsWith(subject + ": ", StringComparison.Ordinal) ? Message[(subject.Length + ": ".Length)..] : Message;

    /// <summary>What is wrong, with the values.</summary>
    public string What { get; }

    /// <summary>What the user can do.</summary>
    public string Remedy { get; }
}
