// A log of decisions in a saved page, with the rules of noisy_lab.panels.edits, for one person: what was done last is
// undone first, and a new decision ends what can be done again. Nothing here needs a browser.
import { num, several } from "./format.js";

// What can be undone and done again: lists of records, the next one last
export function canTurn(records) {
  const undo = [];
  let redo = [];
  for (const o of records) {
    if (o.paths) {
      undo.push(o);
      redo = [];
    } else if (o.do === "undo") redo.push(undo.pop());
    else undo.push(redo.pop());
  }
  return { undo, redo };
}

function spent(budget, left, more) {
  const rest = left ? `has ${num(left)} left, and these are ${num(more)}: choose fewer` : "is spent: undo some";
  return { error: `your budget of ${num(budget)} images ${rest}` };
}

// meta: {paths, labels, classes, budget}; start: what stood when the page was saved, {decided: {row: [do, class, who]},
// notes: {row: [[who, text], ...]}}
export function pageLog(meta, start) {
  const records = [];
  const row = new Map(meta.paths.map((p, i) => [p, i]));
  let saved = 0;
  function add(o) {
    const id = Math.random().toString(16).slice(2, 14);
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    records.push({ id, time, ...o });
  }
  const classOfRecord = (o) => (o.label ? meta.labels.indexOf(o.label) : -1);
  // What others noted when the page was saved, and what you noted last
  const noted = (r, text) => [...(start.notes?.[r] || []), ...(text ? [["you", text]] : [])];
  function state(text, more = {}) {
    const { undo, redo } = canTurn(records);
    const decided = { ...start.decided };
    const notes = { ...start.notes };
    for (const o of undo)
      for (const r of o.paths.map((p) => row.get(p))) {
        if (o.do === "note") notes[r] = noted(r, o.note);
        else decided[r] = [o.do, classOfRecord(o), "you"];
      }
    const looks = Object.keys(decided).length;
    return { decided, notes, whole: true, undo: undo.length, redo: redo.length, looks, text, ...more };
  }
  function turn(what, o, done, none) {
    if (!o) return state(none);
    add({ do: what, of: o.id });
    const of = o.label ? ` ${meta.classes[classOfRecord(o)]}` : o.note ? ` “${o.note}”` : "";
    return state(`${done}: ${o.do}${of} on ${several(o.paths.length)}`, { at: row.get(o.paths[0]) });
  }
  function edit({ do: what, rows, label }) {
    const now = state("");
    const more = rows.filter((r) => !now.decided[r]).length;
    const left = Math.max(meta.budget - now.looks, 0);
    if (meta.budget && more > left) return spent(meta.budget, left, more);
    const paths = rows.map((r) => meta.paths[r]);
    add({ do: what, paths, ...(what === "label" ? { label: meta.labels[label] } : {}) });
    return state("");
  }
  function note({ rows, text }) {
    add({ do: "note", paths: rows.map((r) => meta.paths[r]), note: text });
    return state("");
  }
  return {
    edit,
    note,
    state: () => state(""),
    unsaved: () => records.length > saved,
    undo: () => turn("undo", canTurn(records).undo.at(-1), "Undone", "There is nothing to undo."),
    redo: () => turn("redo", canTurn(records).redo.at(-1), "Redone", "There is nothing to redo."),
    // The log as lines of JSON, by the name of who decided
    text(who) {
      saved = records.length;
      return records.map((o) => `${JSON.stringify({ ...o, who })}\n`).join("");
    },
  };
}
