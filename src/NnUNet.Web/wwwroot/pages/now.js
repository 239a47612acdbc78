import { element } from "../parts/dom.js";

export async function show(root) {
  root.append(element("h1", {}, "now"));
}
