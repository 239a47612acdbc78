// Slices drawn as pictures by the program, where volumes cannot be drawn here.
import { element } from "./dom.js";

/**
 * Slices in a host element. `planes` are { name, slices }; `address(query)` is where a picture is; `range` as of a scene.
 * What it can do is what scene.js can, as far as pictures can do it.
 */
export function openSlices(host, planes, address, range) {
  return new Slices(host, planes, address, range);
}

class Slices {
  constructor(host, planes, address, range) {
    Object.assign(this, { planes, address, range, plane: 0, labels: true, window: null, onLocation: () => {}, at: planes.map(plane => Math.floor(plane.slices / 2)) });
    this.image = element("img", { class: "slice", alt: "" });
    this.image.addEventListener("load", () => this.#next());
    this.image.addEventListener("error", () => this.#next());
    this.slider = element("input", { type: "range", min: "0", step: "1", "aria-label": "Slice", input: () => this.#to(Number(this.slider.value)) });
    host.replaceChildren(element("div", { class: "slices" }, this.image, this.slider));
    this.setView(0);
  }

  get views() { return this.planes.map(plane => plane.name ? plane.name[0].toUpperCase() + plane.name.slice(1) : "Slice"); }

  setView(index) {
    this.plane = index;
    this.slider.max = String(this.planes[index].slices - 1);
    this.slider.hidden = this.planes[index].slices < 2;
    this.#to(this.at[index]);
  }

  setWindow(low, high) {
    this.window = [low, high];
    this.#draw();
  }

  setOpacity(layer, opacity) {
    if (layer !== "prediction" && layer !== "reference") return;
    this.labels = opacity > 0;
    this.#draw();
  }

  move(left, front, head) { this.#to(this.at[this.plane] + (head || left || front)); }

  tell() {
    const { slices, name } = this.planes[this.plane];
    this.onLocation({ text: `${name || "slice"} ${this.at[this.plane] + 1} of ${slices}` });
  }

  close() { this.image.removeAttribute("src"); }

  #to(slice) {
    const { slices, name } = this.planes[this.plane];
    this.at[this.plane] = Math.min(slices - 1, Math.max(0, slice));
    this.slider.value = String(this.at[this.plane]);
    this.image.alt = `${name || "the"} slice ${this.at[this.plane] + 1} of ${slices}`;
    this.tell();
    this.#draw();
  }

  /** Asks for one picture at a time; of those that were asked for meanwhile, the last one counts. */
  #draw() {
    const [low, high] = this.window ?? [];
    this.wanted = this.address({ plane: this.plane, slice: this.at[this.plane], low, high, labels: this.labels, edge: 768 });
    if (!this.busy) this.#next();
  }

  #next() {
    this.busy = Boolean(this.wanted);
    if (!this.wanted) return;
    this.image.src = this.wanted;
    this.wanted = null;
  }
}
