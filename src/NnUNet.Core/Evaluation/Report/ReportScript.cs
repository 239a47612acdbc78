namespace NnUNet.Core.Evaluation.Report;

/// <summary>Makes the page's tables sortable; without scripts the page shows the same in the order of the file.</summary>
internal static class ReportScript
{
    /// <summary>The script: no other files, nothing is stored. It has no "&amp;" and no "&lt;", so that the page stays well-formed XML.</summary>
    public const string Js = """
        (function () {
          function value(row, column) {
            var words = row.cells[column].textContent.trim(), number = parseFloat(words.replace('−', '-'));
            return { words: words, number: words === '–' || words === '' ? null : number };
          }
          function compare(a, b, down) {
            if (a.number === null || b.number === null) return (a.number === null ? 1 : 0) - (b.number === null ? 1 : 0);
            // What is no number differs from itself.
            var numeric = [a, b].every(function (entry) { return entry.number === entry.number; });
            var order = numeric ? a.number - b.number || a.words.localeCompare(b.words) : a.words.localeCompare(b.words, undefined, { numeric: true });
            return down ? -order : order;
          }
          document.querySelectorAll('table').forEach(function (table) {
            // Tables that are laid out as cards on small screens stay tables for screen readers.
            table.setAttribute('role', 'table');
            table.querySelectorAll('thead, tbody').forEach(function (part) { part.setAttribute('role', 'rowgroup'); });
            table.querySelectorAll('tr').forEach(function (row) { row.setAttribute('role', 'row'); });
            table.querySelectorAll('td').forEach(function (cell) { cell.setAttribute('role', 'cell'); });
            table.querySelectorAll('tbody th').forEach(function (cell) { cell.setAttribute('role', 'rowheader'); });
            var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
            heads.forEach(function (head, column) {
              var button = document.createElement('button');
              head.setAttribute('role', 'columnheader');
              button.type = 'button';
              button.title = 'Sort';
              while (head.firstChild) button.appendChild(head.firstChild);
              head.appendChild(button);
              button.addEventListener('click', function () {
                var down = head.getAttribute('aria-sort') === 'ascending';
                heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
                head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
                table.classList.add('sorted');
                Array.from(body.rows)
                  .map(function (row) { return { row: row, value: value(row, column) }; })
                  .sort(function (a, b) { return compare(a.value, b.value, down); })
                  .forEach(function (entry) { body.appendChild(entry.row); });
              });
            });
          });
        })();
        """;
}
