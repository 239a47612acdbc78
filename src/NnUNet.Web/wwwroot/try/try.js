// A page to try the service: choose files, watch the job, save the segmentation. It stores nothing but light or dark.
import { element, get, failure, number, percent, duration, table } from "/parts/dom.js";

const page = document.getElementById("page");
const root = document.documentElement;
const shade = name => { root.dataset.theme = name; localStorage.setItem("theme", name); };
root.dataset.theme = localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.getElementById("theme").addEventListener("click", () => shade(root.dataset.theme === "dark" ? "light" : "dark"));

// A token is kept in the page's memory alone: a cookie may look, but send nothing.
const token = element("input", { type: "password", id: "token", autocomplete: "off" });
const authorization = () => token.value ? { Authorization: `Bearer ${token.value}` } : {};

const field = (label, input, hint) => element("p", {}, element("label", { for: input.id }, label), element("br"), input, hint ? element("span", { class: "faint" }, " ", hint) : null);
const check = (id, on) => element("input", { type: "checkbox", id, checked: on });

async function told(answer) {
  const problem = await answer.json().catch(() => null);
  const again = answer.headers.get("Retry-After");
  return new Error((problem?.detail ?? `${answer.status} ${answer.statusText}`) + (again ? ` (again in ${again} s)` : ""));
}

function describe(model) {
  const estimate = model.estimate;
  return element("dl", {},
    element("dt", {}, "channels"), element("dd", {}, model.channels.map(c => `${c.channel}: ${c.name}`).join(", ")),
    element("dt", {}, "labels"), element("dd", {}, model.labels.map(l => `${l.label}: ${l.name || "without a name"}`).join(", ")),
    element("dt", {}, "spacing (z, y, x)"), element("dd", {}, model.spacing.map(s => number(s, 2)).join(" × "), " mm"),
    element("dt", {}, "an image of the median size takes"), element("dd", {},
      `${estimate.memory_bytes === null ? "–" : number(estimate.memory_bytes / 2 ** 30, 1)} GB, ${duration(estimate.seconds)} (${duration(estimate.seconds_without_mirroring)} without mirroring)`));
}

function form(models) {
  const model = element("select", { id: "model" }, models.map(m => element("option", { value: m.name }, m.name)));
  const about = element("div", {});
  const files = element("div", {});
  const mirroring = check("mirroring", true), postprocessing = check("postprocessing", true);
  const outcome = element("section", { "aria-live": "polite" });
  const chosen = () => models.find(m => m.name === model.value);
  const refresh = () => {
    about.replaceChildren(describe(chosen()));
    files.replaceChildren(...chosen().channels.map(c => field(`Channel ${c.channel}: ${c.name}`,
      element("input", { type: "file", id: `channel_${c.channel}`, required: true }), "an image, or a zip archive of a DICOM series")));
  };
  model.addEventListener("change", refresh);
  refresh();
  const send = element("button", { type: "submit" }, "Segment");
  const made = element("form", { class: "panel", submit: async event => {
    event.preventDefault();
    send.disabled = true;
    try {
      const body = new FormData();
      body.append("model", model.value);
      body.append("mirroring", mirroring.checked);
      body.append("postprocessing", postprocessing.checked);
      for (const c of chosen().channels) {
        const file = document.getElementById(`channel_${c.channel}`).files[0];
        // The service uses the ending alone, and names may be those of patients.
        body.append(`channel_${c.channel}`, file, "image" + (/(\.nii|\.seg)?\.[a-z]+$/i.exec(file.name)?.[0] ?? ""));
      }
      const answer = await fetch("/v1/segmentations", { method: "POST", headers: authorization(), body });
      if (!answer.ok) throw await told(answer);
      await watch(await answer.json(), outcome);
    } catch (error) {
      outcome.replaceChildren(failure(error));
    } finally {
      send.disabled = false;
    }
  } },
  field("Model", model), about, files,
  element("p", {}, mirroring, element("label", { for: "mirroring" }, " average over mirrored images"), " ", postprocessing, element("label", { for: "postprocessing" }, " postprocessing")),
  field("Token", token, "where the service has one"), element("p", {}, send));
  page.replaceChildren(element("h1", {}, "Segment an image"), made, outcome);
}

async function watch(job, outcome) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Progress" });
  const line = element("p", {});
  const stop = element("button", { type: "button", click: () => fetch(job.links.self, { method: "DELETE", headers: authorization() }) }, "Call off");
  outcome.replaceChildren(element("div", { class: "panel" }, element("h2", {}, `Job ${job.id.slice(0, 8)}`), bar, line, stop));
  // Not EventSource: it cannot send a token.
  const answer = await fetch(job.links.events, { headers: authorization() });
  if (!answer.ok) throw await told(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + part.value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event);
      if (data) job = JSON.parse(data[1]);
    }
    bar.value = job.progress;
    line.textContent = job.state === "queued" ? `waits, ${job.position ?? 0} before it` : job.state === "running" ? `${job.stage}, ${percent(job.progress)}` : job.state;
  }
  stop.remove();
  if (job.state !== "done") throw new Error(job.problem ?? `the job is ${job.state}`);
  await show(job, outcome);
}

async function show(job, outcome) {
  const answer = await fetch(job.links.statistics, { headers: authorization() });
  if (!answer.ok) throw await told(answer);
  const { labels } = await answer.json();
  const format = element("select", { id: "format" }, [["", "as the image"], [".nii.gz"], [".nrrd"], [".mha"], [".seg.dcm"]].map(([value, name]) => element("option", { value }, name ?? value)));
  const save = element("button", { type: "button", click: async () => {
    try {
      const result = await fetch(job.links.result + (format.value ? `?format=${format.value}` : ""), { headers: authorization() });
      if (!result.ok) throw await told(result);
      const name = /filename="([^"]+)"/.exec(result.headers.get("Content-Disposition") ?? "")?.[1] ?? "segmentation";
      const address = URL.createObjectURL(await result.blob());
      element("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    } catch (error) {
      outcome.append(failure(error));
    }
  } }, "Save");
  outcome.replaceChildren(element("div", { class: "panel" }, element("h2", {}, `Done in ${duration(job.seconds)}`), job.warnings.map(w => element("p", { class: "warn" }, w)),
    table([{ name: "label", value: l => l.label, isNumber: true }, { name: "name", value: l => l.name }, { name: "voxels", value: l => l.voxels, isNumber: true },
      { name: "ml", value: l => l.volume_ml, cell: l => number(l.volume_ml, 2), isNumber: true }], labels, "Volumes"),
    field("Format", format), element("p", {}, save)));
}

async function begin() {
  try {
    form(await get("/v1/models"));
  } catch (error) {
    page.replaceChildren(element("h1", {}, "Segment an image"), failure(error));
  }
}

begin();
