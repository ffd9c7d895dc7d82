// What panels look like and have in common: the frame, the status line, settings that the host is told, the order menu,
// the button that shows everything again, and the grid over a host's images.
import { button, choice, el } from "./dom.js";
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
  function reverse() {
    set({ descending: !s.descending });
    turn.textContent = direction(s);
  }
  const turn = button(direction(s), "descending", reverse, "Reverse the order");
  return [menuFor(s, set)(text, "order", options), turn];
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
