"""How fast are the panels over many real images? A benchmark, not a test: it prints figures and asserts nothing.

    python tests/bench_panels.py DATASET [--items 20000] [--map] [--out FILE.json]

It opens a JupyterLab and a Chromium, as test_browser.py does, with the pseudo-label explorer over `items` images of a
data set and made-up beliefs, and with `--map` a map of them by made-up features that is linked to it: how fast it
moves, and how long after a lasso both panels show what was chosen. DATASET may be several folders, joined by commas,
whose classes are put together. Times are in milliseconds; the reference is the same of a panel without anything in it
(one that has one button, which asks the kernel one question), measured in the same browser. Memory is the page's
JavaScript heap, and what its process holds for itself, at the top of the grid, at its end, and back at the top.
JupyterLab's page keeps something of every message of a kernel; the reference is a panel that is sent as many messages
of the same size and does nothing with them. A saved page has no messages: its memory over several such trips is the
panel's own."""
import argparse, os, statistics as st, tempfile, time
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from browser import VIEWPORT, Book, jupyterlab, launch
from noisy_lab.core import code_commit, machine, versions, write_json
from noisy_lab.data import load_data
from noisy_lab.panels import save_page

CODE = """
import os, numpy as np
from noisy_lab.data import load_data, open_store
from noisy_lab.methods import make_table
from noisy_lab.panels import Panel, PseudoLabelExplorer

data = load_data(NAME)
store = open_store(data, 64, progress=False)
rng, ids = np.random.default_rng(0), data.df.idx.values[:ITEMS]
probs = rng.dirichlet(np.full(len(data.classes), .3), len(ids)).astype(np.float32)
table = make_table(ids, probs, 'made up')

class Bare(Panel):
    _esm = '''
function render({ model, el }) {
  const b = document.createElement("button");
  let n = 0;
  b.className = "bare";
  b.textContent = "0";
  b.onclick = () => model.send({ type: "ping", id: ++n });
  model.on("msg:custom", (m) => { b.textContent = m.id; });
  el.append(b);
  window.pull = (size) => new Promise((done) => {
    const f = (m, buffers) => {
      if (m.type !== "bytes") return;
      model.off("msg:custom", f);
      done(buffers[0].byteLength);
    };
    model.on("msg:custom", f);
    model.send({ type: "bytes", size, id: ++n });
  });
}
export default { render };
'''
    def answer_ping(self): return {}
    def answer_bytes(self, size): return {}, [os.urandom(size)]

class Counted(PseudoLabelExplorer):
    sent, asked = 0, 0
    def answer_sprite(self, ids, side=None):
        res = super().answer_sprite(ids, side)
        Counted.sent += len(res[1][0])
        Counted.asked += 1
        return res
"""
PANEL = "panel = Counted(data, store, table, threshold=.5)\npanel"
MAP = """
from noisy_lab.panels import EmbeddingMap, link_panels
labels = np.clip(data.df.y_obs.values, 0, None)
features = rng.normal(0, 1, (len(data.df), 64)) + 2*rng.normal(0, 1, (len(data.classes), 64))[labels]
picture = EmbeddingMap(data, store, features.astype(np.float32), ids)
link_panels(picture, panel)
picture
"""
LIVE = """
import time, numpy as np
from noisy_lab.data import lab_dls, load_data, open_store
from noisy_lab.panels import LiveRun
from noisy_lab.train import lab_learner

data = load_data('tinynette', noise_pct=50)
store = open_store(data, 32, progress=False)

def fit(live):
    "Seconds by the clock and of the processors, and the share that the panel says it took"
    learn, cbs = lab_learner(lab_dls(data, store, 32)), [LiveRun()] if live else []
    with learn.no_logging(), learn.no_bar():
        t, c = time.perf_counter(), time.process_time()
        learn.fit(1, cbs=cbs)
        spent = time.perf_counter()-t, time.process_time()-c
    return *spent, cbs[0].history['share'] if live else 0

def pair(k):
    "With and without the curves, in turn"
    if k%2: return fit(True), fit(False)
    without = fit(False)
    return fit(True), without

fit(False)
got = [pair(k) for k in range(PAIRS)]
def ratios(i): return [round(a[i]/b[i], 4) for a, b in got]
print('LIVE', *ratios(0), 'CPU', *ratios(1), 'SHARE', round(max(a[2] for a, _ in got), 5))
"""
# Set before a cell is run: notes when its first thumbnails, or the bare button, are there.
WATCH = """(what) => {
  window.t0 = performance.now();
  window.t1 = null;
  const look = () => {
    const o = document.querySelector(what);
    if (o && (what !== '.nl-pic' || o.dataset.drawn)) requestAnimationFrame(() => { window.t1 = performance.now(); });
    else requestAnimationFrame(look);
  };
  look();
}"""
# Moves a slider a step and waits for the numbers; for the bare panel, presses and waits for the answer.
STEP = """async (v) => {
  const box = document.querySelector('[data-key=threshold]');
  const kept = () => document.querySelector('[data-fact=kept]').textContent;
  const was = kept(), t = performance.now();
  box.value = v;
  box.dispatchEvent(new Event('input'));
  while (kept() === was) {
    if (performance.now() - t > 5000) return null;
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - t;
}"""
PING = """async () => {
  const b = document.querySelector('.bare'), was = b.textContent, t = performance.now();
  b.click();
  while (b.textContent === was) await new Promise(requestAnimationFrame);
  return performance.now() - t;
}"""
SCROLL = """(share) => {
  const g = document.querySelector('.nl-grid');
  g.scrollTop = share * g.scrollHeight;
}"""
# Moves the map from frame to frame, to and fro, and zooms; gives milliseconds per frame
MOVE = """async (n) => {
  const map = document.querySelector('.nl-map');
  const box = map.getBoundingClientRect();
  const at = (k) => ({ clientX: box.left + box.width / 2 + 150 * Math.sin(k / 12), clientY: box.top + box.height / 2 });
  const send = (type, k) => map.dispatchEvent(new PointerEvent(type, { pointerId: 1, buttons: 1, ...at(k) }));
  const frame = () => new Promise(requestAnimationFrame);
  const out = [];
  send('pointerdown', 0);
  let was = await frame();
  for (let k = 1; k <= n; k++) {
    send('pointermove', k);
    const turn = { deltaY: k < n / 2 ? -8 : 8, cancelable: true };
    if (k % 4 === 0) map.dispatchEvent(new WheelEvent('wheel', { ...turn, ...at(k) }));
    const now = await frame();
    out.push(now - was);
    was = now;
  }
  send('pointerup', n);
  return out;
}"""
# After a lasso, with a choice that stood before: when the map, and when the linked panel, say what is chosen
WATCH_CHOICE = """() => {
  const said = (of) => document.querySelector(`.nl-${of} .nl-choice`).textContent;
  const was = ['embedding', 'explorer'].map(said);
  window.choice = {};
  document.querySelector('.nl-map').addEventListener('pointerup', () => {
    const begin = performance.now();
    const look = () => {
      ['embedding', 'explorer'].forEach((of, i) => {
        if (said(of) !== was[i]) window.choice[of] ??= performance.now() - begin;
      });
      const drawn = document.querySelector('.nl-embedding .nl-pic[data-drawn]');
      if (window.choice.embedding && drawn) window.choice.thumbnails ??= performance.now() - begin;
      if (Object.keys(window.choice).length < 3) requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true });
}"""
PULL = 'async ([n, size]) => { for (let i = 0; i < n; i++) await window.pull(size); }'
ALL_DRAWN = "[...document.querySelectorAll('.nl-pic')].every((o) => o.dataset.drawn)"


def setup(name, items): return CODE.replace('NAME', repr(name)).replace('ITEMS', str(items))

def mib(v): return round(v/2**20, 1)


@contextmanager
def open_page():
    "A page of a Chromium that measures its memory"
    with sync_playwright() as p:
        browser = launch(p, '--enable-precise-memory-info')
        yield browser.new_page(viewport=VIEWPORT)
        browser.close()


def together(names, folder):
    "Several data sets as one folder: links to their classes"
    for part in ('train', 'val'):
        (folder/part).mkdir(parents=True)
        for name in names:
            for o in (load_data(name, 0).root/part).iterdir(): (folder/part/o.name).symlink_to(o)
    return str(folder)


@contextmanager
def fresh_lab():
    with tempfile.TemporaryDirectory() as t, jupyterlab(Path(t)) as lab: yield lab


# ---- what is measured

def first_view(book, i, what):
    book.pg.evaluate(WATCH, what)
    book.run(i)
    book.pg.wait_for_function('window.t1 !== null', timeout=120000)
    return book.pg.evaluate('window.t1 - window.t0')


def heap(pg):
    "Bytes of the JavaScript heap after a collection; caches that the browser may give up are given up"
    c = pg.context.new_cdp_session(pg)
    c.send('HeapProfiler.collectGarbage')
    c.send('Memory.simulatePressureNotification', dict(level='critical'))
    pg.wait_for_timeout(1000)
    return pg.evaluate('performance.memory.usedJSHeapSize')


def renderer():
    "Private memory of the process that holds the page, MiB"
    def is_page(o): return 'chrom' in o.name() and '--type=renderer' in o.cmdline()
    mine = [o for o in psutil.Process().children(recursive=True) if is_page(o)]
    return round(sum(o.memory_full_info().uss for o in mine)/2**20)


def scroll(pg, down, steps=60):
    "Scroll the grid to its end or back in steps, waiting at each for its thumbnails"
    for k in range(1, steps+1):
        pg.evaluate(SCROLL, k/steps if down else 1-k/steps)
        pg.wait_for_function(ALL_DRAWN, timeout=20000)


def speeds(book):
    "Times of the first view and of a step, with their references"
    pg = book.pg
    bare = first_view(book, 1, '.bare')
    pings = [pg.evaluate(PING) for _ in range(30)]
    view = first_view(book, 2, '.nl-pic')
    pg.wait_for_selector('[data-fact=kept]')
    asked = (pg.evaluate(STEP, .5+.01*(k % 30)+.005) for k in range(1, 61))
    steps = sorted(o for o in asked if o is not None)
    step, ping = st.median(steps), st.median(pings)
    return dict(
        first_view_ms=round(view), first_view_bare_ms=round(bare), first_view_over_bare=round(view/bare, 2),
        step_ms=round(step, 1), step_ms_p95=round(steps[int(.95*len(steps))], 1), steps=len(steps),
        ping_ms=round(ping, 1), step_over_ping=round(step/ping, 2))


def memory(book):
    "Memory on the way to the end of the grid and back, and what as many messages alone cost"
    pg = book.pg
    heaps, whole = [heap(pg)], [renderer()]
    for down in (True, False):
        scroll(pg, down)
        heaps.append(heap(pg))
        whole.append(renderer())
        if down: cards = pg.locator('.nl-card').count()
    sent, asked = (int(o) for o in book.says(3, r'SENT (\d+) (\d+)').groups())
    heap(pg)
    before = renderer()
    pg.evaluate(PULL, [asked, sent//asked])
    heap(pg)
    return dict(
        cards_in_page=cards, heap_mib=[mib(o) for o in heaps], renderer_mib=whole, messages=asked, sent_mib=mib(sent),
        renderer_grown_mib=whole[-1]-whole[0], renderer_grown_by_bare_messages_mib=renderer()-before)


def lassoed(pg, share):
    "Draw around a share of the map; milliseconds until each panel shows it, and how many images it took"
    pg.locator('.nl-map').scroll_into_view_if_needed()
    box = pg.locator('.nl-map').bounding_box()
    pg.evaluate(WATCH_CHOICE)
    pg.keyboard.down('Shift')
    def go(x, y): pg.mouse.move(box['x']+1+x*(box['width']-2), box['y']+1+y*(box['height']-2), steps=6)
    go(.02, .02)
    pg.mouse.down()
    for x, y in ((share, .02), (share, .98), (.02, .98)): go(x, y)
    pg.mouse.up()
    pg.keyboard.up('Shift')
    pg.wait_for_function('Object.keys(window.choice).length === 3', timeout=60000)
    taken = int(pg.inner_text('.nl-embedding .nl-choice').split(' image')[0].replace(',', ''))
    return pg.evaluate('window.choice') | dict(images=taken)


def map_speeds(book, i):
    "A map beside a linked explorer: its first view, frames while it is moved, and lassos around more and more of it"
    pg = book.pg
    view = first_view(book, i, '.nl-points')
    pg.evaluate(MOVE, 30)
    frames = sorted(pg.evaluate(MOVE, 240))
    pg.locator('[data-key=fit]').click()   # all of it again
    takes = [lassoed(pg, share) for share in (.3, .4, .5, .6, .7, .98)]
    middle, most = round(st.median(frames), 1), round(frames[int(.95*len(frames))], 1)
    lassos = {f'lasso_{k}_ms': [round(o[k]) for o in takes] for k in ('embedding', 'explorer', 'thumbnails')}
    return dict(map=dict(
        first_view_ms=round(view), frame_ms=middle, frame_ms_p95=most, heap_mib=mib(heap(pg)),
        lasso_images=[o['images'] for o in takes], **lassos))


def measure(name, items, lab, with_map=False):
    "One round in a JupyterLab"
    ready, sent = "print('READY', len(ids))", "print('SENT', Counted.sent, Counted.asked)"
    with open_page() as pg:
        book = Book.of(lab, pg, 'bench', setup(name, items)+ready, 'Bare(dict(title="bare"))', PANEL, sent, MAP)
        n = int(book.says(0, r'READY (\d+)', 600)[1])
        res = dict(dataset=Path(name).name, items=n) | speeds(book) | memory(book)
        return res | (map_speeds(book, 4) if with_map else {})


def saved(name, items, trips=4):
    "Memory of a saved page, to the end of its grid and back, again and again, without JupyterLab and without messages"
    space = {}
    exec(setup(name, items), space)
    panel = space['Counted'](space['data'], space['store'], space['table'], threshold=.5)
    with tempfile.TemporaryDirectory() as t, open_page() as pg:
        pg.goto(save_page(panel, Path(t)/'page.html', images=600).as_uri())
        pg.wait_for_selector('.nl-pic[data-drawn]')
        heaps, whole = [heap(pg)], [renderer()]
        for _ in range(trips):
            scroll(pg, True)
            scroll(pg, False)
            heaps.append(heap(pg))
            whole.append(renderer())
    return dict(heap_mib=[mib(o) for o in heaps], renderer_mib=whole)


def live(lab, pairs):
    """Time of an epoch with the curves shown over that without, pairs in turn, in a notebook that is looked at: by the
    clock (the browser draws meanwhile), and of the kernel's processors"""
    with open_page() as pg:
        book = Book.of(lab, pg, 'live', LIVE.replace('PAIRS', str(pairs)))
        *both, share = book.says(0, r'LIVE ([\d. ]+) CPU ([\d. ]+) SHARE ([\d.]+)', 580).groups()
    clock, cpu = ([float(o) for o in v.split()] for v in both)
    def quartiles(v): return [round(o, 3) for o in st.quantiles(v, n=4)]
    return dict(clock_over_without=quartiles(clock), cpu_over_without=quartiles(cpu), quartiles_of=len(clock),
                clock=clock, cpu=cpu, most_share_in_panel=float(share))


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument('dataset')
    ap.add_argument('--items', type=int, default=20000)
    ap.add_argument('--rounds', type=int, default=3)
    ap.add_argument('--pairs', type=int, default=30)
    ap.add_argument('--map', action='store_true')
    ap.add_argument('--out')
    return ap.parse_args()


def main(a):
    with tempfile.TemporaryDirectory() as t:
        names = a.dataset.split(',')
        if len(names)>1: a.dataset = together(names, Path(t)/'+'.join(Path(o).name for o in names))
        bench(a)


def bench(a):
    rounds = []
    for _ in range(a.rounds):
        with fresh_lab() as lab: rounds.append(measure(a.dataset, a.items, lab, a.map))
        print(rounds[-1], flush=True)
    res = dict(about='tests/bench_panels.py', rounds=rounds) | (dict(load=os.getloadavg()) if a.map else others(a))
    res |= dict(commit=code_commit(), machine=machine(), versions=versions(), when=time.strftime('%Y-%m-%d'))
    if a.out: write_json(Path(a.out), res)


def others(a):
    "The cost of curves, and the memory of a saved page"
    with fresh_lab() as lab: cost = live(lab, a.pairs)
    print(cost, flush=True)
    page = saved(a.dataset, a.items)
    print(page)
    return dict(live_run=cost, saved_page=page)


if __name__ == '__main__': main(arguments())
