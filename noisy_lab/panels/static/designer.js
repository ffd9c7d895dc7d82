// The designer of label noise: a matrix that one edits, and the labels that it flips. What is shown here is what training
// gets, with a kernel or without.
import { button, classBars, el, factList, slider } from "./dom.js";
import { classNames, num, pct, several } from "./format.js";
import { plainKey } from "./keys.js";
import { matrix } from "./matrix.js";
import { copyOf, drawLabels, expectedWrong, pair, rescaled, symmetric, withShare } from "./noise.js";
import { rowsWhere } from "./rows.js";
import { bar, barBox, factBox, frame, group, imageGrid, label, settingsOf, statusLine } from "./shell.js";
import { createUndo } from "./undo.js";

const STEP = 0.05;
const MATRIX_LABEL =
  "Share of each true class (rows) that is given each label (columns), in per cent; + and − change the chosen cell, U undoes";
const DIAGONAL = "The diagonal is what is left over: change another cell of the row.";

const output = (field) => field.querySelector("output");
const input = (field) => field.querySelector("input");
function setSlider(field, value) {
  input(field).value = value;
  output(field).textContent = pct(value);
}

function cellWords(meta, rows, [trueName, givenName], still) {
  if (!meta.n) return "There is no image whose label could be flipped.";
  if (!rows.length) return `No image of ${trueName} is given ${givenName}.`;
  const are = `${several(rows.length)} of ${trueName} ${rows.length > 1 ? "are" : "is"} given ${givenName}`;
  return are + (still ? "; this page holds some of the thumbnails" : "");
}

export function create(root, host) {
  const { meta, columns: col } = host;
  const { classes, n } = meta;
  const C = classes.length;
  const name = classNames(classes);
  const begin = { preset: "own", rate: meta.rate, cell: [0, Math.min(1, C - 1)], T: meta.T };
  const { s, set } = settingsOf(host, begin, draw);
  const given = new Int32Array(n);
  const fact = factBox();
  const bars = barBox();
  const status = statusLine();
  const chosen = label("");
  const counts = new Array(C).fill(n ? 0 : 1);
  for (const k of col.y) counts[k]++;
  const shareWrong = (T) => expectedWrong(T, counts) / counts.reduce((a, b) => a + b, 0);
  // What mistakes there are at a rate; those of the data set have a rate of their own
  const presets = {
    symmetric: ["any other class alike", (rate) => symmetric(C, rate)],
    pair: ["always the next class", (rate) => pair(C, rate)],
    ...(meta.measured ? { measured: ["as in this data set", () => copyOf(meta.measured)] } : {}),
  };
  const kinds = Object.entries(presets).map(([k, [text]]) => button(text, `preset-${k}`, () => use(k)));
  const undo = createUndo();
  let base = s.T; // the mistakes of which the slider makes more or fewer
  const rate = slider("wrong", "rate", s.rate, [0, 1, 0.01], pct, slide);
  const share = slider("share", "share", 0, [0, 1, 0.01], pct, put);
  const grid = imageGrid(host, {
    lines: 2,
    label: "Images of the chosen cell; arrow keys move",
    failed: (text) => status.say(text),
    card(r) {
      const [is, was] = [name(given[r]), name(col.y[r])];
      const right = given[r] === col.y[r];
      const text = [`${right ? "✓" : "✗"} ${is}`, `truly ${was}`];
      const kind = right ? "right" : "wrong";
      return { kind, text, aria: kind };
    },
  });
  grid.node.classList.add("nl-low");
  const table = matrix({ values: s.T, names: classes, label: MATRIX_LABEL, pick: choose });
  const shown = copyOf(s.T); // what the cells show: with many classes few of them change
  let picked = table.cells[0][0];
  for (const o of [rate, share]) input(o).addEventListener("change", undo.end);
  const back = button("undo U", "undo", () => turn(undo.back), "Take back the last change of the matrix");
  const again = button("redo R", "redo", () => turn(undo.again), "Bring back what was taken back last");
  table.node.addEventListener("keydown", (e) => {
    if (!["+", "=", "-"].includes(e.key)) return;
    e.preventDefault();
    putMore(e.key === "-" ? -STEP : STEP);
  });
  frame(
    root,
    "designer",
    meta.title,
    [
      fact,
      group(label("mistakes go to"), bar(kinds)),
      group(rate, bar(back, again)),
      group(
        chosen,
        share,
        bar(
          button("− 5 %", "less", () => putMore(-STEP)),
          button("+ 5 %", "more", () => putMore(STEP)),
        ),
      ),
      label("wrong labels by true class"),
      bars,
    ],
    [el("div", { class: "nl-scroll nl-tall" }, table.node), status.node, grid.node],
  );

  root.firstElementChild.addEventListener("keydown", (e) => {
    const way = plainKey(e) && { u: undo.back, r: undo.again }[e.key.toLowerCase()];
    if (way) turn(way);
  });

  // ---- what one does
  const now = () => ({ preset: s.preset, T: s.T, base });
  // Another matrix; what the slider makes more or fewer of is the same, or that matrix
  function change(kind, preset, T, from = T) {
    undo.push(now(), kind);
    base = from;
    set({ preset, T, rate: shareWrong(T) });
  }
  function use(preset) {
    change(null, preset, presets[preset][1](s.rate));
  }
  function slide(v) {
    change("rate", s.preset, rescaled(base, counts, v), base);
  }
  function turn(way) {
    const to = way(now());
    if (!to) {
      status.say("There is nothing to take back or bring back.");
      return;
    }
    base = to.base;
    set({ preset: to.preset, T: to.T, rate: shareWrong(to.T) });
  }
  function put(v) {
    const [i, j] = s.cell;
    if (i !== j) {
      change(`${i},${j}`, "own", withShare(s.T, s.cell, v));
      return;
    }
    status.say(DIAGONAL);
    setSlider(share, s.T[i][j]);
  }
  function putMore(by) {
    const [i, j] = s.cell;
    put(s.T[i][j] + by);
    undo.end();
  }
  function choose(i, j) {
    if (s.cell[0] === i && s.cell[1] === j) return;
    s.cell = [i, j];
    tellCell();
  }

  // ---- what it shows
  function drawCells() {
    for (const [i, row] of s.T.entries())
      for (const [j, v] of row.entries()) {
        if (v === shown[i][j]) continue;
        shown[i][j] = v;
        table.put(i, j, v);
      }
  }
  function draw() {
    const { all, wrong } = drawLabels(s.T, col.y, col.u, given);
    const bad = wrong.reduce((a, b) => a + b, 0);
    const expected = n ? shareWrong(s.T) : 0;
    const worst = Math.max(...all.map((k, i) => (k ? wrong[i] / k : 0)));
    drawCells();
    factList(fact, [
      ["images", num(n)],
      ["expected wrong", pct(expected)],
      ["drawn wrong", `${num(bad)} (${pct(n ? bad / n : 0)})`],
      ["most in a class", pct(worst)],
    ]);
    classBars(bars, classes, wrong, "Wrong labels by true class");
    for (const o of kinds) o.setAttribute("aria-pressed", String(o.dataset.key === `preset-${s.preset}`));
    setSlider(rate, shareWrong(s.T));
    back.disabled = !undo.can().back;
    again.disabled = !undo.can().again;
    tellCell();
  }
  function tellCell() {
    const [i, j] = s.cell;
    const rows = rowsWhere(n, (r) => col.y[r] === i && given[r] === j);
    chosen.textContent = `true ${name(i)}, given ${name(j)}`;
    setSlider(share, s.T[i][j]);
    input(share).disabled = i === j;
    picked.classList.remove("nl-picked");
    picked = table.cells[i][j];
    picked.classList.add("nl-picked");
    grid.show(rows);
    status.say(cellWords(meta, rows, [name(i), name(j)], host.still));
  }
  draw();
  return () => grid.stop();
}
