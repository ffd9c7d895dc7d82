// The explorer of pseudo-labels. It is given the rows once and filters and sorts them itself; thumbnails come by the
// sheet, and what a selection keeps comes from its host.
import { button, choice, classBars, factList, numberField, slider, svg } from "./dom.js";
import { clamp, classNames, missing, num, numOr, pct, shownText, two } from "./format.js";
import { GONE } from "./host.js";
import { plainKey } from "./keys.js";
import {
  barAt,
  belief,
  beliefBefore,
  ends,
  explorerFilter,
  histogram,
  inOrder,
  keptBit,
  rowsWhere,
  within,
} from "./rows.js";
import {
  bar,
  barBox,
  createChosen,
  detailLine,
  factBox,
  frame,
  group,
  imageGrid,
  label,
  menuFor,
  numbered,
  orderMenu,
  settingsOf,
  showAllButton,
  sizeSlider,
  statusLine,
} from "./shell.js";
import { inWords } from "./words.js";

const EVERYTHING = { cls: -1, agree: "", changed: "", kept: "", lo: null, hi: null };
const ORDER = { order: "conf", descending: true, by: "pseudo", of: "conf" };
const SELECTION = { threshold: 0, temperature: 1, per_class: 0, k: 0, p: 1 };
const SHARES = ["conf", "margin", "conf_before"]; // measures between 0 and 1
const MEASURES = [...SHARES, "entropy", "loss"];

// ---- what the selection keeps: one question at a time, the newest settings last; heard(kept) when that is known
function createFacts(root, host, s, { heard, pick }) {
  const { meta } = host;
  const fact = factBox();
  const bars = barBox();
  let [alive, asking, again] = [true, false, false];
  function tell(facts) {
    if (facts.error) {
      factList(fact, [[facts.error === GONE ? "no answer" : "cannot select", facts.error]]);
      return;
    }
    heard(keptRows(host, facts, s));
    const quality = [
      ["right", pct(facts.precision)],
      ["strangers", pct(facts.strangers)],
    ];
    factList(fact, [
      ["kept", num(facts.images)],
      ["coverage", pct(facts.coverage)],
      ["rows", num(facts.rows)],
      ...(meta.has_true ? quality : []),
      ...meta.rounds,
    ]);
    classBars(bars, meta.classes, facts.by_class, "Rows kept by class", pick);
  }
  // The best K of a class are taken instead of what a threshold and a number a class would keep; P belongs to K.
  function switchSliders() {
    for (const [k, off] of Object.entries({ threshold: s.k > 0, per_class: s.k > 0, p: !s.k })) {
      const box = root.querySelector(`[data-key=${k}]`);
      if (box) box.disabled = off;
    }
  }
  function question() {
    if (host.still) return { threshold: Math.round(s.threshold * 50) / 50 };
    return { ...Object.fromEntries(Object.keys(SELECTION).map((k) => [k, s[k]])), by_row: s.kept !== "" };
  }
  async function ask() {
    if (!meta.soft || !meta.n) return;
    switchSliders();
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    let facts = null;
    try {
      facts = await host.call("facts", question());
    } finally {
      asking = false;
    }
    if (!alive) return;
    if (again) {
      again = false;
      ask();
    }
    tell(facts);
  }
  function stop() {
    alive = false;
  }
  // Is a row kept? As far as the host can say it now
  async function keptNow() {
    const facts = host.still ? {} : await host.call("facts", { ...question(), by_row: true });
    return (alive && !facts.error && keptRows(host, facts, s)) || (() => false);
  }
  const whole = meta.soft ? label("the selection, of all images: filters do not change it") : null;
  return { nodes: [whole, fact, bars], ask, keptNow, stop };
}

// Is a row kept? A kernel says it bit by bit, if the filter asks for it; a page knows it where the threshold alone decides.
function keptRows({ still, columns: col }, { buffers }, s) {
  if (!still) return buffers?.length ? (r) => keptBit(buffers[0], r) : null;
  const threshold = Math.fround(Math.round(s.threshold * 50) / 50);
  return (r) => col.conf[r] >= threshold;
}

function selectionSliders(host, s, set, ask) {
  const { meta } = host;
  if (!meta.soft) return [];
  const slide = (text, key, range, say) => slider(text, key, s[key], range, say, (v) => set({ [key]: v }, ask));
  const threshold = () => slide("threshold", "threshold", [0, 1, host.still ? 0.02 : 0.01], two);
  if (host.still) return [s.k ? null : threshold(), label(meta.fixed)];
  return [
    threshold(),
    slide("temperature", "temperature", [0.1, 3, 0.05], two),
    slide("per class", "per_class", [0, meta.most, 1], numOr("off")),
    slide("K per class", "k", [0, meta.most, 1], numOr("off")),
    slide("P per image", "p", [1, clamp(meta.classes.length, 1, 10), 1], String),
  ];
}

// ---- the histogram over which one drags to filter; a click takes one bar, a second one ends that
const [BINS, WIDTH, HEIGHT] = [20, 220, 70];

function histogramBar(b, height, kind) {
  return svg("rect", { x: (b * WIDTH) / BINS + 0.5, y: HEIGHT - height, width: WIDTH / BINS - 1, height, class: kind });
}

function createHistogram(root, host, s, setRange) {
  const { meta, columns: col } = host;
  const node = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "nl-hist", role: "img" });
  const brush = svg("rect", { y: 0, height: HEIGHT, class: "nl-brush" });
  let [low, high] = [0, 1];
  let from = null;
  let before = false; // a range, when the mouse was pressed
  function drawBrush() {
    const at = (x) => clamp(((x - low) / (high - low)) * WIDTH, 0, WIDTH);
    const [a, b] = [at(s.lo ?? low), at(s.hi ?? high)];
    brush.setAttribute("x", a);
    brush.setAttribute("width", Math.max(b - a, 0));
  }
  function fillEnds() {
    for (const k of ["lo", "hi"]) {
      const box = root.querySelector(`[data-key=${k}]`);
      if (box) box.value = s[k] === null ? "" : +s[k].toFixed(3);
    }
  }
  function draw() {
    const values = col[s.of];
    const isRight = (r) => col.true[r] === col.pseudo[r] && col.pseudo[r] >= 0;
    [low, high] = SHARES.includes(s.of) ? [0, 1] : ends(values);
    const { all, good } = histogram(values, isRight, [low, high], BINS);
    const most = Math.max(...all, 1);
    const bars = (counts, kind) => counts.map((k, b) => histogramBar(b, (HEIGHT * k) / most, kind));
    const right = meta.has_true ? `; right ones: ${good.join(", ")}` : "";
    const ranges = `Images by ${s.of}, ${+low.toFixed(2)} to ${+high.toFixed(2)} in ${BINS} steps`;
    node.setAttribute("aria-label", `${ranges}: ${all.join(", ")}${right}`);
    node.replaceChildren(...bars(all, "nl-all"), ...(meta.has_true ? bars(good, "nl-good") : []), brush);
    drawBrush();
    fillEnds();
  }
  function pointedAt(e) {
    const box = node.getBoundingClientRect();
    return low + clamp((e.clientX - box.left) / box.width, 0, 1) * (high - low);
  }
  node.onpointerdown = (e) => {
    from = pointedAt(e);
    before = s.lo !== null || s.hi !== null;
    node.setPointerCapture(e.pointerId);
  };
  node.onpointermove = (e) => {
    if (from === null) return;
    const to = pointedAt(e);
    [s.lo, s.hi] = from < to ? [from, to] : [to, from];
    drawBrush();
  };
  node.onpointerup = (e) => {
    if (from === null) return;
    const clicked = Math.abs(pointedAt(e) - from) < 0.02 * (high - low);
    const at = from;
    from = null;
    if (!clicked) setRange({});
    else if (before) setRange({ lo: null, hi: null });
    else setRange(barAt(at, [low, high], BINS));
  };
  return { node, draw };
}

// ---- words for a row
function cardOf(host, name, r) {
  const { meta, columns: col } = host;
  const [b, t] = [belief(col, r), col.true[r]];
  const kind = t === -1 ? "unknown" : t === b ? "right" : t === -2 ? "stranger" : "wrong";
  const sign = { right: "✓", wrong: "✗", stranger: "?", unknown: "" }[kind];
  const sure = missing(col.conf[r]) ? "" : `${Math.round(100 * col.conf[r])} %`;
  const was = beliefBefore(col, r);
  const text = [[[sign, name(b)].filter(Boolean).join(" "), sure]];
  if (meta.has_given) text.push(`given ${name(col.given[r])}`);
  if (meta.has_before) text.push(was === b ? "as before" : `was ${name(was)}`);
  return { kind, text, aria: kind === "unknown" ? "" : kind };
}

function detailOf(host, name, r) {
  if (r < 0) return "";
  const { meta, columns: col } = host;
  const cls = (what, k) => (col[k] && col[k][r] !== -1 ? `${what} ${name(col[k][r])}` : null);
  const number = (what, k) => (col[k] && !missing(col[k][r]) ? `${what} ${col[k][r].toFixed(3)}` : null);
  const known = [
    `image ${col.idx[r]}`,
    cls("given", "given"),
    cls("predicted", "pred"),
    cls("pseudo-label", "pseudo"),
    number("confidence", "conf"),
    number("margin", "margin"),
    number("loss", "loss"),
    cls("before", "before"),
    number("with", "conf_before"),
    cls("truth", "true"),
    meta.round ? `round ${meta.round}` : null,
  ];
  return known.filter(Boolean).join(" · ");
}

// ---- the panel
function filterMenus({ meta, still }, menu) {
  const kept = [
    ["", "any"],
    ["yes", "kept only"],
    ["no", "not kept"],
  ];
  const agree = [
    ["", "any"],
    ["same", "agrees"],
    ["other", "disagrees"],
  ];
  const changed = [
    ["", "any"],
    ["yes", "changed"],
    ["no", "unchanged"],
  ];
  return [
    menu("class", "cls", [[-1, "all"], ...numbered(meta.classes)]),
    menu("of", "by", inWords(meta.by)),
    meta.has_given ? menu("given label", "agree", agree) : null,
    meta.soft && !(still && meta.fixed) ? menu("by the selection", "kept", kept) : null,
    meta.has_before ? menu("since the round before", "changed", changed) : null,
  ];
}

export function create(root, host) {
  const { meta, columns: col } = host;
  const name = classNames(meta.classes);
  const { s, set } = settingsOf(host, { ...EVERYTHING, ...ORDER, ...SELECTION, side: meta.thumb }, draw);
  const status = statusLine();
  const detail = detailLine();
  let isKept = null; // of a row, as far as it is known
  const facts = createFacts(root, host, s, {
    heard(kept) {
      isKept = kept;
      if (s.kept) filter();
    },
    pick: chooseClass,
  });
  const chosen = createChosen(host, () => filter());
  const hist = createHistogram(root, host, s, setRange);
  const measures = meta.orders.filter((o) => MEASURES.includes(o));
  const dragBy = choice("drag to filter by", "of", s.of, inWords(measures), (v) =>
    setRange({ of: v, lo: null, hi: null }),
  );
  const from = numberField("from", "lo", (v) => setRange({ lo: v }));
  const to = numberField("to", "hi", (v) => setRange({ hi: v }));
  const grid = imageGrid(host, {
    lines: 1 + meta.has_given + meta.has_before,
    many: true,
    label:
      "Images; arrow keys move, with Shift they select a range, Control A selects all, L shows only those selected, here and in linked panels, Escape ends that",
    keys: onKey,
    left: chosen.end,
    failed: (text) => status.say(text),
    moved(r) {
      detail.textContent = detailOf(host, name, r);
    },
    card: (r) => cardOf(host, name, r),
  });
  frame(
    root,
    "explorer",
    meta.title,
    [
      facts.nodes,
      group(selectionSliders(host, s, set, facts.ask)),
      group(measures.length ? dragBy : null, hist.node, bar(from, to)),
    ],
    [
      bar(
        orderMenu(s, set, "order", inWords(meta.orders)),
        filterMenus(host, menuFor(s, set)),
        showAllButton(root, s, showAll, EVERYTHING),
        button(
          "only these",
          "only",
          onlyThese,
          "Show only the images that are selected, or all that fit, here and in linked panels (L)",
        ),
      ),
      chosen.node,
      status.node,
      grid.node,
      sizeSlider(s, set, grid),
      detail,
    ],
  );
  // A range of a linked explorer chooses its images for all that are linked
  function setRange(change) {
    set(change);
    if (!host.linked()) return;
    const all = s.lo === null && s.hi === null;
    chosen.take(all ? [] : rowsWhere(meta.n, (r) => within(col[s.of][r], s.lo, s.hi)));
  }
  function showAll(...args) {
    chosen.end();
    set(...args);
  }
  function onlyThese() {
    chosen.take(grid.pickedOrAll());
  }
  // The images that the selection keeps of a class
  async function chooseClass(c) {
    const kept = await facts.keptNow();
    const rows = rowsWhere(meta.n, (r) => col.pseudo[r] === c && kept(r));
    if (rows.length) chosen.take(rows);
    else status.say(`The selection keeps no image of ${name(c)}.`);
  }
  function onKey(e) {
    if (!plainKey(e) || e.key.toLowerCase() !== "l") return false;
    onlyThese();
    return true;
  }
  function filter() {
    const fits = explorerFilter(col, s);
    const rows = rowsWhere(
      meta.n,
      (r) => fits(r) && chosen.fits(r) && (!s.kept || !isKept || isKept(r) === (s.kept === "yes")),
    );
    grid.show(inOrder(rows, col[s.order], col.idx, s.descending));
    const still = host.still ? meta.still : null;
    const none = "No image fits this filter. Press “show all”.";
    const empty = "The table has no rows: there is nothing to show.";
    status.say(shownText(rows.length, meta.n, { still, none, empty }));
  }
  function draw() {
    filter();
    hist.draw();
    if (s.kept && !isKept) facts.ask();
  }
  draw();
  facts.ask();
  return () => {
    facts.stop();
    grid.stop();
  };
}
