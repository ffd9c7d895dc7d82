// The studio for correcting labels. Every decision is written by the host before it counts; the panel shows what the host
// says stands. On a saved page, without a kernel, decisions stay in the page until they are downloaded as a log.
import { button, copyText, el, factList, numberField, scoreTable, textBox } from "./dom.js";
import { classNames, num, several, shownText, three } from "./format.js";
import { GONE } from "./host.js";
import { classOf, digitOf, plainKey } from "./keys.js";
import { createLarge } from "./large.js";
import { pageLog } from "./log.js";
import { createNoteLine } from "./note.js";
import {
  answersOf,
  clash,
  groupsOf,
  inOrder,
  nextPlace,
  notesOf,
  rowsWhere,
  sharedNote,
  studioFilter,
} from "./rows.js";
import {
  bar,
  createChosen,
  detailLine,
  factBox,
  frame,
  group,
  groupBar,
  imageGrid,
  label,
  menuFor,
  numbered,
  orderMenu,
  presetButton,
  settingsOf,
  showAllButton,
  sizeSlider,
  statusLine,
} from "./shell.js";
import { inWords, wordsOf } from "./words.js";

const LOST =
  "The kernel does not answer, so your last step is not saved. Run this cell again: what was saved before is still there.";
const PATIENCE = 4000; // milliseconds until a kernel that does not answer is called lost
const GRID_LABEL =
  "Images to review; arrow keys move, with Shift they select a range, Control A selects all, Escape none, N goes to the next that is undecided, Space shows an image large, L shows only those selected, here and in linked panels, W writes a note, digits assign a class, Enter accepts, X drops, U undoes";
const EVERYTHING = { cls: -1, hint: -1, lo: null, hi: null, named: "", state: "" };
const SUSPECTS = { ...EVERYTHING, descending: true, state: "open" };
const STATES = [
  ["", "all"],
  ["open", "undecided"],
  ["done", "decided"],
  ["label", "relabelled"],
  ["drop", "dropped"],
  ["accept", "accepted"],
  ["note", "with a note"],
];
const DONE = { label: "relabelled", drop: "dropped", accept: "accepted" };

// Images that were drawn, and not chosen: their places are in a column of this name, missing for others
const LOOK = "random_look";
const LOOKS = { ...EVERYTHING, order: LOOK, descending: false, state: "look" };
const LOOKS_BUTTON = [
  "random looks",
  "looks",
  "Images that were drawn, without hints: they tell how many labels are wrong",
];
const SUSPECTS_BUTTON = ["suspects", "suspects", "The most suspicious images that are undecided"];
const LOOKS_DONE = "All random looks are done: press “suspects” for the most suspicious of the others.";

// Images that look alike: the numbers of their groups are in a column of this name, missing for others
const COPIES = "copy_group";
const BESIDE = { ...EVERYTHING, order: COPIES, descending: false, state: "copies" };
const COPIES_BUTTON = [
  "copies",
  "copies",
  "Images that look alike, beside each other; first those with several labels",
];
const COPY_STATES = [
  ["copies", "copies"],
  ["mixed", "copies with other labels"],
];

// ---- words for a row. at(r): [do, class, who] of the decision that stands, if there is one; notes(r): [[who, text], ...];
// groups: the rows of each group of copies
// Random looks are shown without hints and scores: what one sees there must be one's own
function wordsFor(host, name, at, notes, groups) {
  const { meta, columns: col } = host;
  const theirs = (r) => meta.others[r] || [];
  const decisionOf = ([what, c]) => (what === "label" ? name(c) : what);
  function firstLine(d, given) {
    if (!d) return `given ${given}`;
    return { label: `→ ${name(d[1])}`, drop: "dropped", accept: `✓ ${given}` }[d[0]];
  }
  function othersLine(r) {
    const against = clash(at(r), theirs(r));
    const o = against || theirs(r)[0];
    return o ? `${against ? "≠ " : ""}${o[0]}: ${decisionOf(o.slice(1))}` : "";
  }
  function card(r, { order, state }) {
    const d = at(r);
    const given = name(col.given[r]);
    const noted = notes(r).length > 0;
    const text = [[firstLine(d, given), noted ? "✎" : ""]];
    if (meta.has_hint && state !== "look") text.push(`maybe ${name(col.hint[r])}?`);
    text.push(!d || d[0] === "accept" ? [wordsOf(order), three(col[order][r])] : `was ${given}`);
    if (meta.has_others) text.push(othersLine(r));
    const kind = d ? { label: "edited", drop: "dropped", accept: "right" }[d[0]] : "open";
    return { kind, text, aria: noted ? "has a note" : "" };
  }
  const scoreNames = meta.orders.filter((o) => ![LOOK, COPIES, "idx"].includes(o));
  const copiesOf = (r) => (groups.get(col[COPIES]?.[r]) || []).filter((k) => k !== r).slice(0, 5);
  const copyWords = (r) => copiesOf(r).map((k) => `image ${col.idx[k]}, given ${name(col.given[k])}`);
  const doneWords = (d) => (d[0] === "label" ? `relabelled ${name(d[1])}` : DONE[d[0]]);
  function detail(r, { state }) {
    const d = at(r);
    const hint = meta.has_hint ? [`maybe ${name(col.hint[r])}`] : [];
    const scores = scoreNames.map((o) => `${wordsOf(o)} ${three(col[o][r])}`);
    return [
      `image ${col.idx[r]}`,
      `given ${name(col.given[r])}`,
      ...(state === "look" ? [] : [...hint, ...scores, ...copyWords(r).map((o) => `copy of ${o}`)]),
      ...(d ? [`${doneWords(d)} by ${d[2]}`] : []),
      ...theirs(r).map(([who, ...o]) => `${who} says ${decisionOf(o)}`),
      ...notes(r).map(([who, text]) => `${who} noted “${text}”`),
    ].join(" · ");
  }
  // Beside the large view: [what, said] of all that networks and people said
  function known(r, { state }) {
    const d = at(r);
    const hint = meta.has_hint ? [["suggested", name(col.hint[r])]] : [];
    const scores = scoreNames.map((o) => [wordsOf(o), three(col[o][r])]);
    return [
      ["image", col.idx[r]],
      ["file", meta.paths[r]],
      ["given label", name(col.given[r])],
      ...(state === "look" ? [] : [...hint, ...scores, ...copyWords(r).map((o) => ["copy of", o])]),
      [d ? `decided by ${d[2]}` : "decided", d ? doneWords(d) : "not yet"],
      ...theirs(r).map(([who, ...o]) => [`${who} says`, decisionOf(o)]),
      ...notes(r).map(([who, text]) => [`${who} noted`, text]),
    ];
  }
  return { card, detail, known, theirs };
}

// The image of a row for the large view: at its own pixels or, where those cannot be had, its thumbnail
async function pictureOf(host, r) {
  const { meta, columns: col } = host;
  const id = col.idx[r];
  try {
    if (!host.still) return await host.picture("own", { image: id });
    return { url: await thumbnailOf(host, id), note: "This page holds only a thumbnail of this image." };
  } catch (e) {
    const note = `Only the thumbnail can be shown: ${e.message || e}`;
    const gone = () => "";
    return { url: meta.gone.includes(r) ? "" : await thumbnailOf(host, id).catch(gone), note };
  }
}
async function thumbnailOf(host, id) {
  const side = host.meta.thumb;
  const c = el("canvas", { width: side, height: side });
  const sheet = await host.sprite([id]);
  c.getContext("2d").drawImage(sheet, 0, 0, side, side, 0, 0, side, side);
  sheet.close();
  return c.toDataURL();
}

// The images that were drawn, and how many of them are decided
function looksOf(col, n, decided) {
  const rows = col[LOOK] ? rowsWhere(n, (r) => col[LOOK][r] > 0) : [];
  const done = () => rows.filter((r) => decided.has(r)).length;
  return { rows, done, fact: () => (rows.length ? [["random looks", `${num(done())} of ${num(rows.length)}`]] : []) };
}

// ---- decisions are written one after the other, in the order of the keys, and only while the kernel answers
function createQueue(host, alive, lostNow) {
  let queue = Promise.resolve();
  let local = null;
  let lost = false;
  async function ask(type, args) {
    if (local) return local[type](args);
    const slow = setTimeout(() => {
      lost = true;
      if (alive()) lostNow();
    }, PATIENCE);
    try {
      const a = await host.call(type, args);
      return a.error === GONE ? { error: LOST } : a;
    } finally {
      lost = false;
      clearTimeout(slow);
    }
  }
  function inTurn(type, args, done) {
    queue = queue.then(async () => {
      const a = alive() ? await ask(type, args) : null;
      if (alive()) done(a);
    });
  }
  return {
    inTurn,
    lost: () => lost,
    local: () => local,
    useLocal(log) {
      local = log;
    },
  };
}

// What a host says of rows, {row: what}, into a map; null or an empty list is nothing
function takeInto(map, said, whole) {
  if (whole) map.clear();
  for (const [r, o] of Object.entries(said || {})) {
    if (o?.length) map.set(+r, o);
    else map.delete(+r);
  }
}

// ---- buttons
function withKey(o, text, key) {
  o.append(text, el("kbd", {}, key));
  return o;
}

// A field that finds a class by a part of its name; Enter assigns the first that is left
function classFinder(classes, buttons, assign, back) {
  const fits = (i) => classes[i].toLowerCase().includes(field.value.trim().toLowerCase());
  function narrow() {
    buttons.forEach((o, i) => {
      o.hidden = !fits(i);
    });
  }
  function onkeydown(e) {
    if (!["Enter", "Escape"].includes(e.key)) return;
    e.preventDefault();
    const i = classes.findIndex((_, k) => fits(k));
    if (e.key === "Enter" && i >= 0) assign(i);
    field.value = "";
    narrow();
    back();
  }
  const placeholder = "type a class, Enter assigns (/)";
  const props = { type: "search", placeholder, "aria-label": "find a class", oninput: narrow, onkeydown };
  const field = textBox("find", props);
  field.hidden = classes.length <= 10;
  return field;
}

// A field that leaves the images whose path, or a note on which, has what is typed; Enter and Escape go back to the grid
function nameSearch(s, set, back) {
  let later = 0;
  function oninput() {
    clearTimeout(later);
    later = setTimeout(() => set({ named: field.value }), 150);
  }
  function onkeydown(e) {
    if (!["Enter", "Escape"].includes(e.key)) return;
    e.preventDefault();
    if (e.key === "Escape") field.value = "";
    clearTimeout(later);
    set({ named: field.value });
    back();
  }
  const props = { type: "search", placeholder: "file name or note", value: s.named, oninput, onkeydown };
  const field = textBox("named", { ...props, "aria-label": "find images by their file name or note" });
  return field;
}

function saveFile(name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  el("a", { href, download: name }).click();
  URL.revokeObjectURL(href);
}

// ---- the panel
export function create(root, host) {
  const { meta, columns: col } = host;
  const { classes, n } = meta;
  const name = classNames(classes);
  const decided = new Map(); // row -> [do, class, who]
  const at = (r) => decided.get(r);
  const noted = new Map(); // row -> [[who, text], ...] of this log
  const notes = (r) => [...(noted.get(r) || []), ...(meta.their_notes[r] || [])];
  const me = host.still ? "you" : meta.me;
  const myNote = (r) => (noted.get(r) || []).find(([who]) => who === me)?.[1] ?? "";
  const copies = groupsOf(col[COPIES] || [], col.given);
  const words = wordsFor(host, name, at, notes, copies.rows);
  const conflict = (r) => clash(at(r), words.theirs(r));
  const looks = looksOf(col, n, decided);
  const begins = { order: meta.orders[0], descending: true, ...EVERYTHING, side: meta.thumb };
  const { s, set } = settingsOf(host, begins, () => filter(rowHere()));
  const chosen = createChosen(host, () => filter(rowHere()));
  const menu = menuFor(s, set);
  const status = statusLine();
  const said = statusLine(true);
  const noteLine = createNoteLine({
    write: writeNote,
    back: () => (large.isOpen() ? large.focus() : grid.node.focus()),
  });
  const talk = el("div", {}, noteLine.node, said.node);
  const detail = detailLine();
  const pathLine = el("div", { class: "nl-path" });
  const fact = factBox();
  const scores = el("div", { class: "nl-scroll" });
  let alive = true;
  const queue = createQueue(
    host,
    () => alive,
    () => said.say(LOST, true),
  );

  const grid = imageGrid(host, {
    lines: 2 + meta.has_hint + meta.has_others,
    many: true,
    label: GRID_LABEL,
    failed: (text) => said.say(text, true),
    moved: tellRow,
    hover: tellPath,
    card: (r) => words.card(r, s),
    keys: onKey,
    open: (r) => large.open(r),
    left: chosen.end,
  });
  const large = createLarge({
    panel: () => root.firstElementChild,
    label: "The image, large",
    picture: (r) => pictureOf(host, r),
    words: (r) => words.known(r, s),
    step: (by) => grid.move(grid.here() + by),
    keys: (e) => grid.press(e),
    buttons: largeButtons,
    line: talk,
    closed: () => grid.node.focus(),
  });
  const rowHere = () => grid.rows()[grid.here()] ?? -1;
  function act(text, key, id, f, title) {
    const andBack = () => {
      f();
      if (!large.isOpen()) grid.node.focus();
    };
    return withKey(button("", id, andBack, title), text, key);
  }
  const classButton = (i, id) => act(classes[i], digitOf(i), id, () => edit("label", i), `Assign ${classes[i]}`);
  const undo = act("undo", "U", "undo", () => step("undo"), "Take back your last edit");
  const redo = act("redo", "R", "redo", () => step("redo"), "Bring back what you undid last");
  const assign = classes.map((_, i) => classButton(i, `class-${i}`));
  const find = classFinder(
    classes,
    assign,
    (i) => edit("label", i),
    () => grid.node.focus(),
  );
  // Two pages of one class must not be one person
  const who = textBox("who", { type: "text", value: `page-${Math.random().toString(16).slice(2, 8)}` });
  const look = act(
    "look",
    "Space",
    "large",
    () => large.open(rowHere()),
    "Show the image large; so does a double click",
  );
  const note = (below = "") =>
    withKey(button("", `${below}note`, openNote, "Write a note on the image, or on those selected"), "note", "W");
  const copy = act("copy path", "P", "copy", copyPaths, "Copy the path of the image, or of those selected");
  const next = act("next undecided", "N", "next-open", toNextOpen, "The next image below that nobody has decided on");
  const all = act("select all", "Ctrl A", "all", () => grid.selectAll(), "Select every image that is shown");
  const none = act("none", "Esc", "none", () => grid.selectNone(), "Select only the image at the cursor");
  const only = act(
    "only these",
    "L",
    "only",
    onlyThese,
    "Show only the images that are selected, or all that fit, here and in linked panels",
  );
  const range = ["lo", "hi"].map((k, i) => numberField(["from", "to"][i], k, (v) => set({ [k]: v }), s[k]));
  // A range is of the numbers that rank, so it ends with another order; places and groups begin with the first, scores with
  // the highest
  const isPlace = (order) => [LOOK, COPIES].includes(order);
  function setOrder(change, after) {
    const another = {};
    if ("order" in change) {
      Object.assign(another, { lo: null, hi: null });
      if (isPlace(s.order) !== isPlace(change.order)) another.descending = !isPlace(change.order);
      for (const o of range) o.querySelector("input").value = "";
    }
    set({ ...change, ...another }, after);
  }
  const KEYS = {
    n: toNextOpen,
    " ": () => large.open(rowHere()),
    p: copyPaths,
    w: openNote,
    l: onlyThese,
    x: () => edit("drop"),
    enter: () => edit("accept"),
    u: () => step("undo"),
    r: () => step("redo"),
    s: decideAsSuggested,
    t: decideAsTheyDid,
    "/": () => find.focus(),
  };
  // Buttons for decisions stand beside the grid, and again below the large view
  const deciding = (below = "") => [
    act("accept", "Enter", `${below}accept`, () => edit("accept"), "The label is right"),
    act("drop", "X", `${below}drop`, () => edit("drop"), "Do not use this image"),
    meta.has_hint
      ? act("as suggested", "S", `${below}suggested`, decideAsSuggested, "Assign the class behind “maybe”")
      : null,
    meta.has_others
      ? act("as they say", "T", `${below}theirs`, decideAsTheyDid, "Decide as the other person did")
      : null,
  ];
  function largeButtons() {
    return [
      deciding("large-"),
      act("undo", "U", "large-undo", () => step("undo"), "Take back your last edit"),
      act("redo", "R", "large-redo", () => step("redo"), "Bring back what you undid last"),
      note("large-"),
      el("span", { class: "nl-field" }, "the label should be"),
      classes.slice(0, 10).map((_, i) => classButton(i, `large-class-${i}`)),
    ];
  }
  const saving = host.still
    ? [
        el("label", { class: "nl-field" }, "your name", who),
        button("download these edits", "download", download, "As a log that noisy_lab.panels reads and merges"),
      ]
    : [button("write the corrected CSV", "export", write)];
  const scoring = button("score me", "score", rate, "Compare your decisions with the true labels");
  frame(
    root,
    "studio",
    meta.title,
    [
      fact,
      groupBar(deciding(), undo, redo, note(), look, next, copy, all, none, only),
      group(label("the label should be"), find, el("div", { class: "nl-bar nl-assign" }, assign)),
      groupBar(saving, meta.has_true && !host.still ? scoring : null),
      scores,
    ],
    [
      bar(
        ...(looks.rows.length
          ? [
              presetButton(root, s, set, LOOKS_BUTTON, LOOKS, atFirst),
              presetButton(root, s, set, SUSPECTS_BUTTON, { ...SUSPECTS, order: meta.orders[0] }, atFirst),
            ]
          : []),
        copies.rows.size ? presetButton(root, s, set, COPIES_BUTTON, BESIDE, atFirst) : null,
        orderMenu(s, setOrder, "ranked by", inWords(meta.orders)),
        range,
        menu("given as", "cls", [[-1, "any class"], ...numbered(classes)]),
        meta.has_hint ? menu("maybe", "hint", [[-1, "any class"], ...numbered(classes)]) : null,
        menu("show", "state", [
          ...STATES,
          ...(looks.rows.length ? [["look", "random looks"]] : []),
          ...(copies.rows.size ? COPY_STATES : []),
          ...(meta.has_others ? [["conflict", "conflicts"]] : []),
        ]),
        nameSearch(s, set, () => grid.node.focus()),
        showAllButton(root, s, showAll, EVERYTHING),
      ),
      chosen.node,
      status.node,
      grid.node,
      sizeSlider(s, set, grid),
      talk,
      pathLine,
      detail,
    ],
  );

  // ---- what it shows
  function filter(keep = -1) {
    const fits = studioFilter(col, s, { at, theirs: words.theirs, paths: meta.paths, notes, mixed: copies.mixed });
    const rows = rowsWhere(n, (r) => chosen.fits(r) && fits(r));
    // Where suggestions are hidden, none can be asked for
    for (const o of root.querySelectorAll("select[data-key=hint]")) o.disabled = s.state === "look";
    grid.show(inOrder(rows, col[s.order], col.idx, s.descending), keep);
    const still = host.still ? meta.still : null;
    const none = "No image fits this filter. Press “show all”.";
    status.say(shownText(rows.length, n, { still, none, empty: "There is no labelled image to review." }));
  }
  function onlyThese() {
    chosen.take(grid.pickedOrAll());
  }
  function showAll(...args) {
    chosen.end();
    set(...args);
  }
  // From the first image that is undecided
  function toOpen() {
    grid.move(
      Math.max(
        grid.rows().findIndex((r) => !decided.has(r)),
        0,
      ),
    );
  }
  function toNextOpen() {
    const rows = grid.rows();
    const i = nextPlace(rows.length, grid.here(), (k) => !decided.has(rows[k]));
    if (i >= 0) grid.move(i);
    else said.say("Every image that is shown is decided.");
  }
  function atFirst() {
    filter();
    toOpen();
    grid.node.focus();
  }
  function tellRow(r) {
    const k = r < 0 ? 0 : grid.picked().length;
    const many = k > 1 ? `${num(k)} images selected · ` : "";
    detail.textContent = r < 0 ? "" : many + words.detail(r, s);
    tellPath(r);
    large.show(r);
  }
  // The path of the image under the mouse, or else of the one at the cursor
  function tellPath(r) {
    pathLine.textContent = meta.paths[r < 0 ? rowHere() : r] ?? "";
  }
  async function copyPaths() {
    const paths = grid.picked().map((r) => meta.paths[r]);
    const done = paths.length && (await copyText(paths.join("\n"), large.node() || root));
    const what = paths.length === 1 ? paths[0] : `${num(paths.length)} paths`;
    if (done) said.say(`Copied: ${what}`);
    else said.say(paths.length ? `The browser does not let this page copy: ${what}` : "There is no image here.", true);
  }
  // Take over what the host says stands
  function take(a) {
    takeInto(decided, a.decided, a.whole);
    takeInto(noted, a.notes, a.whole);
    const count = (what) => num([...decided.values()].filter((d) => d[0] === what).length);
    const withNote = rowsWhere(n, (r) => notes(r).length).length;
    const clashes = meta.has_others ? [["conflicts", num([...decided.keys()].filter(conflict).length)]] : [];
    factList(fact, [
      ["looked at", num(a.looks) + (meta.budget ? ` of ${num(meta.budget)}` : "")],
      ["relabelled", count("label")],
      ["dropped", count("drop")],
      ["accepted", count("accept")],
      ...looks.fact(),
      ...(a.count ? [["wrong labels", a.count]] : []),
      ...(withNote ? [["with a note", num(withNote)]] : []),
      ...clashes,
    ]);
    undo.disabled = !a.undo;
    redo.disabled = !a.redo;
    if (a.text) said.say(a.text);
    grid.draw();
  }

  // ---- what one does
  function onKey(e) {
    if (!plainKey(e)) return false;
    const i = classOf(e.key);
    const command = KEYS[e.key.toLowerCase()];
    if (i >= classes.length) said.say(`There is no class ${e.key}; there are ${classes.length}.`, true);
    else if (i >= 0) edit("label", i);
    else if (command) command();
    return i >= 0 || Boolean(command);
  }
  function goTo(row) {
    const k = grid.rows().indexOf(row);
    if (k >= 0) grid.move(k);
  }
  function edit(what, c = -1) {
    editEach(() => [what, c], "");
  }
  // The cursor moves on at once, so that a fast hand never decides twice on one image. What the selected images get may
  // differ; each group of equal decisions is an edit of its own, and undone by itself.
  function editEach(answer, nothing) {
    const rows = grid.picked();
    const parts = answersOf(rows, answer);
    if (!rows.length) said.say("There is no image here to decide on.", true);
    else if (!parts.length) said.say(nothing, true);
    else if (queue.lost()) said.say(LOST, true);
    else if (!grid.inSight()) {
      grid.move(grid.here());
      said.say("The selected image was out of sight: here it is. Press again to decide on it.");
    } else {
      grid.move(grid.rows().indexOf(rows.at(-1)) + 1);
      const done = [];
      const passed = rows.length - parts.reduce((n, o) => n + o.rows.length, 0);
      for (const o of parts) {
        queue.inTurn("edit", { do: o.what, rows: o.rows, label: o.c }, (a) => edited(a, o, done, passed));
      }
    }
  }
  function doneText({ what, c, rows }) {
    const text = { label: `Relabelled ${name(c)}`, drop: "Dropped", accept: "Accepted" }[what];
    return `${text}: ${rows.length > 1 ? `${num(rows.length)} images` : `image ${col.idx[rows[0]]}`}`;
  }
  function edited(a, part, done, passed) {
    if (a.error) {
      goTo(part.rows[0]);
      said.say(a.error, true);
      return;
    }
    take(a);
    done.push(doneText(part));
    const left = passed ? `; ${num(passed)} of the selected passed over` : "";
    said.say(`${done.join("; ")}${left}${queue.local() ? "; kept in this page only" : ", saved"}`);
    if (s.state === "look" && looks.done() === looks.rows.length) said.say(LOOKS_DONE);
    if (["open", "conflict"].includes(s.state)) filter(rowHere());
  }
  function openNote() {
    const rows = grid.picked();
    const shared = sharedNote(rows, myNote);
    const images = rows.length > 1 ? several(rows.length) : `image ${col.idx[rows[0]]}`;
    if (!rows.length) said.say("There is no image here to note anything on.", true);
    else noteLine.open(rows, shared === null ? `add to the notes on ${images}` : `note on ${images}`, shared ?? "");
  }
  function writeNote(rows, text) {
    for (const o of notesOf(rows, myNote, text)) {
      queue.inTurn("note", o, (a) => {
        if (a.error) said.say(a.error, true);
        else wroteNote(a, o);
      });
    }
  }
  function wroteNote(a, o) {
    take(a);
    const images = o.rows.length > 1 ? several(o.rows.length) : `image ${col.idx[o.rows[0]]}`;
    const what = o.text ? `Note on ${images}` : `Note removed from ${images}`;
    said.say(`${what}${queue.local() ? "; kept in this page only" : ", saved"}`);
    if (s.state === "note" || s.named) filter(rowHere());
  }
  function step(which) {
    if (queue.lost()) said.say(LOST, true);
    else queue.inTurn(which, {}, stepped);
  }
  function stepped(a) {
    if (a.error) {
      said.say(a.error, true);
      return;
    }
    take(a);
    if (s.state) filter(a.at);
    goTo(a.at);
  }
  function decideAsTheyDid() {
    const answer = (r) => (conflict(r) || words.theirs(r)[0])?.slice(1);
    editEach(answer, "Nobody else decided here.");
  }
  // Never where suggestions are not shown
  function decideAsSuggested() {
    const answer = (r) => (s.state === "look" || col.hint[r] < 0 ? null : ["label", col.hint[r]]);
    editEach(answer, "No class is suggested here.");
  }
  function write() {
    queue.inTurn("export", {}, (a) => said.say(a.error || a.text, Boolean(a.error)));
  }
  function rate() {
    queue.inTurn("score", {}, (a) => {
      if (a.error) said.say(a.error, true);
      else
        scores.replaceChildren(
          scoreTable(
            "",
            a.columns,
            a.rows.map(([head, ...cells]) => [head, cells]),
          ),
        );
    });
  }
  function download() {
    const by = who.value.trim() || "page";
    saveFile(`edits-${by.replace(/[^\w-]+/g, "_")}.jsonl`, queue.local().text(by));
    said.say("Downloaded: put the file where the others are, and merge_logs puts them together.");
  }

  // ---- beginning and end
  function stay(e) {
    if (queue.local()?.unsaved()) e.preventDefault();
  }
  async function begin() {
    const a = await host.call("state");
    if (!alive) return;
    if (a.error) {
      said.say(a.error, true);
      return;
    }
    if (host.still) queue.useLocal(pageLog(meta, a));
    take({ ...a, whole: true });
    if (s.state) filter();
    if (s.state === "look") toOpen();
  }
  if (host.still) addEventListener("beforeunload", stay);
  for (const type of ["edit", "note", "undo", "redo"])
    host.on(type, (a) => {
      if (alive && !a.error) take(a);
    });
  filter();
  begin();
  return () => {
    alive = false;
    removeEventListener("beforeunload", stay);
    large.close();
    grid.stop();
  };
}
