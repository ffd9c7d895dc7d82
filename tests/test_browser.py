"""Panels in a real JupyterLab and a real Chromium, by mouse and by keyboard, and their saved pages without a kernel; needs
playwright and a chromium. Screenshots go to $TEST_SHOTS, if that names a folder."""
import json, os, re, shutil, socket, subprocess, sys, time, urllib.request
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat, numpy as np, pandas as pd, pytest

sync_api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip install -e ".[browser]"')
CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason='there is no chromium')]

# What every notebook here begins with; the tests run it too, and hold the browser against it.
SETUP = """import numpy as np, pandas as pd
from noisy_lab.data.table import load_data,open_store
from noisy_lab.panels import NoiseDesigner, PseudoLabelExplorer, RotationInspector, ViewPlayground, embed, save_page
from noisy_lab.methods.pseudo import make_table
data = load_data('tinynette', noise_pct=50); store = open_store(data, 32, progress=False); rng = np.random.default_rng(0)
pool = data.ids('train'); probs = rng.dirichlet(np.full(10, .3), len(pool)).astype(np.float32)
scores = pd.DataFrame(dict(idx=pool, pred=rng.integers(0, 10, len(pool)), loss=rng.random(len(pool)), margin=rng.random(len(pool))))
"""
EXPLORER = "panel = PseudoLabelExplorer(data, store, make_table(pool, probs, 'made up'), threshold=.5)\n"
STUDIO = "from noisy_lab.panels import RelabelStudio\nstudio = RelabelStudio(data, store, 'edits.jsonl', scores, who='anna', budget=60)\n"


@pytest.fixture(scope='module')
def here():
    "What the notebooks' first cell makes"
    space = {}
    exec(SETUP+EXPLORER, space)
    return space


def shot(pg, name):
    if os.environ.get('TEST_SHOTS'): pg.screenshot(path=Path(os.environ['TEST_SHOTS'])/f'{name}.png')


@pytest.fixture
def page(request):
    "A page that collects what goes wrong in it"
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        pg = browser.new_page(viewport=dict(width=1280, height=900), color_scheme=getattr(request, 'param', 'light'), accept_downloads=True)
        pg.errors = []
        pg.on('pageerror', lambda e: pg.errors.append(str(e)))
        pg.on('console', lambda m: pg.errors.append(m.text) if m.type == 'error' and ('nl-' in m.text or 'widget' in m.text.lower() or 'mountWidget' in m.text) else None)
        yield pg
        shot(pg, request.node.name)
        texts = ' '.join(pg.locator('.nl-panel').all_inner_texts())
        browser.close()
        assert not (bad := re.findall(r'\[object \w+\]|\bundefined\b|\bNaN\b', texts)), f'a panel says {bad}'


@contextmanager
def jupyterlab(tmp, theme='light'):
    "A JupyterLab on 127.0.0.1 over an empty folder: its address and the folder"
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]
    env = {**os.environ, 'JUPYTER_CONFIG_DIR': str(tmp/'config'), 'JUPYTER_DATA_DIR': str(tmp/'data'), 'OMP_NUM_THREADS': '1'}
    home = tmp/'home'; home.mkdir()
    user = tmp/'config/lab/user-settings/@jupyterlab/apputils-extension'; user.mkdir(parents=True)
    (user/'themes.jupyterlab-settings').write_text(json.dumps(dict(theme='JupyterLab Dark' if theme == 'dark' else 'JupyterLab Light')))
    (user/'notification.jupyterlab-settings').write_text('{"fetchNews": "false", "checkForUpdates": false}')
    notebook = tmp/'config/lab/user-settings/@jupyterlab/notebook-extension'; notebook.mkdir(parents=True)
    (notebook/'tracker.jupyterlab-settings').write_text('{"windowingMode": "none"}')   # cells that are out of sight stay in the page
    with open(tmp/'lab.log', 'w') as log:
        p = subprocess.Popen([sys.executable, '-m', 'jupyterlab', '--no-browser', '--ip=127.0.0.1', f'--port={port}', '--ServerApp.port_retries=0', '--IdentityProvider.token=', '--ServerApp.root_dir', str(home), '--allow-root'], env=env, stdout=log, stderr=log)
        try:
            url, end = f'http://127.0.0.1:{port}', time.time()+90
            while True:
                try: urllib.request.urlopen(url+'/api', timeout=2); break
                except OSError:
                    assert p.poll() is None and time.time() < end, (tmp/'lab.log').read_text()[-2000:]
                    time.sleep(.3)
            yield url, home
        finally: p.terminate(); p.wait(20)


@pytest.fixture(scope='module', params=['light'])
def lab(request, tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp('lab'), request.param) as it: yield it


class Book:
    "A notebook of these cells, open in JupyterLab"
    def __init__(self, lab, pg, name, *cells):
        (self.url, self.home), self.pg, self.name = lab, pg, name
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells], metadata=dict(kernelspec=dict(name='python3', display_name='python3', language='python'))), self.home/f'{name}.ipynb')
        pg.goto(f'{self.url}/lab/tree/{name}.ipynb?reset')
        pg.wait_for_selector('.jp-Notebook .jp-CodeCell .cm-content', timeout=90000)
        self.ready()
    def ready(self):
        idle = "document.body.innerText.includes('| Idle')"
        self.pg.wait_for_function(f"{idle} || document.querySelector('.jp-Dialog')", timeout=90000)
        if self.pg.locator('.jp-Dialog button.jp-mod-accept').count(): self.pg.locator('.jp-Dialog button.jp-mod-accept').click()
        self.pg.wait_for_function(f"{idle} && !document.querySelector('.jp-Dialog')", timeout=90000)
    def run(self, i):
        self.pg.locator('.jp-CodeCell .cm-content').nth(i).click(); self.pg.keyboard.press('Shift+Enter')
    def says(self, i, pattern, seconds=40):
        "Run a cell that prints, and give what it printed"
        self.run(i)
        out, end = self.pg.locator('.jp-CodeCell').nth(i).locator('.jp-OutputArea-output'), time.time()+seconds
        while True:
            m = re.search(pattern, ' '.join(out.all_inner_texts()))
            if m: return m
            assert time.time() < end, (pattern, out.all_inner_texts())
            time.sleep(.1)
    def restart(self):
        "A new kernel, as a user gets one: the toolbar's button, and the dialog"
        self.pg.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="restart"]').first.click()
        self.pg.locator('.jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept').last.click()
        self.pg.wait_for_timeout(1000); self.ready()
    def keeps_out(self, node):
        "The notebook's own shortcuts do nothing while the panel has the focus"
        n = self.pg.locator('.jp-Cell').count()
        node.focus()
        for k in ('b', 'd', 'd', 'z', 'm', 'y', 'Shift+M', '?'): self.pg.keyboard.press(k)
        assert self.pg.locator('.jp-Cell').count() == n and self.pg.locator('.jp-Dialog').count() == 0 and self.pg.locator('.jp-CodeCell').count() == n


def facts(pg): return dict(zip(pg.locator('.nl-facts dt').all_inner_texts(), pg.locator('.nl-facts dd').all_inner_texts()))


def until(get, want, seconds=15):
    end = time.time()+seconds
    while (got := get()) != want and time.time() < end: time.sleep(.05)
    assert got == want, (got, want)


def drag(pg, locator, to):
    "Move a slider with the mouse to a share of its length; gives its value"
    locator.scroll_into_view_if_needed()
    b = locator.bounding_box()
    v, lo, hi = (float(locator.evaluate(f'o => o.{k}')) for k in ('value', 'min', 'max'))
    at = lambda share: b['x']+8+share*(b['width']-16)
    pg.mouse.move(at((v-lo)/(hi-lo)), b['y']+b['height']/2); pg.mouse.down(); pg.mouse.move(at(to), b['y']+b['height']/2, steps=8); pg.mouse.up()
    return float(locator.evaluate('o => o.value'))


def drawn(pg): pg.wait_for_selector('.nl-pic[data-drawn]', timeout=20000)
def key(pg, k): return pg.locator(f'[data-key="{k}"]')


# ---- in JupyterLab

def test_explorer(lab, page, here):
    book = Book(lab, page, 'explorer', SETUP+EXPLORER+'panel', "print('SEEN', panel.settings['threshold'], len(panel.shown()), panel.settings.get('cls'), len(np.unique(panel.selected().df.idx[panel.selected().kept])))", 'panel', "panel.settings = dict(panel.settings, k=20, cls=-1, agree='')")
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    mine, rows = here['panel'], here['panel'].rows
    until(lambda: facts(page).get('kept'), f"{mine.facts(threshold=.5)['images']:,}")
    drawn(page)
    h = drag(page, key(page, 'threshold'), .8)
    assert .7 < h < .9
    until(lambda: facts(page)['kept'], f"{mine.facts(threshold=h)['images']:,}")
    assert facts(page)['right'] == f"{100*mine.facts(threshold=h)['precision']:.1f} %"
    asked = dict(threshold=drag(page, key(page, 'threshold'), 0))
    for name,to in [('temperature', .7), ('per_class', .1), ('k', .1), ('p', .5)]:   # each slider tells what the selection keeps
        v = drag(page, key(page, name), to); asked[name] = v if name=='temperature' else int(v)
        until(lambda: facts(page).get('kept') or facts(page), f"{mine.facts(**asked)['images']:,}")
        until(lambda: facts(page).get('right'), f"{100*mine.facts(**asked)['precision']:.1f} %")
    for name,value in [('temperature', 1), ('per_class', 0), ('k', 0), ('p', 1), ('threshold', h)]: key(page, name).evaluate("(o, v) => { o.value = v; o.dispatchEvent(new Event('input')); }", value)
    until(lambda: facts(page)['kept'], f"{mine.facts(threshold=h)['images']:,}")
    key(page, 'cls').select_option('3')
    until(lambda: page.inner_text('.nl-status'), f"{(rows.pseudo==3).sum():,} of {len(rows):,} images")
    key(page, 'agree').select_option('other')
    want = rows[(rows.pseudo==3) & (rows.given!=3)].sort_values(['conf', 'idx'], ascending=[False, True])
    until(lambda: page.inner_text('.nl-status'), f"{len(want):,} of {len(rows):,} images")
    book.keeps_out(page.locator('.nl-grid'))
    for k in ('ArrowRight', 'ArrowRight'): page.keyboard.press(k)
    assert page.inner_text('.nl-detail').startswith(f'image {want.idx.iloc[2]} ')
    page.keyboard.press('End')
    until(lambda: page.inner_text('.nl-detail').split(' ')[1], str(want.idx.iloc[-1]))
    page.wait_for_selector('.nl-here .nl-pic[data-drawn]', timeout=15000)
    got = book.says(1, r'SEEN (\S+) (\d+) (\d+) (\d+)')
    assert (float(got[1]), int(got[2]), int(got[3]), int(got[4])) == (h, len(want), 3, mine.facts(threshold=h)['images'])
    # what Python or another view sets is shown; K takes the place of the threshold
    book.run(2); page.wait_for_function("document.querySelectorAll('.nl-explorer').length == 2")
    book.run(3); page.wait_for_function("[...document.querySelectorAll('[data-key=k]')].every((o) => o.value == 20)")
    assert page.locator('[data-key=threshold]:disabled').count() == 2 and page.locator('[data-key=p]:disabled').count() == 0
    until(lambda: page.locator('.nl-explorer >> nth=1').locator('[data-fact=kept]').inner_text(), f"{mine.facts(k=20)['images']:,}")
    assert not page.errors


def test_studio(lab, page, here, tmp_path):
    url, home = lab
    book = Book(lab, page, 'studio', SETUP+STUDIO+'studio', "print('SEEN', len(studio.edits.decided()), studio.score().you.looks)")
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    drawn(page)
    data, scores = here['data'], here['scores']
    order = scores.sort_values(['loss', 'idx'], ascending=[False, True]).idx.tolist()
    path = lambda k: data.df.path[order[k]]
    log = lambda: [json.loads(o) for o in (home/'edits.jsonl').read_text().splitlines()]
    grid = page.locator('.nl-grid')
    book.keeps_out(grid)
    # by keyboard: a class, the next image, drop, accept, a range
    page.keyboard.press('3'); until(lambda: facts(page)['relabelled'], '1')
    page.keyboard.press('x'); until(lambda: facts(page)['dropped'], '1')
    page.keyboard.press('Enter'); until(lambda: facts(page)['accepted'], '1')
    page.keyboard.press('Shift+ArrowRight'); page.keyboard.press('Shift+ArrowRight'); page.keyboard.press('0'); until(lambda: facts(page)['relabelled'], '4')
    assert [(o['do'], o['paths'], o.get('label')) for o in log()] == [('label', [path(0)], data.classes[2]), ('drop', [path(1)], None), ('accept', [path(2)], None), ('label', [path(3), path(4), path(5)], data.classes[9])]
    page.keyboard.press('u'); until(lambda: facts(page)['relabelled'], '1')
    page.keyboard.press('r'); until(lambda: facts(page)['relabelled'], '4')
    # by mouse: a class, undo
    page.locator('.nl-card').nth(8).click(); key(page, 'class-0').click(); until(lambda: facts(page)['relabelled'], '5')
    key(page, 'undo').click(); until(lambda: facts(page)['relabelled'], '4')
    # filters keep what was decided
    key(page, 'state').select_option('done'); until(lambda: page.inner_text('.nl-status >> nth=0').split(' of ')[0], '6')
    key(page, 'state').select_option('open'); until(lambda: page.inner_text('.nl-status >> nth=0').split(' of ')[0], f'{len(order)-6:,}')
    key(page, 'reset').click(); key(page, 'order').select_option('margin'); key(page, 'order').select_option('loss')
    shot(page, 'studio_decided')
    # the CSV, and the score
    key(page, 'export').click(); page.wait_for_function("document.body.innerText.includes('labels are in')")
    csv = pd.read_csv(home/'edits_labels.csv').set_index('path').noisy_labels_0
    assert path(1) not in csv.index and csv[path(0)] == data.classes[2] and csv[path(4)] == data.classes[9]
    others = data.df[data.df.split.isin(['train', 'val']) & ~data.df.path.isin([path(k) for k in (0, 1, 3, 4, 5)])]
    assert (csv[others.path].values == np.array(data.classes)[others.y_obs]).all() and len(csv) == len(others)+4
    key(page, 'score').click(); page.wait_for_selector('.nl-score')
    assert 'precision' in page.inner_text('.nl-score') and 'ranking' in page.inner_text('.nl-score')
    # a new kernel: the panel says that it is not saved, and a new one goes on where it was
    book.restart()
    grid.focus(); page.keyboard.press('x')
    page.wait_for_function("document.querySelector('.nl-alarm')?.textContent.includes('not saved')", timeout=20000)
    shot(page, 'studio_kernel_gone')
    n = len(log())
    book.run(0)
    page.wait_for_function("!document.querySelector('.nl-alarm')", timeout=60000); page.wait_for_selector('.nl-card', timeout=120000)
    until(lambda: {k: v for k, v in facts(page).items() if k != 'looked at'}, dict(relabelled='4', dropped='1', accepted='1'))
    assert len(log()) == n
    grid.focus(); page.keyboard.press('u'); until(lambda: facts(page)['relabelled'], '1')   # what was done last before the restart
    page.keyboard.press('r'); until(lambda: facts(page)['relabelled'], '4')
    assert book.says(1, r'SEEN (\d+) (\S+)')[1] == '6'
    # a fast hand decides on one image after the other, and undoes them again
    key(page, 'reset').click(); page.locator('.nl-card').nth(12).click(); grid.focus(); m = len(log())
    page.keyboard.type('12345')
    until(lambda: facts(page)['looked at'].split(' ')[0], '11')
    assert [(o['paths'], o['label']) for o in log()[m:]] == [([path(12+k)], data.classes[k]) for k in range(5)]
    page.keyboard.type('uuuuu'); until(lambda: facts(page)['looked at'].split(' ')[0], '6'); n = len(log())
    # an image out of sight is shown before it is decided on
    page.locator('.nl-card').nth(0).click(); grid.evaluate('o => { o.scrollTop = 4000; }'); page.wait_for_timeout(300); grid.focus()
    page.keyboard.press('x'); page.wait_for_function("document.body.innerText.includes('out of sight')")
    assert len(log()) == n and grid.evaluate('o => o.scrollTop') < 200
    # a budget is kept
    page.locator('.nl-card').nth(10).click(); grid.focus(); page.keyboard.press('Shift+End'); page.keyboard.press('x')
    page.wait_for_function("document.querySelector('.nl-alarm')?.textContent.includes('budget of 60')", timeout=20000)
    assert len(log()) == n and not page.errors


def test_designer(lab, page, here):
    from noisy_lab.data import corrupt_labels
    book = Book(lab, page, 'designer', SETUP+'designer = NoiseDesigner(data, store); designer', "print('SEEN', (designer.labels()!=designer.y).sum(), designer.T[0].round(3).tolist())")
    book.run(0)
    page.wait_for_selector('.nl-matrix td', timeout=120000)
    y = here['data'].oracle()[here['data'].labelled()]
    key(page, 'preset-pair').click(); rate = drag(page, key(page, 'rate'), .6)
    from noisy_lab.data import pair_matrix
    until(lambda: facts(page)['drawn wrong'].split(' ')[0], f'{(corrupt_labels(y, pair_matrix(10, rate), 42)!=y).sum():,}')
    cell = page.locator('[data-cell="0,1"]')
    book.keeps_out(cell)
    page.keyboard.press('ArrowRight'); page.keyboard.press('ArrowRight'); page.keyboard.press('+'); page.keyboard.press('+')
    T = pair_matrix(10, rate); T[0, 3] = .1; T[0, 0] = 1-rate-.1
    n = int((corrupt_labels(y, T, 42)!=y).sum())
    until(lambda: facts(page)['drawn wrong'].split(' ')[0], f'{n:,}')
    drawn(page)
    got = book.says(1, r'SEEN (\d+) (\[.*\])')
    assert int(got[1]) == n and np.allclose(json.loads(got[2]), T[0], atol=2e-3) and not page.errors


def test_views(lab, page):
    book = Book(lab, page, 'views', SETUP+'views = ViewPlayground(data, store, pool[::300]); views', "print('SEEN', views.settings['view'], views.settings['magnitude'], views.settings['at'])")
    book.run(0)
    page.wait_for_selector('.nl-sheet[src^=blob]', timeout=120000)
    src = lambda: page.locator('.nl-sheet').get_attribute('src')
    was = src(); m = drag(page, key(page, 'magnitude'), .9)
    page.wait_for_function(f"document.querySelector('.nl-sheet').src != '{was}'"); assert m > 20 and 'beyond' in page.inner_text('.nl-status')
    key(page, 'magnitude').focus(); page.keyboard.press('ArrowLeft'); until(lambda: key(page, 'magnitude').input_value(), str(int(m)-1))
    was = src(); key(page, 'view').select_option('rotations'); page.wait_for_function(f"document.querySelector('.nl-sheet').src != '{was}'")
    assert key(page, 'magnitude').is_hidden()
    was = src(); key(page, 'next').click(); page.wait_for_function(f"document.querySelector('.nl-sheet').src != '{was}'")
    assert page.locator('.nl-sheet').evaluate('o => o.naturalWidth') == 4*96
    assert book.says(1, r'SEEN (\w+) (\d+) (\d+)').groups() == ('rotations', str(int(m)-1), '1') and not page.errors


def test_rotation(lab, page, here):
    from noisy_lab.panels import RotationInspector
    from noisy_lab.methods import sesemi_learner
    cell = SETUP+"from noisy_lab.methods.sesemi import sesemi_learner\nturns = RotationInspector(data, store, sesemi_learner(data, store, 32, seed=0).model, pool[::10])\nturns"
    book = Book(lab, page, 'rotation', cell, "print('SEEN', turns.settings.get('cls'), turns.settings.get('right'))")
    book.run(0)
    page.wait_for_selector('.nl-figure', timeout=120000)
    mine = RotationInspector(here['data'], here['store'], sesemi_learner(here['data'], here['store'], 32, seed=0).model, here['pool'][::10])
    assert facts(page)['right answers'] == f"{100*mine.meta['accuracy']:.1f} %" and page.locator('.nl-figure').count() == 4
    key(page, 'cls').select_option('4'); key(page, 'right').select_option('some')
    hits = (mine.probs.argmax(2)==np.arange(4)).sum(1); n = int(((mine.label==4) & (hits>0) & (hits<4)).sum())
    until(lambda: page.inner_text('.nl-status'), f'{n:,} of {len(mine.ids):,} images' if n else 'No image fits this filter.')
    key(page, 'right').select_option('')
    book.keeps_out(page.locator('.nl-grid')); drawn(page)
    def words(): return page.locator('.nl-figure figcaption').all_inner_texts()
    was = words(); page.keyboard.press('ArrowRight'); page.keyboard.press('ArrowRight')
    page.wait_for_timeout(500); now = words()
    ids = np.flatnonzero(mine.label==4); best = mine.probs[ids[np.lexsort((mine.ids[ids], -mine.loss[ids]))][2]].argmax(1)
    assert now == [f"{90*a}°: says {90*b}° {'✓' if a == b else '✗'}" for a, b in enumerate(best)], (was, now)
    assert book.says(1, r"SEEN (\d+)")[1] == '4' and not page.errors


RUNS = """from dataclasses import replace
from noisy_lab.data.table import keep_labels
from noisy_lab.runs.engine import run
from noisy_lab.runs.recipe import Recipe
from noisy_lab.panels import LiveRun,NoiseRobustness
few = keep_labels(data, 600); small = open_store(few, 16, progress=False)
r = run(Recipe(size=16, epochs=4, n_labelled=600, noise_pct=50), 0, 'runs', (few, small), progress=False)
board = NoiseRobustness([dict(method=m, noise_pct=n, seed=s, acc_last=.9-n/150-.01*s) for m in ('ce','gce','<b>x</b>') for n in (0,25,50) for s in range(3)], [r], few)
"""

def test_robustness(lab, page):
    book = Book(lab, page, 'robust', SETUP+RUNS+'board', "print('SEEN', board.settings['tab'], board.settings['epoch'], round(100*board.meta['runs'][0]['memorised_flipped'][1], 1), round(100*board.meta['runs'][0]['memorised_flipped'][0], 1))")
    book.run(0)
    page.wait_for_selector('.nl-chart', timeout=120000)
    assert page.locator('.nl-line').count() >= 3 and page.locator('.nl-robust b').count() == 0 and '± ' in page.inner_text('.nl-score')
    page.locator('[data-method="gce"]').click(); until(lambda: page.locator('.nl-score tbody tr').count(), 2)
    page.locator('[data-method="gce"]').press('Space'); until(lambda: page.locator('.nl-score tbody tr').count(), 3)
    shot(page, 'robust_rates')
    key(page, 'tab-rates').focus(); page.keyboard.press('ArrowRight')
    page.wait_for_selector('[data-key=epoch]')
    key(page, 'epoch').focus(); page.keyboard.press('ArrowLeft'); page.keyboard.press('ArrowLeft'); until(lambda: facts(page)['epoch'], '2')
    two = facts(page)['the wrong label, learned by heart']
    shot(page, 'robust_memory')
    b = page.locator('.nl-chart').bounding_box(); page.mouse.click(b['x']+60*b['width']/640, b['y']+40); until(lambda: facts(page)['epoch'], '1')
    one = facts(page)['the wrong label, learned by heart']
    key(page, 'tab-confusion').click(); page.locator('.nl-matrix >> nth=0').locator('[data-cell="4,4"]').click()
    until(lambda: key(page, 'cls').input_value(), '4')
    book.keeps_out(page.locator('.nl-matrix >> nth=0').locator('[data-cell="4,4"]'))
    got = book.says(1, r'SEEN (\w+) (\d+) (\S+) (\S+)')
    assert got.groups()[:2] == ('confusion', '1') and [f'{float(o):.1f} %' for o in got.groups()[2:]] == [two, one] and not page.errors


def test_live_run(lab, page):
    train = "from noisy_lab.train.learner import lab_learner\nfrom noisy_lab.data.table import lab_dls\nlive = LiveRun(every=.1); learn = lab_learner(lab_dls(few, small, 16))\nwith learn.no_logging(),learn.no_bar(): learn.fit_one_cycle(3, cbs=live)"
    book = Book(lab, page, 'live', SETUP+RUNS, train, "print('SEEN', len(live.history['steps']), live.history['epochs'][-1]['accuracy'])")
    book.run(0); page.wait_for_timeout(3000); book.run(1)
    page.wait_for_selector('.nl-live', timeout=120000)
    page.wait_for_function("document.querySelector('.nl-live .nl-status').textContent == 'Finished.'", timeout=60000)
    until(lambda: facts(page)['epoch'], '3.0 of 3')
    assert page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    got = book.says(2, r'SEEN (\d+) (\S+)')
    assert facts(page)['accuracy'] == f'{float(got[2]):.3f}' and page.locator('.nl-chart').count() == 2 and not page.errors
    assert page.locator('.nl-chart >> nth=0').locator('.nl-mark.nl-s4').count() == min(int(got[1]), 40)   # a mark for each reading


@pytest.mark.parametrize('lab', ['dark'], indirect=True)
def test_dark_theme(lab, page):
    book = Book(lab, page, 'dark', SETUP+STUDIO+'studio', SETUP+RUNS+"board.settings = dict(tab='memory'); board", SETUP+'NoiseDesigner(data, store)')
    for i, (part, name) in enumerate([('.nl-studio', 'studio'), ('.nl-robust', 'robust'), ('.nl-designer', 'designer')]):
        book.run(i); page.wait_for_selector(part, timeout=120000)
        page.locator(part).scroll_into_view_if_needed(); page.wait_for_timeout(800); shot(page, f'dark_{name}')
        light = page.locator(part).evaluate("o => [getComputedStyle(o).backgroundColor, getComputedStyle(o).color].map(c => c.match(/[0-9.]+/g).slice(0, 3).reduce((a, v) => a + +v, 0) / 765)")
        assert light[0] < .3 < .7 < light[1], light
    assert not page.errors


# ---- lessons, as a new user runs them

@pytest.mark.again
@pytest.mark.parametrize('lesson,part', [('01_see_the_noise', '.nl-designer'), ('04_finding_wrong_labels', '.nl-studio'), ('06_teachers_and_students', '.nl-explorer')])
def test_run_all_of_a_lesson(lesson, part, lab, page):
    from noisy_lab.course import copy_lessons
    url, home = lab
    if not (home/'course').exists(): copy_lessons(home/'course')
    file = home/f'course/lessons/{lesson}.ipynb'
    book = Book.__new__(Book); book.url, book.home, book.pg, book.name = url, home, page, f'course/lessons/{lesson}'
    page.goto(f'{url}/lab/tree/course/lessons/{lesson}.ipynb?reset')
    page.wait_for_selector('.jp-Notebook .jp-CodeCell .cm-content', timeout=90000); book.ready()
    page.locator('.lm-MenuBar-item', has_text='Run').first.click(); page.locator('.lm-Menu-item', has_text=re.compile('^Run All Cells$')).click()
    done = lambda: [c.execution_count for c in nbformat.read(file, 4).cells if c.cell_type == 'code']
    end = time.time()+600
    while True:
        page.wait_for_timeout(3000); page.keyboard.press('Control+s'); page.wait_for_timeout(500)
        if 'Idle' in page.inner_text('#jp-main-statusbar') and all(done()): break
        assert time.time() < end, done()
    outs = [o for c in nbformat.read(file, 4).cells if c.cell_type == 'code' for o in c.outputs]
    red = [o for o in outs if o.output_type == 'error' or o.get('name') == 'stderr']
    assert not red, red
    page.locator(part).scroll_into_view_if_needed(); page.wait_for_selector(f'{part} .nl-card, {part} .nl-matrix', timeout=20000)
    page.wait_for_timeout(1500)
    if part != '.nl-designer': drawn(page)
    assert page.locator('.nl-broken').count() == 0 and not page.errors
    if part == '.nl-designer':
        was = facts(page)['drawn wrong']; key(page, 'more').click(); page.wait_for_timeout(500); assert facts(page)['drawn wrong'] != was


# ---- pages without a kernel

def test_saved_explorer(tmp_path, page, here):
    mine = here['panel']
    page.goto(here['save_page'](mine, tmp_path/'x.html', images=120).as_uri())
    page.wait_for_selector('.nl-card')
    until(lambda: facts(page).get('kept'), f"{mine.facts(threshold=.5)['images']:,}")
    assert page.inner_text('.nl-status') == f'{len(mine.rows):,} of {len(mine.rows):,} images; this page holds the thumbnails of 120'
    h = drag(page, key(page, 'threshold'), .3); until(lambda: facts(page)['kept'], f"{mine.facts(threshold=h)['images']:,}")
    key(page, 'by').select_option('given'); key(page, 'cls').select_option('5')
    until(lambda: page.inner_text('.nl-status').split(' of ')[0], f'{(mine.rows.given==5).sum():,}')
    key(page, 'reset').click()
    b = page.locator('.nl-hist').bounding_box()
    page.mouse.move(b['x']+.4*b['width'], b['y']+20); page.mouse.down(); page.mouse.move(b['x']+.6*b['width'], b['y']+20, steps=5); page.mouse.up()
    near = int(page.inner_text('.nl-status').split(' of ')[0].replace(',', ''))
    assert abs(near-mine.rows.conf.between(.4, .6).sum()) < .1*near
    key(page, 'lo').fill('0.5'); key(page, 'lo').press('Enter'); key(page, 'hi').fill('1'); key(page, 'hi').press('Enter')
    until(lambda: page.inner_text('.nl-status').split(' of ')[0], f'{(mine.rows.conf>=.5).sum():,}')
    key(page, 'of').select_option('margin'); key(page, 'hi').fill('0.2'); key(page, 'hi').press('Enter')
    until(lambda: page.inner_text('.nl-status').split(' of ')[0], f'{(mine.rows.margin.astype(np.float32)<=.2).sum():,}'); key(page, 'reset').click()
    page.locator('.nl-grid').focus(); page.keyboard.press('End')
    page.wait_for_function("document.querySelector('.nl-grid').scrollTop > 200")
    cards = page.locator('.nl-card').count()
    assert 0 < cards < 200   # what is out of sight is not in the page
    assert not page.errors


def test_two_rounds(tmp_path, page, here):
    mine = here['panel']
    later = here['make_table'](here['pool'], here['probs']*.5+np.roll(here['probs'], 1, axis=0)*.5, 'made up', 2)
    two = type(mine)(here['data'], here['store'], later, before=mine.table)
    page.goto(here['save_page'](two, tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-card')
    key(page, 'changed').select_option('yes')
    n = int((two.rows.before!=two.rows.pseudo).sum())
    until(lambda: page.inner_text('.nl-status').split(' of ')[0], f'{n:,}')
    assert facts(page)['changed since before'].startswith(f'{n:,} (') and page.inner_text('.nl-card >> nth=0').count('was ') == 1 and not page.errors


def test_saved_studio_gives_a_log(tmp_path, page, here):
    from noisy_lab.panels import EditLog, decisions, RelabelStudio
    s = RelabelStudio(here['data'], here['store'], tmp_path/'log.jsonl', here['scores'])
    page.goto(here['save_page'](s, tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-card'); page.locator('.nl-grid').focus()
    for k in ('1', 'x', 'Enter', 'u', 'u', 'r', 'ArrowRight', '2'): page.keyboard.press(k)
    until(lambda: facts(page)['looked at'], '3')
    with page.expect_download() as d: key(page, 'download').click()
    d.value.save_as(tmp_path/'got.jsonl')
    order = here['scores'].sort_values(['loss', 'idx'], ascending=[False, True]).idx
    got = decisions(EditLog(tmp_path/'got.jsonl').records)
    key(page, 'who').fill('cleo')
    with page.expect_download() as d: key(page, 'download').click()
    d.value.save_as(tmp_path/'cleo.jsonl'); assert d.value.suggested_filename == 'edits-cleo.jsonl'
    assert set(EditLog(tmp_path/'cleo.jsonl').decided().who) == {'cleo'} and got.who.str.match('page-[0-9a-f]{6}$').all()
    assert [(p, o.do, o.label) for p, o in got.iterrows()] == [(here['data'].df.path[order.iloc[0]], 'label', here['data'].classes[0]), (here['data'].df.path[order.iloc[1]], 'drop', ''), (here['data'].df.path[order.iloc[2]], 'label', here['data'].classes[1])]
    assert not (tmp_path/'log.jsonl').exists() and not page.errors


def test_two_saved_pages_and_a_budget(tmp_path, page, here):
    "Two people with one page each: their logs differ where they do, and neither goes beyond the budget"
    from noisy_lab.panels import merge_logs, RelabelStudio
    file = here['save_page'](RelabelStudio(here['data'], here['store'], tmp_path/'log.jsonl', here['scores'], budget=3), tmp_path/'x.html', images=60)
    for name, keys in (('a', '1x3'), ('b', '22')):
        page.goto(file.as_uri()); page.wait_for_selector('.nl-card'); page.locator('.nl-grid').focus(); page.keyboard.type(keys)
        until(lambda: facts(page)['looked at'], f'{len(keys)} of 3')
        if name == 'a':
            page.keyboard.type('4'); page.wait_for_function("document.querySelector('.nl-alarm')?.textContent.includes('budget of 3 images is spent')")
            assert facts(page)['looked at'] == '3 of 3'
        with page.expect_download() as d: key(page, 'download').click()
        d.value.save_as(tmp_path/f'{name}.jsonl')
    records, conflicts = merge_logs([tmp_path/'a.jsonl', tmp_path/'b.jsonl'])
    assert len(records) == 5 and len(conflicts) == 2 and conflicts.shape[1] == 2 and not page.errors


def test_many_classes(tmp_path, page, here):
    "With more classes than digits a part of a name finds one; what is decided on is in sight"
    from noisy_lab.panels import RelabelStudio
    many = replace(here['data'], classes=[*here['data'].classes, *(f'a rather long name of class number {k}' for k in range(90))])
    page.goto(here['save_page'](RelabelStudio(many, here['store'], tmp_path/'log.jsonl', here['scores']), tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-card'); page.locator('.nl-grid').focus()
    assert page.locator('.nl-studio').bounding_box()['height'] < 800
    page.keyboard.press('/'); page.keyboard.type('number 42')
    assert page.locator('.nl-assign button:visible').count() == 1
    page.keyboard.press('Enter'); until(lambda: facts(page)['relabelled'], '1')
    assert page.locator('.nl-card >> nth=0').inner_text().startswith('→ a rather long name of class number 42') and page.evaluate("document.activeElement.className") == 'nl-grid'
    page.goto(here['save_page'](here['NoiseDesigner'](many, here['store']), tmp_path/'y.html', images=60).as_uri()); page.wait_for_selector('.nl-matrix')
    assert page.locator('.nl-designer').bounding_box()['height'] < 1000 and not page.errors


def test_numbers_that_are_none(tmp_path, page, here):
    "Accuracies and losses that are not numbers leave a page that says so"
    from noisy_lab.panels import LivePanel, NoiseRobustness
    board = NoiseRobustness([dict(method=m, noise_pct=n, seed=s, acc_last=float('nan') if (m, n) == ('b', 50) else .5+.1*s) for m in 'ab' for n in (5, 50) for s in range(2)])
    page.goto(here['save_page'](board, tmp_path/'x.html').as_uri()); page.wait_for_selector('.nl-chart')
    assert page.locator('.nl-score tbody tr').nth(1).locator('td').all_inner_texts() == ['55.0 ± 7.1', '–']
    live = LivePanel(dict(steps=[1, 2], loss=[2.5e9, float('inf')], epochs=[], n_epoch=1, per_epoch=2, state='stopped', share=0.))
    page.goto(here['save_page'](live, tmp_path/'y.html').as_uri())
    page.wait_for_function("document.querySelector('.nl-alarm')?.textContent.includes('not a number')")
    assert page.locator('.nl-tick', has_text='2.5e+9').count() and not page.errors


def test_pages_follow_the_theme_around_them(tmp_path, page, here):
    page.goto('about:blank')
    for attr, dark in (('data-jp-theme-light="false"', True), ('data-jp-theme-light="true"', False), ('class="quarto-dark"', True), ('class="quarto-light"', False)):
        (tmp_path/'around.html').write_text(f'<!doctype html><body {attr}>'+here['embed'](here['panel'], images=20).data)
        page.goto((tmp_path/'around.html').as_uri())
        frame = page.frame_locator('iframe').first; frame.locator('.nl-card').first.wait_for()
        assert frame.locator('html').evaluate('o => o.hasAttribute("data-dark")') == dark
    page.evaluate("document.documentElement.dataset.theme = 'dark'; document.body.className = ''")   # switched, while it is read
    page.wait_for_function("document.querySelector('iframe').contentDocument.documentElement.hasAttribute('data-dark')")


def test_images_that_cannot_be_read(tmp_path, page, here):
    from copy import copy
    torn = copy(here['store']); torn.bad = here['pool'][np.argsort(-here['panel'].rows.conf.values)[:2]]
    page.goto(here['save_page'](here['PseudoLabelExplorer'](here['data'], torn, here['panel'].table), tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-card')
    assert page.locator('.nl-unread').count() == 2 and 'cannot be read' in page.locator('.nl-card >> nth=0').get_attribute('aria-label') and not page.errors


def test_conflicts(tmp_path, page, here):
    from noisy_lab.panels import EditLog, RelabelStudio
    data, order = here['data'], here['scores'].sort_values(['loss', 'idx'], ascending=[False, True]).idx
    ben = EditLog(tmp_path/'ben.jsonl', 'ben', data.classes); ben.edit('label', [data.df.path[order.iloc[k]] for k in (0, 1)], data.classes[4])
    s = RelabelStudio(data, here['store'], tmp_path/'log.jsonl', here['scores'], others=[ben.file])
    page.goto(here['save_page'](s, tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-card'); page.locator('.nl-grid').focus()
    for k in ('5', 'x', 'x'): page.keyboard.press(k)   # as ben, unlike ben, ben said nothing
    until(lambda: facts(page)['conflicts'], '1')
    key(page, 'state').select_option('conflict'); until(lambda: page.locator('.nl-card').count(), 1)
    assert f'≠ ben: {data.classes[4]}' in page.inner_text('.nl-card')
    page.locator('.nl-grid').focus(); page.keyboard.press('t'); until(lambda: facts(page)['conflicts'], '0')
    assert not page.errors


def test_saved_designer(tmp_path, page, here):
    from noisy_lab.data import corrupt_labels, symmetric_matrix
    d = here['NoiseDesigner'](here['data'], here['store'])
    page.goto(here['save_page'](d, tmp_path/'x.html', images=60).as_uri())
    page.wait_for_selector('.nl-matrix')
    r = drag(page, key(page, 'rate'), .9)
    until(lambda: facts(page)['drawn wrong'].split(' ')[0], f'{(corrupt_labels(d.y, symmetric_matrix(10, r), 42)!=d.y).sum():,}')
    assert not page.errors


NASTY = ['</script><script>window.hit=1</script>', '<img src=x onerror="window.hit=1">']

def panels(here, data, tmp_path, n):
    "Every panel over images, with the first `n` training images"
    from noisy_lab.panels import RelabelStudio
    from noisy_lab.methods import sesemi_learner
    ids = here['pool'][:n]
    part = replace(data, df=data.df.assign(y_obs=data.df.y_obs.where(data.df.idx.isin(ids) | (data.df.split!='train'), -1)))
    holes = here['make_table'](ids, here['probs'][:n]); holes.df.loc[holes.df.index[:4], 'conf'] = np.nan
    scores = here['scores'][:n].assign(loss=lambda d: d.loss.where(d.index>3))
    yield here['PseudoLabelExplorer'](part, here['store'], holes)
    yield RelabelStudio(part, here['store'], tmp_path/f'log{n}.jsonl', scores if n else None)
    if len(data.classes)>1: yield here['NoiseDesigner'](part, here['store'])
    yield here['RotationInspector'](part, here['store'], sesemi_learner(here['data'], here['store'], 16, seed=0).model, ids, 16)


def test_hostile_names_nothing_and_holes(tmp_path, page, here):
    bad = replace(here['data'], classes=[*NASTY, *here['data'].classes[2:]])
    for n in (0, 40):
        for p in panels(here, bad, tmp_path, n):
            page.goto(here['save_page'](p, tmp_path/'x.html').as_uri())
            page.wait_for_selector('.nl-panel'); page.wait_for_timeout(300)
            assert page.evaluate('window.hit') is None and page.locator('.nl-panel img:not(.nl-sheet)').count() == 0, p
            assert not page.locator('.nl-broken').count() and not page.errors, (p, page.errors)
            if n: assert page.locator('.nl-card').count() or 'No image' in page.inner_text('.nl-panel'), p
            else: assert re.search(r'nothing to show|no labelled image|no image', page.inner_text('.nl-panel'), re.I), p


def test_one_class(tmp_path, page, here):
    y = here['data'].df.y_obs*0
    one = replace(here['data'], classes=['duck'], df=here['data'].df.assign(y_obs=y), _y_true=np.zeros(len(y), int))
    t = here['make_table'](here['pool'][:40], np.ones((40, 1), np.float32))
    from noisy_lab.panels import RelabelStudio
    for p in (here['PseudoLabelExplorer'](one, here['store'], t), RelabelStudio(one, here['store'], tmp_path/'l.jsonl', here['scores'][['idx', 'loss']])):
        page.goto(here['save_page'](p, tmp_path/'x.html', images=40).as_uri())
        page.wait_for_selector('.nl-card')
        assert 'duck' in page.inner_text('.nl-card >> nth=0') and not page.errors
    page.locator('.nl-grid').focus(); page.keyboard.press('7')
    page.wait_for_function("document.querySelector('.nl-alarm')?.textContent == 'There is no class 7; there are 1.'")


def test_broken_state_and_image_that_has_gone(tmp_path, page, here):
    p = here['panel']
    html = here['save_page'](p, tmp_path/'x.html', images=60).read_text()
    (tmp_path/'broken.html').write_text(html.replace('"classes":', '"klasses":'))
    page.goto((tmp_path/'broken.html').as_uri())
    page.wait_for_function("document.querySelector('.nl-broken')?.textContent.includes('cannot be drawn')")
    page.errors.clear()
    (tmp_path/'gone.html').write_text(re.sub(r'"webp": "[^"]{40}', '"webp": "'+'A'*40, html))   # sheets that are no pictures
    page.goto((tmp_path/'gone.html').as_uri())
    page.wait_for_selector('.nl-card'); page.wait_for_timeout(500)
    assert page.locator('.nl-card').count() > 5 and not page.locator('.nl-broken').count()
    key(page, 'cls').select_option('2'); page.wait_for_timeout(300); assert page.locator('.nl-card').count() > 5
