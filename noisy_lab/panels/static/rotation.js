// What the rotation head says of each image in each of its four positions.
import { classBars, el, factList, meterFill } from "./dom.js";
import { classNames, missing, num, pct, shownText, wholePct } from "./format.js";
import { matrix } from "./matrix.js";
import { answerOf, hitsFit, inOrder, rowsWhere } from "./rows.js";
import {
  bar,
  barBox,
  factBox,
  frame,
  imageGrid,
  label,
  menuFor,
  numbered,
  orderMenu,
  settingsOf,
  statusLine,
} from "./shell.js";
import { wordsOf } from "./words.js";

const TURNS = [0, 90, 180, 270];
const BEGIN = { order: "rot_loss", descending: true, cls: -1, right: "" };
const ORDERS = [
  ["rot_loss", wordsOf("rot_loss")],
  ["idx", wordsOf("idx")],
];
const RIGHT = [
  ["", "any"],
  ["4", "all four"],
  ["some", "some"],
  ["0", "none"],
];

function turnedImage(img, thumb, degrees) {
  const side = thumb * 2;
  const c = el("canvas", { width: side, height: side, role: "img", "aria-label": `turned by ${degrees} degrees` });
  const g = c.getContext("2d");
  g.translate(side / 2, side / 2);
  g.rotate((-degrees * Math.PI) / 180);
  g.drawImage(img, 0, 0, thumb, thumb, -side / 2, -side / 2, side, side);
  return c;
}

function meter(degrees, share) {
  const track = el("span", { class: "nl-track" }, meterFill(share));
  return el("div", { class: "nl-meter" }, el("span", {}, `${degrees}°`), track, el("span", {}, wholePct(share)));
}

// An image turned to position i, with what the head says; probs: a column of probabilities for each answer
function figureOf(img, thumb, i, probs, r) {
  const said = answerOf(probs, r);
  const words = `${TURNS[i]}°: says ${TURNS[said]}° ${said === i ? "✓" : "✗"}`;
  return el(
    "figure",
    { class: `nl-figure${said === i ? "" : " nl-wrongturn"}` },
    turnedImage(img, thumb, TURNS[i]),
    el("figcaption", {}, words),
    TURNS.map((degrees, j) => meter(degrees, probs[j][r])),
  );
}

function confusionTable(meta) {
  const names = TURNS.map((t) => `${t}°`);
  return matrix({ values: meta.confusion, names, label: "Share of answers by position", corner: "" }).node;
}

export function create(root, host) {
  const { meta, columns: col } = host;
  const name = classNames(meta.classes);
  const probs = TURNS.map((_, i) => TURNS.map((_, j) => col[`p${i}${j}`]));
  const hits = (r) => TURNS.filter((_, i) => answerOf(probs[i], r) === i).length;
  const { s, set } = settingsOf(host, BEGIN, filter);
  const menu = menuFor(s, set);
  const status = statusLine();
  const pics = el("div", { class: "nl-pics", "aria-live": "polite" });
  const fact = factBox();
  const bars = barBox();
  let alive = true;
  let last = 0;
  const grid = imageGrid(host, {
    lines: 2,
    label: "Images; arrow keys move",
    failed: (text) => status.say(text),
    moved: show,
    card(r) {
      const h = hits(r);
      const kind = h === 4 ? "right" : h ? "unknown" : "wrong";
      const what = name(col.label[r]);
      return { kind, text: [`${h} of 4 right`, what] };
    },
  });
  grid.node.classList.add("nl-low");
  frame(
    root,
    "rotation",
    meta.title,
    [
      fact,
      label("right answers by class, per cent"),
      bars,
      label("position (rows) and answer (columns)"),
      el("div", { class: "nl-scroll" }, meta.n ? confusionTable(meta) : null),
    ],
    [
      bar(
        orderMenu(s, set, "order", ORDERS),
        menu("class", "cls", [[-1, "all"], ...numbered(meta.classes)]),
        menu("right", "right", RIGHT),
      ),
      status.node,
      grid.node,
      pics,
    ],
  );
  factList(fact, [
    ["images", num(meta.n)],
    ["right answers", pct(meta.accuracy)],
    ["guessing", pct(0.25)],
  ]);
  const perCent = meta.by_class.map((v) => (missing(v) ? null : Math.round(100 * v)));
  classBars(bars, meta.classes, perCent, "Right answers by class, per cent");

  async function show(r) {
    last += 1;
    const mine = last;
    if (r < 0) {
      pics.replaceChildren();
      return;
    }
    let img = null;
    try {
      img = await host.sprite([col.idx[r]]);
    } catch (e) {
      status.say(String(e.message || e));
      return;
    }
    if (alive && mine === last) pics.replaceChildren(...TURNS.map((_, i) => figureOf(img, meta.thumb, i, probs[i], r)));
    img.close();
  }
  function filter() {
    const fits = (r) => (s.cls < 0 || col.label[r] === s.cls) && hitsFit(s.right, hits(r));
    const rows = rowsWhere(meta.n, fits);
    const still = host.still ? meta.still : null;
    const empty = "There is no image to look at.";
    status.say(shownText(rows.length, meta.n, { still, none: "No image fits this filter.", empty }));
    grid.show(inOrder(rows, col[s.order], col.idx, s.descending));
  }
  filter();
  return () => {
    alive = false;
    grid.stop();
  };
}
