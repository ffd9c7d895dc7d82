// The way from a panel to its host, which is a kernel (mountWidget) or a saved page (mountPage).
// A panel is a function (root, host) that draws itself into root and gives a function that ends it.
// host: {meta, columns, settings, still, call(type, args) -> Promise<answer>, picture(type, args) -> Promise<answer with url>,
//        sprite(ids, side) -> Promise<ImageBitmap>, changed(settings), on(type, f), chosen() -> idx of the images that are
//        chosen, choose(ids), onChosen(f), linked()}; an answer with `error` is a sentence for the reader.
import { readColumns } from "./columns.js";
import { el } from "./dom.js";
import { selectsAll } from "./keys.js";

export const GONE = "The kernel does not answer. Run this cell again.";
const FIRST_ANSWER = 8000; // milliseconds that the first question may take until the reader is told
const NO_ANSWER = "this page has no kernel, and no answer to this was saved with it";

function cannotDraw(root, e) {
  const text = `This panel cannot be drawn: ${e.message || e}`;
  root.replaceChildren(el("div", { class: "nl-panel nl-broken", role: "alert" }, text));
  console.error("nl-panel", e);
}

function begin(root, create, host) {
  // The notebook's own keys stay out; what takes Ctrl or Cmd, as saving does, is left to it, but for "select all", which
  // would take its cells.
  const keep = (e) => {
    const all = selectsAll(e);
    if (all || (e.key !== "Tab" && !e.ctrlKey && !e.metaKey)) e.stopPropagation();
    if (all && !e.target.matches("input, textarea")) e.preventDefault();
  };
  // With Shift, a notebook would select its cells up to the one that is clicked
  const hold = (e) => {
    if (!e.shiftKey || e.target.matches("input, textarea, select")) return;
    e.preventDefault();
    e.target.closest("[tabindex]")?.focus();
  };
  root.addEventListener("keydown", keep);
  root.addEventListener("mousedown", hold);
  let stop = () => {};
  try {
    stop = create(root, host) || stop;
  } catch (e) {
    cannotDraw(root, e);
  }
  return () => {
    root.removeEventListener("keydown", keep);
    root.removeEventListener("mousedown", hold);
    stop();
  };
}

function columnsOf(meta, bytes) {
  return meta.columns ? readColumns(bytes(), meta.columns, meta.n) : {};
}

function unlessError(a) {
  if (a.error) throw new Error(a.error);
  return a;
}

// A kernel may never answer: in a notebook that was opened again there is none. Then the reader is told so, and what is safe
// (`safe`, a sentence of the panel's); a panel that holds something is hidden, for without a kernel it looks empty. The first
// answer takes that back: the kernel was busy.
function createSilence(root, safe) {
  const what = "No kernel has answered this panel: run this cell again, or wait if the kernel is busy.";
  let [heard, timer, note] = [false, 0, null];
  function tell() {
    if (heard || note) return;
    const text = [safe() && `${safe()}.`, what].filter(Boolean).join(" ");
    note = el("div", { class: "nl-silent", role: "alert" }, text);
    root.prepend(note);
    root.classList.toggle("nl-hushed", Boolean(safe()));
  }
  function hear() {
    heard = true;
    clearTimeout(timer);
    note?.remove();
    root.classList.remove("nl-hushed");
  }
  return {
    tell,
    hear,
    wait() {
      if (!heard) timer ||= setTimeout(tell, FIRST_ANSWER);
    },
    stop: () => clearTimeout(timer),
  };
}

// Beside a live panel stands, in the notebook only, what to read where it cannot be drawn; while it is drawn, that is hidden
function hideNote(id) {
  const style = el("style", {}, `.nl-safe[data-panel="${id}"] { display: none; }`);
  document.head.append(style);
  return () => style.remove();
}

// Questions to a kernel: each has a number, by which its answer is known
function createCalls(model, silence) {
  const waiting = new Map();
  const hear = new Map();
  const mine = Math.random().toString(36).slice(2);
  let last = 0;
  function ask(type, args, done) {
    last += 1;
    const id = `${mine}-${last}`;
    waiting.set(id, done);
    silence.wait();
    try {
      model.send({ ...args, type, id });
    } catch {
      waiting.delete(id);
      silence.tell();
      done({ error: GONE });
    }
  }
  function answer(msg, buffers) {
    silence.hear();
    const done = waiting.get(msg.id);
    if (done) {
      waiting.delete(msg.id);
      done({ ...msg, buffers });
    } else hear.get(msg.type)?.(msg);
  }
  return { hear, answer, call: (type, args = {}) => new Promise((done) => ask(type, args, done)) };
}

// Images that are chosen, by idx, in this panel and in those that are linked to it
const idsOf = (model) => model.get("chosen") || [];
function createChoice(model) {
  let tell = () => {};
  const heard = () => tell(idsOf(model));
  model.on("change:chosen", heard);
  return {
    way: {
      chosen: () => idsOf(model),
      linked: () => Boolean(model.get("linked")),
      choose(ids) {
        model.set("chosen", Array.from(ids));
        model.save_changes();
      },
      onChosen(f) {
        tell = f;
      },
    },
    stop: () => model.off("change:chosen", heard),
  };
}

export function mountWidget({ model, el: root }, create) {
  const meta = model.get("meta");
  const columns = columnsOf(meta, () => model.get("columns"));
  const silence = createSilence(root, () => model.get("safe") || "");
  const { hear, answer, call } = createCalls(model, silence);
  const choice = createChoice(model);
  const showNote = hideNote(meta.id);
  const settingsNow = () => JSON.stringify(model.get("settings"));
  let known = settingsNow();
  let later = 0;
  async function image(type, args) {
    const a = unlessError(await call(type, args));
    return { ...a, blob: new Blob([a.buffers[0]], { type: "image/webp" }) };
  }
  async function picture(type, args) {
    const { blob, ...a } = await image(type, args);
    return { ...a, url: URL.createObjectURL(blob) };
  }
  function changed(settings) {
    known = JSON.stringify(settings);
    model.set("settings", settings);
    model.save_changes();
  }
  function draw() {
    return begin(root, create, {
      meta,
      columns,
      settings: model.get("settings"),
      still: false,
      call,
      picture,
      sprite: async (ids, side) => createImageBitmap((await image("sprite", { ids, side })).blob),
      changed,
      on: (type, f) => hear.set(type, f),
      ...choice.way,
    });
  }
  model.on("msg:custom", answer);
  let stop = draw();
  function drawAgain() {
    known = settingsNow();
    stop();
    hear.clear();
    choice.way.onChosen(() => {});
    stop = draw();
  }
  // Settings that Python or another view of this panel has set
  function follow() {
    clearTimeout(later);
    if (settingsNow() !== known) later = setTimeout(drawAgain, 150);
  }
  model.on("change:settings", follow);
  return () => {
    clearTimeout(later);
    silence.stop();
    choice.stop();
    showNote();
    model.off("change:settings", follow);
    model.off("msg:custom", answer);
    stop();
  };
}

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const blobOf = (text) => new Blob([bytesOf(text)], { type: "image/webp" });

// Sprites from saved sheets, [{ids, webp}], drawn to any size: images that are on none of them stay grey
function savedSprites(sheets, thumb) {
  const place = new Map(sheets.flatMap((o, k) => o.ids.map((id, j) => [id, [k, j]])));
  const pictures = sheets.map((o) => createImageBitmap(blobOf(o.webp)));
  return async (ids, side = thumb) => {
    const canvas = el("canvas", { width: 10 * side, height: Math.ceil(ids.length / 10) * side });
    const g = canvas.getContext("2d");
    const corner = (k, px) => [(k % 10) * px, Math.floor(k / 10) * px];
    g.fillStyle = "#888";
    g.fillRect(0, 0, canvas.width, canvas.height);
    for (const [i, id] of ids.entries()) {
      if (!place.has(id)) continue;
      const [k, j] = place.get(id);
      g.drawImage(await pictures[k], ...corner(j, thumb), thumb, thumb, ...corner(i, side), side, side);
    }
    return createImageBitmap(canvas);
  };
}

// d: {meta, columns, settings, sheets: [{ids, webp}], answers: {type: [[args, answer], ...]}}
function openPage(root, d, create) {
  let [chosen, tell] = [[], () => {}];
  const fits = (asked, args) => Object.keys(asked).every((k) => asked[k] === args[k]);
  async function call(type, args = {}) {
    const found = (d.answers?.[type] || []).find(([asked]) => fits(asked, args));
    return found ? found[1] : { error: NO_ANSWER };
  }
  async function picture(type, args) {
    const a = unlessError(await call(type, args));
    return { ...a, url: URL.createObjectURL(blobOf(a.webp)) };
  }
  return begin(root, create, {
    meta: d.meta,
    columns: columnsOf(d.meta, () => bytesOf(d.columns)),
    settings: d.settings,
    still: true,
    call,
    picture,
    sprite: savedSprites(d.sheets || [], d.meta.thumb),
    changed: () => {},
    on: () => {},
    chosen: () => chosen,
    linked: () => false,
    choose(ids) {
      chosen = Array.from(ids);
      tell(chosen);
    },
    onChosen(f) {
      tell = f;
    },
  });
}

// A page in a frame of its own site is as tall as its panel
function fitFrame(root) {
  let box = null;
  try {
    box = window.frameElement;
  } catch {
    return; // another site's page
  }
  if (!box) return;
  const around = 2 * root.getBoundingClientRect().top; // the margin of the page, above and below
  new ResizeObserver(() => {
    box.style.height = `${Math.ceil(root.offsetHeight + around)}px`;
  }).observe(root);
}

export function mountPage(root, text, create) {
  try {
    root.setAttribute("role", "main");
    openPage(root, JSON.parse(text), create);
    fitFrame(root);
  } catch (e) {
    cannotDraw(root, e);
  }
}
