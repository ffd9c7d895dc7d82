// How large an image is shown: 1 is its own pixels. Nothing here needs a browser.
const STEPS = [0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16];
const SMALL = 320; // an image whose longer side has fewer pixels begins enlarged

// The zoom at which an image fills a box of so many pixels
export const fitZoom = ([w, h], [wide, high]) => Math.min(wide / w, high / h, STEPS.at(-1));

// An image begins at its own pixels; smaller if it would not fit, and a small one larger, by a whole number
export function firstZoom(size, box) {
  const fit = fitZoom(size, box);
  if (fit < 1) return fit;
  return Math.max(Math.floor(Math.min(SMALL / Math.max(...size), fit)), 1);
}

// The next step up or down from any zoom
export function nextZoom(zoom, up) {
  const [lowest, highest] = [STEPS[0], STEPS.at(-1)];
  if (up) return STEPS.find((o) => o > zoom * 1.01) ?? highest;
  return STEPS.findLast((o) => o < zoom * 0.99) ?? lowest;
}

export const sayZoom = (zoom) => (Math.abs(zoom - 1) < 0.005 ? "its own pixels" : `zoom ${+zoom.toFixed(2)}`);
