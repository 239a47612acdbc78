// What runs now: trainings by their locks and journals, other commands by their notes; curves of any folds over each other.
import { duration, element, empty, failure, get, number, percent } from "../parts/dom.js";
import { chart, zooms } from "../parts/charts.js";
import { command, pagedTable } from "../parts/rows.js";

const states = { running: "good", done: "", stopped: "warn", interrupted: "warn", failed: "bad" };
const most = 8; // folds whose curves are still told apart

/** "14:32", with the day where it is not today's. */
function clock(text) {
  const time = new Date(text), today = new Date().toDateString() === time.toDateString();
  return time.toLocaleString("en-GB", today ? { hour: "2-digit", minute: "2-digit" } : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

const ago = text => {
  const seconds = (Date.now() - new Date(text)) / 1000;
  return seconds < 10 ? "just now" : `${duration(seconds)} ago`;
};

function end(text) {
  if (!text) return null;
  const left = (new Date(text) - Date.now()) / 1000;
  return left > 0 ? `${clock(text)} (in ${duration(left)})` : "any moment";
}

const rate = value => value === null || value === undefined ? "–" : value >= 0.001 ? number(value, 4) : value.toExponential(2);
const name = t => `${t.configuration} · fold ${t.fold}`;
const facts = pairs => element("dl", { class: "facts" }, pairs.filter(p => p && p[1] !== null && p[1] !== undefined).flatMap(([what, value]) => [element("dt", {}, what), element("dd", {}, value)]));
const tag = state => element("span", { class: `tag ${states[state] ?? ""}` }, state === "running" ? element("span", { class: "dot", "aria-hidden": "true" }) : null, state);

function trainingCard(t) {
  const share = t.step ? t.step.share : t.epochs ? t.done / t.epochs : null, last = t.last;
  return element("section", { class: "panel", "aria-label": `${t.task}, ${name(t)}` },
    element("div", { class: "card-head" }, element("h3", {}, `${t.task} · ${name(t)}`), tag(t.state)),
    element("p", { class: "faint small" }, `${t.trainer} · ${t.plans}`),
    element("progress", { max: 1, value: share ?? false, "aria-label": "Epochs" }),
    element("p", { class: "strong" }, `${t.done}${t.epochs ? ` of ${t.epochs}` : ""} epochs`, t.step ? element("span", { class: "faint" }, ` · ${[t.step.title === "training" ? "" : t.step.title, t.step.item, t.step.detail].filter(Boolean).join(", ")}`) : null),
    facts([
      ["expected end", end(t.ends_at)],
      last && ["losses", `training ${number(last.train_loss, 4)}, validation ${number(last.validation_loss, 4)}`],
      last && ["Dice", number(last.dice, 4)],
      last && last.dice_per_class.length > 1 && ["Dice per class", element("ul", { class: "inline" }, last.dice_per_class.map((d, i) => element("li", {}, element("span", { class: "faint" }, `${t.classes[i] ?? i + 1} `), number(d, 4))))],
      last && ["learning rate", rate(last.rate)],
      last && ["an epoch takes", duration(last.seconds)],
      last && ["waited for data", element("span", { class: last.wait > 0.1 ? "warn" : "" }, percent(last.wait))],
      t.best_epoch !== null && ["best epoch", `${t.best_epoch + 1}`],
      ["on", [t.settings?.device, t.owner].filter(Boolean).join(", ") || null],
    ]),
    t.notices.length ? element("details", {}, element("summary", {}, `${t.notices.length} notices`), element("ul", {}, t.notices.map(n => element("li", {}, n)))) : null);
}

function runCard(r) {
  const s = r.step;
  return element("section", { class: "panel", "aria-label": r.command },
    element("div", { class: "card-head" }, element("h3", {}, r.command), tag("running")),
    element("progress", { max: 1, value: s.total > 0 || s.share > 0 ? s.share : false, "aria-label": s.title }),
    element("p", { class: "strong" }, `${s.title || "working"}: ${s.done}${s.total > 0 ? ` of ${s.total}` : ""}`, s.item || s.detail ? element("span", { class: "faint" }, ` · ${[s.item, s.detail].filter(Boolean).join(", ")}`) : null),
    facts([
      ["expected end of this step", end(r.ends_at)],
      ["began", `${clock(r.started)}, ${ago(r.started)}`],
      ["writes to", r.output],
      ["on", `process ${r.process} on ${r.host}`],
    ]),
    element("details", {}, element("summary", {}, "Command"), command([r.command, ...r.arguments.map(a => /^[\w@%+=:,./-]+$/.test(a) ? a : `'${a.replaceAll("'", `'\\''`)}'`)].join(" "))));
}

export async function show(root, { query }, signal) {
  const live = element("span", { class: "tag faint", role: "status" }, "connecting …");
  const running = element("div", { class: "panels" });
  const list = element("div"), curves = element("div", { class: "charts" }), log = element("div");
  const hint = element("p", { class: "faint" });
  root.append(
    element("div", { class: "page-head" }, element("h1", {}, "Now"), live),
    running,
    element("h2", {}, "Trainings"), list,
    element("h2", {}, "Curves"), hint, curves,
    element("h2", {}, "Log"), log);

  const canZoom = await zooms();
  let state = await get("/api/now", signal), signature = "";
  const chosen = new Set(query.getAll("fold"));
  const known = new Map(); // curves by fold, with the number of epochs that they have
  if (chosen.size === 0) {
    const begin = state.trainings.filter(t => t.state === "running").slice(0, most);
    for (const t of begin.length ? begin : state.trainings.slice(0, 1)) chosen.add(t.id);
  }

  const columns = [
    { name: "", title: "Show its curves", value: t => !chosen.has(t.id), cell: t => element("input", { type: "checkbox", checked: chosen.has(t.id), "aria-label": `Show the curves of ${t.task}, ${name(t)}, ${t.trainer}`, change: event => {
      if (event.target.checked) chosen.add(t.id); else chosen.delete(t.id);
      refresh();
    } }) },
    { name: "task", value: t => t.task, cell: t => element("a", { href: `#/data/${encodeURIComponent(t.task)}` }, t.task) },
    { name: "configuration", value: t => t.configuration },
    { name: "fold", value: t => t.fold },
    { name: "trainer", value: t => `${t.trainer} ${t.plans}`, cell: t => t.trainer },
    { name: "state", value: t => t.state, cell: t => element("span", { title: t.reason ?? "" }, tag(t.state)) },
    { name: "epochs", isNumber: true, value: t => t.done, cell: t => t.epochs ? `${t.done} / ${t.epochs}` : `${t.done}` },
    { name: "Dice", title: "Of the last epoch, over validation patches", isNumber: true, highFirst: true, value: t => t.last?.dice, cell: t => number(t.last?.dice, 4) },
    { name: "train loss", title: "Mean training loss of the last epoch", isNumber: true, value: t => t.last?.train_loss, cell: t => number(t.last?.train_loss, 4) },
    { name: "val. loss", title: "Mean validation loss of the last epoch", isNumber: true, value: t => t.last?.validation_loss, cell: t => number(t.last?.validation_loss, 4) },
    { name: "validated", title: "Mean Dice of the whole validation cases at the end", isNumber: true, highFirst: true, value: t => t.validation_dice, cell: t => number(t.validation_dice, 4) },
    { name: "an epoch", isNumber: true, value: t => t.last?.seconds, cell: t => duration(t.last?.seconds) },
    { name: "changed", value: t => t.changed, cell: t => t.changed ? ago(t.changed) : "–" },
  ];
  const table = pagedTable(columns, state.trainings, "Trainings of this workspace", { size: 25, key: t => t.id, filter: t => `${t.task} ${t.configuration} ${t.trainer} ${t.plans} ${t.fold} ${t.state}` });

  const charts = {};
  const picked = () => state.trainings.filter(t => chosen.has(t.id)).slice(0, most);

  function drawCurves(folds) {
    const data = folds.map(t => known.get(t.id)?.curves).filter(c => c && c.epoch.length > 0);
    hint.textContent = folds.length === 0 ? "Check trainings above to see their curves." : data.length === 0 ? "No epoch is complete yet." : [data.length > 1 ? "A colour is a training; dashes tell what it is of." : "", canZoom ? "Drag over a chart to zoom; Escape or a double click shows all again." : ""].join(" ");
    if (chosen.size > most) hint.textContent += ` The first ${most} are shown.`;
    if (data.length === 0) {
      for (const key of Object.keys(charts)) { charts[key].close(); charts[key].remove(); delete charts[key]; }
      return;
    }

    const epochs = [...new Set(data.flatMap(c => c.epoch))].sort((a, b) => a - b), x = { name: "epoch", values: epochs.map(e => e + 1) };
    const aligned = (curve, values) => {
      const at = new Map(curve.epoch.map((e, i) => [e, values[i]]));
      return epochs.map(e => at.get(e) ?? null);
    };
    const several = data.length > 1;
    const titles = folds.filter(t => known.get(t.id)?.curves?.epoch.length > 0).map(t => {
      const same = key => new Set(folds.map(f => f[key])).size === 1;
      return [same("task") ? null : t.task, same("configuration") ? null : t.configuration, same("trainer") ? null : t.trainer, same("plans") ? null : t.plans, `fold ${t.fold}`].filter(Boolean).join(" ");
    });
    const each = make => data.flatMap((c, i) => make(c, several ? `${titles[i]} · ` : "", i));
    show_("loss", { title: "Losses", x, y: { name: "loss" }, series: each((c, title, i) => [
      { name: `${title}training`, values: aligned(c, c.train_loss), colour: i }, { name: `${title}validation`, values: aligned(c, c.validation_loss), colour: several ? i : 1, dash: several ? 1 : 0 }]) });
    show_("dice", { title: "Dice per class, over validation patches", x, y: { name: "Dice", least: 0, most: 1 }, series: each((c, title, i) => [
      ...(c.classes.length === 1 ? [] : [{ name: `${title}mean`, values: aligned(c, c.dice), colour: several ? i : 7, dash: 1 }]),
      ...c.dice_per_class.map((values, k) => ({ name: `${title}${c.classes[k] ?? `class ${k + 1}`}`, values: aligned(c, values), colour: several ? i : k, dash: several ? (k === 0 ? 0 : k + 1) : 0 }))]) });
    show_("rate", { title: "Learning rate", x, y: { name: "rate", least: 0 }, series: each((c, title, i) => [{ name: `${title}rate`, values: aligned(c, c.rate), colour: i }]) });
    show_("time", { title: "Seconds an epoch", x, y: { name: "s", least: 0 }, series: each((c, title, i) => [{ name: `${title}seconds`, values: aligned(c, c.seconds), colour: i }]) });
    show_("wait", { title: "Waited for data, of the time", x, y: { name: "share", least: 0, isShare: true }, series: each((c, title, i) => [{ name: `${title}waited`, values: aligned(c, c.wait), colour: i }]) });
  }

  function show_(key, data) {
    if (charts[key]) { charts[key].update(data); return; }
    charts[key] = chart(data, signal);
    curves.append(element("section", { class: "panel" }, charts[key]));
    const remove = charts[key].remove.bind(charts[key]);
    charts[key].remove = () => { charts[key]?.closest(".panel")?.remove(); remove(); };
  }

  let logged = "";
  const logChoice = element("select", { "aria-label": "Whose log", change: () => { logged = ""; drawLog(); } });
  const logText = element("pre", { class: "log", tabindex: "0", "aria-label": "The last lines of the log" });
  log.append(logChoice, logText);

  async function drawLog() {
    const folds = picked();
    const options = folds.map(t => [t.id, `${t.task} · ${name(t)} · ${t.trainer}`]);
    if ([...logChoice.options].map(o => o.value).join() !== options.map(o => o[0]).join()) {
      const before = logChoice.value;
      logChoice.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
      if (options.some(o => o[0] === before)) logChoice.value = before;
    }
    logChoice.hidden = folds.length < 2;
    const fold = folds.find(t => t.id === logChoice.value) ?? folds[0];
    if (!fold) { logText.textContent = "No training is chosen."; return; }
    const now = `${fold.id} ${fold.log_bytes}`;
    if (now === logged) return;
    logged = now;
    const answer = await get(`/api/now/log?${new URLSearchParams({ fold: fold.id, lines: 40 })}`, signal);
    const atEnd = logText.scrollTop + logText.clientHeight >= logText.scrollHeight - 20;
    logText.textContent = answer.lines.join("\n") || "The log is empty.";
    if (atEnd) logText.scrollTop = logText.scrollHeight;
  }

  function drawCards() {
    // A card of a command whose training has a card of its own would say everything twice.
    const trained = state.trainings.filter(t => t.state === "running");
    const own = new Set(trained.map(t => t.owner));
    const runs = state.runs.filter(r => !own.has(`process ${r.process} on ${r.host}`));
    const cards = [...trained.map(trainingCard), ...runs.map(runCard)];
    if (running.querySelector("details[open]") || running.contains(document.activeElement)) return; // somebody reads there
    running.replaceChildren(...(cards.length ? cards : [element("section", { class: "panel" }, element("p", {}, "Nothing runs in this workspace now."),
      empty("Trainings, predictions and other long commands appear here by themselves when they begin."))]));
  }

  async function refresh() {
    const folds = picked();
    await Promise.all(folds.map(async t => {
      if (known.get(t.id)?.done === `${t.done} ${t.changed}`) return;
      const fresh = await get(`/api/now/curves?${new URLSearchParams({ fold: t.id })}`, signal);
      known.set(t.id, { done: `${t.done} ${t.changed}`, curves: fresh });
    }));
    drawCurves(folds);
    await drawLog();
  }

  function take(next) {
    state = next;
    drawCards();
    const now = JSON.stringify(state.trainings.map(({ step, log_bytes, ends_at, ...rest }) => rest));
    if (now !== signature) { signature = now; table.update(state.trainings); }
    refresh().catch(error => { if (!signal.aborted) hint.replaceChildren(failure(error)); });
  }

  list.append(state.trainings.length ? table : empty("No training of this program is in the results yet."), state.more ? empty(`${state.more} older ones are left out.`) : "");
  if (state.trainings.length === 0) list.append(command("nnUNet_train 3d_fullres nnUNetTrainerV2 TASK 0"));
  take(state);

  const source = new EventSource("/api/now/events");
  source.addEventListener("open", () => { live.className = "tag good"; live.textContent = "live"; });
  source.addEventListener("error", () => { live.className = "tag warn"; live.textContent = "connection lost; trying again …"; });
  source.addEventListener("now", event => {
    const next = JSON.parse(event.data);
    if (list.firstChild !== table && next.trainings.length) list.replaceChildren(table);
    for (const t of next.trainings) if (t.state === "running" && !state.trainings.some(o => o.id === t.id && o.state === "running") && chosen.size < most) chosen.add(t.id);
    take(next);
  });
  const tick = setInterval(() => { drawCards(); }, 10000);
  signal.addEventListener("abort", () => { source.close(); clearInterval(tick); });
}
