// Any case of the workspace: image, reference, prediction and their difference, in three planes and 3D by NiiVue, or as pictures by the program.
import { element, empty, failure, get, number, percent } from "../parts/dom.js";
import { layers, openScene } from "../parts/scene.js";
import { openSlices } from "../parts/slices.js";
import { load } from "../parts/transfer.js";

const names = { reference: "Reference", prediction: "Prediction", difference: "Difference" };
const keys = [
  ["↑ ↓", "one slice towards head or feet (in pictures: to the next or previous slice)"],
  ["← →", "one slice towards the patient's right or left"],
  ["Page up, Page down", "one slice towards front or back"],
  ["N, B", "the next case, the one before"],
  ["R, P, D", "reference, prediction, difference on or off"],
  ["1 to 5", "all planes and 3D, axial, coronal, sagittal, 3D"],
];

export async function show(root, { query }, signal) {
  root.append(element("h1", {}, "Viewer"));
  const tasks = await get("/api/viewer/tasks", signal);
  if (tasks.length === 0) return root.append(empty("There are no raw images in this workspace."));
  const wanted = query.get("task");
  if (wanted && !tasks.includes(wanted)) root.append(failure(new Error(`There is no task ${wanted} with raw images here.`)));
  await new Viewer(root, tasks, query, signal).open(tasks.includes(wanted) ? wanted : tasks[0]);
}

class Viewer {
  constructor(root, tasks, query, signal) {
    Object.assign(this, { root, query, signal, opacity: { reference: 1, prediction: 1, difference: 1 }, on: { reference: false, prediction: true, difference: false }, view: 0, pictures: query.has("pictures") });
    this.task = choice("Task", tasks, () => this.open(this.task.value));
    this.caseId = choice("Case", [], () => this.#openCase());
    this.channel = choice("Channel", [], () => this.#openCase());
    this.prediction = choice("Prediction", [], () => this.#openCase());
    this.viewChoice = choice("View", [], () => this.#setView(this.viewChoice.selectedIndex));
    this.state = element("p", { class: "faint", role: "status" });
    this.progress = element("progress", { hidden: true, max: "1", value: "0", "aria-label": "Loading" });
    this.scene = element("div", { class: "scene", tabindex: "0", role: "application", "aria-label": "Image with segmentations; arrow keys move through the slices", "aria-describedby": "viewer-keys" });
    this.place = element("p", { class: "faint place", "aria-live": "off" }, "–");
    this.windowPanel = element("div", { class: "panel" });
    this.layerPanel = element("div", { class: "panel" });
    this.labelPanel = element("div", { class: "panel" });
    this.numbers = element("div", { class: "panel" });
    const step = by => element("button", { type: "button", click: () => this.#step(by), "aria-label": by > 0 ? "Next case" : "Case before" }, by > 0 ? "▶" : "◀");
    root.append(
      element("div", { class: "tools" }, [this.task, this.caseId, this.channel, this.prediction, this.viewChoice].map(c => c.parentElement), step(-1), step(1)),
      this.state, this.progress,
      element("div", { class: "viewer" },
        element("div", {}, this.scene, this.place),
        element("div", {}, this.windowPanel, this.layerPanel, this.labelPanel)),
      this.numbers,
      element("details", { class: "panel", id: "viewer-keys" }, element("summary", {}, "Keys, while the image has the focus"), element("dl", {}, keys.map(([key, what]) => [element("dt", {}, key), element("dd", {}, what)]))));
    // Before NiiVue hears of them, which has keys of its own.
    for (const kind of ["keydown", "keyup"]) this.scene.addEventListener(kind, event => this.#key(event), { capture: true });
    signal.addEventListener("abort", () => this.drawn?.close());
  }

  async open(task) {
    this.task.value = task;
    this.told = await get(`/api/viewer/task?${new URLSearchParams({ task })}`, this.signal);
    this.labels = this.told.labels.map(label => ({ ...label, on: true, opacity: 0.6 }));
    this.differences = this.told.differences.map(label => ({ ...label, opacity: 0.8 }));
    fill(this.caseId, this.told.cases.map(c => [c.id, c.is_test ? `${c.id} (test)` : c.id]));
    fill(this.channel, this.told.channels.map((name, index) => [String(index), name]));
    this.channel.parentElement.hidden = this.told.channels.length < 2;
    if (this.told.cases.length === 0) return this.#say("The task has no cases.");
    const wanted = this.query.get("case"), predictions = this.told.predictions;
    // Without a word about it, a case is shown of which there is something to see.
    const first = predictions.length > 0 ? predictions.at(-1).cases[0] : this.told.cases[0].id;
    this.caseId.value = this.told.cases.some(c => c.id === wanted) ? wanted : first;
    if (this.query.has("channel")) this.channel.value = this.query.get("channel");
    if (this.channel.selectedIndex < 0) this.channel.selectedIndex = 0;
    this.wanted = this.query.get("prediction");
    this.query = new URLSearchParams(); // said once
    await this.#openCase();
  }

  get #row() { return this.told.cases.find(c => c.id === this.caseId.value); }

  #address(kind, more = {}) {
    const query = { task: this.task.value, case: this.caseId.value, channel: this.channel.value || "0", prediction: this.prediction.value, ...more };
    return `/api/viewer/${kind}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""))}`;
  }

  async #openCase() {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    const signal = AbortSignal.any([this.signal, loading.signal]);
    this.root.dataset.state = "loading";
    try {
      this.#fillPredictions();
      this.#remember();
      this.info = await get(this.#address("case"), signal);
      await this.#open(signal);
      if (!signal.aborted) await this.#count(signal);
      if (!signal.aborted) this.root.dataset.state = "ready";
    } catch (error) {
      if (signal.aborted) return;
      this.progress.hidden = true;
      this.state.replaceChildren(failure(error));
      this.root.dataset.state = "failed";
    }
  }

  /** Those that have the case; the one that is shown stays where it can. */
  #fillPredictions() {
    const there = this.told.predictions.filter(p => p.cases.includes(this.caseId.value));
    // An address may name the segmentation's file: that of the case in one of the folders is meant.
    const folder = there.find(p => this.wanted?.startsWith(`${p.path}/`) && !this.wanted.slice(p.path.length + 1).includes("/"));
    if (folder) this.wanted = folder.path;
    const before = this.wanted ?? this.prediction.value;
    fill(this.prediction, [...there.map(p => [p.path, p.name]), ["", "none"]]);
    if (this.wanted && !there.some(p => p.path === this.wanted)) this.prediction.append(element("option", { value: this.wanted }, this.wanted));
    this.prediction.value = before || there.at(-1)?.path || "";
    if (this.prediction.selectedIndex < 0) this.prediction.value = there.at(-1)?.path ?? "";
    this.wanted = null;
  }

  /** The address of what is shown, for a link or a bookmark. */
  #remember() {
    const query = new URLSearchParams({ task: this.task.value, case: this.caseId.value });
    if (this.channel.selectedIndex > 0) query.set("channel", this.channel.value);
    if (this.prediction.value) query.set("prediction", this.prediction.value);
    if (this.pictures) query.set("pictures", "1");
    history.replaceState(null, "", `#/viewer?${query}`);
  }

  async #open(signal) {
    this.#say("Loading…");
    let reason = this.pictures ? "as the address asks for it" : null;
    if (!reason) {
      try {
        this.volumes ??= await openScene(this.scene);
        if (!this.volumes.fits(this.info.extent)) reason = "the image is larger than this browser's graphics can hold";
      } catch (error) {
        reason = error.message;
      }
    }
    if (signal.aborted) return;
    if (reason) await this.#openPictures(reason, signal);
    else await this.#openVolumes(signal);
    if (signal.aborted) return;
    this.drawn.onLocation = place => this.#located(place);
    this.drawn.tell();
    fill(this.viewChoice, this.drawn.views.map((name, index) => [String(index), name]));
    // Of an image of one slice there is only that to see.
    if (!reason && this.info.planes.length === 1) this.view = 1;
    this.#setView(Math.min(this.view, this.drawn.views.length - 1));
    this.#showWindow();
    this.#showLayers(!reason);
    this.#showLabels(!reason);
  }

  async #openPictures(reason, signal) {
    this.pictures = true;
    this.volumes?.close();
    this.volumes = null;
    const range = await get(this.#address("window"), signal);
    this.drawn = openSlices(this.scene, this.info.planes, query => this.#address("slice.png", query), range);
    this.#say(`Pictures drawn by the program instead of volumes: ${reason}. The prediction is tinted; the reference is the dashed line.`);
  }

  async #openVolumes(signal) {
    this.drawn = this.volumes;
    const image = await this.#load("image", signal);
    if (signal.aborted) return;
    await this.volumes.setImage(image);
    // What can be seen at once comes first; the rest is loaded when it is switched on.
    if (!this.prediction.value) this.on.reference = this.#row.has_reference;
    for (const layer of layers) if (this.on[layer] && this.#has(layer)) await this.#loadLayer(layer, signal);
    if (signal.aborted) return;
    this.volumes.goTo(this.on.prediction && this.#has("prediction") ? "prediction" : "reference");
    this.#say(`${this.info.extent.toReversed().join(" × ")} voxels of ${this.info.spacing_mm.toReversed().map(mm => number(mm, 2)).join(" × ")} mm (x, y, z)`);
  }

  #has(layer) {
    const { prediction } = this, reference = this.#row.has_reference;
    return layer === "reference" ? reference : layer === "prediction" ? prediction.value !== "" : reference && prediction.value !== "";
  }

  async #load(kind, signal) {
    this.progress.hidden = false;
    this.progress.removeAttribute("value");
    const megabytes = bytes => (bytes / 1e6).toFixed(1);
    try {
      return await load(this.#address(kind), signal, ({ done, total }) => {
        if (total) this.progress.value = done / total;
        this.#say(`Loading the ${kind}: ${megabytes(done)} of ${total ? megabytes(total) : "?"} MB`);
      });
    } finally {
      if (!signal.aborted) this.progress.hidden = true;
    }
  }

  async #loadLayer(layer, signal) {
    const bytes = await this.#load(layer, signal);
    if (!signal.aborted) await this.volumes.setLabels(layer, bytes, this.#table(layer), this.on[layer] ? this.opacity[layer] : 0);
  }

  #table(layer) {
    return layer === "difference" ? this.differences : this.labels.map(label => ({ ...label, opacity: label.on ? label.opacity : 0 }));
  }

  async #setLayer(layer, on) {
    this.on[layer] = on;
    if (this.pictures) return this.drawn.setOpacity(layer, on ? 1 : 0);
    const state = this.state.textContent;
    if (on && !this.volumes.shown[layer]) {
      this.root.dataset.state = "loading";
      const signal = AbortSignal.any([this.signal, this.loading.signal]);
      try {
        await this.#loadLayer(layer, signal);
        this.#say(state);
        this.root.dataset.state = "ready";
      } catch (error) {
        if (!signal.aborted) this.state.replaceChildren(failure(error));
      }
    }
    this.volumes.setOpacity(layer, on ? this.opacity[layer] : 0);
    this.volumes.tell();
  }

  #setView(index) {
    this.view = index;
    this.viewChoice.selectedIndex = index;
    this.drawn.setView(index);
  }

  #step(by) {
    const count = this.caseId.options.length;
    this.caseId.selectedIndex = (this.caseId.selectedIndex + by + count) % count;
    this.#openCase();
  }

  #key(event) {
    if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    event.stopPropagation();
    if (event.type !== "keydown" || !this.drawn) return;
    const moves = { ArrowUp: [0, 0, 1], ArrowDown: [0, 0, -1], ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], PageUp: [0, 1, 0], PageDown: [0, -1, 0] };
    const toggles = { r: "reference", p: "prediction", d: "difference" };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (moves[key]) this.drawn.move(...moves[key]);
    else if (toggles[key]) this.layerPanel.querySelector(`input[data-layer="${toggles[key]}"]`)?.click();
    else if (key === "n" || key === "b") this.#step(key === "n" ? 1 : -1);
    else if (key >= "1" && key <= String(this.drawn.views.length)) this.#setView(Number(key) - 1);
    else return;
    event.preventDefault();
  }

  #located(place) {
    if (place.text) return this.place.replaceChildren(place.text);
    const label = value => !value ? "background" : this.labels.find(l => l.value === value)?.name ?? `label ${value}`;
    const value = layer => layer === "difference" ? this.differences.find(l => l.value === place.values[layer])?.name ?? "none" : label(place.values[layer]);
    const shown = layers.filter(layer => place.values[layer] !== undefined).map(layer => `${names[layer].toLowerCase()} ${value(layer)}`);
    this.place.replaceChildren([
      `voxel ${place.voxel.map(Math.round).join(", ")}`, `${place.mm.map(mm => number(mm, 1)).join(", ")} mm (right, front, head)`, `value ${number(place.values.image, 1)}`, ...shown].join(" · "));
  }

  #showWindow() {
    const { low, high, minimum, maximum } = this.drawn.range, span = Math.max(maximum - minimum, 1e-6), step = String(span / 500);
    let [width, level] = [high - low, (high + low) / 2];
    const set = () => this.drawn.setWindow(level - width / 2, level + width / 2);
    const control = (name, value, least, most, take) => {
      const slider = element("input", { type: "range", min: String(least), max: String(most), step, value: String(value), "aria-label": `${name}, slider`, input: () => change(Number(slider.value)) });
      const field = element("input", { type: "number", step: "any", value: String(Number(value.toPrecision(5))), "aria-label": name, change: () => change(Number(field.value)) });
      const change = to => {
        if (!Number.isFinite(to)) return;
        take(to);
        [slider.value, field.value] = [String(to), String(Number(to.toPrecision(5)))];
        set();
      };
      return element("div", { class: "control" }, element("span", {}, name), slider, field);
    };
    this.windowPanel.replaceChildren(element("h2", {}, "Grey levels"),
      control("Window", width, span / 500, span, to => { width = Math.max(to, span / 5000); }),
      control("Level", level, minimum, maximum, to => { level = to; }));
  }

  #showLayers(hasOpacity) {
    const rows = layers.filter(layer => this.#has(layer) && (hasOpacity || layer === "prediction")).map(layer => {
      const box = element("input", { type: "checkbox", "data-layer": layer, checked: this.on[layer], change: () => this.#setLayer(layer, box.checked) });
      const slider = !hasOpacity ? null : element("input", { type: "range", min: "0", max: "1", step: "0.05", value: String(this.opacity[layer]), "aria-label": `Opacity of the ${layer}`, input: () => {
        this.opacity[layer] = Number(slider.value);
        if (this.on[layer]) this.drawn.setOpacity(layer, this.opacity[layer]);
      } });
      return element("div", { class: "control" }, element("label", {}, box, hasOpacity ? names[layer] : "Segmentations"), slider);
    });
    this.layerPanel.replaceChildren(element("h2", {}, "Layers"), ...(rows.length ? rows : [empty("There is no segmentation of this case.")]),
      ...(hasOpacity && this.#has("difference") ? [element("p", { class: "faint" }, "Difference: ", this.differences.map(d => [swatch(d.color), `${d.name} `]).flat())] : []));
  }

  #showLabels(hasOpacity) {
    const redraw = () => {
      for (const layer of ["reference", "prediction"]) this.drawn.setTable(layer, this.#table(layer));
      this.drawn.redraw();
    };
    this.labelPanel.replaceChildren(element("h2", {}, "Labels"), ...this.labels.map(label => {
      if (!hasOpacity) return element("div", { class: "control" }, element("span", {}, swatch(label.color), `${label.value} ${label.name}`));
      const box = element("input", { type: "checkbox", checked: label.on, change: () => { label.on = box.checked; redraw(); } });
      const slider = element("input", { type: "range", min: "0", max: "1", step: "0.05", value: String(label.opacity), "data-label": String(label.value), "aria-label": `Opacity of ${label.name}`, input: () => { label.opacity = Number(slider.value); redraw(); } });
      return element("div", { class: "control" }, element("label", {}, box, swatch(label.color), `${label.value} ${label.name}`), slider);
    }));
  }

  /** Volumes and Dice of this pair; labels that occur but are not declared get a line too. */
  async #count(signal) {
    this.numbers.replaceChildren(element("h2", {}, "This case"), empty("Counting…"));
    const { mismatch, labels } = await get(this.#address("statistics"), signal);
    const known = new Set(this.labels.map(label => label.value)), more = labels.filter(label => !known.has(label.value));
    if (more.length > 0) {
      this.labels.push(...more.map(({ value, name, color }) => ({ value, name, color, on: true, opacity: 0.6 })));
      this.#showLabels(!this.pictures);
      if (!this.pictures) {
        for (const layer of ["reference", "prediction"]) this.drawn.setTable(layer, this.#table(layer));
        this.drawn.redraw();
      }
    }
    const ml = value => value === null ? "–" : number(value, value < 10 ? 2 : 1);
    const head = (text, isNumber) => element("th", { scope: "col", class: isNumber ? "number" : null }, text);
    this.numbers.replaceChildren(element("h2", {}, "This case"), ...(mismatch ? [failure(new Error(`Not compared: ${mismatch}.`))] : []),
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Volumes and Dice" }, element("table", {},
        element("thead", {}, element("tr", {}, head("Label"), head("Dice", true), head("Reference, ml", true), head("Prediction, ml", true))),
        element("tbody", {}, labels.map(l => element("tr", {}, element("td", {}, swatch(l.color), `${l.value} ${l.name}`),
          element("td", { class: "number" }, percent(l.dice)), element("td", { class: "number" }, ml(l.reference_ml)), element("td", { class: "number" }, ml(l.prediction_ml))))))));
  }

  #say(text) { this.state.replaceChildren(text); }
}

function choice(name, values, changed) {
  const select = element("select", { change: changed });
  fill(select, values.map(value => [value, value]));
  element("label", { class: "choice" }, element("span", {}, name), select);
  return select;
}

function fill(select, options) {
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
}

function swatch(color) {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = color;
  return made;
}
