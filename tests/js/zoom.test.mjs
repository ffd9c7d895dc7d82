import assert from "node:assert/strict";
import { test } from "node:test";
import { firstZoom, fitZoom, nextZoom, sayZoom } from "../../noisy_lab/panels/static/zoom.js";

test("an image begins at its own pixels, smaller if it would not fit", () => {
  assert.equal(firstZoom([500, 375], [900, 700]), 1);
  assert.equal(firstZoom([1800, 700], [900, 700]), 0.5);
  assert.equal(fitZoom([100, 100], [400, 300]), 3);
});

test("a small image begins larger by a whole number, and never beyond its box", () => {
  assert.equal(firstZoom([32, 32], [900, 700]), 10);
  assert.equal(firstZoom([64, 48], [900, 700]), 5);
  assert.equal(firstZoom([64, 64], [200, 100]), 1);
});

test("steps go up and down from any zoom, and end", () => {
  assert.deepEqual([nextZoom(1, true), nextZoom(1, false), nextZoom(5, true), nextZoom(5, false)], [2, 0.5, 6, 4]);
  assert.deepEqual([nextZoom(16, true), nextZoom(0.1, false)], [16, 0.1]);
});

test("a zoom is said in words", () => {
  assert.deepEqual([1, 0.5, 2].map(sayZoom), ["its own pixels", "zoom 0.5", "zoom 2"]);
});
