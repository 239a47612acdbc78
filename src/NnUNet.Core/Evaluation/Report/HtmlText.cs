using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace NnUNet.Core.Evaluation.Report;

/// <summary>Helpers for writing HTML.</summary>
internal static partial class HtmlText
{
    /// <summary>Text with the characters escaped that mean something in HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate with two digits.</summary>
    public static string Point(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A score for people: four digits of a ratio, three of a quantity; a dash where it is not defined.</summary>
    public static string Score(double value, string unit) => double.IsNaN(value)
        ? "–"
        : value.ToString(unit switch { "" => "0.0000", "voxels" => "0", _ => "0.000" }, CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A row of a table; small screens show it as a card, on which each value has its column's name.</summary>
    /// <param name="html">Where to write.</param>
    /// <param name="head">The first cell.</param>
    /// <param name="structure">The second cell, a structure's name; null where there is none.</param>
    /// <param name="cells">The columns' heads as HTML, and the values.</param>
    /// <param name="first">Whether a group of rows begins.</param>
    public static StringBuilder Row(this StringBuilder html, string head, string? structure, IEnumerable<(string Column, string Value)> cells, bool first)
    {
        html.Append(first ? "<tr class=\"first\">" : "<tr>").Append("<th scope=\"row\">").Append(head).Append("</th>");
        if (structure is not null) html.Append("<td class=\"left\">").Append(structure).Append("</td>");
        foreach ((string column, string value) in cells) html.Append("<td data-label=\"").Append(Words(column)).Append("\">").Append(value).Append("</td>");
        return html.Append("</tr>\n");
    }

    /// <summary>HTML without its tags.</summary>
    private static string Words(string html) => Tags().Replace(html, "");

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    /// <summary>The head of a table; the column of structures is aligned left, as their names are.</summary>
    public static StringBuilder Head(this StringBuilder html, params IEnumerable<string> cells)
    {
        html.Append("<thead><tr>");
        foreach (string cell in cells) html.Append(cell == "structure" ? "<th scope=\"col\" class=\"left\">" : "<th scope=\"col\">").Append(cell).Append("</th>");
        return html.Append("</tr></thead>\n");
    }
}
