// What keys mean. Nothing here needs a browser.

// A key alone, or with Shift; what takes Ctrl, Cmd or Alt belongs to the browser or the notebook.
export const plainKey = (e) => !e.ctrlKey && !e.metaKey && !e.altKey;

// Ctrl+A or Cmd+A
export const selectsAll = (e) => (e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "a";

// How far a key moves the cursor of a grid of n images in rows of cols; undefined if it does not move it
export function gridStep(key, cols, n) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -cols, ArrowDown: cols };
  return { ...steps, PageUp: -cols * 4, PageDown: cols * 4, Home: -n, End: n }[key];
}

// The cell beside [i, j] of a matrix, which ends at its edges; null if the key is no arrow
export function cellBeside([i, j], key, rows, cols) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!step) return null;
  const within = (x, n) => Math.max(0, Math.min(n - 1, x));
  return [within(i + step[0], rows), within(j + step[1], cols)];
}

// The tab beside tab i, round and round; null if the key is no arrow to the side
export function tabBeside(i, key, n) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  return step ? (i + step + n) % n : null;
}

// 1 to 9 and 0 are the first ten classes
export const digitOf = (i) => (i < 9 ? String(i + 1) : i === 9 ? "0" : "");
export const classOf = (key) => (/^[0-9]$/.test(key) ? (+key + 9) % 10 : -1);
