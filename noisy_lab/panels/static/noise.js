// Noise matrices, T[i][j] the share of true class i that is given label j, and the labels that they flip. An image's label
// is the first class at which the running sum of its true class's row exceeds the image's own number in [0, 1);
// noisy_lab.data.noise draws with the same numbers. Nothing here needs a browser.
import { clamp } from "./format.js";

export const copyOf = (T) => T.map((row) => row.slice());

const fill = (n, f) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => f(i, j)));

// A share of `rate` is wrong in each class: spread evenly, or always in the next class
export const symmetric = (n, rate) => fill(n, (i, j) => (i === j ? 1 - rate : rate / (n - 1)));
export const pair = (n, rate) => fill(n, (i, j) => (i === j ? 1 - rate : (i + 1) % n === j ? rate : 0));

// The same mistakes, more or fewer of them: as near to a share of `rate` as can be, over so many images of each class. No
// class has more mistakes than images, and one without mistakes stays without; where there is none at all, they are even.
export function rescaled(T, all, rate) {
  const off = T.map((row, i) => 1 - row[i]);
  const images = all.reduce((a, b) => a + b, 0);
  if (!off.some((v, i) => v > 1e-9 && all[i])) return symmetric(T.length, rate);
  const shares = (f) => off.map((v) => Math.min(v * f, 1));
  const wrong = (f) => shares(f).reduce((sum, v, i) => sum + v * all[i], 0);
  let [lo, hi] = [0, 1e6];
  for (let k = 0; k < 100; k++) {
    const mid = (lo + hi) / 2;
    if (wrong(mid) < rate * images) lo = mid;
    else hi = mid;
  }
  const now = shares(lo);
  return fill(T.length, (i, j) => (i === j ? 1 - now[i] : off[i] > 1e-9 ? (T[i][j] * now[i]) / off[i] : 0));
}

// Give cell [i, j] the share v, in whole per cents, taken from the diagonal or given back to it
export function withShare(T, [i, j], v) {
  const out = copyOf(T);
  const room = T[i][j] + T[i][i];
  out[i][j] = clamp(Math.round(v * 100) / 100, 0, room);
  out[i][i] = Math.max(room - out[i][j], 0);
  return out;
}

function runningSum(row) {
  let sum = 0;
  return row.map((v) => {
    sum += v;
    return sum;
  });
}

// Draw the labels of images with true classes y and numbers u into given; counts by true class of all images and wrong ones
export function drawLabels(T, y, u, given) {
  const sums = T.map(runningSum);
  const last = T.length - 1;
  const [all, wrong] = [new Array(T.length).fill(0), new Array(T.length).fill(0)];
  for (let r = 0; r < y.length; r++) {
    const row = sums[y[r]];
    let j = 0;
    while (j < last && u[r] >= row[j]) j++;
    given[r] = j;
    all[y[r]]++;
    if (j !== y[r]) wrong[y[r]]++;
  }
  return { all, wrong };
}

// How many wrong labels the matrix promises, for so many images of each class
export const expectedWrong = (T, all) => T.reduce((sum, row, i) => sum + (1 - row[i]) * all[i], 0);
