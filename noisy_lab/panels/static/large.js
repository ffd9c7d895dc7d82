// The large view: an image at its own pixels, with zoom, beside all that is known of it. It is a dialog over the page, which
// Escape closes; other keys mean what they mean in the grid.
import { button, el, factList } from "./dom.js";
import { plainKey } from "./keys.js";
import { firstZoom, fitZoom, nextZoom, sayZoom } from "./zoom.js";

// Drag a box's content with the mouse
function dragToScroll(box) {
  let from = null;
  box.onpointerdown = (e) => {
    from = [e.clientX + box.scrollLeft, e.clientY + box.scrollTop];
    box.setPointerCapture(e.pointerId);
  };
  box.onpointermove = (e) => {
    if (from) box.scrollTo(from[0] - e.clientX, from[1] - e.clientY);
  };
  box.onpointerup = () => {
    from = null;
  };
}

// An image on a stage, and its zoom
function createStage() {
  const img = el("img", { class: "nl-own", draggable: false });
  const node = el("div", { class: "nl-stage", tabIndex: 0 }, img);
  const said = el("output", { class: "nl-zoom" });
  let size = null;
  let zoom = 1;
  const box = () => [node.clientWidth - 2, node.clientHeight - 2];
  function put(to) {
    if (!size) return;
    zoom = to;
    img.style.width = `${size[0] * zoom}px`;
    said.textContent = `${size.join(" × ")} pixels, ${sayZoom(zoom)}`;
  }
  function show({ url, size: own, alt }) {
    size = null;
    said.textContent = "";
    img.style.visibility = url ? "visible" : "hidden";
    img.alt = alt;
    if (!url) return;
    img.onload = () => {
      size = own || [img.naturalWidth, img.naturalHeight];
      put(firstZoom(size, box()));
    };
    img.src = url;
  }
  dragToScroll(node);
  return {
    node,
    said,
    show,
    larger: () => put(nextZoom(zoom, true)),
    smaller: () => put(nextZoom(zoom, false)),
    own: () => put(1),
    fit: () => size && put(fitZoom(size, box())),
  };
}

// o: {panel() -> where it is put, label, picture(row) -> Promise<{url, size, note}>, words(row) -> [[what, said], ...], step(by), keys(event) -> true
//     if it was one, buttons() -> nodes, line (the panel's, borrowed while the view is open), closed()}
export function createLarge(o) {
  let dialog = null;
  let stage = null;
  let row = -1;
  let url = "";
  const facts = el("dl", { class: "nl-facts nl-known" });
  const note = el("div", { class: "nl-status", role: "status" });
  const lent = el("span", { hidden: true }); // where the borrowed line belongs
  function forget() {
    if (url.startsWith("blob:")) URL.revokeObjectURL(url);
    url = "";
  }
  async function fetchPicture(r) {
    const alt = `image ${r}`;
    stage.show({ alt });
    note.textContent = "";
    const got = await o.picture(r);
    if (r !== row || !dialog) {
      if (got.url.startsWith("blob:")) URL.revokeObjectURL(got.url);
      return;
    }
    forget();
    url = got.url;
    note.textContent = got.note || "";
    stage.show({ ...got, alt });
  }
  // What is known of a row changes with each decision; its picture does not
  function show(r) {
    if (!dialog) return;
    if (r < 0) {
      close();
      return;
    }
    factList(facts, o.words(r));
    if (r === row) return;
    row = r;
    fetchPicture(r);
  }
  const commands = () => ({
    " ": close,
    Escape: close,
    "+": stage.larger,
    "=": stage.larger,
    "-": stage.smaller,
    f: stage.fit,
    o: stage.own,
  });
  function onkeydown(e) {
    const onButton = e.target.tagName === "BUTTON" && [" ", "Enter"].includes(e.key);
    if (onButton || e.key === "Tab" || !plainKey(e)) return;
    const command = commands()[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (command) command();
    else if (!o.keys(e)) return;
    e.preventDefault();
  }
  function bars() {
    const zooms = [
      button("−", "zoom-out", stage.smaller, "Smaller (−)"),
      button("+", "zoom-in", stage.larger, "Larger (+)"),
      button("own pixels", "zoom-own", stage.own, "A pixel for a pixel (O)"),
      button("fit", "zoom-fit", stage.fit, "As large as there is room (F)"),
    ];
    const ways = [
      button("←", "previous", () => o.step(-1), "The image before (left arrow)"),
      button("→", "following", () => o.step(1), "The next image (right arrow)"),
      button("close", "close", close, "Back to the grid (Escape or Space)"),
    ];
    return [el("div", { class: "nl-bar" }, ways, zooms, stage.said), el("div", { class: "nl-bar" }, o.buttons())];
  }
  function open(r) {
    if (dialog || r < 0) return;
    stage = createStage();
    const side = el("div", { class: "nl-beside" }, facts, note);
    const middle = el("div", { class: "nl-middle" }, stage.node, side);
    dialog = el("dialog", { class: "nl-large", "aria-label": o.label, onkeydown, onclose: close }, bars(), middle);
    o.line.replaceWith(lent);
    dialog.append(o.line);
    o.panel().append(dialog);
    dialog.showModal();
    stage.node.focus();
    row = -1;
    show(r);
  }
  function close() {
    if (!dialog) return;
    const was = dialog;
    dialog = null;
    lent.replaceWith(o.line);
    was.close();
    was.remove();
    forget();
    o.closed();
  }
  const focus = () => stage.node.focus();
  return { open, show, close, focus, isOpen: () => Boolean(dialog), node: () => dialog };
}
