import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellBeside,
  classOf,
  digitOf,
  gridStep,
  plainKey,
  selectsAll,
  tabBeside,
} from "../../noisy_lab/panels/static/keys.js";

test("keys with Ctrl, Cmd or Alt are not ours; Shift is", () => {
  const key = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: true };
  assert.equal(plainKey(key), true);
  for (const k of ["ctrlKey", "metaKey", "altKey"]) assert.equal(plainKey({ ...key, [k]: true }), false);
});

test("arrows move by an image or a row, Page by four rows, Home and End beyond either end", () => {
  const steps = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
  assert.deepEqual(
    steps.map((k) => gridStep(k, 5, 100)),
    [-1, 1, -5, 5, -20, 20, -100, 100],
  );
  assert.equal(gridStep("x", 5, 100), undefined);
});

test("arrows in a matrix end at its edges", () => {
  assert.deepEqual(cellBeside([0, 0], "ArrowRight", 2, 3), [0, 1]);
  assert.deepEqual(cellBeside([0, 0], "ArrowUp", 2, 3), [0, 0]);
  assert.deepEqual(cellBeside([1, 2], "ArrowDown", 2, 3), [1, 2]);
  assert.deepEqual(cellBeside([1, 2], "ArrowLeft", 2, 3), [1, 1]);
  assert.equal(cellBeside([0, 0], "Enter", 2, 3), null);
});

test("tabs go round", () => {
  assert.deepEqual(
    [tabBeside(2, "ArrowRight", 3), tabBeside(0, "ArrowLeft", 3), tabBeside(1, "Home", 3)],
    [0, 2, null],
  );
});

test("the first ten classes have a digit, and a digit finds its class again", () => {
  assert.deepEqual([0, 8, 9, 10].map(digitOf), ["1", "9", "0", ""]);
  for (let i = 0; i < 10; i++) assert.equal(classOf(digitOf(i)), i);
  assert.deepEqual(["x", "Enter", "12", ""].map(classOf), [-1, -1, -1, -1]);
});

test("Ctrl+A and Cmd+A select all, with nothing else held", () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  assert.equal(selectsAll({ ...none, ctrlKey: true, key: "a" }), true);
  assert.equal(selectsAll({ ...none, metaKey: true, key: "A" }), true);
  assert.equal(selectsAll({ ...none, key: "a" }), false);
  for (const k of ["altKey", "shiftKey"])
    assert.equal(selectsAll({ ...none, ctrlKey: true, [k]: true, key: "a" }), false);
  assert.equal(selectsAll({ ...none, ctrlKey: true, key: "s" }), false);
});
