// The frame of the page: which page is shown, the theme, the foot. A page is a module in pages/ that exports `title`, optionally `nav`,
// and `show(root, parameters, signal)`; `signal` ends when another page is opened, and everything that the page has started with it.
import { element, failure, get } from "./parts/dom.js";

const pages = [
  { path: "now", name: "Now", module: "./pages/now.js" },
  { path: "data", name: "Data sets", module: "./pages/data.js" },
  { path: "results", name: "Results", module: "./pages/results.js" },
  { path: "viewer", name: "Viewer", module: "./pages/viewer.js" },
];

let current = null;

function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { page: pages.find(p => p.path === name) ?? pages[0], rest, query: new URLSearchParams(query ?? "") };
}

async function show() {
  current?.abort();
  const controller = (current = new AbortController());
  const { page, rest, query } = route();
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.dataset.path === page.path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${page.name} · nnU-Net`;
  const root = document.getElementById("page");
  const fresh = element("div");
  try {
    const module = await import(page.module);
    if (controller.signal.aborted) return;
    root.replaceChildren(fresh);
    await module.show(fresh, { rest, query }, controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) root.replaceChildren(failure(error));
  }
}

function theme() {
  const stored = localStorage.getItem("theme");
  const dark = stored ? stored === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.dispatchEvent(new CustomEvent("themechange"));
}

document.getElementById("pages").append(...pages.map(p => element("a", { href: `#/${p.path}`, "data-path": p.path }, p.name)));
document.getElementById("theme").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  theme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
addEventListener("hashchange", () => { show(); document.getElementById("page").focus({ preventScroll: false }); });
theme();
show();
get("/api/workspace").then(
  w => document.getElementById("foot").append(`nnU-Net for .NET ${w.version} · raw ${w.raw} · preprocessed ${w.preprocessed} · results ${w.results}`),
  error => document.getElementById("foot").append(String(error.message)));
