// A grid over any number of images, of which only those in sight are in the page. Thumbnails come by the sheet, as bitmaps
// that are closed when they are let go: a browser keeps what it painted from a URL.
import { el } from "./dom.js";
import { clamp } from "./format.js";
import { gridStep, plainKey, selectsAll } from "./keys.js";

const PAGE = 60; // images of a sheet, in rows of ten
const KEEP = 12; // sheets in memory
const GAP = 6;

// A line of text that is cut off where there is no room; `kept` is its end, which is not. The spaces tell words of two lines
// apart for those who have them read out.
function line(kind, text, kept = "") {
  if (!kept) return el("div", { class: kind, title: text }, text, " ");
  const title = `${text} ${kept}`;
  return el("div", { class: `${kind} nl-split`, title }, el("span", {}, text), " ", el("span", {}, kept), " ");
}

// Sheets of thumbnails for the rows of a grid: asked for when they come into sight, the oldest let go.
// o: {idx (column), sprite(ids, side) -> Promise<ImageBitmap>, failed(sentence)}; side(): of a thumbnail, in pixels;
// came(): a sheet is there
function createSheets(o, side, came) {
  const pages = new Map();
  let rows = [];
  let alive = true;
  const drop = (page) => page?.sheet?.close();
  async function fetchPage(p) {
    const mine = rows;
    const ids = Array.from(mine.slice(p * PAGE, (p + 1) * PAGE), (r) => o.idx[r]);
    let sheet = null;
    try {
      sheet = await o.sprite(ids, side());
    } catch (e) {
      o.failed(String(e.message || e));
    }
    if (!alive || rows !== mine || !pages.has(p)) {
      drop({ sheet });
      return;
    }
    pages.set(p, { sheet });
    came();
  }
  function want(p) {
    const page = pages.get(p);
    pages.delete(p);
    pages.set(p, page || {});
    if (!page) fetchPage(p);
  }
  function clear() {
    pages.forEach(drop);
    pages.clear();
  }
  return {
    // Ask for what images first to last need
    want(first, last) {
      for (let p = Math.floor(first / PAGE); p * PAGE < last; p++) want(p);
      while (pages.size > KEEP) {
        const [oldest, page] = pages.entries().next().value;
        drop(page);
        pages.delete(oldest);
      }
    },
    // The sheet that image i is on, and its place there; no sheet if it has not come yet
    of(i) {
      const k = i % PAGE;
      return { sheet: pages.get(Math.floor(i / PAGE))?.sheet, x: k % 10, y: Math.floor(k / 10) };
    },
    begin(all) {
      rows = all;
      clear();
    },
    stop() {
      alive = false;
      clear();
    },
  };
}

// Canvases for the images in sight, used again when they go out of sight
function createPictures(side, sheets) {
  const used = new Map();
  const spare = [];
  function blank() {
    const c = spare.pop() || el("canvas", { class: "nl-pic", "aria-hidden": "true" });
    delete c.dataset.drawn;
    c.width = side(); // clears it, too
    c.height = side();
    return c;
  }
  return {
    of(i) {
      if (!used.has(i)) used.set(i, blank());
      const c = used.get(i);
      const { sheet, x, y } = sheets.of(i);
      if (sheet && !c.dataset.drawn) {
        const px = c.width;
        c.getContext("2d").drawImage(sheet, x * px, y * px, px, px, 0, 0, px, px);
        c.dataset.drawn = "1";
      }
      return c;
    },
    keepOnly(first, last) {
      for (const [i, c] of used)
        if (i < first || i >= last) {
          used.delete(i);
          spare.push(c);
        }
    },
    clear() {
      spare.push(...used.values());
      used.clear();
    },
  };
}

// o: {id, thumb, gone (rows whose image cannot be read), label, idx, sprite, failed as for createSheets, moved(row),
//     lines (of text under a thumbnail), card(row) -> {kind, text: [a line, or [text, kept] of one...], aria: what else to
//     read out, if anything},
//     keys(event) -> true if it was one, many: several can be selected, open(row) on a double click, hover(row), -1 for none,
//     left() when Escape has nothing to deselect}
export function createGrid(o) {
  let side = o.thumb;
  let least = 0; // of a card: its width and its height
  let cell = 0;
  const gone = new Set(o.gone);
  const chosen = new Set();
  const sheets = createSheets(
    o,
    () => side,
    () => draw(),
  );
  const pictures = createPictures(() => side, sheets);
  let at = new Int32Array(0); // rows in order; the cursor and the ends of what is in sight are places in it
  let cursor = 0;
  let anchor = 0;
  let cols = 1;
  let wide = 0;
  let alive = true;
  let frame = 0;

  const space = el("div", { class: "nl-space" });
  const role = { role: "listbox", "aria-label": o.label, "aria-multiselectable": String(!!o.many) };
  const grid = el("div", { class: "nl-grid", tabIndex: 0, ...role }, space);

  function layout() {
    least = Math.max(side + 34, 112) + GAP;
    cell = side + 4 + 15 * o.lines + GAP;
    cols = Math.max(Math.floor((grid.clientWidth - 8) / least), 1);
    wide = Math.max(Math.floor((grid.clientWidth - 8) / cols), least);
    space.style.height = `${Math.ceil(at.length / cols) * cell}px`;
  }
  const top = () => Math.floor(cursor / cols) * cell;

  function draw() {
    if (!alive) return;
    const first = Math.max(Math.floor(grid.scrollTop / cell) - 1, 0) * cols;
    const last = Math.min((Math.ceil((grid.scrollTop + grid.clientHeight) / cell) + 1) * cols, at.length);
    const cards = [];
    pictures.keepOnly(first, last);
    for (let i = first; i < last; i++) cards.push(card(i));
    space.replaceChildren(...cards);
    sheets.want(first, last);
    if (at.length) grid.setAttribute("aria-activedescendant", `${o.id}-${cursor}`);
    else grid.removeAttribute("aria-activedescendant");
    if (o.moved) o.moved(at.length ? at[cursor] : -1);
  }
  function isSelected(i) {
    if (!o.many) return i === cursor;
    return chosen.size ? chosen.has(at[i]) : i === cursor;
  }
  function card(i) {
    const r = at[i];
    const { kind, text, aria } = o.card(r);
    const lines = text.map((t) => [t].flat().filter(Boolean).join(" "));
    const said = [gone.has(r) ? "cannot be read" : "", ...lines, aria];
    const marks = (i === cursor ? " nl-here" : "") + (chosen.has(r) ? " nl-chosen" : "");
    const box = el(
      "div",
      {
        class: `nl-card nl-${kind}${marks}`,
        role: "option",
        id: `${o.id}-${i}`,
        "aria-selected": String(isSelected(i)),
        "aria-setsize": at.length,
        "aria-posinset": i + 1,
        "aria-label": said.filter(Boolean).join(", "),
        "data-row": r,
        onclick: (e) => click(i, e),
      },
      pictures.of(i),
      gone.has(r) ? el("div", { class: "nl-unread" }, "cannot be read ") : null,
      text.map((t, k) => line(k ? "nl-given" : "nl-name", ...[t].flat())),
    );
    box.style.left = `${(i % cols) * wide}px`;
    box.style.top = `${Math.floor(i / cols) * cell}px`;
    box.style.width = `${wide - GAP}px`;
    return box;
  }
  function scrollToCursor() {
    if (top() < grid.scrollTop) grid.scrollTop = top();
    else if (top() + cell > grid.scrollTop + grid.clientHeight) grid.scrollTop = top() + cell - grid.clientHeight;
  }
  function move(i, range = false) {
    if (!at.length) return;
    cursor = clamp(i, 0, at.length - 1);
    chosen.clear();
    const [from, to] = anchor < cursor ? [anchor, cursor] : [cursor, anchor];
    if (range && o.many) for (let j = from; j <= to; j++) chosen.add(at[j]);
    else anchor = cursor;
    scrollToCursor();
    draw();
  }
  // The second click of a double click may find a card drawn again, so clicks are counted
  function click(i, e) {
    if (o.many && (e.ctrlKey || e.metaKey)) toggle(i);
    else move(i, e.shiftKey);
    if (e.detail === 2 && plainKey(e) && o.open) o.open(at[i]);
  }
  // Where nothing is chosen, the image at the cursor is what is selected, so it is the first of those chosen
  function toggle(i) {
    if (!chosen.size) chosen.add(at[cursor]);
    if (!chosen.delete(at[i])) chosen.add(at[i]);
    cursor = i;
    anchor = i;
    draw();
  }
  function selectAll() {
    for (const r of at) chosen.add(r);
    draw();
  }
  function selectNone() {
    chosen.clear();
    anchor = cursor;
    draw();
  }
  function leave() {
    if (chosen.size) selectNone();
    else o.left?.();
  }
  // Do what a key means; gives true if it means something
  function press(e) {
    const step = plainKey(e) ? gridStep(e.key, cols, at.length) : undefined;
    if (step !== undefined) move(cursor + step, e.shiftKey);
    else if (o.many && selectsAll(e)) selectAll();
    else if (e.key === "Escape") leave();
    else return Boolean(o.keys?.(e));
    return true;
  }
  function show(rows, keep = -1) {
    at = Int32Array.from(rows);
    sheets.begin(at);
    pictures.clear();
    chosen.clear();
    const k = keep >= 0 ? at.indexOf(keep) : -1;
    cursor = clamp(k >= 0 ? k : cursor, 0, Math.max(at.length - 1, 0));
    anchor = cursor;
    layout();
    draw();
  }
  function resize(to) {
    side = to;
    sheets.begin(at);
    pictures.clear();
    layout();
    scrollToCursor();
    draw();
  }
  grid.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  });
  grid.addEventListener("keydown", (e) => {
    if (press(e)) e.preventDefault();
  });
  if (o.hover) {
    const rowOf = (e) => Number(e.target.closest?.(".nl-card")?.dataset.row ?? -1);
    grid.addEventListener("pointerover", (e) => o.hover(rowOf(e)));
    grid.addEventListener("pointerleave", () => o.hover(-1));
  }
  const watch = new ResizeObserver(() => {
    layout();
    draw();
  });
  watch.observe(grid);
  return {
    node: grid,
    draw,
    move,
    press,
    selectAll,
    selectNone,
    show,
    resize,
    rows: () => at,
    here: () => cursor,
    // Is the image at the cursor in sight? A wheel moves the grid and leaves the cursor where it is.
    inSight: () => top() + cell > grid.scrollTop && top() < grid.scrollTop + grid.clientHeight,
    // What is selected, or all that is shown where that is less than two images
    pickedOrAll: () => Array.from(chosen.size > 1 ? at.filter((r) => chosen.has(r)) : at),
    picked() {
      if (chosen.size) return Array.from(at.filter((r) => chosen.has(r)));
      return at.length ? [at[cursor]] : [];
    },
    stop() {
      alive = false;
      watch.disconnect();
      sheets.stop();
    },
  };
}
