// What the rotation head says of each image in each of its four positions.
function create(root, host) {
  const { meta, columns: col } = host,
    n = meta.n,
    name = classNames(meta.classes),
    TURNS = [0, 90, 180, 270];
  const s = { order: "rot_loss", descending: true, cls: -1, right: "", ...host.settings },
    P = TURNS.map((_, i) => TURNS.map((_, j) => col[`p${i}${j}`]));
  const hits = (r) => TURNS.reduce((a, _, i) => a + (best(r, i) === i), 0),
    best = (r, i) => {
      let k = 0;
      for (let j = 1; j < 4; j++) if (P[i][j][r] > P[i][k][r]) k = j;
      return k;
    };
  const status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" }),
    pics = el("div", { class: "nl-pics", "aria-live": "polite" }),
    fact = el("dl", { class: "nl-facts" }),
    bars = el("div", { class: "nl-bars" });
  const pick = (label, key, options) => choice(label, key, s[key], options, (v) => set({ [key]: v }));
  let alive = true,
    last = 0;
  const descend = button(s.descending ? "highest first" : "lowest first", "descending", () => {
    set({ descending: !s.descending });
    descend.textContent = s.descending ? "highest first" : "lowest first";
  });
  const grid = createGrid({
    id: meta.id,
    thumb: meta.thumb,
    gone: meta.gone,
    lines: 2,
    label: "Images; arrow keys move",
    idx: col.idx,
    sprite: host.sprite,
    failed: (t) => {
      status.textContent = t;
    },
    moved: show,
    card: (r) => ({
      kind: hits(r) === 4 ? "right" : hits(r) ? "unknown" : "wrong",
      text: [`${hits(r)} of 4 right`, name(col.label[r])],
      aria: `${name(col.label[r])}, ${hits(r)} of 4 positions right`,
    }),
  });
  grid.node.classList.add("nl-low");
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-rotation", role: "group", "aria-label": meta.title },
      el(
        "div",
        { class: "nl-side" },
        el("div", { class: "nl-title" }, meta.title),
        fact,
        el("div", { class: "nl-label" }, "right answers by class, per cent"),
        bars,
        el("div", { class: "nl-label" }, "position (rows) and answer (columns)"),
        el(
          "div",
          { class: "nl-scroll" },
          n
            ? matrix({
                values: meta.confusion,
                names: TURNS.map((t) => t + "°"),
                label: "Share of answers by position",
                corner: "",
              }).node
            : null,
        ),
      ),
      el(
        "div",
        { class: "nl-main" },
        el(
          "div",
          { class: "nl-bar" },
          pick("order", "order", [
            ["rot_loss", "loss of the head"],
            ["idx", "idx"],
          ]),
          descend,
          pick("class", "cls", [[-1, "all"], ...meta.classes.map((c, i) => [i, c])]),
          pick("right", "right", [
            ["", "any"],
            ["4", "all four"],
            ["some", "some"],
            ["0", "none"],
          ]),
        ),
        status,
        grid.node,
        pics,
      ),
    ),
  );
  factList(fact, [
    ["images", num(n)],
    ["right answers", pct(meta.accuracy)],
    ["guessing", pct(0.25)],
  ]);
  classBars(
    bars,
    meta.classes,
    meta.by_class.map((v) => Math.round(100 * (v || 0))),
    "Right answers by class, per cent",
  );
  async function show(r) {
    const mine = ++last;
    if (r < 0) {
      pics.replaceChildren();
      return;
    }
    let img = null;
    try {
      img = await host.sprite([col.idx[r]]);
    } catch (e) {
      status.textContent = String(e.message || e);
      return;
    }
    if (alive && mine === last)
      pics.replaceChildren(
        ...TURNS.map((t, i) => {
          const k = meta.thumb * 2,
            c = el("canvas", { width: k, height: k, role: "img", "aria-label": `turned by ${t} degrees` }),
            g = c.getContext("2d"),
            b = best(r, i);
          g.translate(k / 2, k / 2);
          g.rotate((-t * Math.PI) / 180);
          g.drawImage(img, 0, 0, meta.thumb, meta.thumb, -k / 2, -k / 2, k, k);
          return el(
            "figure",
            { class: "nl-figure" + (b === i ? "" : " nl-wrongturn") },
            c,
            el("figcaption", {}, `${t}°: says ${TURNS[b]}° ${b === i ? "✓" : "✗"}`),
            TURNS.map((u, j) => {
              const f = el("span", { class: "nl-fill" });
              f.style.width = 100 * P[i][j][r] + "%";
              return el(
                "div",
                { class: "nl-meter" },
                el("span", {}, u + "°"),
                el("span", { class: "nl-track" }, f),
                el("span", {}, Math.round(100 * P[i][j][r]) + " %"),
              );
            }),
          );
        }),
      );
    img.close();
  }
  function filter() {
    const out = [];
    for (let i = 0; i < n; i++) {
      if (s.cls >= 0 && col.label[i] !== s.cls) continue;
      const h = hits(i);
      if (s.right && !(s.right === "4" ? h === 4 : s.right === "0" ? h === 0 : h > 0 && h < 4)) continue;
      out.push(i);
    }
    status.textContent = out.length
      ? `${num(out.length)} of ${num(n)} images` +
        (host.still ? `; this page holds the thumbnails of ${num(meta.still)}` : "")
      : n
        ? "No image fits this filter."
        : "There is no image to look at.";
    grid.show(inOrder(out, col[s.order], col.idx, s.descending));
  }
  function set(change) {
    Object.assign(s, change);
    host.changed({ ...s });
    filter();
  }
  filter();
  return () => {
    alive = false;
    grid.stop();
  };
}
