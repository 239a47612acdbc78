// Long tables: sorted and filtered in memory, shown page by page, so that ten thousand cases do not hold up the browser.
import { element } from "./dom.js";

const missing = v => v === null || v === undefined || Number.isNaN(v);

/**
 * A table whose head sorts, with a page of rows at a time. Columns as `table` of dom.js has them, with `title?` for a longer explanation of the head;
 * `key: row => text` keeps the focus where rows are replaced; `filter: row => text` adds a field that filters. The element's `update(rows)` shows
 * others and keeps order, filter and page.
 */
export function pagedTable(columns, first, caption, { size = 50, key = null, filter = null, rowClass = null } = {}) {
  let rows = first, page = 0, words = "";
  let order = Math.max(0, columns.findIndex(column => column.sorted)), direction = columns[order].sorted ?? null;
  const body = element("tbody");
  const heads = columns.map((column, index) => element("th", { scope: "col", class: column.isNumber ? "number" : null, "aria-sort": column.sorted ?? "none", title: column.title },
    column.name === "" ? element("span", { class: "hidden" }, column.title ?? "") : element("button", { type: "button", click: () => sort(index) }, column.name)));
  const place = element("span", { class: "faint", "aria-live": "polite" });
  const back = element("button", { type: "button", click: () => { page--; fill(); } }, "‹ Back");
  const on = element("button", { type: "button", click: () => { page++; fill(); } }, "On ›");
  const field = filter && element("input", { type: "search", placeholder: "Filter", "aria-label": `Filter: ${caption}`, input: () => { words = field.value.toLowerCase(); page = 0; fill(); } });
  const tools = element("div", { class: "tools" }, field, back, on, place);

  function sort(index) {
    direction = order === index && direction === "ascending" ? "descending" : order === index && direction === "descending" ? "ascending" : columns[index].isNumber && columns[index].highFirst ? "descending" : "ascending";
    order = index;
    page = 0;
    for (const head of heads) head.setAttribute("aria-sort", "none");
    heads[index].setAttribute("aria-sort", direction);
    fill();
  }

  function fill() {
    const kept = words && filter ? rows.filter(row => filter(row).toLowerCase().includes(words)) : rows;
    const { value } = columns[order], sign = direction === "descending" ? -1 : 1;
    const ordered = !direction ? kept : [...kept].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (missing(x) || missing(y)) return missing(x) - missing(y);
      return sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true }));
    });
    const pages = Math.max(1, Math.ceil(ordered.length / size));
    page = Math.max(0, Math.min(page, pages - 1));
    const focused = document.activeElement?.closest?.("tr")?.dataset?.key, inside = body.contains(document.activeElement);
    body.replaceChildren(...ordered.slice(page * size, (page + 1) * size).map(row => element("tr", { "data-key": key?.(row), class: rowClass?.(row) }, columns.map(column => {
      const shown = column.cell ? column.cell(row) : column.value(row);
      return element("td", { class: column.isNumber ? "number" : column.wraps ? "wrap" : null }, missing(shown) ? "–" : shown);
    }))));
    if (inside && focused) [...body.rows].find(row => row.dataset.key === focused)?.querySelector("input, a, button")?.focus();
    back.disabled = page === 0;
    on.disabled = page >= pages - 1;
    place.textContent = ordered.length === 0 ? "nothing" : pages === 1 ? `${ordered.length}` : `${page * size + 1} – ${Math.min((page + 1) * size, ordered.length)} of ${ordered.length}`;
    tools.hidden = pages === 1 && rows.length <= 12 && !words;
    for (const button of [back, on]) button.hidden = pages === 1;
  }

  fill();
  const made = element("div", {}, tools, element("p", { class: "faint small caption", "aria-hidden": "true" }, caption), element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element("table", {}, element("caption", { class: "hidden" }, caption), element("thead", {}, element("tr", {}, heads)), body)));
  made.update = next => { rows = next; fill(); };
  return made;
}

/** Where a case is seen. */
export const viewerAddress = (task, name, prediction) =>
  `#/viewer?${new URLSearchParams({ task, case: name, ...(prediction ? { prediction } : {}) })}`;

/** A command that can be copied. */
export function command(text) {
  const button = element("button", { type: "button", class: "small", click: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(shown);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } }, "Copy");
  const shown = element("code", {}, text);
  return element("div", { class: "command" }, element("pre", { tabindex: "0" }, shown), button);
}

/** Smallest, middle and largest of numbers. */
export function spread(values) {
  const there = values.filter(v => !missing(v)).sort((a, b) => a - b);
  if (there.length === 0) return null;
  const middle = there.length % 2 ? there[(there.length - 1) / 2] : (there[there.length / 2 - 1] + there[there.length / 2]) / 2;
  return { least: there[0], middle, most: there[there.length - 1], count: there.length };
}

/** A number with as many digits as it needs. */
export function short(value) {
  if (missing(value)) return "–";
  const size = Math.abs(value);
  return value.toLocaleString("en", { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 6 });
}
