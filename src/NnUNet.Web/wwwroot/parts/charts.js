// Charts: lines over x. Drawn by uPlot where it lies beside the page (zoom by dragging), else by our own simple drawing (no zoom).
// Behind each chart stands its table, for keyboards and screen readers.
import { element } from "./dom.js";

let library = null;

/** uPlot, or null where it is not there; asked for once. */
function plotter() {
  library ??= (async () => {
    try {
      const module = await import("/lib/uplot/uPlot.esm.js");
      const style = element("link", { rel: "stylesheet", href: "/lib/uplot/uPlot.min.css" });
      await new Promise(done => { style.addEventListener("load", done); style.addEventListener("error", done); document.head.append(style); });
      return module.default;
    } catch {
      return null;
    }
  })();
  return library;
}

/** Whether charts can be zoomed here. */
export const zooms = async () => await plotter() !== null;

// Colours that differ in lightness too, so that they can be told apart without colour; those of the dark theme are lighter.
const light = ["#1f6fd6", "#c2410c", "#15803d", "#9333ea", "#b91c6b", "#0e7490", "#a16207", "#475569"];
const dark = ["#6cabff", "#ff9a62", "#5fd38d", "#c79bff", "#ff8cc6", "#5fd0e6", "#e6c35c", "#a9b6c8"];
const dashes = [[], [8, 4], [2, 4], [10, 4, 2, 4]];
const isDark = () => document.documentElement.dataset.theme === "dark";
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The colour of a series. */
export const colour = index => (isDark() ? dark : light)[index % light.length];

const finite = v => v !== null && v !== undefined && Number.isFinite(v);
const digits = (value, extent) => {
  if (!finite(value)) return "–";
  const size = Math.max(Math.abs(extent ?? value), 1e-12);
  return size >= 1000 ? value.toLocaleString("en", { maximumFractionDigits: 0 }) : size >= 0.01 ? value.toLocaleString("en", { maximumFractionDigits: Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(size)))) }) : value.toPrecision(3);
};

/**
 * A chart of lines: `{ title, x: { name, values }, y: { name, least?, most? }, series: [{ name, values, colour?, dash?, points? }] }`; a value that is
 * null leaves a gap. `update(data)` shows other values and keeps the zoom. The element's `close()` must be called at its end; `signal` does.
 */
export function chart(first, signal) {
  let data = first, plot = null, ours = false, zoomed = false, closed = false;
  const place = element("div", { class: "chart" });
  const reset = element("button", { type: "button", class: "small", hidden: true, click: () => whole() }, "Whole range");
  const note = element("p", { class: "faint small" });
  const body = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Values of ${data.title}` });
  const values = element("details", { toggle: () => { if (values.open) fill(); } }, element("summary", {}, "Values as a table"), body);
  const escape = event => { if (event.key === "Escape" && zoomed) whole(); };
  const figure = element("figure", { class: "figure" },
    element("figcaption", { class: "figure-head" }, element("span", {}, data.title), reset), place, note, values);
  const seriesColour = (one, index) => one.colour === undefined ? colour(index) : typeof one.colour === "number" ? colour(one.colour) : one.colour;

  const told = (value, extent) => finite(value) && data.y.isShare ? `${+(100 * value).toFixed(extent !== undefined && extent < 0.02 ? 2 : 1)} %` : digits(value, extent);

  function fill() {
    const rows = data.x.values.map((x, i) => element("tr", {}, element("td", { class: "number" }, digits(x)), data.series.map(one => element("td", { class: "number" }, told(one.values[i])))));
    const most = 1500;
    body.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, element("th", { class: "number", scope: "col" }, data.x.name), data.series.map(one => element("th", { class: "number", scope: "col" }, one.name)))),
      element("tbody", {}, rows.slice(-most))), ...(rows.length > most ? [element("p", { class: "faint" }, `the last ${most} of ${rows.length}`)] : []));
  }

  function whole() {
    zoomed = false;
    reset.hidden = true;
    plot?.setData([data.x.values, ...data.series.map(one => one.values)], true);
  }

  function options(width) {
    const axis = { stroke: css("--faint"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif", labelSize: 18 };
    return {
      width, height: 260,
      cursor: { drag: { x: true, y: false, uni: 20 }, points: { size: 7 } },
      scales: { x: { time: false }, y: { range: (u, low, high) => range(low, high) } },
      axes: [
        { ...axis, label: data.x.name, ...(data.x.values.every(Number.isInteger) ? { incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000] } : {}) },
        { ...axis, size: 58, values: (u, ticks) => ticks.map(t => told(t, Math.max(...ticks.map(Math.abs)))) }],
      legend: { live: true, markers: { fill: (u, i) => u.series[i]._stroke ?? "transparent" } },
      hooks: { setSelect: [u => { if (u.select.width > 0) { zoomed = true; reset.hidden = false; } }] },
      series: [{ label: data.x.name, value: (u, v) => v === null || v === undefined ? "–" : String(v) }, ...data.series.map((one, index) => ({
        label: one.name, stroke: seriesColour(one, index), width: 1.8, dash: dashes[(one.dash ?? 0) % dashes.length], spanGaps: false, value: (u, v) => told(v),
        points: { show: data.x.values.length < 40 || one.points === true, size: data.x.values.length > 500 ? 3 : 5, fill: seriesColour(one, index) },
        ...(one.points === true ? { paths: () => null } : {}),
      }))],
    };
  }

  function range(low, high) {
    if (!finite(low) || !finite(high)) return [data.y.least ?? 0, data.y.most ?? 1];
    const margin = Math.max((high - low) * 0.06, Math.abs(high) * 0.002, 1e-9);
    return [Math.max(low - margin, data.y.least ?? -Infinity), Math.min(high + margin, data.y.most !== undefined && high <= data.y.most ? Math.max(data.y.most, high) : Infinity)];
  }

  async function draw() {
    const UPlot = await plotter();
    if (closed) return;
    plot?.destroy();
    plot = null;
    const width = Math.max(240, Math.floor(place.clientWidth || 600));
    if (!UPlot) {
      ours = true;
      note.textContent = "Drawn without the charting library: no zoom.";
      place.replaceChildren(simple(data, width, range, seriesColour));
      return;
    }
    note.textContent = "";
    place.replaceChildren();
    plot = new UPlot(options(width), [data.x.values, ...data.series.map(one => one.values)], place);
    plot.over.addEventListener("dblclick", whole);
  }

  const resize = new ResizeObserver(() => {
    const width = Math.max(240, Math.floor(place.clientWidth));
    if (plot && plot.width !== width) plot.setSize({ width, height: 260 });
    else if (ours) place.replaceChildren(simple(data, width, range, seriesColour));
  });
  const theme = () => { draw(); };
  document.addEventListener("themechange", theme);
  document.addEventListener("keydown", escape);
  figure.close = () => {
    closed = true;
    plot?.destroy();
    resize.disconnect();
    document.removeEventListener("themechange", theme);
    document.removeEventListener("keydown", escape);
  };
  signal?.addEventListener("abort", figure.close, { once: true });
  figure.update = next => {
    const same = plot && next.series.length === data.series.length && next.series.every((one, i) => one.name === data.series[i].name && one.colour === data.series[i].colour) && (next.x.values.length < 40) === (data.x.values.length < 40);
    data = next;
    if (values.open) fill();
    if (!same) { zoomed = false; reset.hidden = true; draw(); return; }
    plot.setData([data.x.values, ...data.series.map(one => one.values)], !zoomed);
    if (zoomed) plot.redraw();
  };
  // The place has its width only once it stands in the page.
  requestAnimationFrame(() => { if (!closed) { draw(); resize.observe(place); } });
  return figure;
}

/** Round numbers of a range, about so many. */
function ticks(low, high, count, least = 0) {
  const raw = Math.max((high - low) / count, 1e-12), size = 10 ** Math.floor(Math.log10(raw)), step = Math.max(least, [1, 2, 5, 10].find(s => s * size >= raw) * size), made = [];
  for (let i = Math.ceil(low / step); i * step <= high + 1e-9 * step; i++) made.push(+(i * step).toPrecision(12));
  return made;
}

/** Our own drawing: axes, lines, a legend. */
function simple(data, width, range, seriesColour) {
  const height = 240, left = 58, right = 12, top = 10, bottom = 36;
  const svg = (name, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const xs = data.x.values.filter(finite), all = data.series.flatMap(one => one.values).filter(finite);
  const frame = svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img", "aria-label": data.title });
  if (xs.length > 0 && all.length > 0) {
    const [x0, x1] = [Math.min(...xs), Math.max(...xs)], [y0, y1] = range(Math.min(...all), Math.max(...all));
    const x = v => left + (x1 > x0 ? (v - x0) / (x1 - x0) : 0.5) * (width - left - right);
    const y = v => height - bottom - (y1 > y0 ? (v - y0) / (y1 - y0) : 0.5) * (height - top - bottom);
    for (const v of ticks(y0, y1, 6)) {
      frame.append(svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: "var(--line)" }), svg("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end", "font-size": 11, fill: "var(--faint)" }, data.y.isShare ? `${+(100 * v).toFixed(2)} %` : digits(v, Math.max(Math.abs(y0), Math.abs(y1)))));
    }
    for (const v of x1 > x0 ? ticks(x0, x1, 6, data.x.values.every(Number.isInteger) ? 1 : 0) : [x0]) frame.append(svg("text", { x: x(v), y: height - bottom + 16, "text-anchor": "middle", "font-size": 11, fill: "var(--faint)" }, digits(v)));
    frame.append(svg("text", { x: (left + width) / 2, y: height - 4, "text-anchor": "middle", "font-size": 11, fill: "var(--faint)" }, data.x.name));
    data.series.forEach((one, index) => {
      let path = "", gap = true;
      const stroke = seriesColour(one, index);
      one.values.forEach((v, i) => {
        if (!finite(v) || !finite(data.x.values[i])) { gap = true; return; }
        path += `${gap ? "M" : "L"}${x(data.x.values[i]).toFixed(1)} ${y(v).toFixed(1)}`;
        gap = false;
        if (one.points === true || data.x.values.length < 40) frame.append(svg("circle", { cx: x(data.x.values[i]), cy: y(v), r: 2.5, fill: stroke }));
      });
      if (path && one.points !== true) frame.append(svg("path", { d: path, fill: "none", stroke, "stroke-width": 1.8, "stroke-dasharray": dashes[(one.dash ?? 0) % dashes.length].join(" ") }));
    });
  } else frame.append(svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle", fill: "var(--faint)" }, "no values yet"));
  return element("div", {}, frame, element("ul", { class: "legend" }, data.series.map((one, index) => element("li", {}, element("span", { class: "swatch", style: `background:${seriesColour(one, index)}` }), one.name))));
}

/** Bars of shares of 0 to 1 as a small picture within a table's cell. */
export function bar(value, most = 1) {
  if (!finite(value)) return element("span", { class: "faint" }, "–");
  return element("span", { class: "bar", "aria-hidden": "true" }, element("span", { style: `width:${(100 * Math.max(0, Math.min(1, value / most))).toFixed(1)}%` }));
}
