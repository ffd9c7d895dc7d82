// Curves of a training that goes on. Points come from the host as they are made; a new view asks for those it missed.
function create(root, host) {
  const { meta } = host,
    status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" }),
    charts = el("div", { class: "nl-main" }),
    fact = el("dl", { class: "nl-facts" });
  let h = { steps: [], loss: [], epochs: [], n_epoch: 0, per_epoch: 1, state: "waiting" },
    frame = 0,
    alive = true;
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-live", role: "group", "aria-label": meta.title },
      el("div", { class: "nl-side" }, el("div", { class: "nl-title" }, meta.title), fact, status),
      charts,
    ),
  );
  const short = (v) =>
      missing(v) ? "–" : Math.abs(v) < 10 ? v.toFixed(3) : Math.abs(v) < 1e5 ? v.toFixed(1) : v.toExponential(1),
    tick = (v) => (Math.abs(v) < 1e5 ? String(+v.toFixed(3)) : v.toExponential(1));
  function draw() {
    if (!alive) return;
    const last = h.epochs.at(-1) || {},
      keys = [...new Set(h.epochs.flatMap((o) => Object.keys(o)))].filter(
        (k) => !["epoch", "lr", "train_loss", "valid_loss"].includes(k),
      ),
      x = { label: "epoch", lo: 0, hi: Math.max(h.n_epoch, 1), say: String, whole: true };
    const broken =
      h.loss.length && missing(h.loss.at(-1)) ? " The loss is not a number any more: lower the learning rate." : "";
    status.textContent =
      {
        waiting: "Waiting for the first batch.",
        running: "Training.",
        done: "Finished.",
        stopped: "Stopped: " + (h.why || "before its end"),
      }[h.state] + broken;
    status.classList.toggle("nl-alarm", Boolean(broken));
    factList(fact, [
      ["epoch", `${h.steps.length ? (h.steps.at(-1) / h.per_epoch).toFixed(1) : 0} of ${h.n_epoch}`],
      ["loss now", short(h.loss.at(-1))],
      ...Object.entries(last)
        .filter(([k, v]) => !["epoch", "lr"].includes(k) && !missing(v))
        .map(([k, v]) => [k.replace("_", " "), short(v)]),
      ...(missing(h.share) ? [] : [["time in this panel", pct(h.share)]]),
    ]);
    const lines = [{ name: "training loss", style: 4, xs: h.steps.map((v) => v / h.per_epoch), ys: h.loss }],
      valid = h.epochs.filter((o) => !missing(o.valid_loss));
    if (valid.length)
      lines.push({
        name: "validation loss",
        style: 1,
        xs: valid.map((o) => o.epoch),
        ys: valid.map((o) => o.valid_loss),
      });
    const ys = lines.flatMap((l) => l.ys).filter((v) => Number.isFinite(v)),
      top = Math.max(...ys, 0.1);
    const parts = [
      lineChart({
        lines,
        x,
        y: { label: "loss", lo: Math.min(...ys, 0), hi: top * 1.05, say: tick },
        height: 220,
        alt: `Loss by epoch; now ${short(h.loss.at(-1))}`,
      }),
      el(
        "div",
        { class: "nl-legend" },
        lines.map((l) => el("span", { class: "nl-legend" }, swatch(l.style), l.name)),
      ),
    ];
    if (keys.length) {
      const m = keys.map((k, i) => ({
          name: k,
          style: [5, 6, 3, 2][i % 4],
          xs: h.epochs.filter((o) => !missing(o[k])).map((o) => o.epoch),
          ys: h.epochs.filter((o) => !missing(o[k])).map((o) => o[k]),
        })),
        all = m.flatMap((l) => l.ys);
      parts.push(
        lineChart({
          lines: m,
          x,
          y: {
            label: keys.length > 1 ? "metrics" : keys[0],
            lo: Math.min(...all, 0),
            hi: Math.max(...all, 0.1) * 1.05,
            say: tick,
          },
          height: 200,
          alt: "Metrics by epoch: " + m.map((l) => `${l.name} ${short(l.ys.at(-1))}`).join(", "),
        }),
        el(
          "div",
          { class: "nl-legend" },
          m.map((l) => el("span", { class: "nl-legend" }, swatch(l.style), l.name)),
        ),
      );
    }
    charts.replaceChildren(...parts);
  }
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  };
  function take(a) {
    if (a.from === 0) h = { ...h, steps: [], loss: [], epochs: [] };
    if (a.from > h.steps.length) {
      host.call("history").then((all) => {
        if (alive) {
          h = { ...h, ...all };
          soon();
        }
      });
      return;
    }
    h = {
      ...h,
      ...a,
      steps: [...h.steps.slice(0, a.from), ...a.steps],
      loss: [...h.loss.slice(0, a.from), ...a.loss],
      epochs: a.epochs,
    };
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
