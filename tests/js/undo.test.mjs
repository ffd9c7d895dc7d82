import assert from "node:assert/strict";
import { test } from "node:test";
import { createUndo } from "../../noisy_lab/panels/static/undo.js";

test("what was done last is taken back first, and brought back again", () => {
  const u = createUndo();
  u.push("a");
  u.push("b");
  assert.deepEqual([u.back("c"), u.back("b"), u.back("a")], ["b", "a", null]);
  assert.deepEqual([u.again("a"), u.again("b"), u.again("c")], ["b", "c", null]);
  assert.deepEqual(u.can(), { back: true, again: false });
});

test("a new step ends what can be brought back, and a drag is one step", () => {
  const u = createUndo();
  u.push("a", "slide");
  u.push("b", "slide");
  u.end();
  u.push("c", "slide");
  assert.deepEqual([u.back("d"), u.back("c")], ["c", "a"]);
  u.push("a");
  assert.equal(u.can().again, false);
});

test("old steps are let go", () => {
  const u = createUndo(2);
  for (const o of ["a", "b", "c"]) u.push(o);
  assert.deepEqual([u.back("d"), u.back("c"), u.back("b")], ["c", "b", null]);
});
