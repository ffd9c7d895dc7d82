// The studio for mending labels. Every decision is written by the host before it counts; the panel shows what the host
// says stands. On a saved page, without a kernel, decisions stay in the page until they are downloaded as a log.

// A log in the page, with the rules of noisy_lab.edits: who undoes, undoes their own last edit that stands.
function pageLog(meta, start) {
  const records = [], who = "page";
  const can = () => { const un = []; let re = []; for (const o of records) { if (o.paths) { un.push(o); re = []; } else if (o.do === "undo") re.push(un.pop()); else un.push(re.pop()); } return [un, re]; };
  const add = (o) => { records.push({ id: Math.random().toString(16).slice(2, 14), time: new Date().toISOString().slice(0, 19) + "Z", who, ...o }); };
  const state = (text) => {
    const gone = new Set(), decided = { ...start.decided };
    for (const o of records) { if (o.do === "undo") gone.add(o.of); if (o.do === "redo") gone.delete(o.of); }
    for (const o of records) if (o.paths && !gone.has(o.id)) for (const p of o.paths) decided[meta.paths.indexOf(p)] = [o.do, o.label ? meta.classes.indexOf(o.label) : -1, who];
    return { decided, whole: true, undo: can()[0].length, redo: can()[1].length, looks: Object.keys(decided).length, text };
  };
  const said = (o) => `${o.do}${o.label ? " " + o.label : ""} on ${num(o.paths.length)} image${o.paths.length > 1 ? "s" : ""}`;
  return {
    state: () => state(""), text: () => records.map((o) => JSON.stringify(o) + "\n").join(""),
    edit: ({ do: what, rows, label }) => { add({ do: what, paths: rows.map((r) => meta.paths[r]), ...(what === "label" ? { label: meta.classes[label] } : {}) }); return state(""); },
    undo: () => { const o = can()[0].at(-1); if (o) add({ do: "undo", of: o.id }); return { ...state(o ? "Undone: " + said(o) : "There is nothing to undo."), at: o ? meta.paths.indexOf(o.paths[0]) : -1 }; },
    redo: () => { const o = can()[1].at(-1); if (o) add({ do: "redo", of: o.id }); return { ...state(o ? "Done again: " + said(o) : "There is nothing to redo."), at: o ? meta.paths.indexOf(o.paths[0]) : -1 }; },
  };
}

function create(root, host) {
  const { meta, columns: col } = host, classes = meta.classes, n = meta.n, name = classNames(classes);
  const s = { order: meta.orders[0], descending: true, cls: -1, state: "", ...host.settings };
  const decided = new Map(); // row -> [do, class, who]
  let alive = true, waiting = 0, local = null;
  const status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" }), said = el("div", { class: "nl-status", role: "status", "aria-live": "assertive" }), detail = el("div", { class: "nl-detail", "aria-live": "polite" });
  const fact = el("dl", { class: "nl-facts" }), scores = el("div", { class: "nl-scroll" });
  const pick = (label, key, options) => choice(label, key, s[key], options, (v) => set({ [key]: v }));
  const key = (text, k) => { const o = document.createDocumentFragment(); o.append(text, el("kbd", {}, k)); return o; };
  const act = (text, k, id, f, title) => { const o = button("", id, () => { f(); grid.node.focus(); }, title); o.append(key(text, k)); return o; };
  const digit = (i) => (i < 9 ? String(i + 1) : i === 9 ? "0" : "");
  const descend = button(s.descending ? "highest first" : "lowest first", "descending", () => { set({ descending: !s.descending }); descend.textContent = s.descending ? "highest first" : "lowest first"; }, "Turn the order round");
  const reset = button("show all", "reset", () => { Object.assign(s, { cls: -1, state: "" }); root.querySelectorAll("select").forEach((o) => { o.value = String(s[o.dataset.key]); }); set({}); });
  const undo = act("undo", "U", "undo", () => step("undo"), "Take back your last edit"), redo = act("redo", "R", "redo", () => step("redo"), "Bring back what you undid last");
  const conflict = (r) => (meta.others[r] || []).find(([, d, c]) => { const mine = decided.get(r); return mine && (mine[0] !== d || (d === "label" && mine[1] !== c)); });
  const KEYS = { x: () => edit("drop"), enter: () => edit("accept"), u: () => step("undo"), r: () => step("redo"), t: theirs };

  const grid = createGrid({
    id: meta.id, thumb: meta.thumb, lines: 2 + meta.has_hint + meta.has_others, many: true, label: "Images to review; arrow keys move, with Shift they select a range, digits assign a class, Enter accepts, X drops, U undoes", idx: col.idx,
    sprite: host.sprite, failed: (t) => say(t, true), moved: tellRow,
    card(r) {
      const d = decided.get(r), given = name(col.given[r]), text = [!d ? "given " + given : d[0] === "label" ? "→ " + name(d[1]) : d[0] === "drop" ? "dropped" : "✓ " + given];
      if (meta.has_hint) text.push(`maybe ${name(col.hint[r])}?`);
      text.push(!d || d[0] === "accept" ? `${s.order} ${missing(col[s.order][r]) ? "–" : +col[s.order][r].toFixed(3)}` : "was " + given);
      if (meta.has_others) { const o = conflict(r) || (meta.others[r] || [])[0]; text.push(o ? `${conflict(r) ? "≠ " : ""}${o[0]}: ${o[1] === "label" ? name(o[2]) : o[1]}` : ""); }
      return { kind: !d ? "open" : { label: "edited", drop: "dropped", accept: "right" }[d[0]], text, aria: `${text.join(", ")}` };
    },
    keys(e) {
      if (e.ctrlKey || e.metaKey || e.altKey) return false;
      const k = e.key.toLowerCase(), i = /^[0-9]$/.test(e.key) ? (+e.key + 9) % 10 : -1;
      if (i >= 0) { i < classes.length ? edit("label", i) : say(`There is no class ${e.key}; there are ${classes.length}.`, true); return true; }
      if (!KEYS[k]) return false;
      KEYS[k]();
      return true;
    },
  });
  const assign = el("div", { class: "nl-bar nl-assign" }, classes.map((c, i) => act(c, digit(i), "class-" + i, () => edit("label", i), "Assign " + c)));
  root.replaceChildren(el("div", { class: "nl-panel nl-studio", role: "group", "aria-label": meta.title },
    el("div", { class: "nl-side" },
      el("div", { class: "nl-title" }, meta.title), fact,
      el("div", { class: "nl-group" }, el("div", { class: "nl-label" }, "the label should be"), assign),
      el("div", { class: "nl-group nl-bar" }, act("accept", "Enter", "accept", () => edit("accept"), "The label is right"), act("drop", "X", "drop", () => edit("drop"), "Do not use this image"), meta.has_others ? act("as they say", "T", "theirs", theirs, "Decide as the other person did") : null, undo, redo),
      el("div", { class: "nl-group nl-bar" }, host.still ? button("download these edits", "download", download, "As a log that noisy_lab.edits reads and merges") : button("write the corrected CSV", "export", write), meta.has_true && !host.still ? button("score me", "score", rate, "Hold your decisions against the true labels") : null),
      scores),
    el("div", { class: "nl-main" },
      el("div", { class: "nl-bar" }, pick("ranked by", "order", meta.orders.map((o) => [o, o])), descend, pick("given as", "cls", [[-1, "any class"], ...classes.map((c, i) => [i, c])]),
        pick("show", "state", [["", "all"], ["open", "undecided"], ["done", "decided"], ["label", "relabelled"], ["drop", "dropped"], ["accept", "accepted"], ...(meta.has_others ? [["conflict", "conflicts"]] : [])]), reset),
      status, grid.node, said, detail)));

  function filter(keep = -1) {
    const out = [];
    for (let i = 0; i < n; i++) {
      const d = decided.get(i);
      if (s.cls >= 0 && col.given[i] !== s.cls) continue;
      if (s.state && !(s.state === "open" ? !d : s.state === "done" ? d : s.state === "conflict" ? conflict(i) : d && d[0] === s.state)) continue;
      out.push(i);
    }
    grid.show(inOrder(out, col[s.order], col.idx, s.descending), keep);
    status.textContent = out.length ? `${num(out.length)} of ${num(n)} images` + (host.still ? `; this page holds the thumbnails of ${num(meta.still)}` : "") : n ? "No image fits this filter. Press “show all”." : "There is no labelled image to review.";
  }
  function tellRow(r) {
    if (r < 0) { detail.textContent = ""; return; }
    const k = grid.picked().length, d = decided.get(r);
    detail.textContent = (k > 1 ? `${num(k)} images selected · ` : "") + `image ${col.idx[r]} · given ${name(col.given[r])}` + (meta.has_hint ? ` · maybe ${name(col.hint[r])}` : "") + meta.orders.filter((o) => o !== "idx").map((o) => ` · ${o} ${missing(col[o][r]) ? "–" : +col[o][r].toFixed(3)}`).join("") + (d ? ` · ${d[0] === "label" ? "relabelled " + name(d[1]) : d[0] === "drop" ? "dropped" : "accepted"} by ${d[2]}` : "") + (meta.others[r] || []).map(([w, what, c]) => ` · ${w} says ${what === "label" ? name(c) : what}`).join("");
  }
  function say(text, alarm = false) { said.textContent = text; said.classList.toggle("nl-alarm", alarm); }
  // Takes what the host says stands, and shows it
  function take(a) {
    if (a.whole) decided.clear();
    for (const [r, d] of Object.entries(a.decided || {})) d ? decided.set(+r, d) : decided.delete(+r);
    const count = (what) => num([...decided.values()].filter((d) => d[0] === what).length), clash = meta.has_others ? [["conflicts", num([...decided.keys()].filter(conflict).length)]] : [];
    factList(fact, [["looked at", num(a.looks) + (meta.budget ? ` of ${num(meta.budget)}` : "")], ["relabelled", count("label")], ["dropped", count("drop")], ["accepted", count("accept")], ...clash]);
    undo.disabled = !a.undo; redo.disabled = !a.redo;
    if (a.text) say(a.text);
    grid.draw();
  }
  async function ask(type, args = {}) {
    if (local) return local[type](args);
    const slow = setTimeout(() => { if (alive) say(GONE, true); }, 4000);
    waiting++;
    try { return await host.call(type, args); } finally { waiting--; clearTimeout(slow); }
  }
  async function edit(what, label = -1) {
    const rows = grid.picked();
    if (!rows.length) { say("There is no image here to decide on.", true); return; }
    const a = await ask("edit", { do: what, rows, label });
    if (!alive) return;
    if (a.error) { say(a.error, true); return; }
    take(a);
    say(`${what === "label" ? "Relabelled " + name(label) : what === "drop" ? "Dropped" : "Accepted"}: ${rows.length > 1 ? num(rows.length) + " images" : "image " + col.idx[rows[0]]}${local ? "; kept in this page only" : ", saved"}`);
    const next = grid.rows().indexOf(rows.at(-1)) + 1;
    if (["open", "conflict"].includes(s.state)) filter(next < grid.rows().length ? grid.rows()[next] : -1); else grid.move(next);
  }
  async function step(which) { const a = await ask(which); if (!alive) return; if (a.error) say(a.error, true); else { take(a); if (s.state) filter(a.at); const k = grid.rows().indexOf(a.at); if (k >= 0) grid.move(k); } }
  function theirs() { const r = grid.picked()[0], o = r === undefined ? null : conflict(r) || (meta.others[r] || [])[0]; o ? edit(o[1], o[2]) : say("Nobody else decided on this image.", true); }
  async function write() { const a = await ask("export"); if (alive) a.error ? say(a.error, true) : say(a.text); }
  function download() { const a = el("a", { href: URL.createObjectURL(new Blob([local.text()], { type: "application/x-ndjson" })), download: "edits.jsonl" }); a.click(); URL.revokeObjectURL(a.href); }
  async function rate() {
    const a = await ask("score");
    if (!alive) return;
    if (a.error) { say(a.error, true); return; }
    scores.replaceChildren(el("table", { class: "nl-matrix nl-score" }, el("thead", {}, el("tr", {}, el("th", {}, ""), a.columns.map((c) => el("th", { scope: "col" }, el("div", {}, c))))), el("tbody", {}, a.rows.map(([k, ...v]) => el("tr", {}, el("th", { scope: "row" }, k), v.map((x) => el("td", { class: "nl-plain" }, x)))))));
  }
  function set(change) { Object.assign(s, change); host.changed({ ...s }); filter(grid.rows()[grid.here()] ?? -1); }
  for (const t of ["edit", "undo", "redo"]) host.on(t, (a) => { if (alive && !a.error) take(a); });
  filter();
  (async () => { const a = await host.call("state"); if (!alive) return; if (a.error) { say(a.error, true); return; } if (host.still) local = pageLog(meta, a); take({ ...a, whole: true }); if (s.state) filter(); })();
  return () => { alive = false; grid.stop(); };
}
