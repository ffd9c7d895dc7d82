import assert from "node:assert/strict";
import { test } from "node:test";
import {
  classInk,
  discOf,
  mixedOrder,
  movedBy,
  NO_INK,
  paintPoints,
  pixelOf,
  placePoints,
  pointAt,
  pointBeside,
  rowsInside,
  shareInk,
  viewOf,
  zoomedAt,
} from "../../noisy_lab/panels/static/points.js";

const points = { xs: [10, 20, 30, 10, 90], ys: [10, 10, 12, 40, 90] };

test("colours tell classes apart, and what is not known is grey", () => {
  for (const n of [10, 20, 100]) {
    const inks = new Set(Array.from({ length: n }, (_, k) => classInk(k, n).join()));
    assert.equal(inks.size, n);
  }
  assert.deepEqual([classInk(-1, 10), shareInk(Number.NaN)], [NO_INK, NO_INK]);
  assert.deepEqual([shareInk(0), shareInk(1), shareInk(9)], [shareInk(-1), shareInk(2), shareInk(1)]);
  assert.equal(pixelOf([1, 2, 3], 4), 0x04030201);
});

test("points are painted in their order, the last on top, and none outside of the picture", () => {
  const pixels = new Uint32Array(100);
  paintPoints(pixels, [10, 10], { xs: [5, 5, -3, 0], ys: [5, 5, 5, 0] }, [0, 1, 2, 3], [7, 8, 9, 6], discOf(1));
  assert.equal(pixels[55], 8);
  assert.deepEqual([...pixels].filter((v) => v === 8).length, 5);
  assert.ok(!pixels.includes(9) && !pixels.includes(7));
  assert.deepEqual([pixels[0], pixels[1], pixels[10]], [6, 6, 6]);
  assert.deepEqual(
    [...mixedOrder(50)].sort((a, b) => a - b),
    [...Array(50).keys()],
  );
  assert.notDeepEqual(mixedOrder(50), [...Array(50).keys()]);
});

test("the point under the mouse, beside another, and within a line", () => {
  assert.equal(pointAt(points, [12, 11], 8), 0);
  assert.equal(pointAt(points, [60, 60], 8), -1);
  assert.equal(pointBeside(points, 0, "ArrowRight"), 1);
  assert.equal(pointBeside(points, 0, "ArrowDown"), 3);
  assert.equal(pointBeside(points, 0, "ArrowLeft"), 0);
  const line = [
    [0, 0],
    [50, 0],
    [50, 20],
    [0, 20],
  ];
  assert.deepEqual(rowsInside(points, line), [0, 1, 2]);
  assert.deepEqual(rowsInside(points, []), []);
});

test("a view shows everything, and what the mouse is at stays there as one zooms", () => {
  const col = { x: [-1, 0, 1], y: [-2, 0, 2] };
  const size = [400, 300];
  const place = (view) => {
    const out = { xs: [], ys: [] };
    placePoints(col, view, size, out);
    return out;
  };
  const view = viewOf(col, size);
  const all = place(view);
  for (let r = 0; r < 3; r++) assert.ok(all.xs[r] >= 0 && all.xs[r] <= 400 && all.ys[r] >= 0 && all.ys[r] <= 300);
  assert.ok(all.ys[0] > all.ys[2]); // up is up
  const near = place(zoomedAt(view, 3, [all.xs[2], all.ys[2]], size));
  assert.ok(Math.abs(near.xs[2] - all.xs[2]) < 1e-9 && Math.abs(near.ys[2] - all.ys[2]) < 1e-9);
  const moved = place(movedBy(view, [7, -5]));
  assert.ok(Math.abs(moved.xs[0] - all.xs[0] - 7) < 1e-9 && Math.abs(moved.ys[0] - all.ys[0] + 5) < 1e-9);
  assert.ok(Number.isFinite(viewOf({ x: [], y: [] }, size).scale) && viewOf({ x: [3], y: [4] }, size).scale > 0);
});
