"""Panels in a real JupyterLab and a real Chromium, by mouse and by keyboard, and their saved pages without a kernel.
It needs playwright and a chromium. Screenshots go to $TEST_SHOTS, if that names a folder."""
import json, re, time
from copy import copy
from dataclasses import replace

import nbformat, numpy as np, pandas as pd, pytest
from nbformat.sign import NotebookNotary
from PIL import Image

from browser import (
    CHROMIUM, VIEWPORT, Book, card, cell, drag, drawn, facts, grid, jupyterlab, key, launch, press, set_slider, shot,
    status, until, until_alarm, until_fact, until_shown, until_text)
from reading import axe_script, serious
from noisy_lab import course, methods, panels, suspects
from noisy_lab.data import corrupt_labels, pair_matrix, symmetric_matrix

sync_api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip install -e ".[browser]"')
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason='there is no chromium')]

# What every notebook here begins with; the tests run it too, and hold the browser against it.
SETUP = """\
import numpy as np, pandas as pd
from noisy_lab.data import load_data, open_store
from noisy_lab.methods import make_table
from noisy_lab.panels import NoiseDesigner, PseudoLabelExplorer, RotationInspector, ViewPlayground, embed, save_page

data = load_data('tinynette', noise_pct=50)
store = open_store(data, 32, progress=False)
rng, pool = np.random.default_rng(0), data.ids('train')
probs = rng.dirichlet(np.full(10, .3), len(pool)).astype(np.float32)
pred, loss, margin = rng.integers(0, 10, len(pool)), rng.random(len(pool)), rng.random(len(pool))
scores = pd.DataFrame(dict(idx=pool, pred=pred, loss=loss, margin=margin))
"""
EXPLORER = "panel = PseudoLabelExplorer(data, store, make_table(pool, probs, 'made up'), threshold=.5)\n"
STUDIO = """\
from noisy_lab.panels import RelabelStudio
studio = RelabelStudio(data, store, 'edits.jsonl', scores, who='anna', budget=60)
"""
RUNS = """\
from noisy_lab.data import keep_labels
from noisy_lab.panels import LiveRun, NoiseRobustness
from noisy_lab.runs import make_recipe, run

few = keep_labels(data, 600)
small = open_store(few, 16, progress=False)
recipe = make_recipe(size=16, epochs=4, n_labelled=600, noise_pct=50)
r = run(recipe, 0, 'runs', (few, small), progress=False)
def row(method, pct, seed): return dict(method=method, noise_pct=pct, seed=seed, acc_last=.9-pct/150-.01*seed)
rows = [row(m, n, s) for m in ('ce', 'gce', '<b>x</b>') for n in (0, 25, 50) for s in range(3)]
board = NoiseRobustness(rows, [r], few)
"""


@pytest.fixture(scope='module')
def here():
    "What the notebooks' first cell makes"
    space = {}
    exec(SETUP+EXPLORER, space)
    return space


def _matters(message):
    "Is a line of the browser's console about panels?"
    text = message.text
    return message.type == 'error' and ('nl-' in text or 'widget' in text.lower() or 'mountWidget' in text)


@pytest.fixture
def page(request):
    "A page that collects what goes wrong in it"
    with sync_api.sync_playwright() as p:
        browser = launch(p)
        scheme = getattr(request, 'param', 'light')
        pg = browser.new_page(viewport=VIEWPORT, color_scheme=scheme, accept_downloads=True)
        pg.errors = []
        pg.on('pageerror', lambda e: pg.errors.append(str(e)))
        pg.on('console', lambda m: pg.errors.append(m.text) if _matters(m) else None)
        yield pg
        shot(pg, request.node.name)
        texts = ' '.join(pg.locator('.nl-panel').all_inner_texts())
        browser.close()
        assert not (bad := re.findall(r'\[object \w+\]|\bundefined\b|\bNaN\b', texts)), f'a panel says {bad}'


@pytest.fixture(scope='module', params=['light'])
def lab(request, tmp_path_factory):
    with jupyterlab(tmp_path_factory.mktemp('lab'), request.param) as it: yield it


def percent(x): return f'{100*x:.1f} %'


# ---- in JupyterLab: the explorer

SEEN = """
kept = panel.selected()
kept = kept.df.idx[kept.kept]
print('SEEN', panel.settings['threshold'], len(panel.shown()), panel.settings.get('cls'), len(np.unique(kept)))
"""

def test_explorer(lab, page, here):
    again = "panel.settings = dict(panel.settings, k=20, cls=-1, agree='')"
    book = Book.of(lab, page, 'explorer', SETUP+EXPLORER+'panel', SEEN, 'panel', again)
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    mine, rows = here['panel'], here['panel'].rows
    def kept(**selection): return f"{mine.facts(**selection)['images']:,}"
    until_fact(page, 'kept', kept(threshold=.5))
    drawn(page)

    threshold = drag(page, 'threshold', .8)
    assert .7 < threshold < .9
    until_fact(page, 'kept', kept(threshold=threshold))
    assert facts(page)['right'] == percent(mine.facts(threshold=threshold)['precision'])

    # each slider tells what the selection keeps
    asked = dict(threshold=drag(page, 'threshold', 0))
    for name, to in [('temperature', .7), ('per_class', .1), ('k', .1), ('p', .5)]:
        value = drag(page, name, to)
        asked[name] = value if name == 'temperature' else int(value)
        until_fact(page, 'kept', kept(**asked))
        until_fact(page, 'right', percent(mine.facts(**asked)['precision']))
    begin = dict(temperature=1, per_class=0, k=0, p=1, threshold=threshold)
    for name, value in begin.items(): set_slider(page, name, value)
    until_fact(page, 'kept', kept(threshold=threshold))

    # filters
    key(page, 'cls').select_option('3')
    until(lambda: status(page), f'{(rows.pseudo==3).sum():,} of {len(rows):,} images')
    key(page, 'agree').select_option('other')
    want = rows[(rows.pseudo==3) & (rows.given!=3)].sort_values(['conf', 'idx'], ascending=[False, True])
    until(lambda: status(page), f'{len(want):,} of {len(rows):,} images')

    # what the selection keeps is a filter, too, and follows the sliders; other filters do not change what is counted
    key(page, 'kept').select_option('yes')
    for t in (.4, .6):
        set_slider(page, 'threshold', t)
        until_shown(page, (want.conf >= t).sum())
        until_fact(page, 'kept', kept(threshold=t))
    set_slider(page, 'threshold', threshold)
    key(page, 'kept').select_option('')

    # keys
    book.keeps_out(grid(page))
    press(page, 'ArrowRight', 'ArrowRight')
    assert page.inner_text('.nl-detail').startswith(f'image {want.idx.iloc[2]} ')
    press(page, 'End')
    until(lambda: page.inner_text('.nl-detail').split(' ')[1], str(want.idx.iloc[-1]))
    page.wait_for_selector('.nl-here .nl-pic[data-drawn]', timeout=15000)

    seen = book.says(1, r'SEEN (\S+) (\d+) (\d+) (\d+)').groups()
    assert float(seen[0]) == threshold
    assert [int(o) for o in seen[1:]] == [len(want), 3, mine.facts(threshold=threshold)['images']]

    # what Python or another view sets is shown; K takes the place of the threshold
    book.run(2)
    page.wait_for_function("document.querySelectorAll('.nl-explorer').length == 2")
    book.run(3)
    page.wait_for_function("[...document.querySelectorAll('[data-key=k]')].every((o) => o.value == 20)")
    assert page.locator('[data-key=threshold]:disabled').count() == 2
    assert page.locator('[data-key=p]:disabled').count() == 0
    second = page.locator('.nl-explorer').nth(1)
    until(lambda: second.locator('[data-fact=kept]').inner_text(), kept(k=20))
    assert not page.errors


# ---- the studio

class Desk:
    "A studio in JupyterLab, with the log that it writes"
    def __init__(self, lab, page, here):
        seen = "print('SEEN', len(studio.edits.decided()), studio.score().you.looks)"
        self.book = Book.of(lab, page, 'studio', SETUP+STUDIO+'studio', seen)
        self.page, self.data, self.home = page, here['data'], lab[1]
        self.order = here['scores'].sort_values(['loss', 'idx'], ascending=[False, True]).idx.tolist()
        self.open()
    def open(self):
        self.book.run(0)
        self.page.wait_for_function("!document.querySelector('.nl-alarm')", timeout=60000)
        self.page.wait_for_selector('.nl-card', timeout=120000)
        drawn(self.page)
    def path(self, k): return self.data.df.path[self.order[k]]
    def log(self): return [json.loads(o) for o in (self.home/'edits.jsonl').read_text().splitlines()]
    def looks(self, n): until(lambda: facts(self.page)['looked at'].split(' ')[0], str(n))


def _decide_by_hand(desk):
    page, classes = desk.page, desk.data.classes
    desk.book.keeps_out(grid(page))
    # by keyboard: a class, the next image, drop, accept, a range
    press(page, '3')
    until_fact(page, 'relabelled', '1')
    press(page, 'x')
    until_fact(page, 'dropped', '1')
    press(page, 'Enter')
    until_fact(page, 'accepted', '1')
    press(page, 'Shift+ArrowRight', 'Shift+ArrowRight', '0')
    until_fact(page, 'relabelled', '4')
    assert [(o['do'], o['paths'], o.get('label')) for o in desk.log()] == [
        ('label', [desk.path(0)], classes[2]), ('drop', [desk.path(1)], None), ('accept', [desk.path(2)], None),
        ('label', [desk.path(k) for k in (3, 4, 5)], classes[9])]
    press(page, 'u')
    until_fact(page, 'relabelled', '1')
    press(page, 'r')
    until_fact(page, 'relabelled', '4')
    # by mouse: a class, undo
    card(page, 8).click()
    key(page, 'class-0').click()
    until_fact(page, 'relabelled', '5')
    key(page, 'undo').click()
    until_fact(page, 'relabelled', '4')


def _selects_no_cells(desk):
    "Ctrl+A takes the images that are shown, and none of the notebook's cells"
    page = desk.page
    grid(page).focus()
    press(page, 'Control+a')
    assert page.inner_text('.nl-detail').startswith(f'{len(desk.order):,} images selected')
    assert page.locator('.jp-Cell.jp-mod-multiSelected').count() == 0
    key(page, 'undo').focus()
    press(page, 'Control+a')
    assert page.locator('.jp-Cell.jp-mod-multiSelected').count() == 0
    grid(page).focus()
    press(page, 'Escape')
    assert page.inner_text('.nl-detail').startswith('image ')


def _filters_keep_decisions(desk):
    page = desk.page
    key(page, 'state').select_option('done')
    until_shown(page, 6)
    key(page, 'state').select_option('open')
    until_shown(page, len(desk.order)-6)
    key(page, 'reset').click()
    key(page, 'order').select_option('margin')
    key(page, 'order').select_option('loss')
    shot(page, 'studio_decided')


def _csv_and_score(desk):
    page, data = desk.page, desk.data
    key(page, 'export').click()
    until_text(page, 'labels are in')
    csv = pd.read_csv(desk.home/'edits_labels.csv').set_index('path').noisy_labels_0
    assert desk.path(1) not in csv.index
    assert [csv[desk.path(k)] for k in (0, 4)] == [data.classes[2], data.classes[9]]
    changed = [desk.path(k) for k in (0, 1, 3, 4, 5)]
    others = data.df[data.df.split.isin(['train', 'val']) & ~data.df.path.isin(changed)]
    assert (csv[others.path].values == np.array(data.classes)[others.y_obs]).all()
    assert len(csv) == len(others)+4
    key(page, 'score').click()
    page.wait_for_selector('.nl-score')
    score = page.inner_text('.nl-score')
    assert 'precision' in score and 'ranking' in score


def _survives_a_restart(desk):
    "The panel says that it is not saved, and a new one goes on where it was"
    page = desk.page
    desk.book.restart()
    grid(page).focus()
    press(page, 'x')
    until_alarm(page, 'not saved')
    shot(page, 'studio_kernel_gone')
    n = len(desk.log())
    desk.open()
    def decided(): return {k: v for k, v in facts(page).items() if k != 'looked at'}
    until(decided, dict(relabelled='4', dropped='1', accepted='1'))
    assert len(desk.log()) == n
    grid(page).focus()
    press(page, 'u')   # what was done last before the restart
    until_fact(page, 'relabelled', '1')
    press(page, 'r')
    until_fact(page, 'relabelled', '4')
    assert desk.book.says(1, r'SEEN (\d+) (\S+)')[1] == '6'


def _fast_hand(desk):
    "Decides on one image after the other, and undoes them again"
    page, n = desk.page, len(desk.log())
    key(page, 'reset').click()
    card(page, 12).click()
    grid(page).focus()
    page.keyboard.type('12345')
    desk.looks(11)
    written = [(o['paths'], o['label']) for o in desk.log()[n:]]
    assert written == [([desk.path(12+k)], desk.data.classes[k]) for k in range(5)]
    page.keyboard.type('uuuuu')
    desk.looks(6)


def _nothing_out_of_sight(desk):
    "An image out of sight is shown before it is decided on"
    page, n = desk.page, len(desk.log())
    card(page, 0).click()
    grid(page).evaluate('o => { o.scrollTop = 4000; }')
    page.wait_for_timeout(300)
    grid(page).focus()
    press(page, 'x')
    until_text(page, 'out of sight')
    assert len(desk.log()) == n and grid(page).evaluate('o => o.scrollTop') < 200


def _keeps_a_budget(desk):
    page, n = desk.page, len(desk.log())
    card(page, 10).click()
    grid(page).focus()
    press(page, 'Shift+End', 'x')
    until_alarm(page, 'budget of 60')
    assert len(desk.log()) == n


def test_studio(lab, page, here):
    desk = Desk(lab, page, here)
    _decide_by_hand(desk)
    _selects_no_cells(desk)
    _filters_keep_decisions(desk)
    _csv_and_score(desk)
    _survives_a_restart(desk)
    _fast_hand(desk)
    _nothing_out_of_sight(desk)
    _keeps_a_budget(desk)
    assert not page.errors


def known(page):
    "What stands beside the large view"
    return facts(page, '.nl-known')


def test_large_view(lab, page, here, ranked):
    "An image at its own pixels, by mouse and by keyboard; decisions are made there, too"
    page.context.grant_permissions(['clipboard-read', 'clipboard-write'])
    book = Book.of(lab, page, 'large', SETUP+STUDIO.replace('edits', 'large')+'studio')
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    drawn(page)
    data = here['data']
    path = lambda k: data.df.path[ranked[k]]
    card(page, 2).hover()
    assert page.inner_text('.nl-path') == path(2)
    card(page, 1).dblclick()
    page.wait_for_function("document.querySelector('.nl-own')?.naturalWidth > 0")
    until(lambda: known(page)['file'], path(1))
    assert page.evaluate('document.activeElement.className') == 'nl-stage'
    width, height = Image.open(data.root/path(1)).size
    until(lambda: page.inner_text('.nl-zoom').split(' pixels')[0], f'{width} × {height}')
    own = page.locator('.nl-own')
    press(page, 'o')
    until(lambda: own.evaluate('o => o.clientWidth'), width)
    press(page, '+')
    until(lambda: own.evaluate('o => o.clientWidth'), 2*width)
    shot(page, 'large')

    book.keeps_out(page.locator('.nl-stage'))
    press(page, 'ArrowRight')
    until(lambda: known(page)['file'], path(2))
    press(page, '3')
    until_fact(page, 'relabelled', '1')
    until(lambda: known(page)['file'], path(3))   # it moves on
    press(page, 'ArrowLeft')
    until(lambda: known(page).get('decided by anna'), f'relabelled {data.classes[2]}')
    key(page, 'large-suggested').click()
    pred = here['scores'].set_index('idx').pred[ranked[2]]
    def records(): return [json.loads(o) for o in (lab[1]/'large.jsonl').read_text().splitlines()]
    until(lambda: len(records()), 2)
    assert (records()[-1]['paths'], records()[-1]['label']) == ([path(2)], data.classes[pred])

    press(page, 'Escape')
    until(page.locator('.nl-large').count, 0)
    assert page.evaluate('document.activeElement.className') == 'nl-grid'
    press(page, 'Space', 'Space')
    until(page.locator('.nl-large').count, 0)
    press(page, 'p')
    until(lambda: page.evaluate('navigator.clipboard.readText()'), path(3))
    assert not page.errors


def test_notes(lab, page, here, ranked):
    "A key opens a line for a note; it is saved with the decisions, image by image, found again and undone"
    book = Book.of(lab, page, 'noted', SETUP+STUDIO.replace('edits', 'noted')+'studio')
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    drawn(page)
    path = lambda k: here['data'].df.path[ranked[k]]
    def notes(): return suspects.standing_notes(suspects.EditLog(lab[1]/'noted.jsonl').records)
    line = key(page, 'note-text')
    grid(page).focus()
    press(page, 'w')
    page.keyboard.type('xu1 two birds')   # letters are letters here
    shot(page, 'note')
    press(page, 'Enter')
    until_fact(page, 'with a note', '1')
    assert notes() == {path(0): {'anna': 'xu1 two birds'}} and facts(page)['looked at'] == '0 of 60'
    assert line.is_hidden() and page.evaluate('document.activeElement.className') == 'nl-grid'
    assert '✎' in card(page, 0).inner_text() and 'anna noted “xu1 two birds”' in page.inner_text('.nl-detail')

    # on a selection whose notes differ it is added, and Escape leaves all as it was
    press(page, 'Shift+ArrowRight', 'w')
    until(lambda: page.inner_text('.nl-note label'), 'add to the notes on 2 images')
    line.fill('ask Ben')
    press(page, 'Enter')
    until_fact(page, 'with a note', '2')
    until(notes, {path(0): {'anna': 'xu1 two birds; ask Ben'}, path(1): {'anna': 'ask Ben'}})
    key(page, 'note').click()
    line.fill('never mind')
    press(page, 'Escape')
    assert len(notes()) == 2 and 'never' not in str(notes())

    # in the large view, with its button; the view stays open
    card(page, 3).dblclick()
    page.wait_for_selector('.nl-large')
    key(page, 'large-note').click()
    line.fill('out of focus')
    key(page, 'note-save').click()
    until(lambda: known(page).get('anna noted'), 'out of focus')
    assert page.evaluate('document.activeElement.className') == 'nl-stage'
    shot(page, 'note_large')
    press(page, 'w')
    line.fill('never mind')
    press(page, 'Escape')
    assert page.locator('.nl-large').count() == 1
    press(page, 'Escape')

    key(page, 'state').select_option('note')
    until_shown(page, 3)
    fill(page, 'named', 'ASK')
    until_shown(page, 2)
    shot(page, 'note_filter')
    key(page, 'reset').click()
    grid(page).focus()
    press(page, 'u')
    until_fact(page, 'with a note', '2')
    key(page, 'export').click()
    until_text(page, 'and notes in noted_notes.csv')
    assert pd.read_csv(lab[1]/'noted_notes.csv').note.tolist() == ['xu1 two birds; ask Ben', 'ask Ben']
    assert not page.errors


def test_a_notebook_opened_again_says_what_is_safe(lab, page):
    "With the widgets saved and without, there is a sentence, and no panel that looks as if work were lost"
    book = Book.of(lab, page, 'again', SETUP+STUDIO.replace('edits', 'again')+'studio')
    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    note = page.locator('.nl-safe')
    assert note.count() == 1 and note.is_hidden()   # beside a panel that is drawn
    grid(page).focus()
    until(lambda: 'looked at' in facts(page), True)
    for k, key_ in enumerate('1x', 1):
        press(page, key_)
        until(lambda: facts(page).get('looked at', '').split(' ')[0], str(k))
    until(lambda: '2 decisions are saved in again.jsonl' in note.text_content(), True)
    book.save()
    until(lambda: 'widgets' in nbformat.read(book.file, 4).metadata, True)

    book.reopen()
    silent = page.locator('.nl-silent')
    silent.wait_for(timeout=30000)
    assert silent.inner_text().startswith('2 decisions are saved in again.jsonl. No kernel has answered')
    assert page.locator('.nl-studio').is_hidden()
    shot(page, 'again_with_widgets')

    nb = nbformat.read(book.file, 4)
    del nb.metadata['widgets']
    nbformat.write(nb, book.file)
    NotebookNotary(data_dir=str(book.home.parent/'data')).sign(nb)   # still a notebook of one's own
    book.reopen()
    until_text(page, '2 decisions are saved in again.jsonl; run this cell again')
    until_text(page, 'model not found')
    assert all('model not found' in e for e in page.errors)   # JupyterLab's own complaint
    page.errors.clear()
    shot(page, 'again_without_widgets')

    book.run(0)
    page.wait_for_selector('.nl-card', timeout=120000)
    until_fact(page, 'dropped', '1')
    assert silent.count() == 0 and note.is_hidden() and not page.errors


# ---- the other panels

def until_wrong(page, n): until(lambda: facts(page)['drawn wrong'].split(' ')[0], f'{n:,}')


def test_designer(lab, page, here):
    seen = "print('SEEN', (designer.labels()!=designer.y).sum(), designer.T[0].round(3).tolist())"
    book = Book.of(lab, page, 'designer', SETUP+'designer = NoiseDesigner(data, store)\ndesigner', seen)
    book.run(0)
    page.wait_for_selector('.nl-matrix td', timeout=120000)
    y = here['data'].oracle()[here['data'].labelled()]
    def wrong(T): return int((corrupt_labels(y, T, 42) != y).sum())

    key(page, 'preset-pair').click()
    rate = drag(page, 'rate', .6)
    until_wrong(page, wrong(pair_matrix(10, rate)))

    book.keeps_out(cell(page, 0, 1))
    press(page, 'ArrowRight', 'ArrowRight', '+', '+')
    T = pair_matrix(10, rate)
    T[0, 3], T[0, 0] = .1, 1-rate-.1
    until_wrong(page, wrong(T))
    drawn(page)
    n, row = book.says(1, r'SEEN (\d+) (\[.*\])').groups()
    assert int(n) == wrong(T) and np.allclose(json.loads(row), T[0], atol=2e-3)
    assert not page.errors


def test_views(lab, page):
    seen = "print('SEEN', *(views.settings[k] for k in ('view', 'magnitude', 'at')))"
    book = Book.of(lab, page, 'views', SETUP+'views = ViewPlayground(data, store, pool[::300])\nviews', seen)
    book.run(0)
    page.wait_for_selector('.nl-sheet[src^=blob]', timeout=120000)
    sheet = page.locator('.nl-sheet')
    def after(act):
        "Wait for another sheet than the one before"
        was = sheet.get_attribute('src')
        res = act()
        page.wait_for_function(f"document.querySelector('.nl-sheet').src != '{was}'")
        return res

    magnitude = int(after(lambda: drag(page, 'magnitude', .9)))
    assert magnitude > 20 and 'beyond' in status(page)
    key(page, 'magnitude').focus()
    press(page, 'ArrowLeft')
    until(lambda: key(page, 'magnitude').input_value(), str(magnitude-1))
    after(lambda: key(page, 'view').select_option('rotations'))
    assert key(page, 'magnitude').is_hidden()
    after(lambda: key(page, 'next').click())
    assert sheet.evaluate('o => o.naturalWidth') == 4*96
    assert book.says(1, r'SEEN (\w+) (\d+) (\d+)').groups() == ('rotations', str(magnitude-1), '1')
    assert not page.errors


def test_rotation(lab, page, here):
    code = """
from noisy_lab.methods import sesemi_learner
net = sesemi_learner(data, store, 32, seed=0).model
turns = RotationInspector(data, store, net, pool[::10])
turns"""
    book = Book.of(lab, page, 'rotation', SETUP+code, "print('SEEN', turns.settings.get('cls'))")
    book.run(0)
    page.wait_for_selector('.nl-figure', timeout=120000)
    net = methods.sesemi_learner(here['data'], here['store'], 32, seed=0).model
    mine = panels.RotationInspector(here['data'], here['store'], net, here['pool'][::10])
    assert facts(page)['right answers'] == percent(mine.meta['accuracy'])
    assert page.locator('.nl-figure').count() == 4

    key(page, 'cls').select_option('4')
    key(page, 'right').select_option('some')
    hits = (mine.probs.argmax(2) == np.arange(4)).sum(1)
    n = int(((mine.label == 4) & (hits > 0) & (hits < 4)).sum())
    until(lambda: status(page), f'{n:,} of {len(mine.ids):,} images' if n else 'No image fits this filter.')
    key(page, 'right').select_option('')

    book.keeps_out(grid(page))
    drawn(page)
    press(page, 'ArrowRight', 'ArrowRight')
    page.wait_for_timeout(500)
    ids = np.flatnonzero(mine.label == 4)
    third = ids[np.lexsort((mine.ids[ids], -mine.loss[ids]))][2]
    answers = enumerate(mine.probs[third].argmax(1))
    want = [f"{90*a}°: says {90*b}° {'✓' if a == b else '✗'}" for a, b in answers]
    assert page.locator('.nl-figure figcaption').all_inner_texts() == want
    assert book.says(1, r'SEEN (\d+)')[1] == '4' and not page.errors


def test_robustness(lab, page):
    seen = """
memorised = board.meta['runs'][0]['memorised_flipped']
print('SEEN', board.settings['tab'], board.settings['epoch'], *(round(100*memorised[k], 1) for k in (0, 1)))"""
    book = Book.of(lab, page, 'robust', SETUP+RUNS+'board', seen)
    book.run(0)
    page.wait_for_selector('.nl-chart', timeout=120000)
    rows = page.locator('.nl-score tbody tr')
    assert page.locator('.nl-line').count() >= 3
    assert page.locator('.nl-robust b').count() == 0   # names are text
    assert '± ' in page.inner_text('.nl-score')
    page.locator('[data-method="gce"]').click()
    until(rows.count, 2)
    page.locator('[data-method="gce"]').press('Space')
    until(rows.count, 3)
    shot(page, 'robust_rates')

    # epochs, by keyboard and by mouse
    memorised = 'the wrong label, learned by heart'
    key(page, 'tab-rates').focus()
    press(page, 'ArrowRight')
    page.wait_for_selector('[data-key=epoch]')
    key(page, 'epoch').focus()
    press(page, 'ArrowLeft', 'ArrowLeft')
    until_fact(page, 'epoch', '2')
    at_two = facts(page)[memorised]
    shot(page, 'robust_memory')
    box = page.locator('.nl-chart').bounding_box()
    page.mouse.click(box['x']+60*box['width']/640, box['y']+40)
    until_fact(page, 'epoch', '1')
    at_one = facts(page)[memorised]

    key(page, 'tab-confusion').click()
    cell(page, 4, 4).click()
    until(lambda: key(page, 'cls').input_value(), '4')
    book.keeps_out(cell(page, 4, 4))
    tab, epoch, *shares = book.says(1, r'SEEN (\w+) (\d+) (\S+) (\S+)').groups()
    assert (tab, epoch) == ('confusion', '1')
    assert [f'{float(o):.1f} %' for o in shares] == [at_one, at_two]
    assert not page.errors


TRAIN = """
from noisy_lab.data import lab_dls
from noisy_lab.train import lab_learner
live = LiveRun(every=.1)
learn = lab_learner(lab_dls(few, small, 16))
with learn.no_logging(), learn.no_bar(): learn.fit_one_cycle(3, cbs=live)
"""

def test_live_run(lab, page):
    seen = "print('SEEN', len(live.history['steps']), live.history['epochs'][-1]['accuracy'])"
    book = Book.of(lab, page, 'live', SETUP+RUNS, TRAIN, seen)
    book.run(0)
    page.wait_for_timeout(3000)
    book.run(1)
    page.wait_for_selector('.nl-live', timeout=120000)
    page.wait_for_function("document.querySelector('.nl-live .nl-status').textContent == 'Finished.'", timeout=60000)
    until_fact(page, 'epoch', '3.0 of 3')
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    steps, accuracy = book.says(2, r'SEEN (\d+) (\S+)').groups()
    assert facts(page)['accuracy'] == f'{float(accuracy):.3f}'
    charts = page.locator('.nl-chart')
    assert charts.count() == 2
    assert charts.first.locator('.nl-mark.nl-s4').count() == min(int(steps), 40)   # a mark for each reading
    assert not page.errors


BRIGHTNESS = """o => [getComputedStyle(o).backgroundColor, getComputedStyle(o).color]
    .map(c => c.match(/[0-9.]+/g).slice(0, 3).reduce((a, v) => a + +v, 0) / 765)"""

@pytest.mark.parametrize('lab', ['dark'], indirect=True)
def test_dark_theme(lab, page):
    board = SETUP+RUNS+"board.settings = dict(tab='memory')\nboard"
    book = Book.of(lab, page, 'dark', SETUP+STUDIO+'studio', board, SETUP+'NoiseDesigner(data, store)')
    for i, name in enumerate(['studio', 'robust', 'designer']):
        panel = page.locator(f'.nl-{name}')
        book.run(i)
        panel.wait_for(timeout=120000)
        panel.scroll_into_view_if_needed()
        page.wait_for_timeout(800)
        shot(page, f'dark_{name}')
        paper, ink = panel.evaluate(BRIGHTNESS)
        assert paper < .3 < .7 < ink
    assert not page.errors


# ---- lessons, as a new user runs them

LESSONS = [('01_see_the_noise', '.nl-designer'), ('04_finding_wrong_labels', '.nl-studio'),
           ('06_teachers_and_students', '.nl-explorer')]

@pytest.mark.again
@pytest.mark.parametrize('lesson,part', LESSONS)
def test_run_all_of_a_lesson(lesson, part, lab, page):
    home = lab[1]
    if not (home/'course').exists(): course.copy_lessons(home/'course')
    book = Book(lab, page, f'course/lessons/{lesson}.ipynb')
    book.run_all()
    end = time.time()+600
    while True:
        page.wait_for_timeout(3000)
        book.save()
        counts = [c.execution_count for c in book.code_cells()]
        if 'Idle' in page.inner_text('#jp-main-statusbar') and all(counts): break
        assert time.time() < end, counts
    outputs = [o for c in book.code_cells() for o in c.outputs]
    assert not [o for o in outputs if o.output_type == 'error' or o.get('name') == 'stderr']

    page.locator(part).scroll_into_view_if_needed()
    page.wait_for_selector(f'{part} .nl-card, {part} .nl-matrix', timeout=20000)
    page.wait_for_timeout(1500)
    if part == '.nl-designer':
        was = facts(page)['drawn wrong']
        key(page, 'more').click()
        page.wait_for_timeout(500)
        assert facts(page)['drawn wrong'] != was
    else: drawn(page)
    assert page.locator('.nl-broken').count() == 0 and not page.errors


# ---- pages without a kernel

@pytest.fixture
def saved(page, here, tmp_path):
    "Save a panel as a page, open it, and wait for a part of it"
    def open_page(panel, part='.nl-card', **kwargs):
        file = here['save_page'](panel, tmp_path/'page.html', **kwargs)
        page.goto(file.as_uri())
        page.wait_for_selector(part)
        return page
    return open_page


@pytest.fixture
def studio(here, tmp_path):
    "Make a studio, over the made-up scores if not told otherwise; False is none"
    def make(data=here['data'], scores=here['scores'], name='log', **kwargs):
        scores = None if scores is False else scores
        return panels.RelabelStudio(data, here['store'], tmp_path/f'{name}.jsonl', scores, **kwargs)
    return make


@pytest.fixture
def ranked(here):
    "Images, the most suspicious first"
    return here['scores'].sort_values(['loss', 'idx'], ascending=[False, True]).idx.tolist()


def download(page, file):
    with page.expect_download() as d: key(page, 'download').click()
    d.value.save_as(file)
    return d.value.suggested_filename


def fill(page, name, text):
    key(page, name).fill(text)
    key(page, name).press('Enter')


def test_saved_explorer(page, saved, here):
    mine, rows = here['panel'], here['panel'].rows
    def kept(threshold): return f"{mine.facts(threshold=threshold)['images']:,}"
    saved(mine, images=120)
    until_fact(page, 'kept', kept(.5))
    assert status(page) == f'{len(rows):,} of {len(rows):,} images; this page holds the thumbnails of 120'
    threshold = drag(page, 'threshold', .3)
    until_fact(page, 'kept', kept(threshold))
    key(page, 'kept').select_option('yes')   # the grid and the count agree
    until(lambda: f"{facts(page)['kept']} of {len(rows):,} images" in status(page), True)
    key(page, 'kept').select_option('no')
    until_shown(page, len(rows)-int(facts(page)['kept'].replace(',', '')))
    key(page, 'reset').click()
    until_shown(page, len(rows))
    assert key(page, 'order').inner_text().startswith('number of the image')   # words, not names of columns
    key(page, 'by').select_option('given')
    key(page, 'cls').select_option('5')
    until_shown(page, (rows.given == 5).sum())
    key(page, 'reset').click()

    # the histogram: drag over it, or type the ends
    box = page.locator('.nl-hist').bounding_box()
    at = lambda share: (box['x']+share*box['width'], box['y']+20)
    page.mouse.move(*at(.4))
    page.mouse.down()
    page.mouse.move(*at(.6), steps=5)
    page.mouse.up()
    near = int(status(page).split(' of ')[0].replace(',', ''))
    assert abs(near-rows.conf.between(.4, .6).sum()) < .1*near
    fill(page, 'lo', '0.5')
    fill(page, 'hi', '1')
    until_shown(page, (rows.conf >= .5).sum())
    key(page, 'of').select_option('margin')
    fill(page, 'hi', '0.2')
    until_shown(page, (rows.margin.astype(np.float32) <= .2).sum())
    key(page, 'reset').click()

    grid(page).focus()
    press(page, 'End')
    page.wait_for_function("document.querySelector('.nl-grid').scrollTop > 200")
    assert 0 < page.locator('.nl-card').count() < 200   # what is out of sight is not in the page
    assert not page.errors


def test_two_rounds(page, saved, here):
    probs = .5*here['probs'] + .5*np.roll(here['probs'], 1, axis=0)
    later = here['make_table'](here['pool'], probs, 'made up', 2)
    two = here['PseudoLabelExplorer'](here['data'], here['store'], later, before=here['panel'].table)
    saved(two, images=60)
    key(page, 'changed').select_option('yes')
    n = int((two.rows.before != two.rows.pseudo).sum())
    until_shown(page, n)
    assert facts(page)['changed since before'].startswith(f'{n:,} (')
    assert card(page, 0).inner_text().count('was ') == 1
    assert not page.errors


def test_large_view_of_a_page(page, saved, studio, here, ranked):
    "A saved page has thumbnails only, and says so"
    saved(studio(), images=60)
    grid(page).focus()
    press(page, 'ArrowRight', 'Space')
    page.wait_for_function("document.querySelector('.nl-own')?.naturalWidth === 80")
    until_text(page, 'holds only a thumbnail')
    assert known(page)['file'] == here['data'].df.path[ranked[1]]
    press(page, 'x')
    until_fact(page, 'dropped', '1')
    key(page, 'close').click()
    assert page.locator('.nl-large').count() == 0 and not page.errors


def test_saved_studio_gives_a_log(page, saved, studio, here, ranked, tmp_path):
    saved(studio(), images=60)
    grid(page).focus()
    press(page, '1', 'x', 'Enter', 'u', 'u', 'r', 'ArrowRight', '2')
    until_fact(page, 'looked at', '3')
    download(page, tmp_path/'got.jsonl')
    key(page, 'who').fill('cleo')
    assert download(page, tmp_path/'cleo.jsonl') == 'edits-cleo.jsonl'
    assert set(suspects.EditLog(tmp_path/'cleo.jsonl').decided().who) == {'cleo'}

    got, data = suspects.decisions(suspects.EditLog(tmp_path/'got.jsonl').records), here['data']
    assert got.who.str.match('page-[0-9a-f]{6}$').all()
    decided = [('label', data.classes[0]), ('drop', ''), ('label', data.classes[1])]
    want = [(data.df.path[ranked[k]], *o) for k, o in enumerate(decided)]
    assert [(p, o.do, o.label) for p, o in got.iterrows()] == want
    assert not (tmp_path/'log.jsonl').exists() and not page.errors


def test_saved_notes(page, saved, studio, ranked, here, tmp_path):
    "A page keeps notes until they are downloaded, and shows those that others wrote"
    ben = suspects.EditLog(tmp_path/'ben.jsonl', 'ben', here['data'].classes)
    path = here['data'].df.path[ranked[1]]
    ben.note(path, 'ask')
    saved(studio(others=[ben.file]), images=60)
    until_fact(page, 'with a note', '1')
    card(page, 1).click()
    press(page, 'w')
    key(page, 'note-text').fill('a <b>drake</b>')
    press(page, 'Enter')
    until_text(page, 'kept in this page only')
    assert 'ben noted “ask”' in page.inner_text('.nl-detail') and '<b>drake</b>' in page.inner_text('.nl-detail')
    key(page, 'who').fill('cleo')
    download(page, tmp_path/'cleo.jsonl')
    records, conflicts = suspects.merge_logs([tmp_path/'cleo.jsonl', ben.file])
    assert suspects.standing_notes(records) == {path: dict(ben='ask', cleo='a <b>drake</b>')}
    assert not len(conflicts) and not page.errors


def test_two_saved_pages_and_a_budget(page, saved, studio, tmp_path):
    "Two people with one page each: their logs differ where they do, and neither goes beyond the budget"
    for name, keys in (('a', '1x3'), ('b', '22')):
        saved(studio(budget=3), images=60)
        grid(page).focus()
        page.keyboard.type(keys)
        until_fact(page, 'looked at', f'{len(keys)} of 3')
        if name == 'a':
            page.keyboard.type('4')
            until_alarm(page, 'budget of 3 images is spent')
            assert facts(page)['looked at'] == '3 of 3'
        download(page, tmp_path/f'{name}.jsonl')
    records, conflicts = suspects.merge_logs([tmp_path/'a.jsonl', tmp_path/'b.jsonl'])
    assert len(records) == 5 and conflicts.shape == (2, 2) and not page.errors


def test_many_classes(page, saved, studio, here):
    "With more classes than digits a part of a name finds one; what is decided on is in sight"
    long = [f'a rather long name of class number {k}' for k in range(90)]
    many = replace(here['data'], classes=[*here['data'].classes, *long])
    saved(studio(many), images=60)
    grid(page).focus()
    assert page.locator('.nl-studio').bounding_box()['height'] < 800
    press(page, '/')
    page.keyboard.type('number 42')
    assert page.locator('.nl-assign button:visible').count() == 1
    press(page, 'Enter')
    until_fact(page, 'relabelled', '1')
    assert card(page, 0).inner_text().startswith('→ a rather long name of class number 42')
    assert page.evaluate('document.activeElement.className') == 'nl-grid'

    saved(here['NoiseDesigner'](many, here['store']), '.nl-matrix', images=60)
    assert page.locator('.nl-designer').bounding_box()['height'] < 1000
    assert not page.errors


def test_numbers_that_are_none(page, saved):
    "Accuracies and losses that are not numbers leave a page that says so"
    def accuracy(method, pct, seed): return float('nan') if (method, pct) == ('b', 50) else .5+.1*seed
    asked = [(m, n, s) for m in 'ab' for n in (5, 50) for s in range(2)]
    rows = [dict(method=m, noise_pct=n, seed=s, acc_last=accuracy(m, n, s)) for m, n, s in asked]
    saved(panels.NoiseRobustness(rows), '.nl-chart')
    second = page.locator('.nl-score tbody tr').nth(1)
    assert second.locator('td').all_inner_texts() == ['55.0 ± 7.1', '–']

    readings = dict(steps=[1, 2], loss=[2.5e9, float('inf')], epochs=[])
    saved(panels.LivePanel(dict(readings, n_epoch=1, per_epoch=2, state='stopped', share=0.)), '.nl-chart')
    until_alarm(page, 'not a number')
    assert page.locator('.nl-tick', has_text='2.5e+9').count() and not page.errors


AROUND = [('data-jp-theme-light="false"', True), ('data-jp-theme-light="true"', False), ('class="quarto-dark"', True),
          ('class="quarto-light"', False)]

def test_pages_follow_the_theme_around_them(page, here, tmp_path):
    frame, file = here['embed'](here['panel'], images=20).data, tmp_path/'around.html'
    for attribute, dark in AROUND:
        file.write_text(f'<!doctype html><body {attribute}>{frame}')
        page.goto(file.as_uri())
        inside = page.frame_locator('iframe').first
        inside.locator('.nl-card').first.wait_for()
        assert inside.locator('html').evaluate('o => o.hasAttribute("data-dark")') == dark
    page.evaluate("document.documentElement.dataset.theme = 'dark'; document.body.className = ''")   # while it is read
    is_dark = "document.querySelector('iframe').contentDocument.documentElement.hasAttribute('data-dark')"
    page.wait_for_function(is_dark)


def test_images_that_cannot_be_read(page, saved, here):
    mine, torn = here['panel'], copy(here['store'])
    torn.bad = here['pool'][np.argsort(-mine.rows.conf.values)[:2]]
    saved(here['PseudoLabelExplorer'](here['data'], torn, mine.table), images=60)
    assert page.locator('.nl-unread').count() == 2
    assert 'cannot be read' in card(page, 0).get_attribute('aria-label')
    assert not page.errors


def test_conflicts(page, saved, studio, here, ranked, tmp_path):
    data = here['data']
    ben = suspects.EditLog(tmp_path/'ben.jsonl', 'ben', data.classes)
    ben.edit('label', [data.df.path[ranked[k]] for k in (0, 1)], data.classes[4])
    saved(studio(others=[ben.file]), images=60)
    grid(page).focus()
    press(page, '5', 'x', 'x')   # as ben, unlike ben, ben said nothing
    until_fact(page, 'conflicts', '1')
    key(page, 'state').select_option('conflict')
    until(page.locator('.nl-card').count, 1)
    assert f'≠ ben: {data.classes[4]}' in card(page, 0).inner_text()
    grid(page).focus()
    press(page, 't')
    until_fact(page, 'conflicts', '0')
    assert not page.errors


def test_a_key_decides_image_by_image(page, saved, studio, here, ranked, tmp_path):
    "On a selection, T gives each image what the other person said of it, and S what is suggested for it"
    data = here['data']
    ben = suspects.EditLog(tmp_path/'ben.jsonl', 'ben', data.classes)
    for k, c in enumerate((4, 2, 4)): ben.edit('label', [data.df.path[ranked[k]]], data.classes[c])
    ben.edit('drop', [data.df.path[ranked[3]]])
    saved(studio(others=[ben.file]), images=60)
    grid(page).focus()
    press(page, *['Shift+ArrowRight']*4, 't')   # five images; ben said nothing of the last
    until_fact(page, 'looked at', '4')
    until_fact(page, 'dropped', '1')
    for k, c in enumerate((4, 2, 4)): assert f'→ {data.classes[c]}' in card(page, k).inner_text(), k
    until_fact(page, 'conflicts', '0')
    until_text(page, '1 of the selected passed over')
    assert not page.errors


def test_selections(page, saved, studio, here, ranked):
    "Ctrl-click toggles, Shift-click takes a range, Ctrl+A all that is shown, Escape none; S decides image by image"
    saved(studio(), images=60)
    def chosen(): return [i for i in range(8) if 'nl-chosen' in card(page, i).get_attribute('class')]
    card(page, 1).click()
    card(page, 3).click(modifiers=['Control'])
    card(page, 5).click(modifiers=['Control'])
    assert chosen() == [1, 3, 5]
    card(page, 3).click(modifiers=['Control'])
    assert chosen() == [1, 5]
    press(page, 'Escape')
    assert chosen() == []
    card(page, 2).click()
    card(page, 4).click(modifiers=['Shift'])
    assert chosen() == [2, 3, 4]
    key(page, 'none').click()
    assert chosen() == []

    card(page, 1).click()
    card(page, 3).click(modifiers=['Control'])
    press(page, 's')
    until_fact(page, 'relabelled', '2')
    pred = here['scores'].set_index('idx').pred
    for k in (1, 3): assert card(page, k).inner_text().startswith(f"→ {here['data'].classes[pred[ranked[k]]]}"), k
    card(page, 0).click()
    press(page, 'n', 'n')
    until(lambda: page.inner_text('.nl-detail').split(' ')[1], str(ranked[4]))   # 2, and then 4: 3 is decided

    fill(page, 'named', here['data'].df.path[ranked[6]].split('/')[-1])
    until_shown(page, 1)
    press(page, 'Control+a', 'x')
    until_fact(page, 'dropped', '1')
    assert not page.errors


def test_scores_of_long_names(page, saved, studio, here):
    "A score's number is in sight, however long its name, and is not rounded to a certainty"
    saved(studio(scores=here['scores'][['idx']].assign(p_wrong=.9998)), images=60)
    number = card(page, 0).locator('.nl-split span').last
    assert number.inner_text() == '>0.999'
    assert number.bounding_box()['x']+number.bounding_box()['width'] <= sum(
        card(page, 0).bounding_box()[k] for k in ('x', 'width'))
    assert 'chance of being wrong >0.999' in card(page, 0).get_attribute('aria-label') and not page.errors


def test_filters_of_the_studio(page, saved, studio, here):
    scores = here['scores']
    saved(studio(), images=60)
    key(page, 'hint').select_option('4')
    until_shown(page, (scores.pred == 4).sum())
    fill(page, 'lo', '0.5')
    fill(page, 'hi', '0.75')
    want = (scores.pred == 4) & scores.loss.astype(np.float32).between(np.float32(.5), np.float32(.75))
    until_shown(page, want.sum())
    grid(page).focus()
    press(page, 'Control+a')
    until(lambda: page.inner_text('.nl-detail').split(' ')[0], str(want.sum()))
    press(page, 'x')
    until_fact(page, 'dropped', str(want.sum()))
    key(page, 'state').select_option('drop')
    until_shown(page, want.sum())
    key(page, 'order').select_option('margin')   # a range is of the numbers that rank
    assert key(page, 'lo').input_value() == ''
    fill(page, 'lo', '2')
    until(lambda: status(page), 'No image fits this filter. Press “show all”.')
    key(page, 'reset').click()
    until_shown(page, len(scores))
    assert key(page, 'lo').input_value() == '' and not page.errors


def test_copies_and_odd_images(page, saved, studio, here, ranked):
    "Copies beside each other, those with other labels first; the darkest first; what an image is a copy of is said"
    data = here['data']
    odd = suspects.find_oddities(data, here['store'])
    by_label = [odd.idx[data.df.y_obs.values[odd.idx] == c].tolist() for c in (3, 5)]
    pairs = {1: (by_label[0][7], by_label[1][2]), 2: (by_label[0][1], by_label[0][90]), 3: by_label[1][10:13]}
    for g, ids in pairs.items(): odd.loc[odd.idx.isin(ids), 'copy_group'] = g
    saved(studio(scores=here['scores'].merge(odd), thumb=64), images=60)
    at = lambda k: int(page.locator('.nl-card').nth(k).get_attribute('data-row'))
    def shown(n): return [int(here['scores'].idx[at(k)]) for k in range(n)]
    key(page, 'copies').click()
    until_shown(page, 7)
    assert shown(7) == [i for g in (1, 2, 3) for i in sorted(pairs[g])]
    assert 'group of copies\n1' in card(page, 0).inner_text()
    two = sorted(pairs[1])
    other = data.classes[data.df.y_obs[two[1]]]
    assert f'copy of image {two[1]}, given {other}' in page.inner_text('.nl-detail')
    page.wait_for_function("document.querySelectorAll('.nl-card .nl-pic[data-drawn]').length === 7")
    shot(page, 'copies')
    key(page, 'state').select_option('mixed')
    until_shown(page, 2)
    press(page, 'x')
    until_fact(page, 'dropped', '1')   # what is decided stays beside its copy
    until_shown(page, 2)

    key(page, 'reset').click()
    key(page, 'order').select_option('dark')
    assert key(page, 'order').locator('option:checked').inner_text() == 'how dark'
    darkest = odd.assign(dark=odd.dark.astype(np.float32)).sort_values(['dark', 'idx'], ascending=[False, True])
    assert key(page, 'descending').inner_text() == 'highest first'   # though groups began with the first
    assert shown(5) == darkest.idx.head(5).tolist()
    fill(page, 'lo', str(suspects.ODD_FROM['dark']))
    until_shown(page, (odd.dark >= suspects.ODD_FROM['dark']).sum())
    shot(page, 'dark')
    assert not page.errors


def test_saved_designer(page, saved, here):
    designer = here['NoiseDesigner'](here['data'], here['store'])
    saved(designer, '.nl-matrix', images=60)
    rate, y = drag(page, 'rate', .9), designer.y
    until_wrong(page, (corrupt_labels(y, symmetric_matrix(10, rate), 42) != y).sum())
    assert not page.errors


def test_designer_agrees_with_itself(page, saved, here):
    "Presets, the slider and edits by hand say one share of wrong labels, and each step can be taken back"
    designer = here['NoiseDesigner'](here['data'], here['store'])   # whose labels are wrong by half
    saved(designer, '.nl-matrix', images=60)
    def said(): return key(page, 'rate').locator('xpath=..').locator('output').inner_text()
    def share(i, j): return cell(page, i, j).get_attribute('title').split(': ')[1]
    def agree(): assert said() == facts(page)['expected wrong'], (said(), facts(page))
    was = facts(page)
    key(page, 'preset-measured').click()
    measured = float((here['data'].df.y_obs.values != here['data'].oracle())[designer.ids].mean())
    assert said() == percent(measured) and measured > .45
    agree()
    key(page, 'preset-pair').click()   # at that rate
    assert said() == percent(measured)
    cell(page, 0, 3).click()
    press(page, '+', '+')
    agree()
    by_hand = (said(), share(0, 3))
    drag(page, 'rate', .3)   # fewer of the same mistakes: what was made by hand is still there
    agree()
    assert 0 < float(share(0, 3).split(' ')[0]) < float(by_hand[1].split(' ')[0])
    key(page, 'undo').click()   # a drag is one step
    assert (said(), share(0, 3)) == by_hand
    for k in range(4): key(page, 'undo').click()
    assert facts(page) == was and key(page, 'undo').is_disabled()
    for k in range(4): key(page, 'redo').click()
    assert (said(), share(0, 3)) == by_hand
    cell(page, 0, 3).click()
    press(page, 'u')
    assert share(0, 3) == '5.0 %' and not page.errors


def test_saved_views(page, saved, here):
    views = here['ViewPlayground'](here['data'], here['store'], here['pool'][:1], view='weak')
    saved(views, '.nl-sheet[src^=blob]')
    sheet, width = page.locator('.nl-sheet'), 'o => o.complete && o.naturalWidth'
    until(lambda: sheet.evaluate(width), 6*96)
    assert key(page, 'next').count() == 0   # the page knows one image
    key(page, 'view').select_option('rotations')
    until(lambda: sheet.evaluate(width), 4*96)
    key(page, 'view').select_option('strong')
    set_slider(page, 'magnitude', 25)
    until(lambda: status(page), 'magnitude 25: beyond the nominal range of 10')
    assert not page.errors


NASTY = ['</script><script>window.hit=1</script>', '<img src=x onerror="window.hit=1">']

def every_panel(here, data, studio, n):
    "Every panel over images, with the first `n` training images"
    ids, store = here['pool'][:n], here['store']
    keep = data.df.idx.isin(ids) | (data.df.split != 'train')
    part = replace(data, df=data.df.assign(y_obs=data.df.y_obs.where(keep, -1)))
    holes = here['make_table'](ids, here['probs'][:n])
    holes.df.loc[holes.df.index[:4], 'conf'] = np.nan
    scores = here['scores'][:n].assign(loss=lambda d: d.loss.where(d.index > 3))
    net = methods.sesemi_learner(here['data'], store, 16, seed=0).model
    yield here['PseudoLabelExplorer'](part, store, holes)
    yield studio(part, scores if n else False, f'log{n}')
    yield here['NoiseDesigner'](part, store)
    yield here['RotationInspector'](part, store, net, ids, 16)


def test_hostile_names_nothing_and_holes(page, saved, studio, here):
    bad = replace(here['data'], classes=[*NASTY, *here['data'].classes[2:]])
    for n in (0, 40):
        for p in every_panel(here, bad, studio, n):
            saved(p, '.nl-panel')
            page.wait_for_timeout(300)
            assert page.evaluate('window.hit') is None, p
            assert page.locator('.nl-panel img:not(.nl-sheet)').count() == 0, p
            assert not page.locator('.nl-broken').count() and not page.errors, (p, page.errors)
            text = page.inner_text('.nl-panel')
            if n: assert page.locator('.nl-card').count() or 'No image' in text, p
            else: assert re.search(r'nothing to show|no labelled image|no image', text, re.I), p


def test_one_class(page, saved, studio, here):
    data = here['data']
    zeros = np.zeros(len(data.df), int)
    one = replace(data, classes=['duck'], df=data.df.assign(y_obs=zeros), _y_true=zeros)
    table = here['make_table'](here['pool'][:40], np.ones((40, 1), np.float32))
    for p in (here['PseudoLabelExplorer'](one, here['store'], table), studio(one, here['scores'][['idx', 'loss']])):
        saved(p, images=40)
        assert 'duck' in card(page, 0).inner_text() and not page.errors
    grid(page).focus()
    press(page, '7')
    until_alarm(page, 'There is no class 7; there are 1.')


def test_broken_state_and_image_that_has_gone(page, here, tmp_path):
    html = here['save_page'](here['panel'], tmp_path/'page.html', images=60).read_text()
    broken, gone = tmp_path/'broken.html', tmp_path/'gone.html'
    broken.write_text(html.replace('"classes":', '"klasses":'))
    page.goto(broken.as_uri())
    page.wait_for_function("document.querySelector('.nl-broken')?.textContent.includes('cannot be drawn')")
    page.errors.clear()

    gone.write_text(re.sub(r'"webp": "[^"]{40}', '"webp": "'+'A'*40, html))   # sheets that are no pictures
    page.goto(gone.as_uri())
    page.wait_for_selector('.nl-card')
    page.wait_for_timeout(500)
    assert page.locator('.nl-card').count() > 5 and not page.locator('.nl-broken').count()
    key(page, 'cls').select_option('2')
    page.wait_for_timeout(300)
    assert page.locator('.nl-card').count() > 5


# ---- maps, and panels that are linked

MAP = """\
from noisy_lab.panels import EmbeddingMap, NoiseRobustness, RelabelStudio, link_panels
truth = data.oracle()
features = rng.normal(0, 1, (len(data.df), 24)).astype(np.float32)
features[truth>=0] += 4*rng.normal(0, 1, (10, 24))[truth[truth>=0]]
"""
LINKED = MAP+"""\
picture = EmbeddingMap(data, store, features, pool[::3])
studio = RelabelStudio(data, store, 'linked.jsonl', scores)
explorer = PseudoLabelExplorer(data, store, make_table(pool, probs, 'made up'))
link_panels(picture, studio, explorer)
"""


@pytest.fixture(scope='module')
def mapped(here):
    "A map over made-up features that know the true class, as in the notebooks here"
    space = dict(here)
    exec(SETUP+MAP, space)
    return panels.EmbeddingMap(space['data'], space['store'], space['features'], space['pool'][::3])


def lasso(page, box):
    "Draw around a part of the map, in shares of its width and height, with Shift"
    at = page.locator('.nl-map').bounding_box()
    left, top, right, bottom = np.clip(box, .02, .98).tolist()   # within its edges
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    spots = [(at['x']+x*at['width'], at['y']+y*at['height']) for x, y in corners]
    page.keyboard.down('Shift')
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]: page.mouse.move(*spot, steps=4)
    page.mouse.up()
    page.keyboard.up('Shift')


def chosen(page, of='.nl-embedding'):
    "How many images a panel says are chosen"
    text = page.locator(f'{of} .nl-choice').text_content()
    return int(text.split(' image')[0].replace(',', '')) if 'chosen' in text else 0


BURST = '''(o, keys) => {
  for (const key of keys) o.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}'''


def test_saved_map(page, saved, here, mapped):
    data = here['data']
    saved(mapped, '.nl-map', images=400)
    assert page.locator('.nl-entry').count() == 10   # a colour for each class
    lasso(page, (0, 0, .5, 1))
    x = mapped.xy[:, 0]
    half = int((x < (x.min()+x.max())/2).sum())
    until(lambda: abs(chosen(page)-half) < 5, True)
    drawn(page)
    page.locator('.nl-map').focus()
    press(page, 'Escape')
    assert chosen(page) == 0 and grid(page).is_hidden()

    key(page, 'legend-3').click()   # a class opens its images
    until(lambda: chosen(page), int((mapped.rows.given == 3).sum()))
    key(page, 'unchoose').click()
    key(page, 'colour').select_option('true')
    until(lambda: page.locator('.nl-entry').count(), 10)

    # by keyboard: from point to point, and the nearest images, which lie in one class
    page.locator('.nl-map').focus()
    number = {o: i for i, o in enumerate(data.df.path)}
    kept = {o['image'] for o, _ in mapped.still(images=400)['answers']['near']}
    def image(): return number.get(page.inner_text('.nl-detail').split(' · ')[0])
    press(page, 'ArrowRight')
    while image() not in kept: press(page, 'ArrowRight', 'ArrowUp')
    press(page, 'n')
    until(lambda: chosen(page), 25)
    until(lambda: data.df.path[image()] in page.locator('.nl-card').first.get_attribute('aria-label'), True)
    press(page, '+', '+', 'v')
    until(lambda: 0 < chosen(page) < len(mapped.rows), True)
    page.locator('.nl-map').evaluate(BURST, ['f', 'v'])   # both before the next frame
    until(lambda: chosen(page), len(mapped.rows))

    # the mouse on a point shows its image
    press(page, 'Escape')
    at = page.locator('.nl-map').bounding_box()
    scale = .92*min(at['width']/np.ptp(mapped.xy[:, 0]), at['height']/np.ptp(mapped.xy[:, 1]))
    middle = (mapped.xy.max(0)+mapped.xy.min(0))/2
    far = int(np.argmax(mapped.xy[:, 0]))   # the rightmost point stands alone
    dx, dy = (mapped.xy[far]-middle)*scale
    page.mouse.move(float(at['x']+at['width']/2+dx), float(at['y']+at['height']/2-dy))
    until(lambda: page.locator('.nl-tip').is_visible() and mapped.rows.path[far] in page.inner_text('.nl-tip'), True)
    assert not page.errors


def test_linked_panels(lab, page, here, mapped):
    "A lasso on the map shows in the studio and in the explorer; a bar, a brush and a key there show on the map"
    seen = "print('SEEN', len(picture.chosen), len(studio.chosen), len(explorer.chosen))"
    book = Book.of(lab, page, 'linked', SETUP+LINKED+'picture', 'studio', 'explorer', seen, 'studio.chosen = [0, 3]')
    for i, part in enumerate(('embedding', 'studio', 'explorer')):
        book.run(i)
        page.wait_for_selector(f'.nl-{part} .nl-grid, .nl-{part} .nl-map', timeout=120000)
    page.locator('.nl-map').scroll_into_view_if_needed()
    lasso(page, (0, 0, .5, 1))
    until(lambda: chosen(page) > 0, True)
    assert page.locator('.jp-Cell.jp-mod-multiSelected').count() == 0
    n = chosen(page)
    def shown(of): return page.locator(f'.nl-{of} > .nl-main > .nl-status').first.inner_text().split(' of ')[0]
    for of in ('studio', 'explorer'):
        until(lambda: chosen(page, f'.nl-{of}'), n)
        until(lambda: shown(of), f'{n:,}')
    assert book.says(3, r'SEEN (\d+) (\d+) (\d+)').groups() == (str(n),)*3

    # a range of cards in the studio, and only these
    cards = page.locator('.nl-studio .nl-card')
    cards.nth(1).click()
    cards.nth(4).click(modifiers=['Shift'])
    press(page, 'l')
    for of in ('studio', 'explorer', 'embedding'): until(lambda: chosen(page, f'.nl-{of}'), 4)
    press(page, 'Escape', 'Escape')
    for of in ('studio', 'explorer', 'embedding'): until(lambda: chosen(page, f'.nl-{of}'), 0)

    # a class's bar in the explorer
    page.locator('.nl-explorer [data-key=bar-2]').click()
    pseudo = (here['probs'].argmax(1) == 2).sum()
    for of in ('studio', 'embedding'): until(lambda: chosen(page, f'.nl-{of}'), pseudo)
    # a bar of its histogram
    page.locator('.nl-explorer [data-key=unchoose]').click()
    hist = page.locator('.nl-explorer .nl-hist')
    box = hist.bounding_box()
    hist.click(position=dict(x=box['width']*.525, y=40))   # .5 to .55
    conf = here['probs'].max(1)
    many = int(((conf >= np.float32(.5)) & (conf <= np.float32(.55))).sum())
    for of in ('studio', 'embedding'): until(lambda: chosen(page, f'.nl-{of}'), many)
    hist.click(position=dict(x=box['width']*.525, y=40))
    until(lambda: chosen(page, '.nl-studio'), 0)

    book.run(4)   # Python chooses, too
    for of in ('studio', 'explorer', 'embedding'): until(lambda: chosen(page, f'.nl-{of}'), 2)
    assert not page.errors


def test_cells_open_their_images(lab, page):
    link = """
from noisy_lab.panels import RelabelStudio, link_panels
studio = RelabelStudio(few, small, 'cells.jsonl')
board.settings = dict(tab='confusion')
link_panels(board, studio)
"""
    seen = "print('SEEN', *studio.chosen, 'WANT', *board.answer_cell(0, 4, 'labels', 3, 3)['ids'])"
    book = Book.of(lab, page, 'cells', SETUP+RUNS+link+'board', 'studio', seen)
    book.run(0)
    page.wait_for_selector('.nl-robust .nl-matrix', timeout=120000)
    book.run(1)
    page.wait_for_selector('.nl-studio .nl-card')
    page.locator('.nl-robust .nl-matrix').nth(1).locator('[data-cell="3,3"]').click()
    press(page, 'Enter')
    until(lambda: chosen(page, '.nl-studio') > 0, True)
    got, want = (o.split() for o in book.says(2, r'SEEN ([\d ]+) WANT ([\d ]+)').groups())
    assert got == want and len(got) == chosen(page, '.nl-studio')
    assert 'shown in the linked panels' in page.locator('.nl-robust').inner_text() and not page.errors


def test_thumbnails_grow(page, saved, studio):
    saved(studio(), images=60)
    drawn(page)
    small = card(page, 0).bounding_box()
    set_slider(page, 'side', 160)
    until(lambda: page.locator('.nl-pic').first.evaluate('o => o.width'), 160)
    drawn(page)
    large = card(page, 0).bounding_box()
    assert large['height']-small['height'] == 80 and large['width'] > small['width'] and not page.errors


# ---- for those who do not see, or not well

@pytest.fixture(scope='module')
def axe(tmp_path_factory):
    "The script of axe-core, of the checkout or fetched"
    return axe_script(tmp_path_factory.mktemp('axe'))


@pytest.mark.parametrize('page', ['light', 'dark'], indirect=True)
def test_axe_finds_nothing_serious(page, saved, studio, here, mapped, axe):
    rows = [dict(method=m, noise_pct=n, seed=0, acc_last=.8) for m in ('ce', 'gce') for n in (0, 50)]
    views = panels.ViewPlayground(here['data'], here['store'], here['pool'][:1])
    for p in (*every_panel(here, here['data'], studio, 40), mapped, views, panels.NoiseRobustness(rows)):
        saved(p, '.nl-panel')
        page.wait_for_timeout(500)
        assert not serious(page, axe), type(p).__name__


# ---- on pages of the site

@pytest.mark.parametrize('width', [1280, 390])
def test_frames_are_as_tall_as_their_panels(page, here, mapped, tmp_path, width):
    "No panel is cut off, scrolls in its frame, or is wider than a telephone"
    parts = [panels.embed(p, images=20).data for p in (here['panel'], mapped)]
    (tmp_path/'site.html').write_text(f'<!doctype html><body style="margin:0">{"".join(parts)}')
    page.set_viewport_size(dict(width=width, height=900))
    page.goto((tmp_path/'site.html').as_uri())
    for frame in page.query_selector_all('iframe'):
        frame.scroll_into_view_if_needed()
        inside = frame.content_frame()
        inside.wait_for_selector('.nl-panel')
        def spare(): return inside.evaluate('innerHeight-document.querySelector(".nl-panel").offsetHeight')
        until(lambda: 0 <= spare() < 40, True)
        assert inside.evaluate('document.documentElement.scrollWidth') <= width
    assert not page.errors
