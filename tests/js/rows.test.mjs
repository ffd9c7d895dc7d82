import assert from "node:assert/strict";
import { test } from "node:test";
import * as r from "../../noisy_lab/panels/static/rows.js";

const EVERYTHING = { cls: -1, by: "pseudo", agree: "", changed: "", of: "conf", lo: null, hi: null };
const col = {
  idx: Int32Array.of(10, 11, 12, 13, 14),
  pseudo: Int8Array.of(0, 1, 1, -1, 0),
  pred: Int8Array.of(2, 2, 2, 2, -1),
  given: Int8Array.of(0, 0, 1, 2, -1),
  before: Int8Array.of(0, 0, 1, 1, -1),
  conf: Float32Array.of(0.9, 0.3, 0.6, Number.NaN, 0.3),
};
const shown = (change) => r.rowsWhere(5, r.explorerFilter(col, { ...EVERYTHING, ...change }));

test("without a filter every row is shown, rows with missing numbers too", () => {
  assert.deepEqual(shown({}), [0, 1, 2, 3, 4]);
});

test("a class is that of the column one chose", () => {
  assert.deepEqual(shown({ cls: 1 }), [1, 2]);
  assert.deepEqual(shown({ cls: 0, by: "given" }), [0, 1]);
});

test("bounds are included, as the column's 32 bits have them, and a missing number is within none", () => {
  assert.deepEqual(shown({ lo: 0.3 }), [0, 1, 2, 4]);
  assert.deepEqual(shown({ hi: 0.3 }), [1, 4]);
  assert.deepEqual(shown({ lo: 0.6, hi: 0.6 }), [2]);
  assert.equal(r.within(Number.NaN, null, null), true);
});

test("a belief is the teacher's, or else the run's, and agrees only with a label that is there", () => {
  assert.deepEqual(shown({ agree: "same" }), [0, 2, 3]);
  assert.deepEqual(shown({ agree: "other" }), [1]);
});

test("what changed since the round before is among images that both rounds have", () => {
  assert.deepEqual(shown({ changed: "yes" }), [1, 3]);
  assert.deepEqual(shown({ changed: "no" }), [0, 2]);
  assert.equal(r.beliefBefore({ ...col, before: undefined }, 0), -1);
});

test("filters hold together", () => assert.deepEqual(shown({ cls: 1, agree: "other", changed: "yes", hi: 0.5 }), [1]));

test("rows stand by a column; missing ones last both ways, equal ones by idx", () => {
  assert.deepEqual(r.inOrder([4, 3, 2, 1, 0], col.conf, col.idx, true), [0, 2, 1, 4, 3]);
  assert.deepEqual(r.inOrder([4, 3, 2, 1, 0], col.conf, col.idx, false), [1, 4, 2, 0, 3]);
});

test("two people clash if they did different things, or gave different labels", () => {
  const others = [["ben", "label", 3]];
  assert.deepEqual(r.clash(["label", 2, "anna"], others), others[0]);
  assert.deepEqual(r.clash(["drop", -1, "anna"], others), others[0]);
  assert.equal(r.clash(["label", 3, "anna"], others), undefined);
  assert.equal(r.clash(["drop", 0, "anna"], [["ben", "drop", -1]]), undefined);
  assert.equal(r.clash(undefined, others), undefined);
  assert.equal(r.clash(["drop", -1, "anna"], undefined), undefined);
});

test("the studio's states", () => {
  const d = ["drop", -1, "anna"];
  const fits = (state) => [
    r.stateFits(state, { others: [] }),
    r.stateFits(state, { d, others: [["ben", "accept", -1]] }),
  ];
  assert.deepEqual(fits(""), [true, true]);
  assert.deepEqual(fits("open"), [true, false]);
  assert.deepEqual(fits("done"), [false, true]);
  assert.deepEqual(fits("drop"), [false, true]);
  assert.deepEqual(fits("label"), [false, false]);
  assert.deepEqual(fits("conflict"), [false, true]);
});

test("random looks are those that have a place", () => {
  const shown = [1, 60, Number.NaN, undefined].map((look) => r.stateFits("look", { look }));
  assert.deepEqual(shown, [true, true, false, false]);
  assert.equal(r.stateFits("open", { d: ["drop", -1, "anna"], look: 1 }), false);
});

test("a rotation's answer is the first of the most probable, and hits are filtered", () => {
  assert.equal(r.answerOf([[0.1], [0.4], [0.4], [0.1]], 0), 1);
  const counts = (right) => [0, 1, 4].map((h) => r.hitsFit(right, h));
  assert.deepEqual(["", "4", "some", "0"].map(counts), [
    [true, true, true],
    [false, false, true],
    [false, true, false],
    [true, false, false],
  ]);
});

test("a histogram counts every finite number once, its right end included", () => {
  const { all, good } = r.histogram(col.conf, (i) => i < 2, [0, 1], 4);
  assert.deepEqual(all, [0, 2, 1, 1]);
  assert.deepEqual(good, [0, 1, 0, 1]);
  assert.deepEqual(r.histogram([1], () => true, [0, 1], 4).all, [0, 0, 0, 1]);
});

test("the ends of a column, and 0 to 1 where there are not two numbers", () => {
  assert.deepEqual(r.ends([3, Number.NaN, -1, Number.POSITIVE_INFINITY]), [-1, 3]);
  for (const values of [[], [Number.NaN], [2, 2]]) assert.deepEqual(r.ends(values), [0, 1]);
});

test("each row gets its own answer; equal ones go together, and rows without one are passed over", () => {
  const answers = { 3: ["label", 4], 5: ["drop"], 6: null, 7: ["label", 4], 8: ["label", 2] };
  assert.deepEqual(
    r.answersOf([3, 5, 6, 7, 8], (k) => answers[k]),
    [
      { what: "label", c: 4, rows: [3, 7] },
      { what: "drop", c: -1, rows: [5] },
      { what: "label", c: 2, rows: [8] },
    ],
  );
  assert.deepEqual(
    r.answersOf([], () => ["drop"]),
    [],
  );
});

const STUDIO = { cls: -1, hint: -1, order: "loss", lo: null, hi: null, named: "", state: "" };
const studioCol = {
  given: [0, 1, 1, 2],
  hint: [1, 0, -1, 1],
  loss: Float32Array.from([0.1, 0.9, Number.NaN, 0.5]),
  random_look: [Number.NaN, 1, 2, Number.NaN],
};
const told = {
  at: (k) => (k === 3 ? ["drop", -1, "anna"] : undefined),
  theirs: () => [],
  notes: (k) => (k === 1 ? [["ben", "Two DUCKS"]] : []),
  paths: ["train/car/IMG_1.jpg", "train/duck/IMG_2.jpg", "train/duck/b.png", "train/lamp/img_11.jpg"],
};
const studioRows = (s) => r.rowsWhere(4, r.studioFilter(studioCol, { ...STUDIO, ...s }, told));

test("the studio filters by given and suggested class, score, decision and a part of the path", () => {
  assert.deepEqual(studioRows({}), [0, 1, 2, 3]);
  assert.deepEqual(studioRows({ cls: 1 }), [1, 2]);
  assert.deepEqual(studioRows({ hint: 1 }), [0, 3]);
  assert.deepEqual(studioRows({ lo: 0.5 }), [1, 3]);
  assert.deepEqual(studioRows({ lo: 0.2, hi: 0.8 }), [3]);
  assert.deepEqual(studioRows({ named: " img_1 " }), [0, 3]);
  assert.deepEqual(studioRows({ state: "open", hint: 1 }), [0]);
});

test("images with a note, and those on which a note has some words", () => {
  assert.deepEqual(studioRows({ state: "note" }), [1]);
  assert.deepEqual(studioRows({ named: "two ducks" }), [1]);
  assert.deepEqual(studioRows({ named: "duck" }), [1, 2]);
});

test("a note takes the place of one that all images have; where theirs differ it is added to each", () => {
  const notes = { 0: "blurred", 1: "blurred", 2: "", 3: "ask; two ducks" };
  const mine = (k) => notes[k];
  assert.deepEqual(
    [r.sharedNote([0, 1], mine), r.sharedNote([2], mine), r.sharedNote([0, 2], mine)],
    ["blurred", "", null],
  );
  assert.deepEqual(r.notesOf([0, 1], mine, "dark"), [{ text: "dark", rows: [0, 1] }]);
  assert.deepEqual(r.notesOf([0, 1], mine, ""), [{ text: "", rows: [0, 1] }]);
  assert.deepEqual(r.notesOf([0, 1], mine, "blurred"), []);
  assert.deepEqual(r.notesOf([0, 1, 2, 3], mine, "ask"), [
    { text: "blurred; ask", rows: [0, 1] },
    { text: "ask", rows: [2] },
  ]);
  assert.deepEqual(r.notesOf([0, 2], mine, ""), []);
  assert.deepEqual(r.notesOf([], mine, "x"), []);
});

test("among random looks, whose suggestions are hidden, no suggestion filters", () => {
  assert.deepEqual(studioRows({ state: "look", hint: 1 }), [1, 2]);
});

test("the next good place is looked for round and round", () => {
  const odd = (k) => k % 2 === 1;
  assert.deepEqual([r.nextPlace(5, 0, odd), r.nextPlace(5, 3, odd), r.nextPlace(5, 1, (k) => k === 1)], [1, 1, 1]);
  assert.deepEqual([r.nextPlace(5, 2, () => false), r.nextPlace(0, 0, odd)], [-1, -1]);
});

test("copies are grouped by their number, and groups with several labels are known", () => {
  const group = Float32Array.of(2, Number.NaN, 1, 2, 1, 3);
  const { rows, mixed } = r.groupsOf(group, [0, 0, 4, 1, 4, 0]);
  assert.deepEqual([rows.get(1), rows.get(2), rows.get(3), rows.size], [[2, 4], [0, 3], [5], 3]);
  assert.deepEqual([...mixed], [2]);
  const shown = (state) => r.rowsWhere(6, (k) => r.stateFits(state, { group: group[k], mixed }));
  assert.deepEqual(
    [shown("copies"), shown("mixed")],
    [
      [0, 2, 3, 4, 5],
      [0, 3],
    ],
  );
  assert.equal(r.stateFits("mixed", {}), false);
  assert.equal(r.groupsOf([], []).rows.size, 0);
});

test("bits of rows are read as numpy packs them", () => {
  const bytes = new DataView(Uint8Array.from([0b10000001, 0b01000000]).buffer);
  assert.deepEqual(
    r.rowsWhere(10, (k) => r.keptBit(bytes, k)),
    [0, 7, 9],
  );
});
