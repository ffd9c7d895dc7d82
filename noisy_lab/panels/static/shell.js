// What panels look like and have in common: the frame, the status line, settings that the host is told, the order menu,
// the button that shows everything again, the grid over a host's images, and the images that are chosen.
import { button, choice, el, slider } from "./dom.js";
import { several } from "./format.js";
import { createGrid } from "./grid.js";

export const label = (text) => el("div", { class: "nl-label" }, text);
export const group = (...kids) => el("div", { class: "nl-group" }, kids);
export const bar = (...kids) => el("div", { class: "nl-bar" }, kids);
export const groupBar = (...kids) => el("div", { class: "nl-group nl-bar" }, kids);
export const factBox = () => el("dl", { class: "nl-facts" });
export const barBox = () => el("div", { class: "nl-bars" });
export const titleLine = (text) => el("div", { class: "nl-title" }, text);

// Draw the frame of a panel into root; gives its two halves
export function frame(root, kind, title, inSide = [], inMain = []) {
  const side = el("div", { class: "nl-side" }, titleLine(title), inSide);
  const main = el("div", { class: "nl-main" }, inMain);
  root.replaceChildren(el("div", { class: `nl-panel nl-${kind}`, role: "group", "aria-label": title }, side, main));
  return { side, main };
}

// A line that is read out when it changes: at once if it is urgent
export function statusLine(urgent = false) {
  const node = el("div", { class: "nl-status", role: "status", "aria-live": urgent ? "assertive" : "polite" });
  return {
    node,
    say(text, alarm = false) {
      node.textContent = text;
      node.classList.toggle("nl-alarm", alarm);
    },
  };
}
export const detailLine = () => el("div", { class: "nl-detail", "aria-live": "polite" });

// Settings as they are, and a function that changes some, tells the host, and then redraws all, or calls `after`
export function settingsOf(host, begin, redraw) {
  const s = { ...begin, ...host.settings };
  function set(change = {}, after = redraw) {
    Object.assign(s, change);
    host.changed({ ...s });
    after();
  }
  return { s, set };
}

// ---- options of menus: [value, text] of each
export const sameText = (names) => names.map((o) => [o, o]);
export const numbered = (names) => names.map((o, i) => [i, o]);

// A menu for a setting
export const menuFor = (s, set) => (text, key, options) => choice(text, key, s[key], options, (v) => set({ [key]: v }));

// The order of rows: a menu of columns, and a button that reverses it
const direction = (s) => (s.descending ? "highest first" : "lowest first");
export function orderMenu(s, set, text, options) {
  function change(o, after) {
    set(o, after);
    turn.textContent = direction(s);
  }
  const reverse = () => change({ descending: !s.descending });
  const turn = button(direction(s), "descending", reverse, "Reverse the order");
  return [menuFor(s, change)(text, "order", options), turn];
}

// A button that sets several settings at once, shows them in their menus and fields, and then redraws all, or calls `after`
export function presetButton(root, s, set, [text, key, title], preset, after) {
  function press() {
    Object.assign(s, preset);
    root.querySelectorAll("select").forEach((o) => {
      o.value = String(s[o.dataset.key]);
    });
    for (const [k, v] of Object.entries(preset))
      root.querySelectorAll(`input[data-key=${k}]`).forEach((o) => {
        o.value = v ?? "";
      });
    root.querySelectorAll("[data-key=descending]").forEach((o) => {
      o.textContent = direction(s);
    });
    set({}, after);
  }
  return button(text, key, press, title);
}
export const showAllButton = (root, s, set, everything) =>
  presetButton(root, s, set, ["show all", "reset", ""], everything);

// A grid over the images of a host; o: as for createGrid, without what the host knows
export function imageGrid(host, o) {
  const { meta, columns, sprite } = host;
  return createGrid({ id: meta.id, thumb: meta.thumb, gone: meta.gone, idx: columns.idx, sprite, ...o });
}

// The size of its thumbnails
const SIDES = [32, 192, 16];
export function sizeSlider(s, set, grid) {
  return slider(
    "thumbnails",
    "side",
    s.side,
    SIDES,
    (v) => `${v} px`,
    (v) => set({ side: v }, () => grid.resize(v)),
  );
}

// Images that are chosen, here or in a panel that is linked to this one: a line that says so, with a button that ends it.
// rowOf: place of an idx in the columns; changed() when others are chosen
export function createChosen(host, changed) {
  const rowOf = new Map(Array.from(host.columns.idx, (id, r) => [id, r]));
  const text = el("span", { role: "status" });
  const end = button("show the others again", "unchoose", () => host.choose([]), "End the choice (Escape)");
  const node = el("div", { class: "nl-bar nl-choice" }, text, end);
  let rows = null;
  function read(ids) {
    rows = ids.length ? new Set(ids.map((id) => rowOf.get(id)).filter((r) => r !== undefined)) : null;
    node.hidden = !rows;
    const none = rows && !rows.size ? ", none of them in this panel" : "";
    text.textContent = rows ? `${several(ids.length)} chosen${none}` : "";
  }
  host.onChosen((ids) => {
    read(ids);
    changed();
  });
  read(host.chosen());
  return {
    node,
    fits: (r) => !rows || rows.has(r),
    has: (r) => Boolean(rows?.has(r)),
    any: () => Boolean(rows),
    rows: () => (rows ? [...rows] : []),
    take: (rows) => host.choose(rows.map((r) => host.columns.idx[r])),
    end() {
      if (rows) host.choose([]);
    },
  };
}
