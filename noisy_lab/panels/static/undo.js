// Steps that can be taken back and brought back. Nothing here needs a browser.

// Changes of one kind in a row, as a slider makes them, are one step until it ends.
export function createUndo(most = 100) {
  const done = [];
  const undone = [];
  let open = null;
  function turn(from, to, now) {
    open = null;
    if (!from.length) return null;
    to.push(now);
    return from.pop();
  }
  return {
    // Keep what was, before a change
    push(was, kind = null) {
      undone.length = 0;
      if (kind === null || kind !== open) done.push(was);
      if (done.length > most) done.shift();
      open = kind;
    },
    end() {
      open = null;
    },
    back: (now) => turn(done, undone, now),
    again: (now) => turn(undone, done, now),
    can: () => ({ back: done.length > 0, again: undone.length > 0 }),
  };
}
