// The playground of views: what augmentation makes of one image. The host draws; a saved page holds some of its answers.
function create(root, host) {
  const { meta } = host,
    s = { at: 0, view: "strong", magnitude: 10, n_ops: 2, seed: 0, ...host.settings };
  const sheet = el("img", { class: "nl-sheet", alt: "" }),
    status = el("div", { class: "nl-status", role: "status", "aria-live": "polite" });
  let alive = true,
    last = 0,
    url = null;
  const VIEWS = [
    ["centre", "centre: what validation sees"],
    ["weak", "weak: a narrow crop"],
    ["train", "training: a random crop"],
    ["strong", "strong: RandAugment"],
    ["rotations", "four rotations"],
  ].filter(([k]) => meta.views.includes(k));
  const strong = [
    slider("magnitude", "magnitude", s.magnitude, [0, 30, host.still ? 5 : 1], String, (v) => set({ magnitude: v })),
    host.still ? [] : [slider("operations", "n_ops", s.n_ops, [0, 6, 1], String, (v) => set({ n_ops: v }))],
  ].flat();
  const place = el("span", { class: "nl-label" });
  root.replaceChildren(
    el(
      "div",
      { class: "nl-panel nl-views", role: "group", "aria-label": meta.title },
      el(
        "div",
        { class: "nl-side" },
        el("div", { class: "nl-title" }, meta.title),
        el(
          "div",
          { class: "nl-group" },
          choice("view", "view", s.view, VIEWS, (v) => set({ view: v })),
        ),
        el("div", { class: "nl-group" }, strong),
        host.still
          ? null
          : el(
              "div",
              { class: "nl-group nl-bar" },
              button("‹ image", "before", () => set({ at: (s.at + meta.n - 1) % meta.n })),
              button("image ›", "next", () => set({ at: (s.at + 1) % meta.n })),
              button("draw again", "again", () => set({ seed: s.seed + 1 })),
            ),
        place,
      ),
      el("div", { class: "nl-main" }, sheet, status),
    ),
  );
  async function draw() {
    if (!meta.n) {
      status.textContent = "There is no image to look at.";
      return;
    }
    const mine = ++last,
      args = host.still
        ? { view: s.view, ...(s.view === "strong" ? { magnitude: s.magnitude } : {}) }
        : { at: s.at, view: s.view, magnitude: s.magnitude, n_ops: s.n_ops, seed: s.seed };
    strong.forEach((o) => {
      o.style.display = s.view === "strong" ? "" : "none";
    });
    place.textContent = `image ${meta.ids[s.at]}: ${meta.labels[s.at]}`;
    try {
      const now = await host.picture("views", args);
      if (!alive || mine !== last) {
        URL.revokeObjectURL(now);
        return;
      }
      if (url) URL.revokeObjectURL(url);
      url = now;
      sheet.src = url;
      sheet.alt =
        `${VIEWS.find(([k]) => k === s.view)[1]}, of image ${meta.ids[s.at]}, ${meta.labels[s.at]}` +
        (s.view === "strong" ? `, magnitude ${s.magnitude}` : "");
      status.textContent =
        s.view === "strong"
          ? `magnitude ${s.magnitude}: ${s.magnitude === 0 ? "the crop alone" : s.magnitude <= 10 ? "within the nominal range" : "beyond the nominal range of 10"}`
          : s.view === "rotations"
            ? "0, 90, 180 and 270 degrees, counter-clockwise"
            : "";
    } catch (e) {
      if (alive) status.textContent = String(e.message || e);
    }
  }
  function set(change) {
    Object.assign(s, change);
    host.changed({ ...s });
    draw();
  }
  draw();
  return () => {
    alive = false;
    if (url) URL.revokeObjectURL(url);
  };
}
