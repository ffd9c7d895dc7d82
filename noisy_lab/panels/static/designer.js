// The designer of label noise: a matrix that one edits, and the labels that it flips. An image's label is the first class
// at which the running sum of its true class's row exceeds the image's own number in [0, 1); noisy_lab.noise draws with
// the same numbers, so what is shown here is what training gets, with a kernel or without.
function create(root, host) {
  const { meta, columns: col } = host,
    classes = meta.classes,
    C = classes.length,
    n = meta.n,
    name = classNames(classes);
  const s = { preset: "own", rate: meta.rate, cell: [0, Math.min(1, C - 1)], T: meta.T, ...host.settings };
  let T = s.T.map((r) => r.slice());
  const given = new Int32Array(n),
    cum = [],
    out = el("div", { class: "nl-scroll nl-tall" }),
    fact = el("dl", { class: "nl-facts" }),
    bars = el("div", { class: "nl-bars" }),
    status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" });
  const PRESETS = {
    own: () => s.T.map((r) => r.slice()),
    symmetric: (r) => classes.map((_, i) => classes.map((_, j) => (i === j ? 1 - r : r / (C - 1)))),
    pair: (r) => classes.map((_, i) => classes.map((_, j) => (i === j ? 1 - r : (i + 1) % C === j ? r : 0))),
    measured: (r) =>
      meta.measured.map((row, i) => {
        const off = row.reduce((a, v, j) => a + (i === j ? 0 : v), 0);
        return row.map((v, j) => (i === j ? 1 - r : off ? (r * v) / off : r / (C - 1)));
      }),
  };
  const names = {
    symmetric: "any other class alike",
    pair: "always the next class",
    ...(meta.measured ? { measured: "as in this data set" } : {}),
  };
  const chosen = el("div", { class: "nl-label" });
  const share = slider("share", "share", 0, [0, 1, 0.01], pct, (v) => put(v)),
    box = share.querySelector("input"),
    said = share.querySelector("output");
  const rate = slider("wrong", "rate", s.rate, [0, 1, 0.01], pct, (v) => {
    s.rate = v;
    if (s.preset === "own") s.preset = "symmetric";
    use(s.preset);
  });
  const kinds = Object.entries(names).map(([k, t]) => {
    const o = button(t, "preset-" + k, () => use(k));
    return o;
  });
  const grid = createGrid({
    id: meta.id,
    thumb: meta.thumb,
    gone: meta.gone,
    lines: 2,
    label: "Images of the chosen cell; arrow keys move",
    idx: col.idx,
    sprite: host.sprite,
    failed: (t) => {
      status.textContent = t;
    },
    card: (r) => ({
      kind: given[r] === col.y[r] ? "right" : "wrong",
      text: [(given[r] === col.y[r] ? "✓ " : "✗ ") + name(given[r]), "truly " + name(col.y[r])],
      aria: `given ${name(given[r])}, truly ${name(col.y[r])}`,
    }),
  });
  grid.node.classList.add("nl-low");
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-designer", role: "group", "aria-label": meta.title },
      el(
        "div",
        { class: "nl-side" },
        el("div", { class: "nl-title" }, meta.title),
        fact,
        el(
          "div",
          { class: "nl-group" },
          el("div", { class: "nl-label" }, "mistakes go to"),
          el("div", { class: "nl-bar" }, kinds),
        ),
        el("div", { class: "nl-group" }, rate),
        el(
          "div",
          { class: "nl-group" },
          chosen,
          share,
          el(
            "div",
            { class: "nl-bar" },
            button("− 5 %", "less", () => put(T[s.cell[0]][s.cell[1]] - 0.05)),
            button("+ 5 %", "more", () => put(T[s.cell[0]][s.cell[1]] + 0.05)),
          ),
        ),
        el("div", { class: "nl-label" }, "wrong labels by true class"),
        bars,
      ),
      el("div", { class: "nl-main" }, out, status, grid.node),
    ),
  );
  let m = matrix({
    values: T,
    names: classes,
    label:
      "Share of each true class (rows) that is given each label (columns), in per cent; + and − change the chosen cell",
    pick: (i, j) => {
      if (s.cell[0] !== i || s.cell[1] !== j) {
        s.cell = [i, j];
        tellCell();
      }
    },
  });
  m.node.addEventListener("keydown", (e) => {
    if (["+", "=", "-"].includes(e.key)) {
      e.preventDefault();
      put(T[s.cell[0]][s.cell[1]] + (e.key === "-" ? -0.05 : 0.05));
    }
  });
  out.append(m.node);
  const drawn = classes.map(() => new Array(C).fill(-1)); // what the cells show: with many classes few of them change
  let picked = m.cells[0][0];

  function use(kind) {
    s.preset = kind;
    T = PRESETS[kind](s.rate);
    change();
  }
  function put(v) {
    const [i, j] = s.cell;
    if (i === j) {
      status.textContent = "The diagonal is what is left over: change another cell of the row.";
      box.value = T[i][j];
      said.textContent = pct(T[i][j]);
      return;
    }
    const room = T[i][j] + T[i][i];
    T[i][j] = clamp(Math.round(v * 100) / 100, 0, room);
    T[i][i] = Math.max(room - T[i][j], 0);
    s.preset = "own";
    change();
  }
  function change() {
    s.T = T.map((r) => r.slice());
    host.changed({ ...s });
    draw();
  }
  function draw() {
    cum.length = 0;
    for (const row of T) {
      let a = 0;
      cum.push(row.map((v) => (a += v)));
    }
    const wrong = new Array(C).fill(0),
      all = new Array(C).fill(0);
    for (let r = 0; r < n; r++) {
      const c = cum[col.y[r]];
      let j = 0;
      while (j < C - 1 && col.u[r] >= c[j]) j++;
      given[r] = j;
      all[col.y[r]]++;
      if (j !== col.y[r]) wrong[col.y[r]]++;
    }
    m.cells.forEach((row, i) =>
      row.forEach((c, j) => {
        const v = T[i][j];
        if (v === drawn[i][j]) return;
        drawn[i][j] = v;
        c.textContent = v >= 0.005 ? String(Math.round(100 * v)) : "";
        c.title = `${classes[i]} → ${classes[j]}: ${pct(v)}`;
        c.style.setProperty("--nl-share", v);
        c.classList.toggle("nl-strong", v > 0.55);
      }),
    );
    const bad = wrong.reduce((a, b) => a + b, 0),
      expected = T.reduce((a, row, i) => a + (1 - row[i]) * all[i], 0);
    factList(fact, [
      ["images", num(n)],
      ["expected wrong", pct(n ? expected / n : 0)],
      ["drawn wrong", `${num(bad)} (${pct(n ? bad / n : 0)})`],
      ["most in a class", pct(Math.max(...all.map((v, i) => (v ? wrong[i] / v : 0))))],
    ]);
    classBars(bars, classes, wrong, "Wrong labels by true class");
    kinds.forEach((o) => o.setAttribute("aria-pressed", String(o.dataset.key === "preset-" + s.preset)));
    const r = rate.querySelector("input");
    if (s.preset === "own") {
      r.value = n ? expected / n : 0;
      rate.querySelector("output").textContent = pct(+r.value);
    }
    tellCell();
  }
  function tellCell() {
    const [i, j] = s.cell,
      rows = [];
    for (let r = 0; r < n; r++) if (col.y[r] === i && given[r] === j) rows.push(r);
    chosen.textContent = `true ${name(i)}, given ${name(j)}`;
    box.value = T[i][j];
    said.textContent = pct(T[i][j]);
    box.disabled = i === j;
    picked.classList.remove("nl-picked");
    picked = m.cells[i][j];
    picked.classList.add("nl-picked");
    grid.show(rows);
    status.textContent = rows.length
      ? (rows.length > 1 ? `${num(rows.length)} images of ${name(i)} are` : `1 image of ${name(i)} is`) +
        ` given ${name(j)}` +
        (host.still ? "; this page holds some of the thumbnails" : "")
      : n
        ? `No image of ${name(i)} is given ${name(j)}.`
        : "There is no image whose label could be flipped.";
  }
  draw();
  return () => grid.stop();
}
