import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenLoss, EMPTY, grown, lineOf, metricsOf } from "../../noisy_lab/panels/static/history.js";

const message = (from, steps, more = {}) => ({ from, steps, loss: steps.map((v) => v / 10), epochs: [], ...more });

test("points are added where they stand, and take the place of others", () => {
  const h = grown(grown(EMPTY, message(0, [1, 2, 3])), message(2, [4, 5], { state: "running" }));
  assert.deepEqual([h.steps, h.loss, h.state], [[1, 2, 4, 5], [0.1, 0.2, 0.4, 0.5], "running"]);
  assert.deepEqual(grown(h, message(0, [9])).steps, [9]);
  assert.deepEqual(EMPTY.steps, []);
});

test("points that were missed are asked for", () => assert.equal(grown(EMPTY, message(1, [2])), null));

test("a metric is what is no loss, and has a line of the epochs that know it", () => {
  const epochs = [
    { epoch: 1, train_loss: 1, valid_loss: 2, accuracy: 0.5 },
    { epoch: 2, train_loss: 1, accuracy: null, error_rate: 0.1 },
  ];
  assert.deepEqual(metricsOf(epochs), ["accuracy", "error_rate"]);
  assert.deepEqual(lineOf(epochs, "accuracy", "accuracy", 5), { name: "accuracy", style: 5, xs: [1], ys: [0.5] });
});

test("a loss is broken when its last reading is no number", () => {
  assert.deepEqual(
    [[], [1], [1, null]].map((loss) => brokenLoss({ loss })),
    [false, false, true],
  );
});
