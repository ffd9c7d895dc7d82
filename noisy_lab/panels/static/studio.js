// The studio for mending labels. Every decision is written by the host before it counts; the panel shows what the host
// says stands. On a saved page, without a kernel, decisions stay in the page until they are downloaded as a log.

const LOST =
  "The kernel does not answer, so your last step is not saved. Run this cell again: what was saved before is still there.";

// A log in the page, with the rules of noisy_lab.edits, for one person: what was done last is undone first.
function pageLog(meta, start) {
  const records = [],
    row = new Map(meta.paths.map((p, i) => [p, i]));
  let saved = 0;
  const add = (o) => {
    const id = Math.random().toString(16).slice(2, 14),
      time = new Date().toISOString().slice(0, 19) + "Z";
    records.push({ id, time, ...o });
  };
  const can = () => {
    const un = [];
    let re = [];
    for (const o of records) {
      if (o.paths) {
        un.push(o);
        re = [];
      } else if (o.do === "undo") re.push(un.pop());
      else un.push(re.pop());
    }
    return [un, re];
  };
  function state(text, more = {}) {
    const [un, re] = can(),
      decided = { ...start.decided };
    for (const o of un)
      for (const p of o.paths) decided[row.get(p)] = [o.do, o.label ? meta.labels.indexOf(o.label) : -1, "you"];
    const looks = Object.keys(decided).length;
    return { decided, whole: true, undo: un.length, redo: re.length, looks, text, ...more };
  }
  function turn(what, o, done, none) {
    if (!o) return state(none);
    add({ do: what, of: o.id });
    const of = o.label ? " " + meta.classes[meta.labels.indexOf(o.label)] : "",
      many = `${num(o.paths.length)} image${o.paths.length > 1 ? "s" : ""}`;
    return state(`${done}: ${o.do}${of} on ${many}`, { at: row.get(o.paths[0]) });
  }
  return {
    state: () => state(""),
    unsaved: () => records.length > saved,
    text(who) {
      saved = records.length;
      return records.map((o) => JSON.stringify({ ...o, who }) + "\n").join("");
    },
    edit({ do: what, rows, label }) {
      const now = state(""),
        more = rows.filter((r) => !now.decided[r]).length,
        left = Math.max(meta.budget - now.looks, 0);
      if (meta.budget && more > left)
        return {
          error:
            `your budget of ${num(meta.budget)} images ` +
            (left ? `has ${num(left)} left, and these are ${num(more)}: choose fewer` : "is spent: undo some"),
        };
      const paths = rows.map((r) => meta.paths[r]);
      add({ do: what, paths, ...(what === "label" ? { label: meta.labels[label] } : {}) });
      return state("");
    },
    undo: () => turn("undo", can()[0].at(-1), "Undone", "There is nothing to undo."),
    redo: () => turn("redo", can()[1].at(-1), "Done again", "There is nothing to redo."),
  };
}

function create(root, host) {
  const { meta, columns: col } = host,
    classes = meta.classes,
    n = meta.n,
    name = classNames(classes);
  const s = { order: meta.orders[0], descending: true, cls: -1, state: "", ...host.settings };
  const decided = new Map(); // row -> [do, class, who]
  let alive = true,
    local = null,
    lost = false,
    queue = Promise.resolve();
  const status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" }),
    said = el("div", { class: "nl-status", role: "status", "aria-live": "assertive" }),
    detail = el("div", { class: "nl-detail", "aria-live": "polite" });
  const fact = el("dl", { class: "nl-facts" }),
    scores = el("div", { class: "nl-scroll" });
  const pick = (label, key, options) => choice(label, key, s[key], options, (v) => set({ [key]: v }));
  const key = (text, k) => {
    const o = document.createDocumentFragment();
    o.append(text, el("kbd", {}, k));
    return o;
  };
  const act = (text, k, id, f, title) => {
    const o = button(
      "",
      id,
      () => {
        f();
        grid.node.focus();
      },
      title,
    );
    o.append(key(text, k));
    return o;
  };
  const digit = (i) => (i < 9 ? String(i + 1) : i === 9 ? "0" : "");
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
    Object.assign(s, { cls: -1, state: "" });
    root.querySelectorAll("select").forEach((o) => {
      o.value = String(s[o.dataset.key]);
    });
    set({});
  });
  const undo = act("undo", "U", "undo", () => step("undo"), "Take back your last edit"),
    redo = act("redo", "R", "redo", () => step("redo"), "Bring back what you undid last");
  const conflict = (r) =>
    (meta.others[r] || []).find(([, d, c]) => {
      const mine = decided.get(r);
      return mine && (mine[0] !== d || (d === "label" && mine[1] !== c));
    });
  const KEYS = {
    x: () => edit("drop"),
    enter: () => edit("accept"),
    u: () => step("undo"),
    r: () => step("redo"),
    t: theirs,
    "/": () => find.focus(),
  };

  const grid = createGrid({
    id: meta.id,
    thumb: meta.thumb,
    gone: meta.gone,
    lines: 2 + meta.has_hint + meta.has_others,
    many: true,
    label:
      "Images to review; arrow keys move, with Shift they select a range, digits assign a class, Enter accepts, X drops, U undoes",
    idx: col.idx,
    sprite: host.sprite,
    failed: (t) => say(t, true),
    moved: tellRow,
    card(r) {
      const d = decided.get(r),
        given = name(col.given[r]),
        text = [
          !d ? "given " + given : d[0] === "label" ? "→ " + name(d[1]) : d[0] === "drop" ? "dropped" : "✓ " + given,
        ];
      if (meta.has_hint) text.push(`maybe ${name(col.hint[r])}?`);
      text.push(
        !d || d[0] === "accept"
          ? `${s.order} ${missing(col[s.order][r]) ? "–" : +col[s.order][r].toFixed(3)}`
          : "was " + given,
      );
      if (meta.has_others) {
        const o = conflict(r) || (meta.others[r] || [])[0];
        text.push(o ? `${conflict(r) ? "≠ " : ""}${o[0]}: ${o[1] === "label" ? name(o[2]) : o[1]}` : "");
      }
      return {
        kind: !d ? "open" : { label: "edited", drop: "dropped", accept: "right" }[d[0]],
        text,
        aria: `${text.join(", ")}`,
      };
    },
    keys(e) {
      if (e.ctrlKey || e.metaKey || e.altKey) return false;
      const k = e.key.toLowerCase(),
        i = /^[0-9]$/.test(e.key) ? (+e.key + 9) % 10 : -1;
      if (i >= 0) {
        i < classes.length ? edit("label", i) : say(`There is no class ${e.key}; there are ${classes.length}.`, true);
        return true;
      }
      if (!KEYS[k]) return false;
      KEYS[k]();
      return true;
    },
  });
  // Two pages of one class must not be one person
  const who = el("input", { type: "text", value: "page-" + Math.random().toString(16).slice(2, 8) });
  who.dataset.key = "who";
  // With more classes than digits, a part of a name finds the class; Enter assigns the first that is left.
  const fits = (i) => classes[i].toLowerCase().includes(find.value.trim().toLowerCase()),
    narrow = () => [...assign.children].forEach((o, i) => (o.hidden = !fits(i)));
  const find = el("input", {
    type: "search",
    placeholder: "type a class, Enter assigns (/)",
    "aria-label": "find a class",
    oninput: narrow,
    onkeydown: (e) => {
      if (!["Enter", "Escape"].includes(e.key)) return;
      e.preventDefault();
      const i = classes.findIndex((_, k) => fits(k));
      if (e.key === "Enter" && i >= 0) edit("label", i);
      find.value = "";
      narrow();
      grid.node.focus();
    },
  });
  find.dataset.key = "find";
  find.hidden = classes.length <= 10;
  const assign = el(
    "div",
    { class: "nl-bar nl-assign" },
    classes.map((c, i) => act(c, digit(i), "class-" + i, () => edit("label", i), "Assign " + c)),
  );
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-studio", role: "group", "aria-label": meta.title },
      el(
        "div",
        { class: "nl-side" },
        el("div", { class: "nl-title" }, meta.title),
        fact,
        el(
          "div",
          { class: "nl-group nl-bar" },
          act("accept", "Enter", "accept", () => edit("accept"), "The label is right"),
          act("drop", "X", "drop", () => edit("drop"), "Do not use this image"),
          meta.has_others ? act("as they say", "T", "theirs", theirs, "Decide as the other person did") : null,
          undo,
          redo,
        ),
        el("div", { class: "nl-group" }, el("div", { class: "nl-label" }, "the label should be"), find, assign),
        el(
          "div",
          { class: "nl-group nl-bar" },
          host.still
            ? [
                el("label", { class: "nl-field" }, "your name", who),
                button("download these edits", "download", download, "As a log that noisy_lab.edits reads and merges"),
              ]
            : button("write the corrected CSV", "export", write),
          meta.has_true && !host.still
            ? button("score me", "score", rate, "Compare your decisions with the true labels")
            : null,
        ),
        scores,
      ),
      el(
        "div",
        { class: "nl-main" },
        el(
          "div",
          { class: "nl-bar" },
          pick(
            "ranked by",
            "order",
            meta.orders.map((o) => [o, o]),
          ),
          descend,
          pick("given as", "cls", [[-1, "any class"], ...classes.map((c, i) => [i, c])]),
          pick("show", "state", [
            ["", "all"],
            ["open", "undecided"],
            ["done", "decided"],
            ["label", "relabelled"],
            ["drop", "dropped"],
            ["accept", "accepted"],
            ...(meta.has_others ? [["conflict", "conflicts"]] : []),
          ]),
          reset,
        ),
        status,
        grid.node,
        said,
        detail,
      ),
    ),
  );

  function filter(keep = -1) {
    const out = [];
    for (let i = 0; i < n; i++) {
      const d = decided.get(i);
      if (s.cls >= 0 && col.given[i] !== s.cls) continue;
      if (
        s.state &&
        !(s.state === "open"
          ? !d
          : s.state === "done"
            ? d
            : s.state === "conflict"
              ? conflict(i)
              : d && d[0] === s.state)
      )
        continue;
      out.push(i);
    }
    grid.show(inOrder(out, col[s.order], col.idx, s.descending), keep);
    status.textContent = out.length
      ? `${num(out.length)} of ${num(n)} images` +
        (host.still ? `; this page holds the thumbnails of ${num(meta.still)}` : "")
      : n
        ? "No image fits this filter. Press “show all”."
        : "There is no labelled image to review.";
  }
  function tellRow(r) {
    if (r < 0) {
      detail.textContent = "";
      return;
    }
    const k = grid.picked().length,
      d = decided.get(r);
    detail.textContent =
      (k > 1 ? `${num(k)} images selected · ` : "") +
      `image ${col.idx[r]} · given ${name(col.given[r])}` +
      (meta.has_hint ? ` · maybe ${name(col.hint[r])}` : "") +
      meta.orders
        .filter((o) => o !== "idx")
        .map((o) => ` · ${o} ${missing(col[o][r]) ? "–" : +col[o][r].toFixed(3)}`)
        .join("") +
      (d
        ? ` · ${d[0] === "label" ? "relabelled " + name(d[1]) : d[0] === "drop" ? "dropped" : "accepted"} by ${d[2]}`
        : "") +
      (meta.others[r] || []).map(([w, what, c]) => ` · ${w} says ${what === "label" ? name(c) : what}`).join("");
  }
  function say(text, alarm = false) {
    said.textContent = text;
    said.classList.toggle("nl-alarm", alarm);
  }
  // Takes what the host says stands, and shows it
  function take(a) {
    if (a.whole) decided.clear();
    for (const [r, d] of Object.entries(a.decided || {})) d ? decided.set(+r, d) : decided.delete(+r);
    const count = (what) => num([...decided.values()].filter((d) => d[0] === what).length),
      clash = meta.has_others ? [["conflicts", num([...decided.keys()].filter(conflict).length)]] : [];
    factList(fact, [
      ["looked at", num(a.looks) + (meta.budget ? ` of ${num(meta.budget)}` : "")],
      ["relabelled", count("label")],
      ["dropped", count("drop")],
      ["accepted", count("accept")],
      ...clash,
    ]);
    undo.disabled = !a.undo;
    redo.disabled = !a.redo;
    if (a.text) say(a.text);
    grid.draw();
  }
  async function ask(type, args = {}) {
    if (local) return local[type](args);
    const slow = setTimeout(() => {
      lost = true;
      if (alive) say(LOST, true);
    }, 4000);
    try {
      const a = await host.call(type, args);
      return a.error === GONE ? { error: LOST } : a;
    } finally {
      lost = false;
      clearTimeout(slow);
    }
  }
  // Decisions are written one after the other, in the order of the keys. The cursor moves on at once, so that a fast
  // hand never decides twice on one image.
  function inTurn(type, args, done) {
    queue = queue.then(async () => {
      const a = alive ? await ask(type, args) : null;
      if (alive) done(a);
    });
  }
  function goTo(row) {
    const k = grid.rows().indexOf(row);
    if (k >= 0) grid.move(k);
  }
  function edit(what, label = -1) {
    const rows = grid.picked();
    if (!rows.length) say("There is no image here to decide on.", true);
    else if (lost) say(LOST, true);
    else if (!grid.inSight()) {
      grid.move(grid.here());
      say("The selected image was out of sight: here it is. Press again to decide on it.");
    } else {
      grid.move(grid.rows().indexOf(rows.at(-1)) + 1);
      inTurn("edit", { do: what, rows, label }, (a) => {
        if (a.error) {
          goTo(rows[0]);
          say(a.error, true);
          return;
        }
        take(a);
        const done = what === "label" ? "Relabelled " + name(label) : what === "drop" ? "Dropped" : "Accepted",
          which = rows.length > 1 ? num(rows.length) + " images" : "image " + col.idx[rows[0]];
        say(`${done}: ${which}${local ? "; kept in this page only" : ", saved"}`);
        if (["open", "conflict"].includes(s.state)) filter(grid.rows()[grid.here()] ?? -1);
      });
    }
  }
  function step(which) {
    if (lost) say(LOST, true);
    else
      inTurn(which, {}, (a) => {
        if (a.error) {
          say(a.error, true);
          return;
        }
        take(a);
        if (s.state) filter(a.at);
        goTo(a.at);
      });
  }
  function theirs() {
    const r = grid.picked()[0],
      o = r === undefined ? null : conflict(r) || (meta.others[r] || [])[0];
    o ? edit(o[1], o[2]) : say("Nobody else decided on this image.", true);
  }
  function write() {
    inTurn("export", {}, (a) => (a.error ? say(a.error, true) : say(a.text)));
  }
  function download() {
    const text = local.text(who.value.trim() || "page"),
      a = el("a", {
        href: URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" })),
        download: `edits-${(who.value.trim() || "page").replace(/[^\w-]+/g, "_")}.jsonl`,
      });
    a.click();
    URL.revokeObjectURL(a.href);
    say("Downloaded: put the file where the others are, and merge_logs puts them together.");
  }
  const stay = (e) => {
    if (local && local.unsaved()) e.preventDefault();
  };
  if (host.still) addEventListener("beforeunload", stay);
  function rate() {
    inTurn("score", {}, (a) => (a.error ? say(a.error, true) : showScore(a)));
  }
  function showScore(a) {
    scores.replaceChildren(
      el(
        "table",
        { class: "nl-matrix nl-score" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", {}, ""),
            a.columns.map((c) => el("th", { scope: "col" }, el("div", {}, c))),
          ),
        ),
        el(
          "tbody",
          {},
          a.rows.map(([k, ...v]) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, k),
              v.map((x) => el("td", { class: "nl-plain" }, x)),
            ),
          ),
        ),
      ),
    );
  }
  function set(change) {
    Object.assign(s, change);
    host.changed({ ...s });
    filter(grid.rows()[grid.here()] ?? -1);
  }
  for (const t of ["edit", "undo", "redo"])
    host.on(t, (a) => {
      if (alive && !a.error) take(a);
    });
  filter();
  (async () => {
    const a = await host.call("state");
    if (!alive) return;
    if (a.error) {
      say(a.error, true);
      return;
    }
    if (host.still) local = pageLog(meta, a);
    take({ ...a, whole: true });
    if (s.state) filter();
  })();
  return () => {
    alive = false;
    removeEventListener("beforeunload", stay);
    grid.stop();
  };
}
