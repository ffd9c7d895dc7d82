// Points in a plane: their colours, how they are painted, and which of them lie where. Nothing here needs a browser.

// Colours for up to ten classes, told apart by colour-blind readers, too; more classes go round the colour circle
const INKS = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [120, 94, 240],
  [150, 150, 30],
  [140, 80, 50],
  [60, 60, 60],
];
const RAMP = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];
export const NO_INK = [150, 150, 150]; // nothing is known

function hue(share) {
  const part = (k) => {
    const t = (share * 6 + k) % 6;
    return Math.round(60 + 150 * Math.max(Math.min(t, 4 - t, 1), 0));
  };
  return [part(5), part(3), part(1)];
}

// The colour of class k among n; a golden step round the circle sets neighbours in the list apart
export function classInk(k, n) {
  if (k < 0) return NO_INK;
  return n <= INKS.length ? INKS[k] : hue((k * 0.618034) % 1);
}

// The colour of a number between 0 (dark) and 1 (light)
export function shareInk(t) {
  if (Number.isNaN(t)) return NO_INK;
  const at = Math.max(Math.min(t, 1), 0) * (RAMP.length - 1);
  const k = Math.min(Math.floor(at), RAMP.length - 2);
  return RAMP[k].map((v, i) => Math.round(v + (at - k) * (RAMP[k + 1][i] - v)));
}

// A colour as the four bytes of a pixel, in one number
export const pixelOf = ([r, g, b], alpha = 255) => ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
export const cssInk = (ink) => `rgb(${ink.join(" ")})`;

// The pixels of a disc of radius r around a point: [[dx, dy], ...]
export function discOf(r) {
  const out = [];
  const far = Math.ceil(r);
  for (let dy = -far; dy <= far; dy++)
    for (let dx = -far; dx <= far; dx++) if (dx * dx + dy * dy <= r * r) out.push([dx, dy]);
  return out;
}

// Paint rows in their order, the last one on top; pixels: Uint32Array of a picture of `wide` times `high`
export function paintPoints(pixels, [wide, high], { xs, ys }, rows, inks, disc) {
  for (const r of rows) {
    const [x, y] = [Math.round(xs[r]), Math.round(ys[r])];
    for (const [dx, dy] of disc) {
      const [px, py] = [x + dx, y + dy];
      if (px >= 0 && px < wide && py >= 0 && py < high) pixels[py * wide + px] = inks[r];
    }
  }
}

// All rows in an order that mixes them, always the same, so that no class lies on top of the others
export function mixedOrder(n) {
  const key = (r) => Math.imul(r + 1, 2654435761) >>> 0;
  return Array.from({ length: n }, (_, r) => r).sort((a, b) => key(a) - key(b));
}

// ---- which points lie where
// The point nearest to [x, y], and at most so far away; -1 if there is none
export function pointAt({ xs, ys }, [x, y], far = Infinity) {
  let [best, least] = [-1, far * far];
  for (let r = 0; r < xs.length; r++) {
    const d = (xs[r] - x) ** 2 + (ys[r] - y) ** 2;
    if (d <= least) [best, least] = [r, d];
  }
  return best;
}

// The nearest point to the side that an arrow key names, within 45 degrees; the point itself if there is none
const SIDES_OF = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
export const isArrow = (key) => key in SIDES_OF;
export function pointBeside({ xs, ys }, from, key) {
  const [ax, ay] = SIDES_OF[key];
  let [best, least] = [from, Infinity];
  for (let r = 0; r < xs.length; r++) {
    const [dx, dy] = [xs[r] - xs[from], ys[r] - ys[from]];
    const ahead = dx * ax + dy * ay;
    const aside = Math.abs(dx * ay) + Math.abs(dy * ax);
    if (ahead > 0.5 && aside <= ahead && ahead + aside < least) [best, least] = [r, ahead + aside];
  }
  return best;
}

// The rows within a closed line of points [[x, y], ...]
export function rowsInside({ xs, ys }, line) {
  const out = [];
  for (let r = 0; r < xs.length; r++) if (isInside(xs[r], ys[r], line)) out.push(r);
  return out;
}
function isInside(x, y, line) {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [[ax, ay], [bx, by]] = [line[i], line[j]];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

// ---- the view: the place in the middle, and how many pixels a unit has
export function viewOf({ x, y }, [wide, high]) {
  const [xs, ys] = [endsOf(x), endsOf(y)];
  const scale = 0.92 * Math.min(wide / (xs[1] - xs[0]), high / (ys[1] - ys[0]));
  return { x: (xs[0] + xs[1]) / 2, y: (ys[0] + ys[1]) / 2, scale };
}
function endsOf(values) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const v of values) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
  if (hi > lo) return [lo, hi];
  return Number.isFinite(lo) ? [lo - 1, lo + 1] : [-1, 1];
}

// Where the points of a view stand, in pixels from the upper left corner
export function placePoints({ x, y }, view, [wide, high], out) {
  for (let r = 0; r < x.length; r++) {
    out.xs[r] = (x[r] - view.x) * view.scale + wide / 2;
    out.ys[r] = high / 2 - (y[r] - view.y) * view.scale;
  }
}

// The view, nearer or further, while what is at [px, py] stays there
export function zoomedAt(view, factor, [px, py], [wide, high]) {
  const scale = view.scale * factor;
  const shift = 1 / view.scale - 1 / scale;
  return { x: view.x + (px - wide / 2) * shift, y: view.y - (py - high / 2) * shift, scale };
}
export const movedBy = (view, [dx, dy]) => ({ ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale });
