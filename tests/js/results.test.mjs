import assert from "node:assert/strict";
import { test } from "node:test";
import * as r from "../../noisy_lab/panels/static/results.js";

const point = (method, noise_pct, mean, sd = 0, n = 1) => ({ method, noise_pct, mean, sd, n, seeds: [0] });

test("a method's line goes by noise", () => {
  const line = r.methodLine([point("a", 50, 0.5), point("b", 5, 0.8), point("a", 5, 0.9, 0.1, 3)], "a", 2);
  assert.deepEqual(line, { name: "a", style: 2, xs: [5, 50], ys: [0.9, 0.5], sds: [0.1, 0] });
});

test("the axis holds the spread, and stays between 0 and 1", () => {
  const [lo, hi] = r.accuracyEnds([point("a", 5, 0.5, 0.1), point("a", 50, null), point("b", 5, 0.99, 0.1)]);
  assert.ok(Math.abs(lo - 0.37) < 1e-9 && hi === 1);
});

test("a cell says its spread if there are several seeds, and nothing of what is not known", () => {
  assert.deepEqual(r.accuracyCell(point("a", 5, 0.55, 0.0707, 2)), ["55.0 ± 7.1", "seeds 0"]);
  assert.deepEqual(r.accuracyCell(point("a", 5, 0.55)), ["55.0", "seeds 0"]);
  assert.equal(r.accuracyCell(point("a", 5, null))[0], "–");
  assert.equal(r.accuracyCell(undefined)[0], "–");
});

test("matrices that are the same agree wholly, disjoint ones not at all", () => {
  const I = [
    [1, 0],
    [0, 1],
  ];
  assert.equal(r.agreement(I, I), 1);
  assert.equal(r.agreement(I, [I[1], I[0]]), 0);
});

test("what a class is taken for: the others, most often first", () => {
  assert.deepEqual(r.takenFor([0.1, 0.5, 0.3, 0.1], 1, 2), [
    [0.3, 2],
    [0.1, 0],
  ]);
});

test("the nearest epoch", () =>
  assert.deepEqual(
    [0, 3, 9].map((x) => r.nearest([1, 2, 5], x)),
    [0, 1, 2],
  ));
