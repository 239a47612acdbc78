// Data sets: the list, and for each what a person wants to know before and after planning.
import { element, empty, failure, get, percent } from "../parts/dom.js";
import { chart } from "../parts/charts.js";
import { command, pagedTable, short, spread, viewerAddress } from "../parts/rows.js";

const axes = ["z", "y", "x"];
const address = task => `#/data/${encodeURIComponent(task)}`;
const times = values => values.map(short).join(" × ");

export async function show(root, { rest }, signal) {
  if (rest[0]) await one(root, rest[0], signal);
  else await list(root, signal);
}

async function list(root, signal) {
  const tasks = await get("/api/data", signal);
  root.append(element("h1", {}, "Data sets"));
  if (tasks.length === 0) {
    root.append(empty("There is no data set in this workspace yet."), command("nnunet demo"));
    return;
  }
  root.append(pagedTable([
    { name: "task", value: t => t.task, sorted: "ascending", cell: t => element("a", { href: address(t.task) }, t.task) },
    { name: "cases", isNumber: true, value: t => t.cases },
    { name: "channels", wraps: true, value: t => t.channels.join(", ") },
    { name: "structures", wraps: true, value: t => t.structures.join(", ") },
    { name: "measured", value: t => t.has_fingerprint ? "yes" : t.version === 2 ? "–" : "no" },
    { name: "plans", wraps: true, value: t => t.plans.map(p => p.replace(/\.\w+$/, "").replace("_plans_", " ")).join(", ") || "none" },
    { name: "models", isNumber: true, value: t => t.models, cell: t => t.models ? element("a", { href: `#/results/${encodeURIComponent(t.task)}` }, `${t.models}`) : "0" },
  ], tasks, "Data sets of this workspace", { filter: t => `${t.task} ${t.name} ${t.channels} ${t.structures}` }));
}

async function one(root, task, signal) {
  const data = await get(`/api/data/${encodeURIComponent(task)}`, signal);
  const { fingerprint, volumes, folds } = data, about = data.task;
  root.append(
    element("p", { class: "crumbs" }, element("a", { href: "#/data" }, "Data sets")),
    element("div", { class: "page-head" }, element("h1", {}, task), about.models ? element("a", { href: `#/results/${encodeURIComponent(task)}` }, "Results") : null),
    ...data.faults.map(f => failure(new Error(f))));

  const section = (title, ...content) => element("section", {}, element("h2", {}, title), ...content);
  const facts = pairs => element("dl", { class: "facts" }, pairs.filter(Boolean).flatMap(([what, value]) => [element("dt", {}, what), element("dd", {}, value)]));
  const findings = some => element("ul", { class: "findings" }, some.map(f => element("li", {},
    f.case ? element("a", { href: viewerAddress(task, f.case) }, f.case) : element("span", { class: "strong" }, f.where), `: ${f.what}. `, element("span", { class: "faint" }, `${f.remedy[0]?.toUpperCase() ?? ""}${f.remedy.slice(1)}.`))));
  const perAxis = (rows, unit) => axes.map((axis, i) => {
    const s = spread(rows.map(r => r[i]));
    return s.least === s.most ? `${axis} ${short(s.middle)}` : `${axis} ${short(s.middle)} (${short(s.least)} – ${short(s.most)})`;
  }).join(", ") + ` ${unit}`;

  root.append(element("div", { class: "panels" },
    element("section", { class: "panel" }, element("h2", {}, "In short"), facts([
      about.name ? ["name", about.name] : null,
      ["training cases", `${fingerprint?.cases.length ?? about.cases ?? "not known"}`],
      ["channels", about.channels.join(", ") || "not known"],
      ["structures", about.structures.join(", ") || "not known"],
      fingerprint ? ["size, cropped: middle (range)", perAxis(fingerprint.sizes, "voxels")] : null,
      fingerprint ? ["spacing: middle (range)", perAxis(fingerprint.spacings, "mm")] : null,
      fingerprint ? ["extent of the middle case", `${times(axes.map((_, i) => spread(fingerprint.sizes.map((s, c) => s[i] * fingerprint.spacings[c][i])).middle))} mm`] : null,
      fingerprint && spread(fingerprint.kept) ? ["cropping keeps", `${percent(spread(fingerprint.kept).middle)} of the voxels (middle case)`] : null,
      ["generation", `nnU-Net v${about.version}`],
    ])),
    element("section", { class: "panel" }, element("h2", {}, "Verification and findings"),
      element("p", {}, data.verified ? element("span", { class: "good" }, `All files were verified without a fault, as they were on ${new Date(data.verified).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}.`) : "It is not noted that all files were verified without a fault."),
      data.findings.length === 0 && fingerprint ? element("p", {}, "Nothing is odd about spacings, sizes, intensities and volumes.") : null,
      findings(data.findings.slice(0, 6)),
      data.findings.length > 6 ? element("details", {}, element("summary", {}, `${data.findings.length - 6} more`), findings(data.findings.slice(6, 300)), data.findings.length > 300 ? empty("The first 300 are shown.") : null) : null,
      data.commands.flatMap(c => [element("p", { class: "faint small" }, `To ${c.for}:`), command(c.command)]))));

  if (fingerprint) {
    const rows = fingerprint.cases.map((name, i) => ({ name, size: fingerprint.sizes[i], spacing: fingerprint.spacings[i], kept: fingerprint.kept[i] }));
    root.append(section("Cases", pagedTable([
      { name: "case", value: r => r.name, sorted: "ascending", cell: r => element("a", { href: viewerAddress(task, r.name) }, r.name) },
      ...axes.map((axis, i) => ({ name: `size ${axis}`, title: "Voxels after cropping", isNumber: true, value: r => r.size[i] })),
      ...axes.map((axis, i) => ({ name: `spacing ${axis} (mm)`, isNumber: true, value: r => r.spacing[i], cell: r => short(r.spacing[i]) })),
      { name: "million voxels", isNumber: true, value: r => r.size[0] * r.size[1] * r.size[2] / 1e6, cell: r => short(r.size[0] * r.size[1] * r.size[2] / 1e6) },
      { name: "kept", title: "Share of the voxels that stays when cropped to what is not 0", isNumber: true, value: r => r.kept, cell: r => percent(r.kept) },
    ], rows, "Sizes and spacings of the training cases", { size: 10, filter: r => r.name })));

    const measured = fingerprint.channels.filter(c => c.all);
    root.append(section("Intensities", measured.length === 0
      ? element("p", {}, `Not measured: no channel is called CT (${fingerprint.channels.map(c => c.name).join(", ")}), so each image is normalised by its own numbers.`)
      : element("div", { class: "panels" }, measured.map(c => element("div", { class: "panel" }, element("h3", {}, `${c.name}: foreground of all cases`), facts([
        ["middle", short(c.all.median)], ["mean ± deviation", `${short(c.all.mean)} ± ${short(c.all.sd)}`], ["99 % lie within", `${short(c.all.percentile_00_5)} … ${short(c.all.percentile_99_5)}`], ["range", `${short(c.all.mn)} … ${short(c.all.mx)}`]]),
        c.cases.length > 1 ? chart(ranked(`${c.name}: each case's foreground`, "case, by its middle", c.cases.map(x => [x.low, x.median, x.high]), 1, ["0.5th percentile", "middle", "99.5th percentile"], "intensity"), signal) : null)))));
    root.append(section("Volumes", volumes
      ? element("div", { class: "panels" },
        element("div", { class: "panel" }, element("h3", {}, `Each structure, in ${volumes.cases.length} cases`), pagedTable([
          { name: "structure", value: r => r.name },
          { name: "cases", title: "Cases that have it", isNumber: true, value: r => r.there.length },
          ...[["smallest (ml)", "least"], ["middle (ml)", "middle"], ["largest (ml)", "most"]].map(([name, key]) => ({ name, isNumber: true, value: r => r.spread?.[key], cell: r => short(r.spread?.[key]) })),
        ], volumes.structures.map((name, i) => { const there = volumes.millilitres.map(v => v[i]).filter(v => v > 0); return { name, there, spread: spread(there) }; }), "Volumes in the reference segmentations"),
        empty("Of the cases of folds that are validated.")),
        element("div", { class: "panel" }, chart({ title: "Volumes, each structure from its smallest to its largest", x: { name: "case, by volume", values: volumes.cases.map((_, i) => i + 1) }, y: { name: "ml", least: 0 },
          series: volumes.structures.map((name, i) => ({ name, colour: i, values: sorted(volumes.millilitres.map(v => v[i])) })) }, signal)))
      : element("p", {}, "They are counted when a fold is validated (nnUNet_train does so at its end): none is yet.")));
  } else if (about.version === 1) root.append(section("Fingerprint", element("p", {}, "The data set is not measured yet.")));

  if (folds) {
    root.append(section("Folds", element("p", { class: "faint" }, folds.file ? `From ${folds.file}.` : "Nothing is trained yet; training will make these."), pagedTable([
      { name: "fold", value: (f) => f.index, isNumber: true },
      { name: "training cases", isNumber: true, value: f => f.training },
      { name: "validation cases", isNumber: true, value: f => f.validation.length },
      { name: "which", wraps: true, value: f => f.validation.length, cell: f => element("details", {}, element("summary", {}, `${f.validation.slice(0, 3).join(", ")}${f.validation.length > 3 ? ", …" : ""}`), f.validation.flatMap((c, i) => [i ? ", " : "", element("a", { href: viewerAddress(task, c) }, c)])) },
    ], folds.folds.map((f, index) => ({ ...f, index })), "Folds of the cross-validation")));
  }

  for (const plan of data.plans) {
    const choices = (rows, caption) => element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, element("table", { class: "choices" }, element("colgroup", {}, element("col", { class: "what" }), element("col", { class: "value" }), element("col")),
      element("caption", { class: "hidden" }, caption),
      element("thead", {}, element("tr", {}, ["choice", "value", "why"].map(h => element("th", { scope: "col" }, h)))),
      element("tbody", {}, rows.map(r => element("tr", {}, element("th", { scope: "row" }, r.what), element("td", { class: "value" }, r.value), element("td", { class: "wrap" }, r.why))))));
    root.append(element("section", {}, element("h2", {}, `Plan ${plan.name.replace("_plans_", " ")}`), element("div", { class: "panel" },
      plan.general.length ? choices(plan.general, `${plan.name}: for all of it`) : null,
      plan.stages.flatMap(stage => [element("h3", {}, stage.configurations.join(" and ")), choices(stage.choices, `${plan.name}: ${stage.configurations.join(", ")}`)]))));
  }
  if (data.plans.length === 0 && about.version === 1) root.append(section("Plan", element("p", {}, "There is no plan yet.")));

  if (about.configurations?.length > 0) root.append(section("Augmented batch", augmentation(task, about.configurations, signal)));

  if (data.networks.length > 0) {
    root.append(section("Networks", data.networks.map((n, i) => element("details", { open: i === 0, class: "panel" }, element("summary", {}, n.title),
      element("div", { class: "scroll paper", tabindex: "0", role: "region", "aria-label": `Drawing of the network: ${n.title}` }, element("img", { src: n.address, alt: `The network of ${n.title}: blocks, sizes of feature maps and connections`, loading: "lazy" })),
      element("p", {}, element("a", { href: n.address, target: "_blank", rel: "noopener" }, "Open the drawing alone"))))));
  }
}

const sorted = values => values.map(v => v ?? null).sort((a, b) => (a === null) - (b === null) || a - b);

/** Lines over cases that are put in the order of one of them. */
function ranked(title, xName, rows, by, names, yName) {
  const order = [...rows].sort((a, b) => a[by] - b[by]);
  return { title, x: { name: xName, values: order.map((_, i) => i + 1) }, y: { name: yName }, series: names.map((name, i) => ({ name, values: order.map(r => r[i]), colour: i, dash: i === by ? 0 : 1 })) };
}

/** A picture of patches before and after the augmentation, drawn when it is asked for: it takes some seconds. */
function augmentation(task, configurations, signal) {
  const choice = element("select", { "aria-label": "Configuration" }, configurations.map(c => element("option", { value: c }, c)));
  const place = element("div", { role: "status" });
  let picture = null;
  const draw = element("button", { type: "button", click: async () => {
    draw.disabled = true;
    place.replaceChildren(element("p", { class: "faint" }, "Drawing …"), element("progress"));
    try {
      const answer = await fetch(`/api/data/${encodeURIComponent(task)}/augmentation?${new URLSearchParams({ configuration: choice.value })}`, { signal });
      if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? answer.statusText);
      if (picture) URL.revokeObjectURL(picture);
      picture = URL.createObjectURL(await answer.blob());
      place.replaceChildren(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Augmented batch" }, element("img", { class: "batch", src: picture, alt: `Patches of ${task} before and after the augmentation of ${choice.value}` })));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(failure(error), command(`nnunet show_augmentation ${task} ${choice.value} -o augmentation.png`));
    }
    draw.disabled = false;
  } }, "Draw");
  signal.addEventListener("abort", () => { if (picture) URL.revokeObjectURL(picture); });
  return element("div", { class: "panel" }, element("p", {}, "Patches as they lie in their cases, and as the network sees them in training."), element("div", { class: "tools" }, choice, draw), place);
}
