// The playground of views: what augmentation makes of one image. The host draws; a saved page holds some of its answers.
import { button, el, slider } from "./dom.js";
import { frame, group, groupBar, menuFor, settingsOf, statusLine } from "./shell.js";

const BEGIN = { at: 0, view: "strong", magnitude: 10, n_ops: 2, seed: 0 };
const NOMINAL = 10; // RandAugment's magnitude as published goes so far
const VIEWS = [
  ["centre", "centre: what validation sees"],
  ["weak", "weak: a narrow crop"],
  ["train", "training: a random crop"],
  ["strong", "strong: RandAugment"],
  ["rotations", "four rotations"],
];

function explain(s) {
  if (s.view === "rotations") return "0, 90, 180 and 270 degrees, counter-clockwise";
  if (s.view !== "strong") return "";
  const range = s.magnitude <= NOMINAL ? "within the nominal range" : `beyond the nominal range of ${NOMINAL}`;
  return `magnitude ${s.magnitude}: ${s.magnitude === 0 ? "the crop alone" : range}`;
}

function describe(s, meta) {
  const view = VIEWS.find(([k]) => k === s.view)[1];
  const strength = s.view === "strong" ? `, magnitude ${s.magnitude}` : "";
  return `${view}, of image ${meta.ids[s.at]}, ${meta.labels[s.at]}${strength}`;
}

// What to ask for; a saved page knows one image, and the strong view at some magnitudes
function question(s, still) {
  if (!still) return { at: s.at, view: s.view, magnitude: s.magnitude, n_ops: s.n_ops, seed: s.seed };
  return s.view === "strong" ? { view: s.view, magnitude: s.magnitude } : { view: s.view };
}

export function create(root, host) {
  const { meta, still } = host;
  const { s, set } = settingsOf(host, BEGIN, draw);
  const sheet = el("img", { class: "nl-sheet", alt: "" });
  const status = statusLine();
  const place = el("span", { class: "nl-label" });
  const views = VIEWS.filter(([k]) => meta.views.includes(k));
  const slide = (text, key, range) => slider(text, key, s[key], range, String, (v) => set({ [key]: v }));
  const strong = [slide("magnitude", "magnitude", [0, 30, still ? 5 : 1])];
  if (!still) strong.push(slide("operations", "n_ops", [0, 6, 1]));
  const step = (by) => () => set({ at: (s.at + meta.n + by) % meta.n });
  const buttons = () => [
    button("‹ image", "before", step(-1)),
    button("image ›", "next", step(1)),
    button("draw again", "again", () => set({ seed: s.seed + 1 })),
  ];
  let alive = true;
  let last = 0;
  let url = null;
  frame(
    root,
    "views",
    meta.title,
    [group(menuFor(s, set)("view", "view", views)), group(strong), still ? null : groupBar(buttons()), place],
    [sheet, status.node],
  );
  function show(picture) {
    if (url) URL.revokeObjectURL(url);
    url = picture.url;
    sheet.src = url;
    sheet.alt = describe(s, meta);
    status.say(explain(s));
  }
  async function draw() {
    if (!meta.n) {
      status.say("There is no image to look at.");
      return;
    }
    last += 1;
    const mine = last;
    strong.forEach((o) => {
      o.style.display = s.view === "strong" ? "" : "none";
    });
    place.textContent = `image ${meta.ids[s.at]}: ${meta.labels[s.at]}`;
    try {
      const picture = await host.picture("views", question(s, still));
      if (alive && mine === last) show(picture);
      else URL.revokeObjectURL(picture.url);
    } catch (e) {
      if (alive) status.say(String(e.message || e));
    }
  }
  draw();
  return () => {
    alive = false;
    if (url) URL.revokeObjectURL(url);
  };
}
