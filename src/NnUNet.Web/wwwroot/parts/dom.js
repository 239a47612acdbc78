// Elements, answers of the program, numbers for people, tables that sort.

/** An element with attributes (a function is a listener) and children. Text is never read as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
}

/** What an address of the program answers; an error has the program's own words. */
export async function get(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => null);
  throw new Error(told?.detail ?? `${address}: ${answer.status} ${answer.statusText}`);
}

export const failure = error => element("p", { class: "bad", role: "alert" }, error.message ?? String(error));
export const empty = text => element("p", { class: "faint" }, text);
export const number = (value, digits = 3) => value === null || value === undefined ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
export const percent = value => value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)} %`;

/** Seconds as a person says them. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !isFinite(seconds)) return "–";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/**
 * A table that sorts by a click on a column's head. Columns: { name, value: row => number or text, cell?: row => node or text, isNumber?, sorted?: "ascending" | "descending" }.
 * What has no value stands at the end either way.
 */
export function table(columns, rows, caption) {
  const body = element("tbody");
  const heads = columns.map((column, index) => element("th", { scope: "col", class: column.isNumber ? "number" : null, "aria-sort": column.sorted ?? "none" },
    element("button", { type: "button", click: () => sort(index) }, column.name)));
  const fill = ordered => body.replaceChildren(...ordered.map(row => element("tr", {}, columns.map(column => {
    const shown = column.cell ? column.cell(row) : column.value(row);
    return element("td", { class: column.isNumber ? "number" : column.wraps ? "wrap" : null }, shown === null || shown === undefined ? "–" : shown);
  }))));
  function sort(index, direction) {
    direction ??= heads[index].getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const head of heads) head.setAttribute("aria-sort", "none");
    heads[index].setAttribute("aria-sort", direction);
    const value = columns[index].value, sign = direction === "ascending" ? 1 : -1;
    const missing = v => v === null || v === undefined || Number.isNaN(v);
    fill([...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (missing(x) || missing(y)) return missing(x) - missing(y);
      return sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true }));
    }));
  }
  const first = columns.findIndex(column => column.sorted);
  if (first >= 0) sort(first, columns[first].sorted); else fill(rows);
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, element("table", {}, element("caption", { class: "faint" }, caption), element("thead", {}, element("tr", {}, heads)), body));
}
