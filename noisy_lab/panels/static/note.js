// The line in which one writes a note. Enter hands on what is written, and Escape nothing; both go back to where one was.
import { button, el, textBox } from "./dom.js";

// o: {write(rows, text), back()}
export function createNoteLine(o) {
  let rows = [];
  const what = el("span", {});
  const field = textBox("note-text", { type: "text", maxLength: 300, onkeydown });
  const save = button("save", "note-save", () => end(true), "Save the note (Enter)");
  const cancel = button("cancel", "note-cancel", () => end(false), "Leave the note as it was (Escape)");
  const node = el(
    "div",
    { class: "nl-note", hidden: true },
    el("label", { class: "nl-field" }, what, field),
    save,
    cancel,
  );
  // No key in the field means what it means in the grid, in the large view or in a notebook
  function onkeydown(e) {
    e.stopPropagation();
    if (!["Enter", "Escape"].includes(e.key) || e.isComposing) return;
    e.preventDefault();
    end(e.key === "Enter");
  }
  function end(good) {
    node.hidden = true;
    if (good) o.write(rows, field.value.trim().replace(/\s+/g, " "));
    o.back();
  }
  return {
    node,
    // A line that is open keeps its images, so that no note lands on others
    open(on, label, text) {
      if (node.hidden) {
        rows = on;
        what.textContent = label;
        field.value = text;
      }
      node.hidden = false;
      node.scrollIntoView({ block: "nearest" });
      field.focus();
    },
  };
}
