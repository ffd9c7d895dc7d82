import assert from "node:assert/strict";
import { test } from "node:test";
import { readColumns } from "../../noisy_lab/panels/static/columns.js";

// Two rows: idx 70000 and -1 as i4, given 3 and -2 as i1, conf .5 and NaN as f4; little-endian, as Python packs them
const spec = [
  ["idx", "i4"],
  ["given", "i1"],
  ["conf", "f4"],
];
const bytes = Uint8Array.of(0x70, 0x11, 1, 0, 255, 255, 255, 255, 3, 254, 0, 0, 0, 0x3f, 0, 0, 0xc0, 0x7f);

test("columns are read from wherever they are held", () => {
  for (const held of [bytes, bytes.buffer, new DataView(bytes.buffer)]) {
    const { idx, given, conf } = readColumns(held, spec, 2);
    assert.deepEqual([...idx], [70_000, -1]);
    assert.deepEqual([...given], [3, -2]);
    assert.deepEqual([...conf], [0.5, Number.NaN]);
  }
});

test("no rows and no columns", () => {
  assert.deepEqual(readColumns(new ArrayBuffer(0), [], 0), {});
  assert.equal(readColumns(new ArrayBuffer(0), [["u", "f8"]], 0).u.length, 0);
});
