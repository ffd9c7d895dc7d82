import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, wordsOf } from "../../noisy_lab/panels/static/words.js";

test("columns are named in words, those of others without underscores", () => {
  assert.deepEqual(["p_wrong", "conf", "my_score"].map(wordsOf), ["chance of being wrong", "confidence", "my score"]);
  assert.deepEqual(inWords(["idx"]), [["idx", "number of the image"]]);
});
