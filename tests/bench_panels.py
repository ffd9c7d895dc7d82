"""How fast are the panels over many real images? A benchmark, not a test: it prints and writes figures and asserts nothing.

    python tests/bench_panels.py DATASET [--items 20000] [--out FILE.json]

It opens a JupyterLab and a Chromium, as test_browser.py does, with the pseudo-label explorer over `items` images of a data
set and made-up beliefs. Times are in milliseconds; the reference is the same of a panel without anything in it (one that
has one button, which asks the kernel one question), measured in the same browser. Memory is the page's JavaScript heap, and
what its process holds for itself, at the top of the grid, at its end, and back at the top. JupyterLab's page keeps something of
every message of a kernel; the reference is a panel that is sent as many messages of the same size and does nothing with them.
A saved page has no messages: its memory over several such trips is the panel's own."""
import argparse, statistics as st, tempfile, time
from pathlib import Path

import psutil

import test_browser as tb
from noisy_lab.core import code_commit, machine, versions, write_json
from noisy_lab.panels import save_page

CODE = """import os, numpy as np
from noisy_lab.data.table import load_data,open_store
from noisy_lab.panels import Panel
from noisy_lab.methods.pseudo import make_table
from noisy_lab.panels import PseudoLabelExplorer
data = load_data(NAME); store = open_store(data, 64, progress=False); rng = np.random.default_rng(0)
ids = data.df.idx.values[:ITEMS]; probs = rng.dirichlet(np.full(len(data.classes), .3), len(ids)).astype(np.float32); table = make_table(ids, probs, 'made up')
class Bare(Panel):
    _esm = '''export default { render({ model, el }) { const b = document.createElement("button"); b.className = "bare"; b.textContent = "0"; let n = 0;
      b.onclick = () => model.send({ type: "ping", id: ++n }); model.on("msg:custom", (m) => { b.textContent = m.id; }); el.append(b);
      window.pull = (size) => new Promise((d) => { const f = (m, bufs) => { if (m.type !== "bytes") return; model.off("msg:custom", f); d(bufs[0].byteLength); }; model.on("msg:custom", f); model.send({ type: "bytes", size, id: ++n }); }); } }'''
    def answer_ping(self): return {}
    def answer_bytes(self, size): return {}, [os.urandom(size)]
class Counted(PseudoLabelExplorer):
    sent,asked = 0,0
    def answer_sprite(self, ids):
        res = super().answer_sprite(ids); Counted.sent,Counted.asked = Counted.sent+len(res[1][0]),Counted.asked+1
        return res
"""
PANEL = "panel = Counted(data, store, table, threshold=.5); panel"
LIVE = """import time, numpy as np
from noisy_lab.train.learner import lab_learner
from noisy_lab.panels import LiveRun
from noisy_lab.data.table import lab_dls,load_data,open_store
data = load_data('tinynette', noise_pct=50); store = open_store(data, 32, progress=False); t = {True:[], False:[]}
def fit(live):
    learn = lab_learner(lab_dls(data, store, 32)); cbs = [LiveRun()] if live else []
    with learn.no_logging(),learn.no_bar():
        t0,c0 = time.perf_counter(),time.process_time(); learn.fit(1, cbs=cbs); return time.perf_counter()-t0, time.process_time()-c0, cbs[0].history['share'] if live else 0
fit(False); got = [(fit(True), fit(False)) if k%2 else (fit(False), fit(True))[::-1] for k in range(PAIRS)]
print('LIVE', *[round(a[0]/b[0], 4) for a,b in got], 'CPU', *[round(a[1]/b[1], 4) for a,b in got], 'SHARE', round(max(a[2] for a,_ in got), 5))
"""
# Set before a cell is run: notes when its first thumbnails, or the bare button, are there.
WATCH = """(what) => { window.t0 = performance.now(); window.t1 = null; const look = () => { const o = document.querySelector(what); const ok = o && (what === '.bare' || o.dataset.drawn);
  if (ok) requestAnimationFrame(() => { window.t1 = performance.now(); }); else requestAnimationFrame(look); }; look(); }"""
# Moves a slider a step and waits for the numbers; for the bare panel, presses and waits for the answer.
STEP = """async (v) => { const box = document.querySelector('[data-key=threshold]'), seen = document.querySelector('[data-fact=kept]'), was = seen.textContent, t = performance.now(); box.value = v; box.dispatchEvent(new Event('input'));
  while (document.querySelector('[data-fact=kept]').textContent === was) { if (performance.now() - t > 5000) return null; await new Promise(requestAnimationFrame); } return performance.now() - t; }"""
PING = """async () => { const b = document.querySelector('.bare'), was = b.textContent, t = performance.now(); b.click(); while (b.textContent === was) await new Promise(requestAnimationFrame); return performance.now() - t; }"""


def first_view(book, i, what):
    book.pg.evaluate(WATCH, what)
    book.run(i)
    book.pg.wait_for_function('window.t1 !== null', timeout=120000)
    return book.pg.evaluate('window.t1 - window.t0')


def heap(pg):
    "Bytes of the JavaScript heap after a collection; caches that the browser may give up are given up"
    c = pg.context.new_cdp_session(pg)
    c.send('HeapProfiler.collectGarbage'); c.send('Memory.simulatePressureNotification', dict(level='critical')); pg.wait_for_timeout(1000)
    return pg.evaluate('performance.memory.usedJSHeapSize')


def renderer():
    "Private memory of the process that holds the page, MiB"
    mine = [o for o in psutil.Process().children(recursive=True) if 'chrom' in o.name() and '--type=renderer' in o.cmdline()]
    return round(sum(o.memory_full_info().uss for o in mine)/2**20)


def scroll(pg, to, steps):
    "Scroll the grid in steps, waiting at each for its thumbnails"
    for k in range(1, steps+1):
        pg.evaluate("([f, t]) => { const g = document.querySelector('.nl-grid'); g.scrollTop = f + (t - f) * g.scrollHeight; }", [0, k/steps if to else 1-k/steps])
        pg.wait_for_function("[...document.querySelectorAll('.nl-pic')].every((o) => o.dataset.drawn)", timeout=20000)


def measure(name, items, lab):
    cells = [CODE.replace('NAME', repr(name)).replace('ITEMS', str(items))+"print('READY', len(ids))", 'Bare(dict(title="bare"))', PANEL, "print('SENT', Counted.sent, Counted.asked)"]
    with tb.sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=tb.CHROMIUM, args=['--no-sandbox', '--enable-precise-memory-info'])
        pg = browser.new_page(viewport=dict(width=1280, height=900))
        book = tb.Book(lab, pg, 'bench', *cells)
        n = int(book.says(0, r'READY (\d+)', 600)[1])
        bare = first_view(book, 1, '.bare'); ping = [pg.evaluate(PING) for _ in range(30)]
        view = first_view(book, 2, '.nl-pic')
        pg.wait_for_selector('[data-fact=kept]')
        steps = [o for o in (pg.evaluate(STEP, .5+.01*(k % 30)+.005) for k in range(1, 61)) if o is not None]
        top,whole = heap(pg),[renderer()]; scroll(pg, True, 60); end = heap(pg); whole.append(renderer()); nodes = pg.locator('.nl-card').count()
        scroll(pg, False, 60); back = heap(pg); whole.append(renderer())
        sent,asked = (int(o) for o in book.says(3, r'SENT (\d+) (\d+)').groups()); heap(pg); before = renderer()
        pg.evaluate('async ([n, size]) => { for (let i = 0; i < n; i++) await window.pull(size); }', [asked, sent//asked]); heap(pg); bare_grown = renderer()-before
        browser.close()
    mid = lambda v: round(st.median(v), 1)
    return dict(dataset=Path(name).name, items=n, first_view_ms=round(view), first_view_bare_ms=round(bare), first_view_over_bare=round(view/bare, 2), step_ms=mid(steps), step_ms_p95=round(sorted(steps)[int(.95*len(steps))], 1), steps=len(steps), ping_ms=mid(ping), step_over_ping=round(st.median(steps)/st.median(ping), 2),
                cards_in_page=nodes, heap_mib=[round(o/2**20, 1) for o in (top, end, back)], renderer_mib=whole, messages=asked, sent_mib=round(sent/2**20, 1), renderer_grown_mib=whole[-1]-whole[0], renderer_grown_by_bare_messages_mib=bare_grown)


def saved(name, items, trips=4):
    "Memory of a saved page, to the end of its grid and back, again and again: the panel's own, without JupyterLab and without messages"
    space = {}; exec(CODE.replace('NAME', repr(name)).replace('ITEMS', str(items)), space)
    with tempfile.TemporaryDirectory() as t, tb.sync_api.sync_playwright() as p:
        file = save_page(space['Counted'](space['data'], space['store'], space['table'], threshold=.5), Path(t)/'page.html', images=600)
        browser = p.chromium.launch(executable_path=tb.CHROMIUM, args=['--no-sandbox', '--enable-precise-memory-info'])
        pg = browser.new_page(viewport=dict(width=1280, height=900)); pg.goto(file.as_uri()); pg.wait_for_selector('.nl-pic[data-drawn]')
        res = [(heap(pg), renderer())]
        for _ in range(trips): scroll(pg, True, 60); scroll(pg, False, 60); res.append((heap(pg), renderer()))
        browser.close()
    return dict(heap_mib=[round(h/2**20, 1) for h,_ in res], renderer_mib=[r for _,r in res])


def live(lab, pairs):
    "Seconds of an epoch with the curves shown over those without, pairs in turn, in a notebook that is looked at: on the clock (the browser draws meanwhile), and of the kernel's processors"
    with tb.sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=tb.CHROMIUM, args=['--no-sandbox'])
        m = tb.Book(lab, browser.new_page(viewport=dict(width=1280, height=900)), 'live', LIVE.replace('PAIRS', str(pairs))).says(0, r'LIVE ([\d. ]+) CPU ([\d. ]+) SHARE ([\d.]+)', 580)
        browser.close()
    clock,cpu = ([float(o) for o in v.split()] for v in m.groups()[:2])
    mid = lambda v: [round(o, 3) for o in st.quantiles(v, n=4)]
    return dict(clock_over_without=mid(clock), cpu_over_without=mid(cpu), quartiles_of=len(clock), clock=clock, cpu=cpu, most_share_in_panel=float(m[3]))


if __name__ == '__main__':
    ap = argparse.ArgumentParser(); ap.add_argument('dataset'); ap.add_argument('--items', type=int, default=20000); ap.add_argument('--rounds', type=int, default=3); ap.add_argument('--pairs', type=int, default=30); ap.add_argument('--out')
    a = ap.parse_args()
    rows = []
    for _ in range(a.rounds):
        with tempfile.TemporaryDirectory() as t, tb.jupyterlab(Path(t)) as lab: rows.append(measure(a.dataset, a.items, lab))
        print(rows[-1], flush=True)
    with tempfile.TemporaryDirectory() as t, tb.jupyterlab(Path(t)) as lab: cost = live(lab, a.pairs)
    print(cost, flush=True); page = saved(a.dataset, a.items); print(page)
    res = dict(about='tests/bench_panels.py', rounds=rows, live_run=cost, saved_page=page, commit=code_commit(), machine=machine(), versions=versions(), when=time.strftime('%Y-%m-%d'))
    if a.out: write_json(Path(a.out), res)
