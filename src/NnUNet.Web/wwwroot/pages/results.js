// Results: cross-validation per configuration, trainer, fold, structure and case; two or more models side by side, worst cases first.
import { element, empty, failure, get, number } from "../parts/dom.js";
import { bar, chart } from "../parts/charts.js";
import { command, pagedTable, short, viewerAddress } from "../parts/rows.js";

const address = task => `#/results/${encodeURIComponent(task)}`;
const most = 4; // models side by side

export async function show(root, { rest, query }, signal) {
  if (rest[0]) await one(root, rest[0], query, signal);
  else await list(root, signal);
}

async function list(root, signal) {
  const tasks = await get("/api/results", signal);
  root.append(element("h1", {}, "Results"));
  if (tasks.length === 0) {
    root.append(empty("There is no model in this workspace yet."), command("nnUNet_train 3d_fullres nnUNetTrainerV2 TASK 0"));
    return;
  }
  if (tasks.length === 1) { location.replace(address(tasks[0].task)); return; }
  root.append(pagedTable([
    { name: "task", value: t => t.task, sorted: "ascending", cell: t => element("a", { href: address(t.task) }, t.task) },
    { name: "models", isNumber: true, value: t => t.models },
    { name: "configurations", wraps: true, value: t => t.configurations.join(", ") },
    { name: "trainers", wraps: true, value: t => t.trainers.join(", ") },
  ], tasks, "Tasks that have models", { filter: t => `${t.task} ${t.configurations} ${t.trainers}` }));
}

async function one(root, task, query, signal) {
  const data = await get(address(task).replace("#", "/api"), signal);
  const { structures, models, choice } = data;
  root.append(
    element("p", { class: "crumbs" }, element("a", { href: "#/results" }, "Results")),
    element("div", { class: "page-head" }, element("h1", {}, task), element("a", { href: `#/data/${encodeURIComponent(task)}` }, "Data set")),
    ...data.faults.map(f => failure(new Error(f))));
  if (choice) root.append(chosenPanel(choice, structures));

  // What tells the models of this task apart stands in their names; what all have in common does not.
  const same = key => new Set(models.map(m => m[key])).size === 1;
  const title = m => [m.configuration, same("trainer") ? null : m.trainer, same("plans") ? null : m.plans].filter(Boolean).join(" · ");
  const scored = models.filter(m => m.cases > 0).sort((a, b) => (b.mean ?? -1) - (a.mean ?? -1));
  const wanted = query.getAll("model");
  const shown = new Set((wanted.length ? wanted : scored.slice(0, 2).map(m => m.id)).filter(id => scored.some(m => m.id === id)));

  const below = element("div");
  const cases = new Map();
  root.append(element("section", {}, element("h2", {}, "Cross-validation"),
    pagedTable([
      { name: "", title: "Show its cases", value: m => !shown.has(m.id), cell: m => m.cases ? element("input", { type: "checkbox", checked: shown.has(m.id), "aria-label": `Compare ${title(m)}`, change: event => {
        if (event.target.checked) shown.add(m.id); else shown.delete(m.id);
        compare().catch(told);
      } }) : null },
      { name: "configuration", value: m => m.configuration, cell: m => element("span", { class: choice?.chosen.split(" + ").includes(m.configuration) ? "strong" : "" }, m.configuration) },
      { name: "trainer", value: m => `${m.trainer} ${m.plans}`, cell: m => element("span", { title: m.plans }, m.trainer) },
      { name: "folds", value: m => m.folds.filter(f => f.cases > 0).length, cell: m => m.folds.filter(f => f.cases > 0).map(f => f.fold).join(", ") || "none validated" },
      { name: "cases", isNumber: true, value: m => m.cases },
      { name: "mean Dice", isNumber: true, highFirst: true, sorted: "descending", value: m => m.mean, cell: m => element("span", { class: "scored" }, bar(m.mean), number(m.mean, 4)) },
      ...structures.map(s => ({ name: s.name, title: `Mean Dice of ${s.name}`, isNumber: true, highFirst: true, value: m => m.dice[s.key], cell: m => number(m.dice[s.key], 4) })),
      { name: "postprocessing", wraps: true, value: m => m.postprocessing ?? "" },
    ], models, "Mean Dice over the validation cases of all folds, before postprocessing", { size: 25, key: m => m.id, filter: m => `${m.configuration} ${m.trainer} ${m.plans}` }),
    element("details", {}, element("summary", {}, "Each fold"), pagedTable([
      { name: "configuration", value: r => title(r.model), sorted: "ascending" },
      { name: "fold", value: r => r.fold.fold },
      { name: "cases", isNumber: true, value: r => r.fold.cases, cell: r => r.fold.cases || "not validated" },
      { name: "mean Dice", isNumber: true, highFirst: true, value: r => r.fold.mean, cell: r => number(r.fold.mean, 4) },
      ...structures.map(s => ({ name: s.name, isNumber: true, highFirst: true, value: r => r.fold.dice[s.key], cell: r => number(r.fold.dice[s.key], 4) })),
    ], models.flatMap(model => model.folds.map(fold => ({ model, fold }))), "Mean Dice of each fold's validation cases"))), below);

  if (scored.length === 0) {
    below.append(empty("No fold is validated yet: nnUNet_train does so at its end, and nnUNet_train … -val for a fold that is trained."));
    return;
  }
  const told = error => { if (!signal.aborted) below.replaceChildren(failure(error)); };
  let metric = "Dice", structure = "";
  await compare();

  async function compare() {
    const picked = scored.filter(m => shown.has(m.id)).slice(0, most);
    await Promise.all(picked.map(async m => { if (!cases.has(m.id)) cases.set(m.id, await get(`/api/results/${encodeURIComponent(task)}/cases?${new URLSearchParams({ model: m.id })}`, signal)); }));
    for (const old of below.querySelectorAll(".figure")) old.close?.();
    if (picked.length === 0) { below.replaceChildren(empty("Check models above to see their cases.")); return; }

    const first = cases.get(picked[0].id);
    const metrics = first.metrics.filter((_, i) => picked.some(m => cases.get(m.id).cases.some(c => c.values.some(v => v[i] !== null))));
    if (!metrics.includes(metric)) metric = "Dice";
    const choose = (label, options, value, change) => element("label", {}, `${label} `, element("select", { change: event => { change(event.target.value); compare().catch(told); } },
      options.map(([key, text]) => element("option", { value: key, selected: key === value }, text))));

    // A row a case, with each model's value of what is chosen.
    const byCase = new Map();
    picked.forEach((m, at) => {
      const answer = cases.get(m.id), k = answer.metrics.indexOf(metric), s = answer.structures.findIndex(x => x.key === structure);
      for (const c of answer.cases) {
        const row = byCase.get(c.case) ?? { case: c.case, fold: c.fold, values: picked.map(() => null), predictions: picked.map(() => null), per: picked.map(() => []) };
        row.predictions[at] = c.prediction;
        row.per[at] = c.values.map(v => v[k]);
        row.values[at] = structure ? c.values[s]?.[k] ?? null : metric === "Dice" ? c.mean : mean(row.per[at]);
        byCase.set(c.case, row);
      }
    });
    const rows = [...byCase.values()], lowIsBad = /Dice|Precision|Recall/.test(metric), isCount = metric.startsWith("Total");
    const value = v => isCount || !lowIsBad ? short(v) : number(v, 4);
    const what = structure ? structures.find(s => s.key === structure)?.name ?? structure : structures.length > 1 ? "mean of the structures" : structures[0]?.name ?? "";
    const seen = (r, at) => element("a", { href: viewerAddress(task, r.case, r.predictions[at]), title: `See ${r.case} with the segmentation of ${title(picked[at])}` }, value(r.values[at]));
    const table = pagedTable([
      { name: "case", value: r => r.case, cell: r => element("a", { href: viewerAddress(task, r.case, r.predictions.find(Boolean)) }, r.case) },
      { name: "fold", value: r => r.fold },
      ...picked.map((m, at) => ({ name: title(m), isNumber: true, sorted: at === 0 && !isCount ? lowIsBad ? "ascending" : "descending" : undefined, value: r => r.values[at], cell: r => r.values[at] === null ? null : seen(r, at) })),
      ...(picked.length === 2 ? [{ name: "difference", title: `${title(picked[0])} less ${title(picked[1])}`, isNumber: true, value: r => difference(r), cell: r => signed(difference(r), lowIsBad) }] : []),
      ...(!structure && picked.length === 1 ? first.structures.map((s, i) => ({ name: s.name, isNumber: true, value: r => r.per[0][i], cell: r => value(r.per[0][i]) })) : []),
    ], rows, `${metric}, ${what}: worst cases first; each value opens the case in the viewer`, { size: 25, filter: r => `${r.case} fold ${r.fold}` });

    const line = order => ({
      title: `${metric}, ${what}: each model's cases from the worst to the best`, x: { name: "case, by its value", values: rows.map((_, i) => i + 1) }, y: { name: metric, ...(lowIsBad ? { least: 0, most: 1 } : { least: 0 }) },
      series: picked.map((m, at) => ({ name: title(m), colour: at, values: order(rows.map(r => r.values[at])) })),
    });
    const both = picked.length >= 2 ? rows.filter(r => r.values[0] !== null && r.values[1] !== null).sort((a, b) => a.values[0] - b.values[0]) : [];
    below.replaceChildren(
      element("h2", {}, "Cases"),
      element("div", { class: "tools" },
        choose("Metric", metrics.map(m => [m, m]), metric, v => { metric = v; }),
        choose("Structure", [["", structures.length > 1 ? "mean of all" : structures[0]?.name ?? "all"], ...(structures.length > 1 ? structures.map(s => [s.key, s.name]) : [])], structure, v => { structure = v; }),
        shown.size > most ? element("span", { class: "faint" }, `The first ${most} models are shown.`) : null),
      element("div", { class: "panels" },
        element("section", { class: "panel" }, chart(line(values => values.map(v => v ?? null).sort((a, b) => (a === null) - (b === null) || (lowIsBad ? a - b : b - a))), signal)),
        both.length > 1 ? element("section", { class: "panel" }, chart({
          title: `${metric}: ${title(picked[1])} over ${title(picked[0])}, a point a case`, x: { name: title(picked[0]), values: both.map(r => r.values[0]) }, y: { name: title(picked[1]) },
          series: [{ name: title(picked[1]), colour: 0, points: true, values: both.map(r => r.values[1]) }, { name: "equal", colour: 7, dash: 1, values: both.map(r => r.values[0]) }],
        }, signal)) : null,
        structures.length > 1 ? element("section", { class: "panel" }, element("h3", {}, `Mean ${metric} of each structure`), structureTable(picked, first.structures, rows, title, value, lowIsBad)) : null),
      table);
  }
}

const mean = values => { const there = values.filter(v => v !== null && v !== undefined); return there.length ? there.reduce((a, b) => a + b, 0) / there.length : null; };
const difference = r => r.values[0] === null || r.values[1] === null ? null : r.values[0] - r.values[1];
const signed = (v, lowIsBad) => v === null ? null : element("span", { class: v === 0 ? "faint" : (v > 0) === lowIsBad ? "good" : "bad" }, `${v > 0 ? "+" : v < 0 ? "−" : ""}${lowIsBad ? number(Math.abs(v), 4) : short(Math.abs(v))}`);

function structureTable(picked, structures, rows, title, value, lowIsBad) {
  const at = (r, m, i) => mean(rows.map(c => c.per[m]?.[i]));
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Means of the structures" }, element("table", {},
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "structure"), picked.map(m => element("th", { scope: "col", class: "number" }, title(m))))),
    element("tbody", {}, structures.map((s, i) => {
      const means = picked.map((_, m) => at(rows, m, i)), best = lowIsBad ? Math.max(...means.filter(v => v !== null)) : Math.min(...means.filter(v => v !== null));
      return element("tr", {}, element("th", { scope: "row" }, s.name), means.map(v => element("td", { class: "number" }, element("span", { class: v === best && picked.length > 1 ? "strong" : "" }, lowIsBad ? bar(v) : null, value(v)))));
    }))));
}

function chosenPanel(choice, structures) {
  const name = key => structures.find(s => s.key === key)?.name ?? key;
  const columns = [...new Set(choice.candidates.flatMap(c => Object.keys(c.dice)))];
  return element("section", { class: "panel chosen" },
    element("h2", {}, "Chosen: ", element("span", { class: "accent" }, choice.chosen)),
    element("p", {}, choice.reason, choice.folds.length ? ` Folds: ${choice.folds.join(", ")}.` : ""),
    choice.postprocessing ? element("p", {}, `Of the merged segmentations ${choice.postprocessing}.`) : null,
    choice.candidates.length > 1 ? element("details", {}, element("summary", {}, `All ${choice.candidates.length} that were compared`), pagedTable([
      { name: "candidate", value: c => c.name },
      { name: "mean Dice", isNumber: true, highFirst: true, sorted: "descending", value: c => c.mean, cell: c => number(c.mean, 4) },
      ...columns.map(key => ({ name: name(key), isNumber: true, highFirst: true, value: c => c.dice[key], cell: c => number(c.dice[key], 4) })),
    ], choice.candidates, "Configurations and pairs by their mean Dice", { size: 20 })) : null,
    choice.commands.length ? element("details", { open: choice.commands.length === 1 }, element("summary", {}, "Segment new images with it"), choice.commands.map(command)) : null);
}
