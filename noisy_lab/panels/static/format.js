// Numbers and names as panels write them. Nothing here needs a browser.

export const missing = (x) => x === null || x === undefined || Number.isNaN(x);
export const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));

export const num = (x) => x.toLocaleString("en");
export const pct = (x) => (missing(x) ? "–" : `${(100 * x).toFixed(1)} %`);
export const wholePct = (x) => `${Math.round(100 * x)} %`;
export const two = (x) => x.toFixed(2);
// Three decimals; a number that they would make 0 or 1 is said to be beside it
export function three(x) {
  if (missing(x)) return "–";
  if (x > 0 && x < 0.0005) return "<0.001";
  return x < 1 && x >= 0.9995 ? ">0.999" : String(+x.toFixed(3));
}
export const several = (k) => `${num(k)} image${k === 1 ? "" : "s"}`;
export const numOr = (zero) => (x) => (x ? num(x) : zero);

// A loss or a metric, of any size
export function short(x) {
  if (missing(x)) return "–";
  if (Math.abs(x) < 10) return x.toFixed(3);
  return Math.abs(x) < 1e5 ? x.toFixed(1) : x.toExponential(1);
}
export const tick = (x) => (Math.abs(x) < 1e5 ? String(+x.toFixed(3)) : x.toExponential(1));

// A share in a cell of a matrix: whole per cents, nothing for next to nothing
export function shareText(x) {
  if (missing(x)) return "–";
  return x >= 0.005 ? String(Math.round(100 * x)) : "";
}

// Class numbers to words: -2 is none of the classes, -1 is not known
export const classNames = (classes) => (k) => (k >= 0 && k < classes.length ? classes[k] : k === -2 ? "stranger" : "–");

// What stands under the filters: how many of how many, or why there is nothing
// say: {still (thumbnails in a saved page, or null), none (nothing fits the filter), empty (there is nothing at all)}
export function shownText(shown, n, say) {
  if (!shown) return n ? say.none : say.empty;
  const held = missing(say.still) ? "" : `; this page holds the thumbnails of ${num(say.still)}`;
  return `${num(shown)} of ${num(n)} images${held}`;
}

// Round numbers between two ends, for an axis
export function ticks(lo, hi, most = 6) {
  const raw = (hi - lo) / most || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((k) => k >= raw);
  const out = [];
  for (let v = Math.ceil(lo / step - 1e-9) * step; v <= hi + 1e-9; v += step) out.push(+v.toFixed(10));
  return out;
}
