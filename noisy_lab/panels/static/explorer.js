// The explorer of pseudo-labels. It is given the rows once and filters and sorts them itself; thumbnails come by the
// sheet, and what a selection keeps comes from its host.
function create(root, host) {
  const { meta, columns: col } = host,
    classes = meta.classes,
    n = meta.n,
    name = classNames(classes);
  const s = {
    order: "conf",
    descending: true,
    cls: -1,
    by: "pseudo",
    agree: "",
    changed: "",
    of: "conf",
    lo: null,
    hi: null,
    threshold: 0,
    temperature: 1,
    per_class: 0,
    k: 0,
    p: 1,
    ...host.settings,
  };
  let facts = null,
    alive = true;
  const status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" }),
    detail = el("div", { class: "nl-detail", "aria-live": "polite" });
  const fact = el("dl", { class: "nl-facts" }),
    bars = el("div", { class: "nl-bars" }),
    hist = svg("svg");
  const pick = (label, key, options) => choice(label, key, s[key], options, (v) => set({ [key]: v }));
  const slide = (label, key, range, say) => slider(label, key, s[key], range, say, (v) => set({ [key]: v }, true));
  const whole = (zero) => (v) => (v ? num(v) : zero),
    two = (v) => v.toFixed(2);
  const edge = (key, label) => {
    const o = el("input", {
      type: "number",
      step: "any",
      placeholder: "any",
      onchange: () => set({ [key]: o.value === "" ? null : +o.value }),
    });
    o.dataset.key = key;
    return el("label", { class: "nl-field" }, label, o);
  };
  const measures = meta.orders.filter((o) => ["conf", "margin", "entropy", "loss", "conf_before"].includes(o)),
    within = (v) => (s.lo === null || v >= Math.fround(s.lo)) && (s.hi === null || v <= Math.fround(s.hi));
  const descend = button(
    s.descending ? "highest first" : "lowest first",
    "descending",
    () => {
      set({ descending: !s.descending });
      descend.textContent = s.descending ? "highest first" : "lowest first";
    },
    "Turn the order round",
  );
  const reset = button("show all", "reset", () => {
    Object.assign(s, { cls: -1, agree: "", changed: "", lo: null, hi: null });
    root.querySelectorAll("select").forEach((o) => {
      o.value = String(s[o.dataset.key]);
    });
    set({});
  });
  const belief = (i) => (col.pseudo[i] >= 0 ? col.pseudo[i] : col.pred[i]),
    was = (i) => (col.before && col.before[i] >= 0 ? col.before[i] : -1);

  const grid = createGrid({
    id: meta.id,
    thumb: meta.thumb,
    gone: meta.gone,
    lines: 1 + meta.has_given + meta.has_before,
    label: "Images; arrow keys move, Home and End jump",
    idx: col.idx,
    sprite: host.sprite,
    failed: (t) => {
      status.textContent = t;
    },
    moved: tellRow,
    card(r) {
      const b = belief(r),
        t = col.true[r],
        kind = t === -1 ? "unknown" : t === b ? "right" : t === -2 ? "stranger" : "wrong",
        sign = { right: "✓", wrong: "✗", stranger: "?", unknown: "" }[kind],
        c = missing(col.conf[r]) ? "" : Math.round(100 * col.conf[r]) + " %";
      const text = [[[sign, name(b)].filter(Boolean).join(" "), c]];
      if (meta.has_given) text.push("given " + name(col.given[r]));
      if (meta.has_before) text.push(was(r) === b ? "as before" : "was " + name(was(r)));
      return { kind, text, aria: `${name(b)} ${c}${kind === "unknown" ? "" : ", " + kind}` };
    },
  });
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-explorer", role: "group", "aria-label": meta.title },
      el(
        "div",
        { class: "nl-side" },
        el("div", { class: "nl-title" }, meta.title),
        fact,
        bars,
        el(
          "div",
          { class: "nl-group" },
          meta.soft
            ? [
                host.still && s.k ? [] : slide("threshold", "threshold", [0, 1, host.still ? 0.02 : 0.01], two),
                host.still
                  ? el("div", { class: "nl-label" }, meta.fixed)
                  : [
                      slide("temperature", "temperature", [0.1, 3, 0.05], two),
                      slide("per class", "per_class", [0, meta.most, 1], whole("off")),
                      slide("K a class", "k", [0, meta.most, 1], whole("off")),
                      slide("P an image", "p", [1, clamp(classes.length, 1, 10), 1], String),
                    ],
              ]
            : [],
        ),
        el(
          "div",
          { class: "nl-group" },
          measures.length
            ? choice(
                "drag to filter by",
                "of",
                s.of,
                measures.map((o) => [o, o]),
                (v) => set({ of: v, lo: null, hi: null }),
              )
            : null,
          hist,
          el("div", { class: "nl-bar" }, edge("lo", "from"), edge("hi", "to")),
        ),
      ),
      el(
        "div",
        { class: "nl-main" },
        el(
          "div",
          { class: "nl-bar" },
          pick(
            "order",
            "order",
            meta.orders.map((o) => [o, o]),
          ),
          descend,
          pick("class", "cls", [[-1, "all"], ...classes.map((c, i) => [i, c])]),
          pick(
            "of",
            "by",
            meta.by.map((o) => [o, o]),
          ),
          meta.has_given
            ? pick("given label", "agree", [
                ["", "any"],
                ["same", "agrees"],
                ["other", "disagrees"],
              ])
            : null,
          meta.has_before
            ? pick("since the round before", "changed", [
                ["", "any"],
                ["yes", "changed"],
                ["no", "unchanged"],
              ])
            : null,
          reset,
        ),
        status,
        grid.node,
        detail,
      ),
    ),
  );

  function filter() {
    const by = col[s.by],
      cut = s.lo !== null || s.hi !== null,
      measure = col[s.of],
      out = [];
    for (let i = 0; i < n; i++) {
      if (s.cls >= 0 && by[i] !== s.cls) continue;
      if (cut && (missing(measure[i]) || !within(measure[i]))) continue;
      if (s.agree) {
        const b = belief(i),
          g = col.given[i];
        if (b < 0 || g < 0 || (b === g) !== (s.agree === "same")) continue;
      }
      if (s.changed) {
        const w = was(i);
        if (w < 0 || (w !== belief(i)) !== (s.changed === "yes")) continue;
      }
      out.push(i);
    }
    grid.show(inOrder(out, col[s.order], col.idx, s.descending));
    status.textContent = out.length
      ? `${num(out.length)} of ${num(n)} images` +
        (host.still ? `; this page holds the thumbnails of ${num(meta.still)}` : "")
      : n
        ? "No image fits this filter. Press “show all”."
        : "The table has no rows: there is nothing to show.";
  }
  function tellRow(r) {
    if (r < 0) {
      detail.textContent = "";
      return;
    }
    const cls = (what, k) => (col[k] && col[k][r] !== -1 ? `${what} ${name(col[k][r])}` : null),
      number = (what, k) => (col[k] && !missing(col[k][r]) ? `${what} ${col[k][r].toFixed(3)}` : null);
    detail.textContent = [
      `image ${col.idx[r]}`,
      cls("given", "given"),
      cls("predicted", "pred"),
      cls("pseudo-label", "pseudo"),
      number("confidence", "conf"),
      number("margin", "margin"),
      number("loss", "loss"),
      cls("before", "before"),
      number("with", "conf_before"),
      cls("truth", "true"),
      meta.round ? `round ${meta.round}` : null,
    ]
      .filter(Boolean)
      .join(" · ");
  }

  // ---- what the selection keeps: one question at a time, the newest settings last
  let asking = false,
    again = false;
  async function ask() {
    if (!meta.soft || !n) return;
    // The best K of a class are taken instead of what a threshold and a number a class would keep; P belongs to K.
    for (const [k, off] of Object.entries({ threshold: s.k > 0, per_class: s.k > 0, p: !s.k })) {
      const box = root.querySelector(`[data-key=${k}]`);
      if (box) box.disabled = off;
    }
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const settings = host.still
      ? { threshold: Math.round(s.threshold * 50) / 50 }
      : { threshold: s.threshold, temperature: s.temperature, per_class: s.per_class, k: s.k, p: s.p };
    try {
      facts = await host.call("facts", settings);
    } finally {
      asking = false;
    }
    if (!alive) return;
    if (again) {
      again = false;
      ask();
    }
    tell();
  }
  function tell() {
    if (facts.error) {
      factList(fact, [[facts.error === GONE ? "no answer" : "cannot select", facts.error]]);
      return;
    }
    factList(fact, [
      ["kept", num(facts.images)],
      ["coverage", pct(facts.coverage)],
      ["rows", num(facts.rows)],
      ...(meta.has_true
        ? [
            ["right", pct(facts.precision)],
            ["strangers", pct(facts.strangers)],
          ]
        : []),
      ...meta.rounds,
    ]);
    classBars(bars, classes, facts.by_class, "Rows kept by class");
  }
  function histogram() {
    const B = 20,
      W = 220,
      H = 70,
      all = new Array(B).fill(0),
      good = new Array(B).fill(0),
      v = col[s.of],
      unit = ["conf", "margin", "conf_before"].includes(s.of);
    let low = 0,
      high = unit ? 1 : 0;
    if (!unit) {
      low = Infinity;
      high = -Infinity;
      for (let i = 0; i < n; i++)
        if (Number.isFinite(v[i])) {
          low = Math.min(low, v[i]);
          high = Math.max(high, v[i]);
        }
      if (!(high > low)) [low, high] = [0, 1];
    }
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(v[i])) continue;
      const b = Math.min(Math.floor(((v[i] - low) / (high - low)) * B), B - 1);
      all[b]++;
      if (col.true[i] === col.pseudo[i] && col.pseudo[i] >= 0) good[b]++;
    }
    const most = Math.max(...all, 1),
      at = (x) => clamp(((x - low) / (high - low)) * W, 0, W),
      bar = (b, k, cls) =>
        svg("rect", {
          x: (b * W) / B + 0.5,
          y: H - (H * k) / most,
          width: W / B - 1,
          height: (H * k) / most,
          class: cls,
        });
    const brush = svg("rect", { y: 0, height: H, class: "nl-brush" }),
      show = () => {
        const [a, b] = [at(s.lo ?? low), at(s.hi ?? high)];
        brush.setAttribute("x", a);
        brush.setAttribute("width", Math.max(b - a, 0));
      };
    for (const [k, t] of Object.entries({
      viewBox: `0 0 ${W} ${H}`,
      class: "nl-hist",
      role: "img",
      "aria-label":
        `Images by ${s.of}, ${+low.toFixed(2)} to ${+high.toFixed(2)} in ${B} steps: ${all.join(", ")}` +
        (meta.has_true ? `; right ones: ${good.join(", ")}` : ""),
    }))
      hist.setAttribute(k, t);
    hist.replaceChildren(
      ...all.flatMap((k, b) => [bar(b, k, "nl-all"), ...(meta.has_true ? [bar(b, good[b], "nl-good")] : [])]),
      brush,
    );
    show();
    for (const k of ["lo", "hi"]) {
      const o = root.querySelector(`[data-key=${k}]`);
      if (o) o.value = s[k] === null ? "" : +s[k].toFixed(3);
    }
    let from = null;
    const x = (e) => {
      const r = hist.getBoundingClientRect();
      return low + clamp((e.clientX - r.left) / r.width, 0, 1) * (high - low);
    };
    hist.onpointerdown = (e) => {
      from = x(e);
      hist.setPointerCapture(e.pointerId);
    };
    hist.onpointermove = (e) => {
      if (from === null) return;
      const to = x(e);
      [s.lo, s.hi] = from < to ? [from, to] : [to, from];
      show();
    };
    hist.onpointerup = (e) => {
      if (from === null) return;
      if (Math.abs(x(e) - from) < 0.02 * (high - low)) {
        s.lo = null;
        s.hi = null;
      }
      from = null;
      set({});
    };
  }
  function set(change, onlyFacts = false) {
    Object.assign(s, change);
    host.changed({ ...s });
    if (onlyFacts) ask();
    else {
      filter();
      histogram();
    }
  }
  filter();
  histogram();
  ask();
  return () => {
    alive = false;
    grid.stop();
  };
}
