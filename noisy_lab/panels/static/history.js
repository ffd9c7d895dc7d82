// The curves of a training, as they grow: {steps, loss, epochs: [{epoch, and metrics}], n_epoch, per_epoch, state, share}.
// Nothing here needs a browser.
import { missing } from "./format.js";

export const EMPTY = { steps: [], loss: [], epochs: [], n_epoch: 0, per_epoch: 1, state: "waiting" };

// The history with a message's points, which stand at `from`; null if points before those are missing
export function grown(h, message) {
  const from = message.from;
  if (from > h.steps.length) return null;
  const steps = [...h.steps.slice(0, from), ...message.steps];
  const loss = [...h.loss.slice(0, from), ...message.loss];
  return { ...h, ...message, steps, loss };
}

// The names of what was measured after epochs, losses and bookkeeping left out
export function metricsOf(epochs) {
  const known = ["epoch", "lr", "train_loss", "valid_loss"];
  return [...new Set(epochs.flatMap((o) => Object.keys(o)))].filter((k) => !known.includes(k));
}

// A measurement by epoch, as a line of a chart
export function lineOf(epochs, key, name, style) {
  const has = epochs.filter((o) => !missing(o[key]));
  return { name, style, xs: has.map((o) => o.epoch), ys: has.map((o) => o[key]) };
}

export const brokenLoss = (h) => h.loss.length > 0 && missing(h.loss.at(-1));
