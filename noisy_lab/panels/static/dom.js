// Elements and controls. Text is written as text only, never as HTML.
import { missing, num } from "./format.js";
import { tabBeside } from "./keys.js";

const present = (kids) => kids.flat(Infinity).filter((k) => k !== null && k !== undefined);

export function el(tag, props = {}, ...kids) {
  const o = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === "class") o.className = v;
    else if (k.startsWith("on")) o.addEventListener(k.slice(2), v);
    else if (k in o && k !== "list") o[k] = v;
    else o.setAttribute(k, v);
  }
  o.append(...present(kids));
  return o;
}

export function svg(tag, props = {}, ...kids) {
  const o = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(props)) o.setAttribute(k, v);
  o.append(...present(kids));
  return o;
}

// ---- controls: each is named by data-key, for people's scripts and for tests
function keyed(o, key) {
  o.dataset.key = key;
  return o;
}

// options: [value, text] of each; a value is given back as a number if the one at the beginning is a number
export function choice(label, key, value, options, set) {
  const read = () => (typeof value === "number" ? +box.value : box.value);
  const option = ([v, text]) => el("option", { value: String(v), selected: String(v) === String(value) }, text);
  const box = keyed(el("select", { onchange: () => set(read()) }, options.map(option)), key);
  return el("label", { class: "nl-field" }, el("span", {}, label), box);
}

export function slider(label, key, value, [min, max, step], say, set) {
  const out = el("output", {}, say(value));
  const oninput = () => {
    out.textContent = say(+box.value);
    set(+box.value);
  };
  const box = keyed(el("input", { type: "range", min, max, step, value, oninput }), key);
  return el("label", { class: "nl-field nl-slider" }, el("span", {}, label), box, out);
}

export function button(text, key, onclick, title = "") {
  return keyed(el("button", { type: "button", class: "nl-button", onclick, title }, text), key);
}

// A field for a number, empty for none
export function numberField(label, key, set, value = null) {
  const onchange = () => set(box.value === "" ? null : +box.value);
  const begin = { value: value ?? "", placeholder: "any" };
  const box = keyed(el("input", { type: "number", step: "any", ...begin, onchange }), key);
  return el("label", { class: "nl-field" }, label, box);
}

export const textBox = (key, props) => keyed(el("input", props), key);

// names: [key, text] of each tab
export function tabs(label, names, now, set) {
  const all = names.map(([key, text]) => {
    const o = button(text, `tab-${key}`, () => pick(key));
    o.setAttribute("role", "tab");
    return o;
  });
  const mark = (key) =>
    all.forEach((o, i) => {
      const on = names[i][0] === key;
      o.setAttribute("aria-selected", String(on));
      o.tabIndex = on ? 0 : -1;
    });
  const pick = (key) => {
    mark(key);
    set(key);
  };
  const onkeydown = (e) => {
    const i = all.indexOf(document.activeElement);
    const j = i < 0 ? null : tabBeside(i, e.key, all.length);
    if (j === null) return;
    e.preventDefault();
    all[j].focus();
    pick(names[j][0]);
  };
  mark(now);
  return el("div", { class: "nl-tabs", role: "tablist", "aria-label": label, onkeydown }, all);
}

// ---- the clipboard: gives true if the text is there. A page in a frame may not use the newer way.
export async function copyText(text, parent) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el("textarea", { value: text });
    const was = document.activeElement;
    parent.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    was?.focus();
    return done;
  }
}

// ---- numbers
export function factList(box, rows) {
  const width = (v) => (String(v).length < 18 ? "nl-short" : "");
  const fact = ([k, v]) => [el("dt", {}, k), el("dd", { "data-fact": k, class: width(v) }, v)];
  box.replaceChildren(...rows.flatMap(fact));
}

// A bar of a share; given an element, its width is a share of that
export function meterFill(share) {
  const o = el("span", { class: "nl-fill" });
  o.style.width = `${100 * share}%`;
  return o;
}

// A bar for each class; a dash where a count is missing. With pick(i), a bar is a button that opens its images.
export function classBars(box, classes, counts, what, pick) {
  const most = Math.max(...counts.map((v) => v ?? 0), 1);
  const said = (v) => (missing(v) ? "–" : num(v));
  const name = (i) => {
    if (!pick) return el("span", { class: "nl-class", title: classes[i] }, classes[i]);
    const o = button(classes[i], `bar-${i}`, () => pick(i), `Show the images of ${classes[i]}`);
    o.className = "nl-class nl-link";
    return o;
  };
  const bar = (v, i) => [
    name(i),
    el("span", { class: "nl-track" }, meterFill((v ?? 0) / most)),
    el("span", { class: "nl-count" }, said(v)),
  ];
  const all = `${what}: ${counts.map((v, i) => `${classes[i]} ${said(v)}`).join(", ")}`;
  box.setAttribute("role", pick ? "group" : "img");
  box.setAttribute("aria-label", pick ? what : all);
  box.replaceChildren(...counts.flatMap(bar));
}

// A table of numbers; columns: their heads; rows: [head, cells], a cell is its text, or [text, title]
export function scoreTable(corner, columns, rows) {
  const cell = (c) => {
    const [text, title] = [c].flat();
    return el("td", { class: "nl-plain", title: title || "" }, text);
  };
  const heads = columns.map((c) => el("th", { scope: "col" }, el("div", {}, c)));
  const row = ([head, cells]) => el("tr", {}, el("th", { scope: "row" }, head), cells.map(cell));
  return el(
    "table",
    { class: "nl-matrix nl-score" },
    el("thead", {}, el("tr", {}, el("th", {}, corner), heads)),
    el("tbody", {}, rows.map(row)),
  );
}
