"""Panels in a real JupyterLab and a real Chromium, and a saved page without a kernel; needs playwright and a chromium.
Screenshots go to $TEST_SHOTS, if that names a folder."""
import os, re, shutil, socket, subprocess, sys, time, urllib.request
from pathlib import Path

import numpy as np, pytest

sync_api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip install -e ".[browser]"')
CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason='there is no chromium')]

SETUP = """import numpy as np
from noisy_lab.data import load_data,open_store
from noisy_lab.pseudo import make_table
from noisy_lab.widgets import PseudoLabelExplorer,save_explorer
data = load_data('tinynette', noise_pct=50); store = open_store(data, 32, progress=False); rng = np.random.default_rng(0)
pool = data.ids('train'); probs = rng.dirichlet(np.full(10, .3), len(pool)).astype(np.float32)
panel = PseudoLabelExplorer(data, store, make_table(pool, probs, 'made up'), threshold=.5)
"""


@pytest.fixture(scope='module')
def panel():
    space = {}
    exec(SETUP, space)
    return space['panel'], space['save_explorer']


@pytest.fixture
def page(request):
    "A page that collects what goes wrong in it"
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        pg = browser.new_page(viewport=dict(width=1280, height=900))
        pg.errors = []
        pg.on('pageerror', lambda e: pg.errors.append(str(e)))
        pg.on('console', lambda m: pg.errors.append(m.text) if m.type == 'error' and ('nl-' in m.text or 'explorer' in m.text or 'widget' in m.text.lower()) else None)
        yield pg
        shots = os.environ.get('TEST_SHOTS')
        if shots: pg.screenshot(path=Path(shots)/f'{request.node.name}.png')
        browser.close()


@pytest.fixture
def lab(tmp_path):
    "A JupyterLab on 127.0.0.1 over an empty folder: its address and the folder"
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]
    env = {**os.environ, 'JUPYTER_CONFIG_DIR': str(tmp_path/'config'), 'JUPYTER_DATA_DIR': str(tmp_path/'data'), 'OMP_NUM_THREADS': '1'}
    home = tmp_path/'home'; home.mkdir()
    log = open(tmp_path/'lab.log', 'w')
    p = subprocess.Popen([sys.executable, '-m', 'jupyterlab', '--no-browser', '--ip=127.0.0.1', f'--port={port}', '--ServerApp.port_retries=0', '--IdentityProvider.token=', '--ServerApp.root_dir', str(home), '--allow-root'], env=env, stdout=log, stderr=log)
    url, end = f'http://127.0.0.1:{port}', time.time()+90
    while True:
        try: urllib.request.urlopen(url+'/api', timeout=2); break
        except OSError:
            assert p.poll() is None and time.time() < end, (tmp_path/'lab.log').read_text()[-2000:]
            time.sleep(.3)
    yield url, home
    p.terminate(); p.wait(20); log.close()


def facts(pg): return dict(zip(pg.locator('.nl-facts dt').all_inner_texts(), pg.locator('.nl-facts dd').all_inner_texts()))


def until(get, want, seconds=15):
    end = time.time()+seconds
    while (got := get()) != want and time.time() < end: time.sleep(.05)
    assert got == want, (got, want)


def drag(pg, locator, to):
    "Move a slider with the mouse to a share of its length; gives its value"
    b = locator.bounding_box()
    v, lo, hi = (float(locator.evaluate(f'o => o.{k}')) for k in ('value', 'min', 'max'))
    at = lambda share: b['x']+8+share*(b['width']-16)
    pg.mouse.move(at((v-lo)/(hi-lo)), b['y']+b['height']/2); pg.mouse.down(); pg.mouse.move(at(to), b['y']+b['height']/2, steps=8); pg.mouse.up()
    return float(locator.evaluate('o => o.value'))


def test_explorer_in_jupyterlab(lab, page, panel):
    url, home = lab
    import nbformat
    cells = [SETUP+'panel', "print('SEEN', panel.settings['threshold'], len(panel.shown()), panel.settings.get('cls'), len(np.unique(panel.selected().df.idx[panel.selected().kept])))"]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells], metadata=dict(kernelspec=dict(name='python3', display_name='python3', language='python'))), home/'x.ipynb')
    page.goto(url+'/lab/tree/x.ipynb?reset')
    page.wait_for_selector('.jp-Notebook .jp-CodeCell .cm-content', timeout=90000)
    page.wait_for_function("document.body.innerText.includes('| Idle') || document.querySelector('.jp-Dialog')", timeout=60000)
    if page.locator('.jp-Dialog button.jp-mod-accept').count(): page.locator('.jp-Dialog button.jp-mod-accept').click()
    page.wait_for_function("document.body.innerText.includes('| Idle') && !document.querySelector('.jp-Dialog')", timeout=60000)
    page.locator('.jp-CodeCell .cm-content').first.click(); page.keyboard.press('Shift+Enter')
    page.wait_for_selector('.nl-card', timeout=120000)
    mine, rows = panel[0], panel[0].rows
    until(lambda: facts(page).get('kept'), f"{mine.facts(threshold=.5)['images']:,}")
    page.wait_for_function("document.querySelector('.nl-pic').style.backgroundImage.startsWith('url')")
    h = drag(page, page.locator('[data-key=threshold]'), .8)
    assert .7 < h < .9
    until(lambda: facts(page)['kept'], f"{mine.facts(threshold=h)['images']:,}")
    assert facts(page)['right'] == f"{100*mine.facts(threshold=h)['precision']:.1f} %"
    page.locator('[data-key=cls]').select_option('3')
    until(lambda: page.inner_text('.nl-status'), f"{(rows.pseudo==3).sum():,} of {len(rows):,} images")
    page.locator('[data-key=agree]').select_option('other')
    want = rows[(rows.pseudo==3) & (rows.given!=3)].sort_values(['conf', 'idx'], ascending=[False, True])
    until(lambda: page.inner_text('.nl-status'), f"{len(want):,} of {len(rows):,} images")
    n_cells = page.locator('.jp-Cell').count()
    page.locator('.nl-grid').focus()
    for k in ('ArrowRight', 'ArrowRight', 'x', 'b', 'd', 'd', 'a', '0', '0'): page.keyboard.press(k)   # in the notebook, these cut, add and delete cells
    assert page.locator('.jp-Cell').count() == n_cells and page.locator('.jp-Dialog').count() == 0
    assert page.inner_text('.nl-detail').startswith(f'image {want.idx.iloc[2]} ')
    page.keyboard.press('End')
    until(lambda: page.inner_text('.nl-detail').split(' ')[1], str(want.idx.iloc[-1]))
    page.wait_for_function("document.querySelector('.nl-here .nl-pic').style.backgroundImage.startsWith('url')", timeout=15000)
    if os.environ.get('TEST_SHOTS'): page.screenshot(path=Path(os.environ['TEST_SHOTS'])/'explorer_light.png')
    page.locator('.jp-CodeCell .cm-content').nth(1).click(); page.keyboard.press('Shift+Enter')
    page.wait_for_function("document.body.innerText.includes('SEEN 0')", timeout=30000)
    got = re.findall(r'SEEN (\S+) (\d+) (\d+) (\d+)', page.inner_text('.jp-Notebook'))[-1]
    assert (float(got[0]), int(got[1]), int(got[2]), int(got[3])) == (h, len(want), 3, mine.facts(threshold=h)['images'])
    assert not page.errors


def test_saved_explorer_without_a_kernel(tmp_path, page, panel):
    mine, save = panel
    page.goto(save(mine, tmp_path/'x.html', 120).as_uri())
    page.wait_for_selector('.nl-card')
    until(lambda: facts(page).get('kept'), f"{mine.facts(threshold=.5)['images']:,}")
    assert page.inner_text('.nl-status') == f'{len(mine.rows):,} of {len(mine.rows):,} images; this page holds the thumbnails of 120'
    page.locator('[data-key=by]').select_option('given'); page.locator('[data-key=cls]').select_option('5')
    until(lambda: page.inner_text('.nl-status').split(' of ')[0], f'{(mine.rows.given==5).sum():,}')
    page.locator('.nl-button', has_text='show all').click()
    b = page.locator('.nl-hist').bounding_box()
    page.mouse.move(b['x']+.4*b['width'], b['y']+20); page.mouse.down(); page.mouse.move(b['x']+.6*b['width'], b['y']+20, steps=5); page.mouse.up()
    near = int(page.inner_text('.nl-status').split(' of ')[0].replace(',', ''))
    assert abs(near-mine.rows.conf.between(.4, .6).sum()) < .1*near
    page.locator('.nl-grid').focus(); page.keyboard.press('End')
    page.wait_for_function("document.querySelector('.nl-grid').scrollTop > 200")
    cards = page.locator('.nl-card').count()
    assert 0 < cards < 200   # what is out of sight is not in the page
    assert not page.errors


def test_empty_table_and_hostile_names(tmp_path, page, panel):
    from dataclasses import replace
    from noisy_lab.pseudo import make_table
    from noisy_lab.widgets import PseudoLabelExplorer
    mine, save = panel
    page.goto(save(PseudoLabelExplorer(mine.data, mine.store, make_table(mine.table.df.idx[:0], mine.table.probs[:0])), tmp_path/'none.html').as_uri())
    page.wait_for_function("document.querySelector('.nl-status').textContent.includes('nothing to show')")
    bad = replace(mine.data, classes=['</script><script>window.hit=1</script>', '<img src=x onerror="window.hit=1">', *mine.data.classes[2:]])
    holes = make_table(mine.table.df.idx, mine.table.probs); holes.df.loc[:9, 'conf'] = np.nan
    page.goto(save(PseudoLabelExplorer(bad, mine.store, holes), tmp_path/'bad.html', 60).as_uri())
    page.wait_for_selector('.nl-card')
    assert page.evaluate('window.hit') is None and page.locator('.nl-explorer img').count() == 0
    assert '</script><script>' in page.inner_text('.nl-bars') and not page.errors
