// A map of images as points, painted into a canvas: what is near is alike. One looks with the mouse, draws around points,
// asks for neighbours, and sees the images of what was chosen below the map, and in panels that are linked.
import { button, el, factList } from "./dom.js";
import { classNames, missing, num, short } from "./format.js";
import { plainKey } from "./keys.js";
import {
  classInk,
  cssInk,
  discOf,
  isArrow,
  mixedOrder,
  movedBy,
  NO_INK,
  paintPoints,
  pixelOf,
  placePoints,
  pointAt,
  pointBeside,
  rowsInside,
  shareInk,
  viewOf,
  zoomedAt,
} from "./points.js";
import { ends, rowsWhere } from "./rows.js";
import {
  bar,
  createChosen,
  detailLine,
  factBox,
  frame,
  group,
  imageGrid,
  label,
  menuFor,
  settingsOf,
  sizeSlider,
  statusLine,
} from "./shell.js";
import { wordsOf } from "./words.js";

const MAP_LABEL =
  "Map of images; arrow keys go from point to point, plus and minus zoom, F shows all, N chooses the nearest images, V all that are in sight, Escape ends the choice";
const HINT =
  "Draw around points (L, or Shift and drag; Ctrl adds to what is chosen) to see their images here. Drag moves the map, the wheel zooms, a click takes a point.";
const LABELS = ["given", "suggested", "pseudo", "true"]; // columns of classes
const DECISIONS = ["undecided", "relabelled", "dropped", "accepted"];
const FAINT = 50; // of 255: points that are not chosen, where some are
const NEAR = 8; // pixels from a point at which the mouse is on it
const SLOW = 80; // milliseconds that the mouse rests before a thumbnail is asked for

// ---- colours: for a column of classes, of decisions, or of numbers, {ink(row), entries: [text, ink, fits(row)] of the
// legend, or ends of the numbers}
function classesOf(names, values, entryNames) {
  const known = names.map((text, k) => [text, classInk(k, names.length), (r) => values[r] === k]);
  const others = [
    ["none of the classes", -2],
    [entryNames, -1],
  ].map(([text, k]) => [text, NO_INK, (r) => values[r] === k]);
  return { ink: (r) => classInk(values[r], names.length), entries: [...known, ...others] };
}
function numbersOf(values) {
  const [lo, hi] = ends(values);
  return { ink: (r) => shareInk((values[r] - lo) / (hi - lo)), ends: [lo, hi] };
}
function coloursOf({ meta, columns: col }, column, decided) {
  if (column === "decision") return classesOf(DECISIONS, decided, "");
  return LABELS.includes(column) ? classesOf(meta.classes, col[column], "not known") : numbersOf(col[column]);
}

function legendOf({ entries, ends: range }, n, pick) {
  if (range) {
    const stops = [0, 0.25, 0.5, 0.75, 1].map((t) => cssInk(shareInk(t)));
    const strip = el("div", { class: "nl-ramp", "aria-hidden": "true" });
    strip.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    return [strip, el("div", { class: "nl-split" }, ...range.map((v) => el("span", {}, short(v))))];
  }
  const entry = ([text, ink, fits], i) => {
    const rows = rowsWhere(n, fits);
    if (!rows.length) return null;
    const o = button("", `legend-${i}`, () => pick(rows), `Choose the images of ${text}`);
    const spot = el("span", { class: "nl-spot", "aria-hidden": "true" });
    spot.style.background = cssInk(ink);
    o.className = "nl-link nl-entry";
    o.append(spot, el("span", { class: "nl-class" }, text), el("span", { class: "nl-count" }, num(rows.length)));
    return o;
  };
  return entries.map(entry);
}

// ---- words for a row
function wordsAbout({ meta, columns: col }, name, decided, r) {
  const classes = LABELS.filter((o) => col[o] && col[o][r] !== -1).map((o) => `${wordsOf(o)} ${name(col[o][r])}`);
  const scores = meta.scores.filter((o) => !missing(col[o][r])).map((o) => `${wordsOf(o)} ${short(col[o][r])}`);
  return [...classes, ...(decided[r] ? [DECISIONS[decided[r]]] : []), ...scores];
}

// ---- the canvas: points in a view that one can move, and a line that one draws around some of them
function createCanvas(host, { groups, here, lassoed, clicked, hovered }) {
  const { meta, columns: col } = host;
  const canvas = el("canvas", { class: "nl-points" });
  const node = el("div", { class: "nl-map", tabIndex: 0, role: "application", "aria-label": MAP_LABEL }, canvas);
  const g = canvas.getContext("2d");
  const points = { xs: new Float32Array(meta.n), ys: new Float32Array(meta.n) };
  let [picture, view, waiting] = [null, null, 0];
  let drawing = false; // does a drag draw a line?
  let press = null; // {at, line or none, moved, adds} while the mouse is down
  const sharp = () => window.devicePixelRatio || 1;
  const size = () => [canvas.width, canvas.height];
  const middle = () => size().map((v) => v / 2);

  function fitSize() {
    const [wide, high] = [node.clientWidth, node.clientHeight].map((v) => Math.max(Math.round(v * sharp()), 1));
    if (canvas.width === wide && canvas.height === high && view) return;
    const was = canvas.width;
    canvas.width = wide;
    canvas.height = high;
    picture = g.createImageData(wide, high);
    view = view ? { ...view, scale: (view.scale * wide) / was } : viewOf(col, size());
    later();
  }
  function later() {
    if (view) waiting ||= requestAnimationFrame(paint);
  }
  // Points grow as one comes nearer
  const radius = () => {
    const nearer = view.scale / viewOf(col, size()).scale;
    return sharp() * Math.min((meta.n > 5000 ? 1.4 : 2.4) * Math.max(nearer, 1) ** 0.4, 6);
  };
  function paint() {
    waiting = 0;
    const pixels = new Uint32Array(picture.data.buffer);
    const disc = discOf(radius());
    pixels.fill(0);
    placePoints(col, view, size(), points);
    for (const { rows, colours } of groups()) paintPoints(pixels, size(), points, rows, colours, disc);
    g.putImageData(picture, 0, 0);
    ring();
    if (press?.line) trace(press.line);
  }
  function ring() {
    const r = here();
    if (r < 0) return;
    g.beginPath();
    g.arc(points.xs[r], points.ys[r], radius() + 4 * sharp(), 0, 7);
    g.lineWidth = 2 * sharp();
    g.strokeStyle = getComputedStyle(node).color;
    g.stroke();
  }
  function trace(line) {
    g.beginPath();
    for (const at of line) g.lineTo(...at);
    g.closePath();
    g.lineWidth = 1.5 * sharp();
    g.strokeStyle = getComputedStyle(node).color;
    g.stroke();
  }
  function look(to) {
    view = to;
    later();
  }
  const zoom = (factor, at = middle()) => look(zoomedAt(view, factor, at, size()));
  // The points where they are now: a key may come before the frame that draws the view
  function placed() {
    placePoints(col, view, size(), points);
    return points;
  }
  // Bring a point into sight
  function show(r) {
    placed();
    const [x, y] = [points.xs[r], points.ys[r]];
    const [wide, high] = size();
    if (x < 0 || y < 0 || x > wide || y > high) look(movedBy(view, [wide / 2 - x, high / 2 - y]));
    later();
  }

  // ---- the mouse
  const placeOf = (e) => {
    const box = canvas.getBoundingClientRect();
    return [(e.clientX - box.left) * sharp(), (e.clientY - box.top) * sharp()];
  };
  const under = (at) => pointAt(points, at, NEAR * sharp());
  node.onpointerdown = (e) => {
    node.setPointerCapture(e.pointerId);
    const at = placeOf(e);
    press = { at, line: drawing || e.shiftKey ? [at] : null, moved: false, adds: e.ctrlKey || e.metaKey };
  };
  node.onpointermove = (e) => {
    const at = placeOf(e);
    if (!press) {
      hovered(under(at), e);
      return;
    }
    const by = [at[0] - press.at[0], at[1] - press.at[1]];
    if (!press.moved && Math.hypot(...by) < 4 * sharp()) return;
    press.moved = true;
    hovered(-1, e);
    if (press.line) press.line.push(at);
    else {
      view = movedBy(view, by);
      press.at = at;
    }
    later();
  };
  node.onpointerup = (e) => {
    const was = press;
    press = null;
    if (!was) return;
    if (was.line && was.moved) lassoed(rowsInside(points, was.line), was.adds);
    else if (!was.moved) clicked(under(placeOf(e)), was.adds);
    later();
  };
  node.onpointercancel = () => {
    press = null;
    later();
  };
  node.onpointerleave = (e) => hovered(-1, e);
  node.addEventListener(
    "wheel",
    (e) => {
      e.preventDefault();
      zoom(Math.exp(-e.deltaY / (e.deltaMode ? 20 : 400)), placeOf(e));
    },
    { passive: false },
  );
  const watch = new ResizeObserver(fitSize);
  watch.observe(node);
  return {
    node,
    later,
    zoom,
    show,
    fit: () => look(viewOf(col, size())),
    beside: (r, key) => (r < 0 ? pointAt(placed(), middle()) : pointBeside(placed(), r, key)),
    inSight: () => {
      const [wide, high] = size();
      return rowsInside(placed(), [
        [0, 0],
        [wide, 0],
        [wide, high],
        [0, high],
      ]);
    },
    draws(on) {
      drawing = on;
      node.classList.toggle("nl-drawing", on);
    },
    stop() {
      cancelAnimationFrame(waiting);
      watch.disconnect();
    },
  };
}

// ---- what stands beside the mouse: a thumbnail, the path, and what is known
function createTip(host, about) {
  const side = host.meta.thumb;
  const thumb = el("canvas", { class: "nl-pic", width: side, height: side });
  const words = el("div", {});
  const node = el("div", { class: "nl-tip", hidden: true, "aria-hidden": "true" }, thumb, words);
  let [row, timer] = [-1, 0];
  async function fetchThumb(r) {
    const sheet = await host.sprite([host.columns.idx[r]], side).catch(() => null);
    if (sheet && r === row) thumb.getContext("2d").drawImage(sheet, 0, 0, side, side, 0, 0, side, side);
    sheet?.close();
  }
  function show(r, e) {
    node.hidden = r < 0;
    if (r >= 0) {
      const box = node.parentElement.getBoundingClientRect();
      const [x, y] = [e.clientX - box.left, e.clientY - box.top];
      node.style.left = `${Math.min(x + 14, box.width - node.offsetWidth - 4)}px`;
      node.style.top = `${y + 14 + node.offsetHeight > box.height ? Math.max(y - 14 - node.offsetHeight, 0) : y + 14}px`;
    }
    if (r === row) return;
    row = r;
    clearTimeout(timer);
    if (r < 0) return;
    thumb.getContext("2d").clearRect(0, 0, side, side);
    words.replaceChildren(...[host.meta.paths[r], ...about(r)].map((o) => el("div", {}, o)));
    timer = setTimeout(() => fetchThumb(r), SLOW);
  }
  return { node, show, stop: () => clearTimeout(timer) };
}

// ---- the panel
export function create(root, host) {
  const { meta, columns: col } = host;
  const name = classNames(meta.classes);
  const order = mixedOrder(meta.n);
  const decided = new Int8Array(meta.n);
  const inks = new Uint32Array(meta.n);
  const faint = new Uint32Array(meta.n);
  const { s, set } = settingsOf(host, { colour: meta.colours[0], side: meta.thumb }, recolour);
  let [here, alive] = [-1, true];
  let groups = [];
  const about = (r) => wordsAbout(host, name, decided, r);
  const chosen = createChosen(host, drawChosen);
  const fact = factBox();
  const legend = el("div", { class: "nl-entries" });
  const status = statusLine();
  const detail = detailLine();
  const tip = createTip(host, about);
  const map = createCanvas(host, {
    groups: () => groups,
    here: () => here,
    lassoed: (rows, adds) => choose(rows, adds),
    clicked: (r, adds) => {
      goTo(r);
      if (r >= 0 && adds) choose([r], true);
    },
    hovered: tip.show,
  });
  map.node.append(tip.node);
  const grid = imageGrid(host, {
    lines: 2,
    label: "Images that are chosen; arrow keys move",
    failed: (text) => status.say(text),
    moved: (r) => chosen.any() && r >= 0 && mark(r),
    left: chosen.end,
    card(r) {
      const text = about(r).slice(0, 2);
      return {
        kind: "open",
        text: text.length ? text : [meta.paths[r]],
        aria: [meta.paths[r], ...about(r).slice(2)].join(", "),
      };
    },
  });
  grid.node.classList.add("nl-low");
  const lasso = button(
    "lasso L",
    "lasso",
    () => drawLines(lasso.getAttribute("aria-pressed") !== "true"),
    "Drag draws",
  );
  lasso.setAttribute("aria-pressed", "false");
  const tools = [
    lasso,
    button("nearest N", "near", chooseNear, "Choose the images most like the one at the ring"),
    button("in sight V", "sight", () => choose(map.inSight()), "Choose all points that are in sight"),
    button("+", "zoom-in", () => map.zoom(1.5), "Nearer (+)"),
    button("−", "zoom-out", () => map.zoom(1 / 1.5), "Further away (−)"),
    button("show all F", "fit", map.fit, "The whole map"),
  ];
  const below = el("div", {}, grid.node, sizeSlider(s, set, grid));
  const colours = meta.colours.map((o) => [o, wordsOf(o)]);
  frame(
    root,
    "embedding",
    meta.title,
    [fact, group(menuFor(s, set)("colour", "colour", colours)), group(label("a click chooses its images"), legend)],
    [bar(tools), map.node, detail, chosen.node, status.node, below],
  );

  // ---- what one does
  function choose(rows, adds = false) {
    const all = adds ? [...new Set([...chosen.rows(), ...rows])] : rows;
    if (all.length) chosen.take(all);
    else status.say("There is no point there.");
  }
  async function chooseNear() {
    if (here < 0) {
      status.say("Take a point first: click it, or go to it with the arrow keys.");
      return;
    }
    const a = await host.call("near", { image: col.idx[here] });
    if (!alive) return;
    if (a.error) status.say(a.error);
    else host.choose(a.ids);
  }
  function drawLines(on) {
    lasso.setAttribute("aria-pressed", String(on));
    map.draws(on);
  }
  function mark(r) {
    here = r;
    detail.textContent = r < 0 ? "" : [meta.paths[r], ...about(r)].join(" · ");
    map.later();
  }
  function goTo(r) {
    mark(r);
    if (r >= 0) map.show(r);
  }
  const KEYS = {
    "+": () => map.zoom(1.5),
    "=": () => map.zoom(1.5),
    "-": () => map.zoom(1 / 1.5),
    f: map.fit,
    l: () => drawLines(lasso.getAttribute("aria-pressed") !== "true"),
    n: chooseNear,
    v: () => choose(map.inSight()),
    escape: chosen.end,
  };
  map.node.addEventListener("keydown", (e) => {
    if (!plainKey(e)) return;
    const command = KEYS[e.key.toLowerCase()];
    if (isArrow(e.key)) goTo(map.beside(here, e.key));
    else if (command) command();
    else return;
    e.preventDefault();
  });

  // ---- what it shows
  function drawChosen() {
    const some = chosen.any();
    groups = [{ rows: order, colours: some ? faint : inks }];
    if (some) groups.push({ rows: order.filter(chosen.has), colours: inks });
    below.hidden = !some;
    if (some) {
      grid.show(chosen.rows());
      status.say("");
    } else status.say(meta.n ? HINT : "There is no image to look at.");
    map.later();
  }
  async function recolour() {
    if (meta.has_log) await askDecisions();
    if (!alive) return;
    const by = coloursOf(host, s.colour, decided);
    for (let r = 0; r < meta.n; r++) {
      const ink = by.ink(r);
      inks[r] = pixelOf(ink);
      faint[r] = pixelOf(ink, FAINT);
    }
    legend.replaceChildren(...legendOf(by, meta.n, (rows) => choose(rows)).filter(Boolean));
    map.later();
  }
  async function askDecisions() {
    const a = await host.call("decided");
    if (!alive || a.error) return;
    decided.fill(0);
    for (const [what, rows] of Object.entries(a.rows)) for (const r of rows) decided[r] = DECISIONS.indexOf(what);
  }
  factList(fact, [
    ["images", num(meta.n)],
    ["placed by", meta.way],
  ]);
  recolour();
  drawChosen();
  return () => {
    alive = false;
    tip.stop();
    map.stop();
    grid.stop();
  };
}
