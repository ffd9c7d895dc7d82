import assert from "node:assert/strict";
import { test } from "node:test";
import { canTurn, pageLog } from "../../noisy_lab/panels/static/log.js";

const meta = {
  paths: ["a.png", "b.png", "c.png"],
  labels: ["n01", "n02"],
  classes: ["tench", "spaniel"],
  budget: 0,
};
const open = (more = {}, decided = {}) => pageLog({ ...meta, ...more }, { decided });
const lines = (log) => log.text("anna").trim().split("\n").map(JSON.parse);

test("a decision stands, with the labels of the data set in the log and its words on the screen", () => {
  const log = open();
  const state = log.edit({ do: "label", rows: [0, 2], label: 1 });
  assert.deepEqual(state.decided, { 0: ["label", 1, "you"], 2: ["label", 1, "you"] });
  assert.deepEqual([state.looks, state.undo, state.redo], [2, 1, 0]);
  const [o] = lines(log);
  assert.deepEqual([o.do, o.paths, o.label, o.who], ["label", ["a.png", "c.png"], "n02", "anna"]);
  assert.match(o.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(log.undo().text, /^Undone: label spaniel on 2 images$/);
});

test("what was done last is undone first, and a new decision ends what can be done again", () => {
  const log = open();
  log.edit({ do: "drop", rows: [0] });
  log.edit({ do: "accept", rows: [1] });
  assert.deepEqual(log.undo().at, 1);
  const state = log.redo();
  assert.deepEqual([state.at, state.undo, state.redo, state.text], [1, 2, 0, "Redone: accept on 1 image"]);
  log.undo();
  log.undo();
  assert.equal(log.undo().text, "There is nothing to undo.");
  assert.deepEqual(log.edit({ do: "drop", rows: [2] }).decided, { 2: ["drop", -1, "you"] });
  assert.equal(log.redo().text, "There is nothing to redo.");
});

test("undo and redo are records of what they turn", () => {
  const log = open();
  log.edit({ do: "drop", rows: [0] });
  log.undo();
  const [edit, undo] = lines(log);
  assert.deepEqual([undo.do, undo.of], ["undo", edit.id]);
  assert.deepEqual(canTurn([edit, undo]), { undo: [], redo: [edit] });
});

test("a budget counts images that one had not looked at before", () => {
  const log = open({ budget: 2 }, { 2: ["drop", -1, "ben"] });
  assert.match(log.edit({ do: "drop", rows: [0, 1] }).error, /budget of 2 images has 1 left, and these are 2/);
  assert.equal(log.edit({ do: "drop", rows: [0] }).looks, 2);
  assert.match(log.edit({ do: "drop", rows: [1] }).error, /is spent: undo some/);
  assert.equal(log.edit({ do: "accept", rows: [0, 2] }).looks, 2);
});

test("a log that was downloaded is saved until the next decision", () => {
  const log = open();
  assert.equal(log.unsaved(), false);
  log.edit({ do: "drop", rows: [0] });
  assert.equal(log.unsaved(), true);
  log.text("anna");
  assert.equal(log.unsaved(), false);
});

test("a note stands beside those of others, decides nothing, and is undone as decisions are", () => {
  const log = pageLog(meta, { decided: {}, notes: { 1: [["ben", "ask"]] } });
  log.edit({ do: "drop", rows: [0] });
  const state = log.note({ rows: [0, 1], text: "two dogs" });
  assert.deepEqual(state.notes, {
    0: [["you", "two dogs"]],
    1: [
      ["ben", "ask"],
      ["you", "two dogs"],
    ],
  });
  assert.deepEqual([state.decided, state.looks, state.undo], [{ 0: ["drop", -1, "you"] }, 1, 2]);
  assert.deepEqual(log.note({ rows: [1], text: "" }).notes[1], [["ben", "ask"]]);
  log.undo();
  const undone = log.undo();
  assert.deepEqual([undone.text, undone.notes], ["Undone: note “two dogs” on 2 images", { 1: [["ben", "ask"]] }]);
  const [, o] = lines(log);
  assert.deepEqual([o.do, o.paths, o.note, o.who], ["note", ["a.png", "b.png"], "two dogs", "anna"]);
});
