import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "../../noisy_lab/panels/static/noise.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);
const measured = [
  [0.8, 0.15, 0.05],
  [0, 1, 0],
  [0.1, 0.1, 0.8],
];

test("rows sum to one, and the share of wrong labels is the one asked for", () => {
  for (const T of [z.symmetric(3, 0.3), z.pair(3, 0.3), z.rescaled(z.pair(3, 0.1), [5, 5, 9], 0.3)])
    for (const [i, row] of T.entries()) {
      near(
        row.reduce((a, b) => a + b),
        1,
      );
      near(row[i], 0.7);
    }
});

test("pair noise goes to the next class", () => {
  near(z.pair(3, 0.3)[2][0], 0.3);
});

const shareOf = (T, all) => z.expectedWrong(T, all) / all.reduce((a, b) => a + b);

test("more or fewer of the same mistakes keep their proportions", () => {
  const all = [10, 20, 10];
  assert.ok(Math.abs(shareOf(measured, all) - 0.1) < 1e-12);
  const twice = z.rescaled(measured, all, 0.2);
  assert.ok(Math.abs(shareOf(twice, all) - 0.2) < 1e-9);
  for (const [i, row] of measured.entries())
    for (const [j, v] of row.entries()) if (i !== j) assert.ok(Math.abs(twice[i][j] - 2 * v) < 1e-9);
});

test("no class has more mistakes than images, one without stays without, and mistakes that are none become even ones", () => {
  const all = [10, 20, 10];
  const most = z.rescaled(measured, all, 0.9); // class 1 makes no mistakes, so a half is the most
  assert.ok(Math.abs(shareOf(most, all) - 0.5) < 1e-9);
  assert.deepEqual(most[1], [0, 1, 0]);
  for (const row of most) assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-9);
  near(z.rescaled(z.symmetric(3, 0), all, 0.2)[0][1], 0.1);
});

test("a cell takes its share from the diagonal, in whole per cents, and no more than there is", () => {
  const T = z.symmetric(3, 0.2);
  const more = z.withShare(T, [0, 1], 0.3049);
  near(more[0][1], 0.3);
  near(more[0][0], 0.6);
  near(T[0][1], 0.1);
  const most = z.withShare(T, [0, 1], 5);
  near(most[0][1], 0.9);
  near(most[0][0], 0);
  near(z.withShare(T, [0, 1], -1)[0][1], 0);
});

test("a label is the first class at which the running sum exceeds the image's number", () => {
  const T = [
    [0.5, 0.5],
    [0.25, 0.75],
  ];
  const given = new Int32Array(5);
  const { all, wrong } = z.drawLabels(T, [0, 0, 1, 1, 1], [0.49, 0.5, 0.24, 0.25, 0.999], given);
  assert.deepEqual([...given], [0, 1, 0, 1, 1]);
  assert.deepEqual(
    [all, wrong],
    [
      [2, 3],
      [1, 1],
    ],
  );
  near(z.expectedWrong(T, all), 1.75);
});

test("no noise flips nothing, whatever the numbers", () => {
  const given = new Int32Array(3);
  assert.deepEqual(z.drawLabels(z.symmetric(3, 0), [0, 1, 2], [0.999999, 0, 0.5], given).wrong, [0, 0, 0]);
});
