// The explorer of pseudo-labels: one front end for a notebook (render, below) and for a saved page (snapshot.html).
// It is given the rows once, as columns of numbers, and filters and sorts them itself; thumbnails come by the sheet, and
// what a selection keeps comes from its host. It writes text as text only, never as HTML.

const PAGE = 60, KEEP = 24, GAP = 6;

function el(tag, props = {}, ...kids) {
  const o = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === "class") o.className = v;
    else if (k.startsWith("on")) o.addEventListener(k.slice(2), v);
    else if (k in o && k !== "list") o[k] = v;
    else o.setAttribute(k, v);
  }
  o.append(...kids.filter((k) => k !== null));
  return o;
}
const pct = (x) => (x === null || x === undefined || Number.isNaN(x) ? "–" : (100 * x).toFixed(1) + " %");
const num = (x) => x.toLocaleString("en");

// host: {meta, columns, settings, sprite(ids) -> Promise<url>, facts(settings) -> Promise<facts|{error}>, changed(settings)}
export function createExplorer(root, host) {
  const { meta, columns: col } = host;
  const classes = meta.classes, n = meta.n;
  const name = (k) => (k >= 0 && k < classes.length ? classes[k] : k === -2 ? "stranger" : "–");
  const s = { order: "conf", descending: true, cls: -1, by: "pseudo", agree: "", lo: 0, hi: 1, threshold: 0, temperature: 1, per_class: 0, k: 0, p: 1, ...host.settings };
  let at = new Int32Array(0), cursor = 0, cols = 1, facts = null, alive = true;
  const cell = meta.thumb + 34 + GAP, wide = meta.thumb + 34 + GAP;
  const pages = new Map(); // first row of a page -> {url, ids} or a promise
  const drop = (p) => p && p.url && URL.revokeObjectURL(p.url);

  // ---- the parts
  const status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" });
  const fact = el("dl", { class: "nl-facts" });
  const bars = el("div", { class: "nl-bars", role: "img" });
  const hist = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const space = el("div", { class: "nl-space" });
  const grid = el("div", { class: "nl-grid", tabIndex: 0, role: "listbox", "aria-label": "Images; arrow keys move, Home and End jump" }, space);
  const detail = el("div", { class: "nl-detail", "aria-live": "polite" });

  const choice = (key, label, options) => {
    const box = el("select", { onchange: () => set({ [key]: typeof s[key] === "number" ? +box.value : box.value }) }, ...options.map(([v, t]) => el("option", { value: String(v), selected: String(v) === String(s[key]) }, t)));
    box.dataset.key = key;
    return el("label", { class: "nl-field" }, el("span", {}, label), box);
  };
  const slider = (key, label, min, max, step, say) => {
    const out = el("output", {}, say(s[key]));
    const box = el("input", { type: "range", min, max, step, value: s[key], oninput: () => { out.textContent = say(+box.value); set({ [key]: +box.value }, true); } });
    box.dataset.key = key;
    return el("label", { class: "nl-field nl-slider" }, el("span", {}, label), box, out);
  };
  const whole = (zero) => (v) => (v ? num(v) : zero);
  const descend = el("button", { type: "button", class: "nl-button", title: "Turn the order round", onclick: () => { set({ descending: !s.descending }); descend.textContent = s.descending ? "highest first" : "lowest first"; } }, s.descending ? "highest first" : "lowest first");
  const sliders = meta.soft ? [
    slider("threshold", "threshold", 0, 1, 0.01, (v) => v.toFixed(2)), ...(meta.still ? [] : [slider("temperature", "temperature", 0.1, 3, 0.05, (v) => v.toFixed(2)),
    slider("per_class", "per class", 0, meta.most, 1, whole("off")), slider("k", "K a class", 0, meta.most, 1, whole("off")), slider("p", "P an image", 1, Math.max(Math.min(10, classes.length), 1), 1, (v) => String(v))])] : [];
  const reset = el("button", { type: "button", class: "nl-button", onclick: () => { Object.assign(s, { cls: -1, agree: "", lo: 0, hi: 1 }); root.querySelectorAll("select").forEach((o) => { o.value = String(s[o.dataset.key]); }); set({}); } }, "show all");
  root.replaceChildren(el("div", { class: "nl-explorer" },
    el("div", { class: "nl-side" },
      el("div", { class: "nl-title" }, meta.title), fact, bars,
      el("div", { class: "nl-group" }, ...sliders),
      el("div", { class: "nl-group" }, el("div", { class: "nl-label" }, "confidence: drag to filter"), hist)),
    el("div", { class: "nl-main" },
      el("div", { class: "nl-bar" },
        choice("order", "order", meta.orders.map((o) => [o, o])), descend,
        choice("cls", "class", [[-1, "all"], ...classes.map((c, i) => [i, c])]), choice("by", "of", meta.by.map((o) => [o, o])),
        meta.has_given ? choice("agree", "given label", [["", "any"], ["same", "agrees"], ["other", "disagrees"]]) : null, reset),
      status, grid, detail)));

  // ---- rows
  function filter() {
    const by = col[s.by], belief = (i) => (col.pseudo[i] >= 0 ? col.pseudo[i] : col.pred[i]);
    const cut = s.lo > 0 || s.hi < 1, out = [];
    for (let i = 0; i < n; i++) {
      if (s.cls >= 0 && by[i] !== s.cls) continue;
      if (cut && !(col.conf[i] >= s.lo && col.conf[i] <= s.hi)) continue;
      if (s.agree) { const b = belief(i), g = col.given[i]; if (b < 0 || g < 0 || (b === g) !== (s.agree === "same")) continue; }
      out.push(i);
    }
    const key = col[s.order], sign = s.descending ? -1 : 1;
    out.sort((a, b) => { const x = key[a], y = key[b], nx = Number.isNaN(x), ny = Number.isNaN(y); if (nx || ny) return nx - ny || col.idx[a] - col.idx[b]; return sign * (x - y) || col.idx[a] - col.idx[b]; });
    at = Int32Array.from(out);
    pages.forEach(drop); pages.clear();
    cursor = Math.min(cursor, Math.max(at.length - 1, 0));
    layout(); draw();
  }
  function layout() {
    cols = Math.max(Math.floor((grid.clientWidth - 4) / wide), 1);
    space.style.height = Math.ceil(at.length / cols) * cell + "px";
  }
  function draw() {
    if (!alive) return;
    status.textContent = at.length ? `${num(at.length)} of ${num(n)} images` + (meta.still ? `; this page holds the thumbnails of ${num(meta.still)}` : "") : n ? "No image fits this filter. Press “show all”." : "The table has no rows: there is nothing to show.";
    const first = Math.max(Math.floor(grid.scrollTop / cell) - 1, 0) * cols, last = Math.min((Math.ceil((grid.scrollTop + grid.clientHeight) / cell) + 1) * cols, at.length);
    const kids = [];
    for (let i = first; i < last; i++) kids.push(card(i));
    space.replaceChildren(...kids);
    for (let p = Math.floor(first / PAGE); p * PAGE < last; p++) load(p);
    while (pages.size > KEEP) { const [k, v] = pages.entries().next().value; drop(v); pages.delete(k); }
    show();
  }
  function card(i) {
    const r = at[i], belief = col.pseudo[r] >= 0 ? col.pseudo[r] : col.pred[r], t = col.true[r];
    const kind = t === -1 ? "unknown" : t === belief ? "right" : t === -2 ? "stranger" : "wrong", mark = { right: "✓", wrong: "✗", stranger: "?", unknown: "" }[kind];
    const c = Number.isNaN(col.conf[r]) ? "" : Math.round(100 * col.conf[r]) + " %";
    const pic = el("div", { class: "nl-pic" }), p = pages.get(Math.floor(i / PAGE));
    pic.style.width = pic.style.height = meta.thumb + "px";
    if (p && p.url) { const j = i % PAGE; pic.style.backgroundImage = `url(${p.url})`; pic.style.backgroundPosition = `-${(j % 10) * meta.thumb}px -${Math.floor(j / 10) * meta.thumb}px`; }
    const o = el("div", { class: `nl-card nl-${kind}` + (i === cursor ? " nl-here" : ""), role: "option", id: `${meta.id}-${i}`, "aria-selected": String(i === cursor), "aria-label": `${name(belief)} ${c}${kind === "unknown" ? "" : ", " + kind}`, onclick: () => move(i) },
      pic, el("div", { class: "nl-name" }, [mark, name(belief), c].filter(Boolean).join(" ")), meta.has_given ? el("div", { class: "nl-given" }, "given " + name(col.given[r])) : null);
    o.style.left = (i % cols) * wide + "px"; o.style.top = Math.floor(i / cols) * cell + "px"; o.style.width = wide - GAP + "px";
    return o;
  }
  async function load(p) {
    if (pages.has(p)) { const v = pages.get(p); pages.delete(p); pages.set(p, v); return; }
    const mine = at, ids = Array.from(mine.slice(p * PAGE, (p + 1) * PAGE), (r) => col.idx[r]);
    pages.set(p, {});
    let url = null;
    try { url = await host.sprite(ids); } catch (e) { status.textContent = String(e.message || e); }
    if (!alive || at !== mine || !pages.has(p)) { drop({ url }); return; }
    pages.set(p, { url });
    draw();
  }
  function move(i) {
    if (!at.length) return;
    cursor = Math.max(0, Math.min(i, at.length - 1));
    const y = Math.floor(cursor / cols) * cell;
    if (y < grid.scrollTop) grid.scrollTop = y;
    else if (y + cell > grid.scrollTop + grid.clientHeight) grid.scrollTop = y + cell - grid.clientHeight;
    draw();
  }
  function show() {
    if (!at.length) { detail.textContent = ""; grid.removeAttribute("aria-activedescendant"); return; }
    const r = at[cursor], f = (k) => (Number.isNaN(col[k][r]) ? "–" : col[k][r].toFixed(3));
    grid.setAttribute("aria-activedescendant", `${meta.id}-${cursor}`);
    detail.textContent = `image ${col.idx[r]} · given ${name(col.given[r])} · predicted ${name(col.pred[r])} · pseudo-label ${name(col.pseudo[r])} · confidence ${f("conf")} · margin ${f("margin")} · loss ${f("loss")}` + (col.true[r] === -1 ? "" : ` · truth ${name(col.true[r])}`) + (meta.round ? ` · round ${meta.round}` : "");
  }

  // ---- what the selection keeps
  let asking = false, again = false;
  async function ask() {
    if (!meta.soft || !n) return;
    if (asking) { again = true; return; }
    asking = true;
    try { facts = await host.facts({ threshold: s.threshold, temperature: s.temperature, per_class: s.per_class, k: s.k, p: s.p }); } finally { asking = false; }
    if (!alive) return;
    if (again) { again = false; ask(); }
    tell();
  }
  function tell() {
    if (!facts) return;
    if (facts.error) { fact.replaceChildren(el("dt", {}, "cannot select"), el("dd", {}, facts.error)); return; }
    const rows = [["kept", num(facts.images)], ["coverage", pct(facts.coverage)], ["rows", num(facts.rows)]];
    if (meta.has_true) rows.push(["right", pct(facts.precision)], ["strangers", pct(facts.strangers)]);
    fact.replaceChildren(...rows.flatMap(([k, v]) => [el("dt", {}, k), el("dd", { "data-fact": k }, v)]));
    const most = Math.max(...facts.by_class, 1);
    bars.setAttribute("aria-label", "Rows kept by class: " + facts.by_class.map((v, i) => `${classes[i]} ${v}`).join(", "));
    bars.replaceChildren(...facts.by_class.flatMap((v, i) => { const b = el("span", { class: "nl-fill" }); b.style.width = (100 * v) / most + "%"; return [el("span", { class: "nl-class", title: classes[i] }, classes[i]), el("span", { class: "nl-track" }, b), el("span", { class: "nl-count" }, num(v))]; }));
  }
  function histogram() {
    const B = 20, W = 220, H = 70, all = new Array(B).fill(0), good = new Array(B).fill(0);
    for (let i = 0; i < n; i++) { const c = col.conf[i]; if (Number.isNaN(c)) continue; const b = Math.min(Math.floor(c * B), B - 1); all[b]++; if (col.true[i] === col.pseudo[i] && col.pseudo[i] >= 0) good[b]++; }
    const most = Math.max(...all, 1), kids = [], rect = (x, y, w, h, cls) => { const o = document.createElementNS(hist.namespaceURI, "rect"); for (const [k, v] of Object.entries({ x, y, width: w, height: Math.max(h, 0), class: cls })) o.setAttribute(k, v); return o; };
    for (let b = 0; b < B; b++) { kids.push(rect((b * W) / B + 0.5, H - (H * all[b]) / most, W / B - 1, (H * all[b]) / most, "nl-all")); if (meta.has_true) kids.push(rect((b * W) / B + 0.5, H - (H * good[b]) / most, W / B - 1, (H * good[b]) / most, "nl-good")); }
    const brush = rect(s.lo * W, 0, (s.hi - s.lo) * W, H, "nl-brush");
    hist.setAttribute("viewBox", `0 0 ${W} ${H}`); hist.setAttribute("class", "nl-hist"); hist.setAttribute("role", "img");
    hist.setAttribute("aria-label", `Images by confidence, 0 to 1 in ${B} steps: ${all.join(", ")}` + (meta.has_true ? `; right ones: ${good.join(", ")}` : ""));
    hist.replaceChildren(...kids, brush);
    let from = null;
    const x = (e) => { const r = hist.getBoundingClientRect(); return Math.max(0, Math.min(1, (e.clientX - r.left) / r.width)); };
    hist.onpointerdown = (e) => { from = x(e); hist.setPointerCapture(e.pointerId); };
    hist.onpointermove = (e) => { if (from === null) return; const to = x(e); [s.lo, s.hi] = from < to ? [from, to] : [to, from]; brush.setAttribute("x", s.lo * W); brush.setAttribute("width", (s.hi - s.lo) * W); };
    hist.onpointerup = (e) => { if (from === null) return; if (Math.abs(x(e) - from) < 0.02) { s.lo = 0; s.hi = 1; } from = null; set({}); histogram(); };
  }

  // ---- together
  function set(change, onlyFacts = false) {
    Object.assign(s, change);
    host.changed({ ...s });
    if (onlyFacts) ask(); else { filter(); histogram(); }
  }
  let frame = 0;
  grid.addEventListener("scroll", () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); });
  grid.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -cols, ArrowDown: cols, PageUp: -cols * 4, PageDown: cols * 4, Home: -at.length, End: at.length }[e.key];
    if (step === undefined) return;
    e.preventDefault(); move(cursor + step);
  });
  root.addEventListener("keydown", (e) => { if (e.key !== "Tab") e.stopPropagation(); }); // the notebook's own shortcuts stay out
  const watch = new ResizeObserver(() => { layout(); draw(); });
  watch.observe(grid);
  filter(); histogram(); ask();
  return () => { alive = false; watch.disconnect(); pages.forEach(drop); pages.clear(); };
}

// Columns travel as one block of bytes: for each of them its name, type (f4 or i4) and place.
export function readColumns(bytes, spec, n) {
  const view = bytes instanceof DataView ? bytes : new DataView(bytes.buffer || bytes), out = {};
  spec.forEach(([key, type], j) => {
    const a = type === "f4" ? new Float32Array(n) : new Int32Array(n), from = j * 4 * n;
    for (let i = 0; i < n; i++) a[i] = type === "f4" ? view.getFloat32(from + 4 * i, true) : view.getInt32(from + 4 * i, true);
    out[key] = a;
  });
  return out;
}

function render({ model, el: root }) {
  const meta = model.get("meta"), waiting = new Map();
  let last = 0;
  const call = (msg) => new Promise((done, fail) => { const id = ++last; waiting.set(id, { done, fail }); model.send({ ...msg, id }); });
  const answer = (msg, buffers) => {
    const w = waiting.get(msg.id);
    if (!w) return;
    waiting.delete(msg.id);
    if (msg.type === "sprite") msg.error ? w.fail(new Error(msg.error)) : w.done(URL.createObjectURL(new Blob([buffers[0]], { type: "image/webp" })));
    else w.done(msg.facts);
  };
  model.on("msg:custom", answer);
  const stop = createExplorer(root, {
    meta, columns: readColumns(model.get("columns"), meta.columns, meta.n), settings: model.get("settings"),
    sprite: (ids) => call({ type: "sprite", ids }), facts: (settings) => call({ type: "facts", settings }),
    changed: (settings) => { model.set("settings", settings); model.save_changes(); },
  });
  return () => { model.off("msg:custom", answer); stop(); };
}
export default { render };
