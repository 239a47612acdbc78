using System.Globalization;
using System.Net;
using System.Text;

namespace NnUNet.Core.Evaluation.Report;

/// <summary>Helpers for writing HTML.</summary>
internal static class HtmlText
{
    /// <summary>Text with the characters escaped that mean something in HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A coordinate with two digits.</summary>
    public static string Point(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A score for people: four digits of a ratio, three of a quantity; a dash where it is not defined.</summary>
    public static string Score(double value, string unit) => double.IsNaN(value)
        ? "–"
        : value.ToString(unit switch { "" => "0.0000", "voxels" => "0", _ => "0.000" }, CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A row of a table; the first cell is its head.</summary>
    public static StringBuilder Row(this StringBuilder html, string head, IEnumerable<string> cells)
    {
        html.Append("<tr><th scope=\"row\">").Append(head).Append("</th>");
        foreach (string cell in cells) html.Append("<td>").Append(cell).Append("</td>");
        return html.Append("</tr>\n");
    }

    /// <summary>The head of a table; the column of structures is aligned left, as their names are.</summary>
    public static StringBuilder Head(this StringBuilder html, params IEnumerable<string> cells)
    {
        html.Append("<thead><tr>");
        foreach (string cell in cells) html.Append(cell == "structure" ? "<th scope=\"col\" class=\"left\">" : "<th scope=\"col\">").Append(cell).Append("</th>");
        return html.Append("</tr></thead>\n");
    }
}
