// Which rows a panel shows, in which order, and how many there are of what. Nothing here needs a browser.

// The rows that fit: fits(row) -> true or false
export function rowsWhere(n, fits) {
  const out = [];
  for (let i = 0; i < n; i++) if (fits(i)) out.push(i);
  return out;
}

// Rows in the order of a column; missing numbers last, equal ones by idx
export function inOrder(rows, key, idx, descending) {
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [key[a], key[b]];
    const [noX, noY] = [Number.isNaN(x), Number.isNaN(y)];
    if (noX || noY) return noX - noY || idx[a] - idx[b];
    return sign * (x - y) || idx[a] - idx[b];
  });
}

// ---- the explorer's filter
// What the teacher, or else the run, believes of a row, and what the teacher of the round before believed
export const belief = (col, r) => (col.pseudo[r] >= 0 ? col.pseudo[r] : col.pred[r]);
export const beliefBefore = (col, r) => (col.before && col.before[r] >= 0 ? col.before[r] : -1);

// Is a number within [lo, hi]? An end that is null is open; ends are rounded as the columns are, to 32 bits.
export function within(x, lo, hi) {
  if (lo === null && hi === null) return true;
  if (Number.isNaN(x)) return false;
  return (lo === null || x >= Math.fround(lo)) && (hi === null || x <= Math.fround(hi));
}

// The bit of a row among bytes, the highest bit first, as numpy packs them
export const keptBit = (bytes, r) => ((bytes.getUint8(r >> 3) >> (7 - (r & 7))) & 1) === 1;

// s: {cls, by, agree, changed, of, lo, hi}, as the panel's settings have them
export function explorerFilter(col, s) {
  const agrees = (r) => {
    const [b, g] = [belief(col, r), col.given[r]];
    return b >= 0 && g >= 0 && (b === g) === (s.agree === "same");
  };
  const changed = (r) => {
    const was = beliefBefore(col, r);
    return was >= 0 && (was !== belief(col, r)) === (s.changed === "yes");
  };
  return (r) =>
    (s.cls < 0 || col[s.by][r] === s.cls) &&
    within(col[s.of][r], s.lo, s.hi) &&
    (!s.agree || agrees(r)) &&
    (!s.changed || changed(r));
}

// ---- the studio's filter
// d: [do, class, who] or undefined; other people's decisions are a list of [who, do, class]
export function clash(d, others) {
  const differs = ([, what, c]) => what !== d[0] || (what === "label" && c !== d[1]);
  return d ? (others || []).find(differs) : undefined;
}

// What each of some rows gets: answer(row) is [what, class], or nothing for a row that is passed over. Equal answers go
// together, in the order of the rows: [{what, c, rows}]
export function answersOf(rows, answer) {
  const groups = new Map();
  for (const r of rows) {
    const o = answer(r);
    if (!o) continue;
    const [what, c = -1] = o;
    const key = `${what} ${c}`;
    if (!groups.has(key)) groups.set(key, { what, c, rows: [] });
    groups.get(key).rows.push(r);
  }
  return [...groups.values()];
}

// ---- notes: [[who, text], ...] of a row
// The note that all of some rows have; null if theirs differ. mine(row): one's own note, "" for none
export function sharedNote(rows, mine) {
  const all = new Set(rows.map(mine));
  return all.size === 1 ? [...all][0] : null;
}

// What one's own note becomes on each of some rows: `text` takes the place of a note that all have; if theirs differ, it is
// added to each. Equal notes go together, and what stays as it is is left out: [{text, rows}]
export function notesOf(rows, mine, text) {
  const replace = sharedNote(rows, mine) !== null;
  const becomes = (was) => (replace || !was ? text : was.split("; ").includes(text) ? was : `${was}; ${text}`);
  const groups = new Map();
  for (const r of rows) {
    const note = text || replace ? becomes(mine(r)) : mine(r);
    if (note === mine(r)) continue;
    if (!groups.has(note)) groups.set(note, { text: note, rows: [] });
    groups.get(note).rows.push(r);
  }
  return [...groups.values()];
}

// ---- copies. group: the number of each row's group, from 1; missing for rows without a copy
// The rows of each group, and the groups whose rows have several labels
export function groupsOf(group, label) {
  const rows = new Map();
  group.forEach((g, r) => {
    if (g > 0 && !rows.has(g)) rows.set(g, []);
    rows.get(g)?.push(r);
  });
  const several = ([, all]) => new Set(all.map((r) => label[r])).size > 1;
  return { rows, mixed: new Set([...rows].filter(several).map(([g]) => g)) };
}

// o: {d (the decision), others (decisions of others), look (the image's place among the random looks; missing for others),
// notes, group (of copies), mixed (the groups with several labels)}
export function stateFits(state, { d, others, look, notes = [], group, mixed }) {
  if (!state) return true;
  if (state === "look") return look > 0;
  if (state === "note") return notes.length > 0;
  if (state === "copies") return group > 0;
  if (state === "mixed") return Boolean(mixed?.has(group));
  if (state === "open") return !d;
  if (state === "done") return Boolean(d);
  return state === "conflict" ? Boolean(clash(d, others)) : Boolean(d) && d[0] === state;
}

// s: {cls, hint, order, lo, hi, named, state}, as the panel's settings have them; at(r) is a decision, theirs(r) those of
// others, notes(r) everybody's notes, mixed as for stateFits. Random looks are shown without suggestions, so these are no filter there.
export function studioFilter(col, s, { at, theirs, paths, notes, mixed }) {
  const named = s.named.trim().toLowerCase();
  const has = (text) => text.toLowerCase().includes(named);
  const anyHint = s.hint < 0 || s.state === "look";
  return (r) =>
    (s.cls < 0 || col.given[r] === s.cls) &&
    (anyHint || col.hint[r] === s.hint) &&
    within(col[s.order][r], s.lo, s.hi) &&
    (!named || has(paths[r]) || notes(r).some(([, text]) => has(text))) &&
    stateFits(s.state, {
      d: at(r),
      others: theirs(r),
      look: col.random_look?.[r],
      notes: notes(r),
      group: col.copy_group?.[r],
      mixed,
    });
}

// The first place after `from`, round and round, that is good; -1 if none is
export function nextPlace(n, from, good) {
  for (let k = 1; k <= n; k++) if (good((from + k) % n)) return (from + k) % n;
  return -1;
}

// ---- the rotation inspector's filter
// The answer to a position: the first of the most probable
export function answerOf(probs, r) {
  let best = 0;
  for (let j = 1; j < probs.length; j++) if (probs[j][r] > probs[best][r]) best = j;
  return best;
}
export const hitsFit = (right, hits) => !right || (right === "some" ? hits > 0 && hits < 4 : hits === +right);

// ---- a histogram
// The ends of the numbers in a column; 0 and 1 if there are not two different ones
export function ends(values) {
  let [lo, hi] = [Infinity, -Infinity];
  for (const v of values)
    if (Number.isFinite(v)) {
      lo = Math.min(lo, v);
      hi = Math.max(hi, v);
    }
  return hi > lo ? [lo, hi] : [0, 1];
}

// The range of the bar that a number lies in
export function barAt(x, [lo, hi], bins) {
  const wide = (hi - lo) / bins;
  const b = Math.min(Math.floor((x - lo) / wide), bins - 1);
  return { lo: lo + b * wide, hi: lo + (b + 1) * wide };
}

// How many rows are in each of the bins between lo and hi, and how many of those are good
export function histogram(values, isGood, [lo, hi], bins) {
  const [all, good] = [new Array(bins).fill(0), new Array(bins).fill(0)];
  values.forEach((v, r) => {
    if (!Number.isFinite(v)) return;
    const b = Math.min(Math.floor(((v - lo) / (hi - lo)) * bins), bins - 1);
    all[b]++;
    if (isGood(r)) good[b]++;
  });
  return { all, good };
}
