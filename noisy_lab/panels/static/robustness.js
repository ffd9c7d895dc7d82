// How methods stand wrong labels: accuracy by noise rate, what a network memorises epoch by epoch, and which class it
// confuses with which. All numbers are in meta; nothing is asked of the host.
function create(root, host) {
  const { meta } = host,
    C = meta.classes.length;
  const first = meta.points.length ? "rates" : meta.runs.length ? "memory" : "rates";
  const s = { tab: first, off: [], run: 0, epoch: 0, cls: 0, ...host.settings };
  const side = el("div", { class: "nl-side" }),
    body = el("div", { class: "nl-main" });
  const methods = [...new Set([...meta.points.map((p) => p.method), ...meta.runs.map((r) => r.method)])],
    style = (m) => methods.indexOf(m);
  const bar = tabs(
    "Views",
    [
      ["rates", "accuracy by noise"],
      ["memory", "memorisation"],
      ["confusion", "confusion"],
    ],
    s.tab,
    (tab) => set({ tab }),
  );
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-robust", role: "group", "aria-label": meta.title },
      side,
      el("div", { class: "nl-main" }, bar, body),
    ),
  );
  const percent = (v) => Math.round(100 * v) + " %",
    empty = (t) => {
      body.replaceChildren(el("div", { class: "nl-status" }, t));
      side.replaceChildren(el("div", { class: "nl-title" }, meta.title));
    };
  function legend(names) {
    return el(
      "div",
      { class: "nl-group" },
      el("div", { class: "nl-label" }, "methods"),
      names.map((m) => {
        const box = el("input", {
          type: "checkbox",
          checked: !s.off.includes(m),
          onchange: () => {
            s.off = box.checked ? s.off.filter((o) => o !== m) : [...s.off, m];
            set({});
            root.querySelector(`[data-method="${CSS.escape(m)}"]`)?.focus();
          },
        });
        box.dataset.method = m;
        return el("div", { class: "nl-legend" }, el("label", {}, box, swatch(style(m)), m));
      }),
    );
  }
  function rates() {
    const names = [...new Set(meta.points.map((p) => p.method))];
    if (!names.length) {
      empty("There are no results to show: give the panel rows of finished runs.");
      return;
    }
    const on = meta.points.filter((p) => !s.off.includes(p.method)),
      xs = [...new Set(meta.points.map((p) => p.noise_pct))].sort((a, b) => a - b),
      known = on.filter((p) => !missing(p.mean)),
      lo = Math.min(...known.map((p) => p.mean - (p.sd || 0)), 1),
      hi = Math.max(...known.map((p) => p.mean + (p.sd || 0)), 0);
    const lines = names
      .filter((m) => !s.off.includes(m))
      .map((m) => {
        const p = on.filter((o) => o.method === m).sort((a, b) => a.noise_pct - b.noise_pct);
        return {
          name: m,
          style: style(m),
          xs: p.map((o) => o.noise_pct),
          ys: p.map((o) => o.mean),
          sds: p.map((o) => o.sd),
        };
      });
    const table = el(
      "table",
      { class: "nl-matrix nl-score" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", {}, "wrong labels"),
          xs.map((x) => el("th", {}, el("div", {}, x + " %"))),
        ),
      ),
      el(
        "tbody",
        {},
        lines.map((l) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", title: l.name }, l.name),
            xs.map((x) => {
              const p = on.find((o) => o.method === l.name && o.noise_pct === x);
              return el(
                "td",
                {
                  class: "nl-plain",
                  title: !p ? "" : missing(p.mean) ? "a run's accuracy is not a number" : `seeds ${p.seeds.join(", ")}`,
                },
                !p || missing(p.mean)
                  ? "–"
                  : `${(100 * p.mean).toFixed(1)}${p.n > 1 ? " ± " + (100 * p.sd).toFixed(1) : ""}`,
              );
            }),
          ),
        ),
      ),
    );
    side.replaceChildren(
      el("div", { class: "nl-title" }, meta.title),
      legend(names),
      el("div", { class: "nl-label" }, meta.about),
    );
    body.replaceChildren(
      known.length
        ? lineChart({
            lines,
            x: {
              label: "wrong labels (%)",
              lo: Math.min(...xs),
              hi: Math.max(...xs, Math.min(...xs) + 1),
              say: String,
              ticks: xs,
            },
            y: { label: meta.what, lo: Math.max(lo - 0.03, 0), hi: Math.min(hi + 0.03, 1), say: percent },
            alt: "Accuracy by share of wrong labels; the table below has the numbers",
          })
        : el(
            "div",
            { class: "nl-status" },
            on.length ? "No run has an accuracy that is a number." : "Every method is switched off.",
          ),
      el("div", { class: "nl-scroll" }, table),
    );
  }
  const run = () => meta.runs[clamp(s.run, 0, meta.runs.length - 1)];
  function scrubber() {
    const r = run(),
      e = clamp(s.epoch || r.epochs.length, 1, r.epochs.length);
    s.epoch = e;
    return [
      choice(
        "run",
        "run",
        s.run,
        meta.runs.map((o, i) => [i, o.name]),
        (v) => set({ run: v, epoch: 0 }),
      ),
      slider("epoch", "epoch", e, [1, r.epochs.length, 1], String, (v) => {
        s.epoch = v;
        host.changed({ ...s });
        (s.tab === "memory" ? drawMemory : drawConfusion)();
      }),
    ];
  }
  const holder = el("div", { class: "nl-main" }),
    fact = el("dl", { class: "nl-facts" });
  function drawMemory() {
    const r = run(),
      e = s.epoch - 1,
      keys = [
        ["true_flipped", "right, though the label is wrong", 5],
        ["memorised_flipped", "the wrong label, learned by heart", 6],
        ["other_flipped", "neither", 7],
        ["true_clean", "right, where the label is right", 4],
      ].filter(([k]) => r[k]);
    factList(fact, [["epoch", r.epochs[e]], ...keys.map(([k, t]) => [t, pct(r[k][e])])]);
    const chart = lineChart({
      lines: keys.map(([k, t, c]) => ({
        name: t,
        style: c,
        xs: r.epochs,
        ys: r[k],
        dash: k === "true_clean" ? "5 4" : "",
      })),
      x: { label: "epoch", lo: r.epochs[0], hi: r.epochs.at(-1), say: String, whole: true },
      y: { label: "share of training images", lo: 0, hi: 1, say: percent },
      at: r.epochs[e],
      alt: `Answers on training images by epoch, run ${r.name}`,
    });
    chart.style.cursor = "ew-resize";
    const go = (ev) => {
      const x = Math.round(chart.toX(ev)),
        i = r.epochs.reduce((b, v, j) => (Math.abs(v - x) < Math.abs(r.epochs[b] - x) ? j : b), 0);
      if (i + 1 !== s.epoch) {
        s.epoch = i + 1;
        const box = side.querySelector("[data-key=epoch]");
        box.value = s.epoch;
        box.nextSibling.textContent = s.epoch;
        host.changed({ ...s });
        drawMemory();
      }
    };
    holder.onpointerdown = (ev) => {
      holder.dragging = true;
      go(ev);
    };
    holder.onpointermove = (ev) => {
      if (holder.dragging && ev.buttons) go(ev);
      else holder.dragging = false;
    };
    holder.replaceChildren(
      chart,
      el(
        "div",
        { class: "nl-legend" },
        keys.map(([, t, c]) => el("span", { class: "nl-legend" }, swatch(c), t)),
      ),
    );
  }
  function memory() {
    if (!meta.runs.length) {
      empty("There are no runs to look into: give the panel finished runs and their data set, with known true labels.");
      return;
    }
    side.replaceChildren(
      el("div", { class: "nl-title" }, meta.title),
      el("div", { class: "nl-group" }, scrubber()),
      fact,
    );
    body.replaceChildren(holder);
    drawMemory();
  }
  const two = el("div", { class: "nl-pics" });
  function drawConfusion() {
    const r = run(),
      M = r.confusion[s.epoch - 1],
      far = M.reduce((a, row, i) => a + row.reduce((b, v, j) => b + Math.abs(v - r.T[i][j]), 0) / 2, 0) / C,
      i = s.cls,
      order = M[i]
        .map((v, j) => [v, j])
        .filter(([, j]) => j !== i)
        .sort((a, b) => b[0] - a[0])
        .slice(0, 3);
    factList(fact, [
      ["epoch", r.epochs[s.epoch - 1]],
      ["answers as in the labels", pct(1 - far)],
      [`${meta.classes[i]} answered right`, pct(M[i][i])],
      ...order.map(([v, j]) => [`… called ${meta.classes[j]}`, `${pct(v)} (labels ${pct(r.T[i][j])})`]),
    ]);
    const pick = (a) => {
        if (s.cls !== a) {
          s.cls = a;
          side.querySelector("[data-key=cls]").value = a;
          host.changed({ ...s });
          drawConfusion();
        }
      },
      m = [
        ["what the network answers", M],
        ["how the labels were given", r.T],
      ].map(([t, v]) =>
        el(
          "div",
          {},
          el("div", { class: "nl-label" }, t),
          matrix({
            values: v,
            names: meta.classes,
            label: `${t}: share of each true class, per cent`,
            corner: "true",
            pick,
          }).node,
        ),
      );
    const at =
      document.activeElement && document.activeElement.dataset
        ? [[...two.children].findIndex((o) => o.contains(document.activeElement)), document.activeElement.dataset.cell]
        : [-1];
    two.replaceChildren(...m);
    if (at[0] >= 0 && at[1]) m[at[0]].querySelector(`[data-cell="${at[1]}"]`)?.focus();
  }
  function confusion() {
    if (!meta.runs.length) {
      empty("There are no runs to look into: give the panel finished runs and their data set, with known true labels.");
      return;
    }
    side.replaceChildren(
      el("div", { class: "nl-title" }, meta.title),
      el(
        "div",
        { class: "nl-group" },
        scrubber(),
        choice(
          "true class",
          "cls",
          s.cls,
          meta.classes.map((c, i) => [i, c]),
          (v) => set({ cls: v }),
        ),
      ),
      fact,
    );
    body.replaceChildren(el("div", { class: "nl-scroll" }, two));
    drawConfusion();
  }
  function set(change) {
    Object.assign(s, change);
    host.changed({ ...s });
    ({ rates, memory, confusion })[s.tab]();
  }
  set({});
}
