// How methods withstand wrong labels: accuracy by noise rate, what a network memorises epoch by epoch, and which class it
// confuses with which. All numbers are in meta; the host is asked only which images are in a cell.
import { legend, lineChart, swatch } from "./chart.js";
import { button, choice, el, factList, scoreTable, slider, tabs } from "./dom.js";
import { clamp, missing, pct, several, wholePct } from "./format.js";
import { matrix } from "./matrix.js";
import { accuracyCell, accuracyEnds, agreement, methodLine, nearest, takenFor, unique } from "./results.js";
import { factBox, frame, group, label, numbered, settingsOf, statusLine, titleLine } from "./shell.js";

const TABS = [
  ["rates", "accuracy by noise"],
  ["memory", "memorisation"],
  ["confusion", "confusion"],
];
const NO_RESULTS = "There are no results to show: give the panel rows of finished runs.";
const NO_RUNS =
  "There are no runs to look into: give the panel finished runs and their data set, with known true labels.";
// What a run answers on training images: key, name, style, dashes
const CURVES = [
  ["true_flipped", "right, though the label is wrong", 5, ""],
  ["memorised_flipped", "the wrong label, learned by heart", 6, ""],
  ["other_flipped", "neither", 7, ""],
  ["true_clean", "right, where the label is right", 4, "5 4"],
];

function ratesChart(meta, points, lines, xs) {
  const known = points.filter((p) => !missing(p.mean));
  if (!known.length) {
    const why = points.length ? "No run has an accuracy that is a number." : "Every method is switched off.";
    return el("div", { class: "nl-status" }, why);
  }
  const [lo, hi] = accuracyEnds(known);
  const first = Math.min(...xs);
  const x = { label: "wrong labels (%)", lo: first, hi: Math.max(...xs, first + 1), say: String, ticks: xs };
  const alt = "Accuracy by share of wrong labels; the table below has the numbers";
  return lineChart({ lines, x, y: { label: meta.what, lo, hi, say: wholePct }, alt });
}

function ratesTable(points, lines, xs) {
  const at = (method, x) => points.find((p) => p.method === method && p.noise_pct === x);
  const rows = lines.map((l) => [l.name, xs.map((x) => accuracyCell(at(l.name, x)))]);
  return scoreTable(
    "wrong labels",
    xs.map((x) => `${x} %`),
    rows,
  );
}

function memoryChart(r, curves, epoch) {
  const lines = curves.map(([k, text, style, dash]) => ({ name: text, style, xs: r.epochs, ys: r[k], dash }));
  return lineChart({
    lines,
    x: { label: "epoch", lo: r.epochs[0], hi: r.epochs.at(-1), say: String, whole: true },
    y: { label: "share of training images", lo: 0, hi: 1, say: wholePct },
    at: r.epochs[epoch - 1],
    alt: `Answers on training images by epoch, run ${r.name}`,
  });
}

function confusionFacts(meta, r, epoch, cls) {
  const M = r.confusion[epoch - 1];
  const taken = ([v, j]) => [`… called ${meta.classes[j]}`, `${pct(v)} (labels ${pct(r.T[cls][j])})`];
  return [
    ["epoch", r.epochs[epoch - 1]],
    ["answers as in the labels", pct(agreement(M, r.T))],
    [`${meta.classes[cls]} answered right`, pct(M[cls][cls])],
    ...takenFor(M[cls], cls).map(taken),
  ];
}

// Two matrices side by side; the cell that has the focus keeps it
function createConfusion(meta, pick) {
  const node = el("div", { class: "nl-pics" });
  function part(of, text, values) {
    const about = `${text}: share of each true class, per cent`;
    const table = matrix({ values, names: meta.classes, label: about, corner: "true", pick: (i, j) => pick(of, i, j) });
    return el("div", {}, label(text), table.node);
  }
  function draw(r, epoch) {
    const focused = document.activeElement;
    const k = [...node.children].findIndex((o) => o.contains(focused));
    const cell = focused?.dataset?.cell;
    const answers = part("answers", "what the network answers", r.confusion[epoch - 1]);
    const both = [answers, part("labels", "how the labels were given", r.T)];
    node.replaceChildren(...both);
    if (k >= 0 && cell) both[k].querySelector(`[data-cell="${cell}"]`)?.focus();
  }
  return { node, draw };
}

export function create(root, host) {
  const { meta } = host;
  const first = meta.points.length || !meta.runs.length ? "rates" : "memory";
  const { s, set } = settingsOf(host, { tab: first, off: [], run: 0, epoch: 0, cls: 0 }, draw);
  const methods = unique([...meta.points, ...meta.runs].map((o) => o.method));
  const style = (m) => methods.indexOf(m);
  const body = el("div", { class: "nl-main" });
  const fact = factBox();
  const { side } = frame(root, "robust", meta.title, [], [tabs("Views", TABS, s.tab, (tab) => set({ tab })), body]);
  const show = (inSide, inBody) => {
    side.replaceChildren(titleLine(meta.title), ...inSide);
    body.replaceChildren(inBody);
  };
  const empty = (text) => show([], el("div", { class: "nl-status" }, text));

  // ---- accuracy by noise
  function methodSwitch(m) {
    const onchange = () => {
      set({ off: box.checked ? s.off.filter((o) => o !== m) : [...s.off, m] });
      root.querySelector(`[data-method="${CSS.escape(m)}"]`)?.focus();
    };
    const box = el("input", { type: "checkbox", checked: !s.off.includes(m), onchange });
    box.dataset.method = m;
    return el("div", { class: "nl-legend" }, el("label", {}, box, swatch(style(m)), m));
  }
  function rates() {
    const names = unique(meta.points.map((p) => p.method));
    if (!names.length) return empty(NO_RESULTS);
    const on = meta.points.filter((p) => !s.off.includes(p.method));
    const xs = unique(meta.points.map((p) => p.noise_pct)).sort((a, b) => a - b);
    const lines = names.filter((m) => !s.off.includes(m)).map((m) => methodLine(on, m, style(m)));
    show([group(label("methods"), names.map(methodSwitch)), label(meta.about)], ratesChart(meta, on, lines, xs));
    body.append(el("div", { class: "nl-scroll" }, ratesTable(on, lines, xs)));
  }

  // ---- runs, epoch by epoch
  const run = () => meta.runs[clamp(s.run, 0, meta.runs.length - 1)];
  function scrubber(changed) {
    const runs = numbered(meta.runs.map((o) => o.name));
    const epochs = run().epochs.length;
    s.epoch = clamp(s.epoch || epochs, 1, epochs);
    return [
      choice("run", "run", s.run, runs, (v) => set({ run: v, epoch: 0 })),
      slider("epoch", "epoch", s.epoch, [1, epochs, 1], String, (v) => set({ epoch: v }, changed)),
    ];
  }

  // ---- memorisation
  const holder = el("div", { class: "nl-main" });
  function drawMemory() {
    const r = run();
    const curves = CURVES.filter(([k]) => r[k]);
    factList(fact, [["epoch", r.epochs[s.epoch - 1]], ...curves.map(([k, text]) => [text, pct(r[k][s.epoch - 1])])]);
    const chart = memoryChart(r, curves, s.epoch);
    chart.style.cursor = "ew-resize";
    holder.replaceChildren(chart, legend(curves.map(([, name, style]) => ({ name, style }))));
  }
  function goTo(e) {
    const epoch = nearest(run().epochs, Math.round(holder.firstChild.toX(e))) + 1;
    if (epoch === s.epoch) return;
    const box = side.querySelector("[data-key=epoch]");
    box.value = epoch;
    box.nextSibling.textContent = epoch;
    set({ epoch }, drawMemory);
  }
  let dragging = false;
  holder.onpointerdown = (e) => {
    dragging = true;
    goTo(e);
  };
  holder.onpointermove = (e) => {
    dragging = dragging && e.buttons > 0;
    if (dragging) goTo(e);
  };
  function memory() {
    if (!meta.runs.length) return empty(NO_RUNS);
    show([group(scrubber(drawMemory)), fact], holder);
    drawMemory();
  }

  // ---- confusion
  const said = statusLine();
  let cell = null; // [answers or labels, true class, other class]
  const open = button("choose its images", "cell", chooseCell, "Show the images of this cell in linked panels (Enter)");
  open.disabled = true;
  const two = createConfusion(meta, (of, cls, j) => {
    cell = [of, cls, j];
    open.disabled = false;
    said.say(`true ${meta.classes[cls]}, ${of === "answers" ? "answered" : "labelled"} ${meta.classes[j]}`);
    if (s.cls === cls) return;
    side.querySelector("[data-key=cls]").value = cls;
    set({ cls }, drawConfusion);
  });
  async function chooseCell() {
    const [of, i, j] = cell;
    const a = await host.call("cell", { run: s.run, epoch: s.epoch, of, i, j });
    if (!a.error && a.ids.length) host.choose(a.ids);
    const where = host.linked() ? "shown in the linked panels" : "link_panels shows them in a studio or an explorer";
    said.say(a.error || (a.ids.length ? `${several(a.ids.length)} chosen: ${where}` : "No image is in this cell."));
  }
  two.node.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && cell && !host.still) chooseCell();
  });
  two.node.addEventListener("dblclick", () => {
    if (cell && !host.still) chooseCell();
  });
  function drawConfusion() {
    factList(fact, confusionFacts(meta, run(), s.epoch, s.cls));
    two.draw(run(), s.epoch);
  }
  function confusion() {
    if (!meta.runs.length) return empty(NO_RUNS);
    const classes = choice("true class", "cls", s.cls, numbered(meta.classes), (v) => set({ cls: v }));
    const opens = host.still ? [] : [open, said.node];
    show([group(scrubber(drawConfusion), classes), fact, ...opens], el("div", { class: "nl-scroll" }, two.node));
    drawConfusion();
  }

  function draw() {
    ({ rates, memory, confusion })[s.tab]();
  }
  set();
}
