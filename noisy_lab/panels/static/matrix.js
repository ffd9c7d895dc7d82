// A matrix of shares as coloured cells, with arrow keys
import { el } from "./dom.js";
import { missing, pct, shareText } from "./format.js";
import { cellBeside } from "./keys.js";

// o: {values, names, label, corner, pick(i, j) when a cell is chosen}; gives its node, its cells, and put(i, j, v)
export function matrix(o) {
  const role = o.pick ? { role: "grid" } : {};
  const table = el("table", { class: "nl-matrix", "aria-label": o.label, ...role });
  let last = null;
  function chosen(c, i, j) {
    (last || cells[0][0]).tabIndex = -1;
    last = c;
    c.tabIndex = 0;
    if (o.pick) o.pick(i, j);
  }
  function makeCell(i, j) {
    const props = { "data-cell": `${i},${j}`, tabIndex: i === 0 && j === 0 ? 0 : -1 };
    const c = el("td", { ...props, onclick: () => c.focus(), onfocus: () => chosen(c, i, j) });
    if (i === j) c.classList.add("nl-diagonal");
    return c;
  }
  const cells = o.values.map((row, i) => row.map((_, j) => makeCell(i, j)));
  function put(i, j, v) {
    const c = cells[i][j];
    c.textContent = shareText(v);
    c.title = `${o.names[i]} → ${o.names[j]}: ${pct(v)}`;
    c.style.setProperty("--nl-share", missing(v) ? 0 : v);
    c.classList.toggle("nl-strong", v > 0.55);
  }
  for (const [i, row] of o.values.entries()) for (const [j, v] of row.entries()) put(i, j, v);
  const heads = o.names.map((c) => el("th", { scope: "col", title: c }, el("span", {}, c)));
  const bodyRow = (row, i) => el("tr", {}, el("th", { scope: "row", title: o.names[i] }, o.names[i]), row);
  table.append(
    el("thead", {}, el("tr", {}, el("th", {}, o.corner ?? "true ↓ given →"), heads)),
    el("tbody", {}, cells.map(bodyRow)),
  );
  table.addEventListener("keydown", (e) => {
    const at = document.activeElement.dataset?.cell;
    const next = at && !e.altKey ? cellBeside(at.split(",").map(Number), e.key, cells.length, cells[0].length) : null;
    if (!next) return;
    e.preventDefault();
    cells[next[0]][next[1]].focus();
  });
  return { node: table, cells, put };
}
