// Results of runs, as the robustness panel compares them. Nothing here needs a browser.
import { missing } from "./format.js";

export const unique = (list) => [...new Set(list)];

// points: [{method, noise_pct, mean, sd, n, seeds}]; a line for each method, by noise
export function methodLine(points, method, style) {
  const own = points.filter((p) => p.method === method).sort((a, b) => a.noise_pct - b.noise_pct);
  const column = (key) => own.map((p) => p[key]);
  return { name: method, style, xs: column("noise_pct"), ys: column("mean"), sds: column("sd") };
}

// The range of accuracies, spread included
export function accuracyEnds(points) {
  const known = points.filter((p) => !missing(p.mean));
  const lo = Math.min(...known.map((p) => p.mean - (p.sd || 0)), 1);
  const hi = Math.max(...known.map((p) => p.mean + (p.sd || 0)), 0);
  return [Math.max(lo - 0.03, 0), Math.min(hi + 0.03, 1)];
}

// A cell of the table: its text, and what it says when one points at it
export function accuracyCell(p) {
  if (!p) return ["–", ""];
  if (missing(p.mean)) return ["–", "a run's accuracy is not a number"];
  const spread = p.n > 1 ? ` ± ${(100 * p.sd).toFixed(1)}` : "";
  return [`${(100 * p.mean).toFixed(1)}${spread}`, `seeds ${p.seeds.join(", ")}`];
}

// How much two matrices of shares agree: 1 if they are the same
export function agreement(M, T) {
  const far = (row, i) => row.reduce((sum, v, j) => sum + Math.abs(v - T[i][j]), 0) / 2;
  return 1 - M.reduce((sum, row, i) => sum + far(row, i), 0) / M.length;
}

// The classes that class i is most often taken for: [share, class] of each
export function takenFor(row, i, most = 3) {
  const others = row.map((v, j) => [v, j]).filter(([, j]) => j !== i);
  return others.sort((a, b) => b[0] - a[0]).slice(0, most);
}

// The position of the number nearest to x
export const nearest = (xs, x) => xs.reduce((b, v, j) => (Math.abs(v - x) < Math.abs(xs[b] - x) ? j : b), 0);
