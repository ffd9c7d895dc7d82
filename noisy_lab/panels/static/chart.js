// A chart of lines with spread
import { el, svg } from "./dom.js";
import { clamp, missing, ticks } from "./format.js";

const MARKS = ["circle", "square", "triangle", "diamond", "cross"];
const MOST_MARKS = 40;

function mark(kind, x, y, r, props) {
  if (kind === "circle") return svg("circle", { cx: x, cy: y, r, ...props });
  const d = {
    square: `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    triangle: `M${x},${y - r}l${r},${2 * r}h${-2 * r}z`,
    diamond: `M${x},${y - r - 1}l${r + 1},${r + 1}l${-r - 1},${r + 1}l${-r - 1},${-r - 1}z`,
    cross: `M${x - r},${y - r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`,
  }[kind];
  return svg("path", { d, ...props });
}

function axes(o, at) {
  const { W, H, L, R, T, B, X, Y } = at;
  const middle = (T + H - B) / 2;
  const along = (v) => [
    svg("line", { x1: L, x2: W - R, y1: Y(v), y2: Y(v), class: "nl-rule" }),
    svg("text", { x: L - 6, y: Y(v) + 4, class: "nl-tick", "text-anchor": "end" }, o.y.say(v)),
  ];
  const below = (v) => svg("text", { x: X(v), y: H - B + 16, class: "nl-tick", "text-anchor": "middle" }, o.x.say(v));
  const turned = { transform: `rotate(-90 12 ${middle})`, "text-anchor": "middle" };
  const wanted = o.x.ticks || ticks(o.x.lo, o.x.hi).filter((v) => !o.x.whole || Number.isInteger(v));
  return [
    ...ticks(o.y.lo, o.y.hi).flatMap(along),
    ...wanted.map(below),
    svg("text", { x: (L + W - R) / 2, y: H - 4, class: "nl-axis", "text-anchor": "middle" }, o.x.label),
    svg("text", { x: 12, y: middle, class: "nl-axis", ...turned }, o.y.label),
  ];
}

function spreadBand(l, ok, { X, Y }, y) {
  const upper = ok.map((i) => `${X(l.xs[i])},${Y(Math.min(l.ys[i] + (l.sds[i] || 0), y.hi))}`);
  const lower = ok.map((i) => `${X(l.xs[i])},${Y(Math.max(l.ys[i] - (l.sds[i] || 0), y.lo))}`);
  const d = `M${[...upper, ...lower.reverse()].join("L")}Z`;
  return svg("path", { d, class: `nl-band nl-s${l.style % 8}` });
}

function markOf(o, l, i, { X, Y }) {
  const m = mark(MARKS[l.style % 5], X(l.xs[i]), Y(l.ys[i]), 3.5, { class: `nl-mark nl-s${l.style % 8}` });
  const spread = l.sds?.[i] ? ` ± ${o.y.say(l.sds[i])}` : "";
  m.append(svg("title", {}, `${l.name}: ${o.y.say(l.ys[i])}${spread} at ${o.x.say(l.xs[i])}`));
  return m;
}

function drawLine(o, l, at) {
  const ok = l.xs.map((_, i) => i).filter((i) => !missing(l.ys[i]));
  const d = ok.map((i, k) => `${k ? "L" : "M"}${at.X(l.xs[i])},${at.Y(l.ys[i])}`).join("");
  return [
    ...(l.sds && ok.length > 1 ? [spreadBand(l, ok, at, o.y)] : []),
    svg("path", { d, class: `nl-line nl-s${l.style % 8}`, "stroke-dasharray": l.dash || "" }),
    ...(ok.length <= MOST_MARKS ? ok.map((i) => markOf(o, l, i, at)) : []),
  ];
}

// o: {lines: [{name, style, xs, ys, sds, dash}], x: {label, lo, hi, say, ticks, whole}, y: {label, lo, hi, say},
//     at (an x to mark), height, alt}; the chart's toX(event) is the x that is pointed at
export function lineChart(o) {
  const wide = window.innerWidth < 500 ? 380 : 640; // on a telephone, text would be too small
  const [W, H, L, R, T, B] = [wide, o.height || 300, 52, 12, 10, 40];
  const X = (x) => L + ((x - o.x.lo) / (o.x.hi - o.x.lo || 1)) * (W - L - R);
  const Y = (y) => H - B - ((y - o.y.lo) / (o.y.hi - o.y.lo || 1)) * (H - T - B);
  const at = { W, H, L, R, T, B, X, Y };
  const chart = svg(
    "svg",
    { viewBox: `0 0 ${W} ${H}`, class: "nl-chart", role: "img", "aria-label": o.alt },
    axes(o, at),
    missing(o.at) ? null : svg("line", { x1: X(o.at), x2: X(o.at), y1: T, y2: H - B, class: "nl-at" }),
    o.lines.map((l) => drawLine(o, l, at)),
  );
  chart.toX = (e) => {
    const box = chart.getBoundingClientRect();
    const share = (((e.clientX - box.left) / box.width) * W - L) / (W - L - R);
    return clamp(o.x.lo + share * (o.x.hi - o.x.lo), o.x.lo, o.x.hi);
  };
  return chart;
}

export function swatch(style) {
  return svg(
    "svg",
    { viewBox: "0 0 22 12", class: "nl-swatch", "aria-hidden": "true" },
    svg("path", { d: "M0,6H22", class: `nl-line nl-s${style % 8}` }),
    mark(MARKS[style % 5], 11, 6, 3.5, { class: `nl-mark nl-s${style % 8}` }),
  );
}

export function legend(lines) {
  const entry = (l) => el("span", { class: "nl-legend" }, swatch(l.style), l.name);
  return el("div", { class: "nl-legend" }, lines.map(entry));
}
