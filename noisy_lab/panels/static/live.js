// Curves of a training while it runs. Points come from the host as they are made; a new view asks for those it missed.
import { legend, lineChart } from "./chart.js";
import { factList } from "./dom.js";
import { missing, pct, short, tick } from "./format.js";
import { brokenLoss, EMPTY, grown, lineOf, metricsOf } from "./history.js";
import { factBox, frame, statusLine } from "./shell.js";

const METRIC_STYLES = [5, 6, 3, 2];
const BROKEN = " The loss is not a number any more: lower the learning rate.";

function stateWords(h) {
  const words = {
    waiting: "Waiting for the first batch.",
    running: "Training.",
    done: "Finished.",
    stopped: `Stopped: ${h.why || "before its end"}`,
  }[h.state];
  return words + (brokenLoss(h) ? BROKEN : "");
}

function factsOf(h) {
  const now = h.steps.length ? (h.steps.at(-1) / h.per_epoch).toFixed(1) : 0;
  const measured = Object.entries(h.epochs.at(-1) || {}).filter(
    ([k, v]) => !["epoch", "lr"].includes(k) && !missing(v),
  );
  return [
    ["epoch", `${now} of ${h.n_epoch}`],
    ["loss now", short(h.loss.at(-1))],
    ...measured.map(([k, v]) => [k.replace("_", " "), short(v)]),
    ...(missing(h.share) ? [] : [["time in this panel", pct(h.share)]]),
  ];
}

const epochAxis = (h) => ({ label: "epoch", lo: 0, hi: Math.max(h.n_epoch, 1), say: String, whole: true });

function valueAxis(label, values) {
  return { label, lo: Math.min(...values, 0), hi: Math.max(...values, 0.1) * 1.05, say: tick };
}

function lossChart(h) {
  const training = { name: "training loss", style: 4, xs: h.steps.map((v) => v / h.per_epoch), ys: h.loss };
  const validation = lineOf(h.epochs, "valid_loss", "validation loss", 1);
  const lines = validation.xs.length ? [training, validation] : [training];
  const values = lines.flatMap((l) => l.ys).filter((v) => Number.isFinite(v));
  const alt = `Loss by epoch; now ${short(h.loss.at(-1))}`;
  return [lineChart({ lines, x: epochAxis(h), y: valueAxis("loss", values), height: 220, alt }), legend(lines)];
}

function metricChart(h) {
  const keys = metricsOf(h.epochs);
  if (!keys.length) return [];
  const lines = keys.map((k, i) => lineOf(h.epochs, k, k, METRIC_STYLES[i % METRIC_STYLES.length]));
  const label = keys.length > 1 ? "metrics" : keys[0];
  const y = valueAxis(
    label,
    lines.flatMap((l) => l.ys),
  );
  const alt = `Metrics by epoch: ${lines.map((l) => `${l.name} ${short(l.ys.at(-1))}`).join(", ")}`;
  return [lineChart({ lines, x: epochAxis(h), y, height: 200, alt }), legend(lines)];
}

export function create(root, host) {
  const status = statusLine();
  const fact = factBox();
  const { main } = frame(root, "live", host.meta.title, [fact, status.node]);
  let h = EMPTY;
  let frameAsked = 0;
  let alive = true;
  function draw() {
    if (!alive) return;
    status.say(stateWords(h), brokenLoss(h));
    factList(fact, factsOf(h));
    main.replaceChildren(...lossChart(h), ...metricChart(h));
  }
  function soon() {
    cancelAnimationFrame(frameAsked);
    frameAsked = requestAnimationFrame(draw);
  }
  async function askForAll() {
    const all = await host.call("history");
    if (!alive) return;
    h = { ...h, ...all };
    soon();
  }
  function take(message) {
    const now = grown(h, message);
    if (!now) {
      askForAll();
      return;
    }
    h = now;
    soon();
  }
  host.on("points", take);
  host.call("history").then((a) => {
    if (alive && !a.error && a.steps.length >= h.steps.length) h = { ...h, ...a };
    soon();
  });
  draw();
  return () => {
    alive = false;
  };
}
