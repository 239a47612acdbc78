using System.Text;
using System.Text.RegularExpressions;
using NnUNet.Foundation;
using NnUNet.Imaging.Formats;

namespace NnUNet.Core.Datasets.Conversions;

/// <summary>
/// Where images of one kind lie: a path below the source folder, without the images' ending. <c>{name}</c> is any text within one folder's
/// or file's name, which the match gives that name, and must be the same text wherever it stands; <c>{name:HGG|LGG}</c> one of several
/// texts, in which <c>#</c> is a digit and <c>*</c> any text; <c>{name:number}</c> one or more digits. Outside of braces <c>*</c> is any text
/// within a name, and <c>**</c> any number of folders, none too.
/// </summary>
internal sealed class PathPattern
{
    private const string NumberDetail = "number"; // after a name's colon: one or more digits

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _text;
    private readonly IReadOnlyList<(string Plain, string? Name, string Detail)> _parts;
    private readonly Regex _regex;

    /// <summary>The pattern of a text.</summary>
    /// <exception cref="DescribedException">The text is no pattern.</exception>
    public PathPattern(string text)
    {
        if (text.Length == 0 || text.StartsWith('/') || text.EndsWith('/') || text.Contains('\\', StringComparison.Ordinal) || text.Split('/').Any(static s => s is "" or "." or ".."))
        {
            throw new DescribedException($"\"{text}\"", "this is no path below a folder", "separate folders by single slashes, and name the file without its ending");
        }

        (_text, _parts) = (text, CaptureText.Parts(text));
        List<string> names = [];
        StringBuilder regex = new("^");
        foreach ((string plain, string? name, string detail) in _parts)
        {
            if (name is null)
            {
                regex.Append(Glob(plain));
            }
            else if (names.Contains(name))
            {
                regex.Append(@"\k<").Append(name).Append('>');
            }
            else
            {
                names.Add(name);
                string allowed = detail.Length == 0 ? "[^/]+" : detail == NumberDetail ? "[0-9]+" : string.Join('|', detail.Split('|').Select(static d => Glob(d, digits: true)));
                regex.Append("(?<").Append(name).Append('>').Append(allowed).Append(')');
            }
        }

        _regex = new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Patience);
        Names = names;
    }

    /// <summary>The names that a match gives texts to, in their order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The texts that a path gives the names; null where the path does not match.</summary>
    /// <param name="path">A path relative to the source, separated by slashes, without ending.</param>
    public IReadOnlyDictionary<string, string>? Match(string path)
    {
        Match match = _regex.Match(path);
        return match.Success ? Names.ToDictionary(static n => n, n => match.Groups[n].Value, StringComparer.Ordinal) : null;
    }

    /// <summary>The images of a folder that match, in the order of their paths.</summary>
    public IReadOnlyList<PatternMatch> Find(SourceTree tree) =>
        [.. tree.Images.Select(image => (Texts: Match(image.Path), image.Image)).Where(static m => m.Texts is not null).Select(static m => new PatternMatch(m.Texts!, m.Image))];

    /// <summary>The folders of pictures that match, in the order of their paths.</summary>
    public IReadOnlyList<PatternMatch> FindStacks(SourceTree tree) =>
        [.. tree.Stacks.Select(stack => (Texts: Match(stack.Path), stack.Stack)).Where(static m => m.Texts is not null).Select(static m => new PatternMatch(m.Texts!, m.Stack.Pictures[0]) { Stack = m.Stack })];

    /// <summary>The pattern with texts in the place of their names, for messages.</summary>
    public string With(IReadOnlyDictionary<string, string> texts) =>
        string.Concat(_parts.Select(part => part.Name is null ? part.Plain : texts.GetValueOrDefault(part.Name) ?? $"{{{part.Name}}}"));

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => _text;

    private static string Glob(string text, bool digits = false)
    {
        string regex = Regex.Escape(text).Replace(@"\*\*/", "(?:[^/]+/)*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return digits ? regex.Replace(@"\#", "[0-9]", StringComparison.Ordinal) : regex;
    }
}

/// <summary>An image that a pattern matches, or a folder of pictures.</summary>
/// <param name="Texts">The texts of the pattern's names.</param>
/// <param name="Image">The image; of a folder, the first picture.</param>
internal sealed record PatternMatch(IReadOnlyDictionary<string, string> Texts, ImageLocation Image)
{
    /// <summary>The folder of pictures; null for an image.</summary>
    public PictureStack? Stack { get; init; }
}
