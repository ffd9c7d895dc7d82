// What all panels share: elements, controls, a grid that holds only what is in sight, small charts, and the way to
// their host, which is a kernel (mountWidget) or a saved page (mountPage). Text is written as text only, never as HTML.
// A panel is a function (root, host) that draws itself into root and gives a function that ends it.
// host: {meta, columns, settings, still, call(type, args) -> Promise<answer>, picture(type, args) -> Promise<url>,
//        sprite(ids) -> Promise<ImageBitmap>, changed(settings), on(type, f)}; an answer with `error` is a sentence for the
// reader. Sheets of thumbnails are bitmaps that are closed when they are let go: a browser keeps what it painted from a URL.

const GONE = "The kernel does not answer. Run this cell again.";
const PAGE = 60,
  KEEP = 12,
  GAP = 6;

function el(tag, props = {}, ...kids) {
  const o = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === "class") o.className = v;
    else if (k.startsWith("on")) o.addEventListener(k.slice(2), v);
    else if (k in o && k !== "list") o[k] = v;
    else o.setAttribute(k, v);
  }
  o.append(...kids.flat(Infinity).filter((k) => k !== null && k !== undefined));
  return o;
}
function svg(tag, props = {}, ...kids) {
  const o = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(props))
    k.startsWith("on") ? o.addEventListener(k.slice(2), v) : o.setAttribute(k, v);
  o.append(...kids.flat(Infinity).filter((k) => k !== null && k !== undefined));
  return o;
}
const missing = (x) => x === null || x === undefined || Number.isNaN(x);
const pct = (x) => (missing(x) ? "–" : (100 * x).toFixed(1) + " %");
const num = (x) => x.toLocaleString("en");
const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));
const classNames = (classes) => (k) => (k >= 0 && k < classes.length ? classes[k] : k === -2 ? "stranger" : "–");

// ---- controls: each is named by data-key, for people's scripts and for tests
function choice(label, key, value, options, set) {
  const box = el(
    "select",
    { onchange: () => set(typeof value === "number" ? +box.value : box.value) },
    options.map(([v, t]) => el("option", { value: String(v), selected: String(v) === String(value) }, t)),
  );
  box.dataset.key = key;
  return el("label", { class: "nl-field" }, el("span", {}, label), box);
}
function slider(label, key, value, [min, max, step], say, set) {
  const out = el("output", {}, say(value));
  const box = el("input", {
    type: "range",
    min,
    max,
    step,
    value,
    oninput: () => {
      out.textContent = say(+box.value);
      set(+box.value);
    },
  });
  box.dataset.key = key;
  return el("label", { class: "nl-field nl-slider" }, el("span", {}, label), box, out);
}
function button(text, key, onclick, title = "") {
  const o = el("button", { type: "button", class: "nl-button", onclick, title }, text);
  o.dataset.key = key;
  return o;
}
function tabs(label, names, now, set) {
  const all = names.map(([key, text]) => {
    const o = button(text, "tab-" + key, () => pick(key));
    o.setAttribute("role", "tab");
    return o;
  });
  const pick = (key, quiet) => {
    all.forEach((o, i) => {
      const on = names[i][0] === key;
      o.setAttribute("aria-selected", String(on));
      o.tabIndex = on ? 0 : -1;
    });
    if (!quiet) set(key);
  };
  const bar = el(
    "div",
    {
      class: "nl-tabs",
      role: "tablist",
      "aria-label": label,
      onkeydown: (e) => {
        const d = { ArrowLeft: -1, ArrowRight: 1 }[e.key],
          i = all.indexOf(document.activeElement);
        if (d && i >= 0) {
          e.preventDefault();
          const j = (i + d + all.length) % all.length;
          all[j].focus();
          pick(names[j][0]);
        }
      },
    },
    all,
  );
  pick(now, true);
  return bar;
}
function factList(box, rows) {
  box.replaceChildren(
    ...rows.flatMap(([k, v]) => [
      el("dt", {}, k),
      el("dd", { "data-fact": k, class: String(v).length < 18 ? "nl-short" : "" }, v),
    ]),
  );
}
function classBars(box, classes, counts, what) {
  const most = Math.max(...counts, 1);
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", what + ": " + counts.map((v, i) => `${classes[i]} ${v}`).join(", "));
  box.replaceChildren(
    ...counts.flatMap((v, i) => {
      const b = el("span", { class: "nl-fill" });
      b.style.width = (100 * v) / most + "%";
      return [
        el("span", { class: "nl-class", title: classes[i] }, classes[i]),
        el("span", { class: "nl-track" }, b),
        el("span", { class: "nl-count" }, num(v)),
      ];
    }),
  );
}

// A line of text that is cut off where there is no room; `kept` is its end, which is not.
function line(kind, text, kept = "") {
  if (!kept) return el("div", { class: kind, title: text }, text);
  return el("div", { class: kind + " nl-split", title: `${text} ${kept}` }, el("span", {}, text), el("span", {}, kept));
}

// ---- a grid over any number of images, of which only those in sight are in the page
// o: {id, thumb, gone (rows whose image cannot be read), label, idx (column), sprite(ids) -> Promise<ImageBitmap>, moved(row), failed(sentence),
//     lines (of text under a thumbnail), card(row) -> {kind, text: [a line, or [text, kept] of one...], aria},
//     keys(event) -> true if it was one, many: ranges with Shift}
function createGrid(o) {
  const least = Math.max(o.thumb + 34, 96) + GAP,
    cell = o.thumb + 4 + 15 * o.lines + GAP,
    pages = new Map(),
    pics = new Map(),
    spare = [],
    gone = new Set(o.gone),
    chosen = new Set();
  let at = new Int32Array(0),
    cursor = 0,
    anchor = 0,
    cols = 1,
    wide = least,
    alive = true,
    frame = 0;
  const drop = (p) => p && p.sheet && p.sheet.close();
  const space = el("div", { class: "nl-space" });
  const grid = el(
    "div",
    { class: "nl-grid", tabIndex: 0, role: "listbox", "aria-label": o.label, "aria-multiselectable": String(!!o.many) },
    space,
  );
  function layout() {
    cols = Math.max(Math.floor((grid.clientWidth - 8) / least), 1);
    wide = Math.max(Math.floor((grid.clientWidth - 8) / cols), least);
    space.style.height = Math.ceil(at.length / cols) * cell + "px";
  }
  function draw() {
    if (!alive) return;
    const first = Math.max(Math.floor(grid.scrollTop / cell) - 1, 0) * cols,
      last = Math.min((Math.ceil((grid.scrollTop + grid.clientHeight) / cell) + 1) * cols, at.length);
    const kids = [];
    for (const [i, c] of pics)
      if (i < first || i >= last) {
        pics.delete(i);
        spare.push(c);
      }
    for (let i = first; i < last; i++) kids.push(card(i));
    space.replaceChildren(...kids);
    for (let p = Math.floor(first / PAGE); p * PAGE < last; p++) load(p);
    while (pages.size > KEEP) {
      const [k, v] = pages.entries().next().value;
      drop(v);
      pages.delete(k);
    }
    at.length
      ? grid.setAttribute("aria-activedescendant", `${o.id}-${cursor}`)
      : grid.removeAttribute("aria-activedescendant");
    if (o.moved) o.moved(at.length ? at[cursor] : -1);
  }
  function pic(i) {
    const p = pages.get(Math.floor(i / PAGE)),
      t = o.thumb,
      c = pics.get(i) || spare.pop() || el("canvas", { class: "nl-pic", width: t, height: t, "aria-hidden": "true" });
    if (!pics.has(i)) {
      pics.set(i, c);
      delete c.dataset.drawn;
      c.getContext("2d").clearRect(0, 0, t, t);
    }
    if (p && p.sheet && !c.dataset.drawn) {
      c.getContext("2d").drawImage(p.sheet, ((i % PAGE) % 10) * t, Math.floor((i % PAGE) / 10) * t, t, t, 0, 0, t, t);
      c.dataset.drawn = "1";
    }
    return c;
  }
  function card(i) {
    const r = at[i],
      c = o.card(r),
      on = o.many ? chosen.has(r) || (!chosen.size && i === cursor) : i === cursor;
    const box = el(
      "div",
      {
        class: `nl-card nl-${c.kind}` + (i === cursor ? " nl-here" : "") + (chosen.has(r) ? " nl-chosen" : ""),
        role: "option",
        id: `${o.id}-${i}`,
        "aria-selected": String(on),
        "aria-setsize": at.length,
        "aria-posinset": i + 1,
        "aria-label": c.aria + (gone.has(r) ? ", image cannot be read" : ""),
        onclick: (e) => move(i, e.shiftKey),
      },
      pic(i),
      gone.has(r) ? el("div", { class: "nl-unread" }, "cannot be read") : null,
      c.text.map((t, k) => line(k ? "nl-given" : "nl-name", ...[t].flat())),
    );
    Object.assign(box.style, {
      left: (i % cols) * wide + "px",
      top: Math.floor(i / cols) * cell + "px",
      width: wide - GAP + "px",
    });
    return box;
  }
  async function load(p) {
    if (pages.has(p)) {
      const v = pages.get(p);
      pages.delete(p);
      pages.set(p, v);
      return;
    }
    const mine = at,
      ids = Array.from(mine.slice(p * PAGE, (p + 1) * PAGE), (r) => o.idx[r]);
    pages.set(p, {});
    let sheet = null;
    try {
      sheet = await o.sprite(ids);
    } catch (e) {
      o.failed(String(e.message || e));
    }
    if (!alive || at !== mine || !pages.has(p)) {
      drop({ sheet });
      return;
    }
    pages.set(p, { sheet });
    draw();
  }
  function move(i, range = false) {
    if (!at.length) return;
    cursor = clamp(i, 0, at.length - 1);
    chosen.clear();
    if (range && o.many) for (let j = Math.min(anchor, cursor); j <= Math.max(anchor, cursor); j++) chosen.add(at[j]);
    else anchor = cursor;
    const y = Math.floor(cursor / cols) * cell;
    if (y < grid.scrollTop) grid.scrollTop = y;
    else if (y + cell > grid.scrollTop + grid.clientHeight) grid.scrollTop = y + cell - grid.clientHeight;
    draw();
  }
  grid.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  });
  grid.addEventListener("keydown", (e) => {
    const step = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -cols,
      ArrowDown: cols,
      PageUp: -cols * 4,
      PageDown: cols * 4,
      Home: -at.length,
      End: at.length,
    }[e.key];
    if (step !== undefined && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      move(cursor + step, e.shiftKey);
    } else if (o.keys && o.keys(e)) e.preventDefault();
  });
  const watch = new ResizeObserver(() => {
    layout();
    draw();
  });
  watch.observe(grid);
  return {
    node: grid,
    draw,
    move,
    rows: () => at,
    here: () => cursor,
    // Is the image at the cursor in sight? A wheel moves the grid and leaves the cursor where it is.
    inSight() {
      const y = Math.floor(cursor / cols) * cell;
      return y + cell > grid.scrollTop && y < grid.scrollTop + grid.clientHeight;
    },
    picked: () => (chosen.size ? [...chosen] : at.length ? [at[cursor]] : []),
    unpick: () => {
      chosen.clear();
      anchor = cursor;
    },
    show(rows, keep = -1) {
      at = Int32Array.from(rows);
      pages.forEach(drop);
      pages.clear();
      spare.push(...pics.values());
      pics.clear();
      chosen.clear();
      const k = keep >= 0 ? at.indexOf(keep) : -1;
      cursor = clamp(k >= 0 ? k : cursor, 0, Math.max(at.length - 1, 0));
      anchor = cursor;
      layout();
      draw();
    },
    stop() {
      alive = false;
      watch.disconnect();
      pages.forEach(drop);
      pages.clear();
    },
  };
}

// Rows in the order of a column; missing numbers last, equal ones by idx.
function inOrder(rows, key, idx, descending) {
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => {
    const x = key[a],
      y = key[b],
      nx = Number.isNaN(x),
      ny = Number.isNaN(y);
    if (nx || ny) return nx - ny || idx[a] - idx[b];
    return sign * (x - y) || idx[a] - idx[b];
  });
}

// ---- a chart of lines with spread
const MARKS = ["circle", "square", "triangle", "diamond", "cross"];
function mark(kind, x, y, r, props) {
  if (kind === "circle") return svg("circle", { cx: x, cy: y, r, ...props });
  const d = {
    square: `M${x - r},${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    triangle: `M${x},${y - r}l${r},${2 * r}h${-2 * r}z`,
    diamond: `M${x},${y - r - 1}l${r + 1},${r + 1}l${-r - 1},${r + 1}l${-r - 1},${-r - 1}z`,
    cross: `M${x - r},${y - r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`,
  }[kind];
  return svg("path", { d, ...props });
}
const ticks = (lo, hi, most = 6) => {
  const raw = (hi - lo) / most || 1,
    p = 10 ** Math.floor(Math.log10(raw)),
    step = [1, 2, 2.5, 5, 10].map((k) => k * p).find((k) => k >= raw),
    out = [];
  for (let v = Math.ceil(lo / step - 1e-9) * step; v <= hi + 1e-9; v += step) out.push(+v.toFixed(10));
  return out;
};
// o: {lines: [{name, style, xs, ys, sds}], x: {label, lo, hi, say, ticks}, y: {label, lo, hi, say}, at (an x to mark), width, height, title, alt}
function lineChart(o) {
  const W = o.width || 640,
    H = o.height || 300,
    L = 52,
    R = 12,
    T = 10,
    B = 40,
    X = (x) => L + ((x - o.x.lo) / (o.x.hi - o.x.lo || 1)) * (W - L - R),
    Y = (y) => H - B - ((y - o.y.lo) / (o.y.hi - o.y.lo || 1)) * (H - T - B);
  const g = svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "nl-chart", role: "img", "aria-label": o.alt });
  for (const v of ticks(o.y.lo, o.y.hi))
    g.append(
      svg("line", { x1: L, x2: W - R, y1: Y(v), y2: Y(v), class: "nl-rule" }),
      svg("text", { x: L - 6, y: Y(v) + 4, class: "nl-tick", "text-anchor": "end" }, o.y.say(v)),
    );
  for (const v of o.x.ticks || ticks(o.x.lo, o.x.hi).filter((v) => !o.x.whole || Number.isInteger(v)))
    g.append(svg("text", { x: X(v), y: H - B + 16, class: "nl-tick", "text-anchor": "middle" }, o.x.say(v)));
  g.append(
    svg("text", { x: (L + W - R) / 2, y: H - 4, class: "nl-axis", "text-anchor": "middle" }, o.x.label),
    svg(
      "text",
      {
        x: 12,
        y: (T + H - B) / 2,
        class: "nl-axis",
        "text-anchor": "middle",
        transform: `rotate(-90 12 ${(T + H - B) / 2})`,
      },
      o.y.label,
    ),
  );
  if (!missing(o.at)) g.append(svg("line", { x1: X(o.at), x2: X(o.at), y1: T, y2: H - B, class: "nl-at" }));
  for (const l of o.lines) {
    const ok = l.xs.map((_, i) => i).filter((i) => !missing(l.ys[i])),
      c = `nl-s${l.style % 8}`;
    if (l.sds && ok.length > 1)
      g.append(
        svg("path", {
          d:
            "M" +
            ok.map((i) => `${X(l.xs[i])},${Y(Math.min(l.ys[i] + (l.sds[i] || 0), o.y.hi))}`).join("L") +
            "L" +
            ok
              .slice()
              .reverse()
              .map((i) => `${X(l.xs[i])},${Y(Math.max(l.ys[i] - (l.sds[i] || 0), o.y.lo))}`)
              .join("L") +
            "Z",
          class: `nl-band ${c}`,
        }),
      );
    g.append(
      svg("path", {
        d: ok.map((i, k) => `${k ? "L" : "M"}${X(l.xs[i])},${Y(l.ys[i])}`).join(""),
        class: `nl-line ${c}`,
        "stroke-dasharray": l.dash || "",
      }),
    );
    if (ok.length <= 40)
      for (const i of ok) {
        const m = mark(MARKS[l.style % 5], X(l.xs[i]), Y(l.ys[i]), 3.5, { class: `nl-mark ${c}` });
        m.append(
          svg(
            "title",
            {},
            `${l.name}: ${o.y.say(l.ys[i])}${l.sds && l.sds[i] ? " ± " + o.y.say(l.sds[i]) : ""} at ${o.x.say(l.xs[i])}`,
          ),
        );
        g.append(m);
      }
  }
  g.toX = (e) => {
    const r = g.getBoundingClientRect();
    return clamp(
      o.x.lo + ((((e.clientX - r.left) / r.width) * W - L) / (W - L - R)) * (o.x.hi - o.x.lo),
      o.x.lo,
      o.x.hi,
    );
  };
  return g;
}
function swatch(style) {
  return svg(
    "svg",
    { viewBox: "0 0 22 12", class: "nl-swatch", "aria-hidden": "true" },
    svg("path", { d: "M0,6H22", class: `nl-line nl-s${style % 8}` }),
    mark(MARKS[style % 5], 11, 6, 3.5, { class: `nl-mark nl-s${style % 8}` }),
  );
}

// ---- a matrix of shares as coloured cells; pick(i, j) when one is chosen
function matrix(o) {
  const n = o.values.length,
    t = el("table", { class: "nl-matrix", "aria-label": o.label, ...(o.pick ? { role: "grid" } : {}) });
  let last = null;
  const cells = o.values.map((row, i) =>
    row.map((v, j) => {
      const c = el(
        "td",
        {
          tabIndex: i === 0 && j === 0 ? 0 : -1,
          title: `${o.names[i]} → ${o.cols ? o.cols[j] : o.names[j]}: ${pct(v)}`,
          "data-cell": `${i},${j}`,
          onclick: () => {
            c.focus();
          },
          onfocus: () => {
            (last || cells[0][0]).tabIndex = -1;
            last = c;
            c.tabIndex = 0;
            if (o.pick) o.pick(i, j);
          },
        },
        missing(v) ? "–" : v >= 0.005 ? String(Math.round(100 * v)) : "",
      );
      c.style.setProperty("--nl-share", missing(v) ? 0 : v);
      if (v > 0.55) c.classList.add("nl-strong");
      if (i === j) c.classList.add("nl-diagonal");
      return c;
    }),
  );
  t.append(
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", {}, o.corner ?? "true ↓ given →"),
        (o.cols || o.names).map((c) => el("th", { scope: "col", title: c }, el("span", {}, c))),
      ),
    ),
    el(
      "tbody",
      {},
      cells.map((row, i) => el("tr", {}, el("th", { scope: "row", title: o.names[i] }, o.names[i]), row)),
    ),
  );
  t.addEventListener("keydown", (e) => {
    const d = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key],
      at = document.activeElement.dataset && document.activeElement.dataset.cell;
    if (!d || !at || e.altKey) return;
    e.preventDefault();
    const [i, j] = at.split(",").map(Number);
    cells[clamp(i + d[0], 0, n - 1)][clamp(j + d[1], 0, cells[0].length - 1)].focus();
  });
  return { node: t, cells };
}

// ---- hosts
// Columns travel as one block of bytes: for each of them its name, type (f4, f8, i1, i2 or i4) and place.
function readColumns(bytes, spec, n) {
  const view = bytes instanceof DataView ? bytes : new DataView(bytes.buffer || bytes),
    out = {};
  let from = 0;
  for (const [key, type] of spec) {
    const [kind, width, get] = {
        f4: [Float32Array, 4, "getFloat32"],
        f8: [Float64Array, 8, "getFloat64"],
        i1: [Int8Array, 1, "getInt8"],
        i2: [Int16Array, 2, "getInt16"],
        i4: [Int32Array, 4, "getInt32"],
      }[type],
      a = new kind(n);
    for (let i = 0; i < n; i++) a[i] = view[get](from + width * i, true);
    out[key] = a;
    from += width * n;
  }
  return out;
}
function cannotDraw(root, e) {
  const text = "This panel cannot be drawn: " + (e.message || e);
  root.replaceChildren(el("div", { class: "nl-panel nl-broken", role: "alert" }, text));
  console.error("nl-panel", e);
}
function begin(root, create, host) {
  // The notebook's own keys stay out; what takes Ctrl or Cmd, as saving does, is left to it.
  const keep = (e) => {
    if (e.key !== "Tab" && !e.ctrlKey && !e.metaKey) e.stopPropagation();
  };
  root.addEventListener("keydown", keep);
  let stop = () => {};
  try {
    stop = create(root, host) || stop;
  } catch (e) {
    cannotDraw(root, e);
  }
  return () => {
    root.removeEventListener("keydown", keep);
    stop();
  };
}
function mountWidget({ model, el: root }, create) {
  const waiting = new Map(),
    hear = new Map(),
    meta = model.get("meta"),
    columns = meta.columns ? readColumns(model.get("columns"), meta.columns, meta.n) : {},
    mine = Math.random().toString(36).slice(2);
  let last = 0,
    known = JSON.stringify(model.get("settings")),
    later = 0;
  const call = (type, args = {}) =>
    new Promise((done) => {
      const id = `${mine}-${++last}`;
      waiting.set(id, done);
      try {
        model.send({ ...args, type, id });
      } catch {
        waiting.delete(id);
        done({ error: GONE });
      }
    });
  const answer = (msg, buffers) => {
    const done = waiting.get(msg.id);
    if (done) {
      waiting.delete(msg.id);
      done({ ...msg, buffers });
    } else if (hear.has(msg.type)) hear.get(msg.type)(msg);
  };
  const image = async (type, args) => {
    const a = await call(type, args);
    if (a.error) throw new Error(a.error);
    return new Blob([a.buffers[0]], { type: "image/webp" });
  };
  const picture = async (type, args) => URL.createObjectURL(await image(type, args)),
    sprite = async (ids) => createImageBitmap(await image("sprite", { ids }));
  model.on("msg:custom", answer);
  const draw = () =>
    begin(root, create, {
      meta,
      columns,
      settings: model.get("settings"),
      still: false,
      call,
      picture,
      sprite,
      changed: (settings) => {
        known = JSON.stringify(settings);
        model.set("settings", settings);
        model.save_changes();
      },
      on: (type, f) => hear.set(type, f),
    });
  let stop = draw();
  // Settings that Python or another view of this panel has set
  const follow = () => {
    clearTimeout(later);
    if (JSON.stringify(model.get("settings")) === known) return;
    later = setTimeout(() => {
      known = JSON.stringify(model.get("settings"));
      stop();
      hear.clear();
      stop = draw();
    }, 150);
  };
  model.on("change:settings", follow);
  return () => {
    clearTimeout(later);
    model.off("change:settings", follow);
    model.off("msg:custom", answer);
    stop();
  };
}
function mountPage(root, text, create) {
  try {
    return openPage(root, JSON.parse(text), create);
  } catch (e) {
    return cannotDraw(root, e);
  }
}
// d: {meta, columns, settings, sheets: [{ids, webp}], answers: {type: [[args, answer], ...]}}
function openPage(root, d, create) {
  const bytes = (t) => Uint8Array.from(atob(t), (c) => c.charCodeAt(0)),
    blob = (t) => new Blob([bytes(t)], { type: "image/webp" });
  const place = new Map((d.sheets || []).flatMap((o, k) => o.ids.map((id, j) => [id, [k, j]]))),
    sheets = (d.sheets || []).map((o) => createImageBitmap(blob(o.webp)));
  async function sprite(ids) {
    const t = d.meta.thumb,
      c = document.createElement("canvas"),
      g = c.getContext("2d");
    c.width = 10 * t;
    c.height = Math.ceil(ids.length / 10) * t;
    g.fillStyle = "#888";
    g.fillRect(0, 0, c.width, c.height);
    for (const [i, id] of ids.entries())
      if (place.has(id)) {
        const [k, j] = place.get(id);
        g.drawImage(
          await sheets[k],
          (j % 10) * t,
          Math.floor(j / 10) * t,
          t,
          t,
          (i % 10) * t,
          Math.floor(i / 10) * t,
          t,
          t,
        );
      }
    return createImageBitmap(c);
  }
  const known = (type, args) =>
    ((d.answers || {})[type] || []).find(([a]) => Object.keys(a).every((k) => a[k] === args[k]));
  const call = async (type, args = {}) =>
    (known(type, args) || [0, { error: "this page has no kernel, and no answer to this was saved with it" }])[1];
  const picture = async (type, args) => {
    const a = await call(type, args);
    if (a.error) throw new Error(a.error);
    return URL.createObjectURL(blob(a.webp));
  };
  return begin(root, create, {
    meta: d.meta,
    columns: d.meta.columns ? readColumns(bytes(d.columns), d.meta.columns, d.meta.n) : {},
    settings: d.settings,
    still: true,
    call,
    picture,
    sprite,
    changed: () => {},
    on: () => {},
  });
}
