import assert from "node:assert/strict";
import { test } from "node:test";
import * as f from "../../noisy_lab/panels/static/format.js";

test("numbers that are missing are a dash, zero is not", () => {
  for (const x of [null, undefined, Number.NaN]) assert.deepEqual([f.pct(x), f.three(x), f.short(x)], ["–", "–", "–"]);
  assert.deepEqual([f.pct(0), f.three(0), f.short(0), f.shareText(0)], ["0.0 %", "0", "0.000", ""]);
});

test("numbers are written as people read them", () => {
  assert.equal(f.num(12345), "12,345");
  assert.equal(f.pct(0.1234), "12.3 %");
  assert.equal(f.wholePct(0.126), "13 %");
  assert.equal(f.three(0.12345), "0.123");
  assert.deepEqual([2, 1, 0, -0.0001].map(f.three), ["2", "1", "0", "0"]);
  assert.deepEqual([0.99951, 0.9994, 0.0004, 1.0001].map(f.three), [">0.999", "0.999", "<0.001", "1"]);
  assert.deepEqual([1, 2, 1500].map(f.several), ["1 image", "2 images", "1,500 images"]);
  assert.deepEqual([f.numOr("off")(0), f.numOr("off")(3000)], ["off", "3,000"]);
});

test("a loss is short at any size", () => {
  assert.deepEqual([0.5, 12.34, -12.34, 2.5e9].map(f.short), ["0.500", "12.3", "-12.3", "2.5e+9"]);
  assert.deepEqual([0.5, 100, 2.5e9].map(f.tick), ["0.5", "100", "2.5e+9"]);
});

test("a cell of a matrix shows whole per cents, and nothing for next to nothing", () => {
  assert.deepEqual([0.004, 0.005, 0.994, 1, null].map(f.shareText), ["", "1", "99", "100", "–"]);
});

test("class numbers are words, a stranger is none of the classes, and others are not known", () => {
  const name = f.classNames(["car", "duck"]);
  assert.deepEqual([0, 1, -2, -1, 2].map(name), ["car", "duck", "stranger", "–", "–"]);
});

test("the line under the filters says how many there are, or why there are none", () => {
  const say = { still: null, none: "none fits", empty: "nothing here" };
  assert.equal(f.shownText(1200, 3000, say), "1,200 of 3,000 images");
  assert.equal(f.shownText(0, 3000, say), "none fits");
  assert.equal(f.shownText(0, 0, say), "nothing here");
  const saved = f.shownText(5, 3000, { ...say, still: 120 });
  assert.equal(saved, "5 of 3,000 images; this page holds the thumbnails of 120");
});

test("ticks are round, in order, and between the ends", () => {
  assert.deepEqual(f.ticks(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(f.ticks(0, 100, 4), [0, 25, 50, 75, 100]);
  for (const [lo, hi] of [
    [0.13, 0.97],
    [-3, 4],
    [5, 50_000],
  ]) {
    const all = f.ticks(lo, hi);
    assert.ok(all.length >= 3 && all.length <= 8, String(all));
    assert.ok(all.every((v, i) => v >= lo && v <= hi && (!i || v > all[i - 1])));
  }
});
