"""Slow: the whole site, built without Quarto, checked, and opened in Chromium. Screenshots go to $TEST_SHOTS, if that
names a folder."""
import gzip, json, os, re, shutil, subprocess, sys, threading, urllib.error, urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import cell, write_nb
from noisy_lab.site import DOCS_EXTRA, build_site, cell_options, check_site, make_server, process_notebook, read_site
from reading import axe_script, CUT, serious

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
pytestmark = pytest.mark.slow


def copy_project(top):
    "What the site is made from"
    ignore = shutil.ignore_patterns('__pycache__', '.*')
    for o in ('nbs', 'noisy_lab', 'data_prep'): shutil.copytree(ROOT/o, top/o, symlinks=True, ignore=ignore)
    for o in ('pyproject.toml', '_quarto.yml', 'settings.ini', 'LICENSE'): shutil.copy(ROOT/o, top)
    return top


def table_cells(nb):
    "Cells that nbdev made for exported names"
    sources = [(c, ''.join(c['source'])) for c in nb['cells'] if c['cell_type'] == 'code']
    return [c for c, source in sources if 'show_doc(' in source and '#| output: asis' in source]


def test_nbdev_processes_every_notebook(tmp_path):
    "What `nbdev-docs` does before it calls Quarto, in a copy: every notebook passes, every exported name has its table"
    top = copy_project(tmp_path/'copy')
    code = 'from nbdev.quarto import refresh_quarto_yml, proc_nbs; refresh_quarto_yml(); proc_nbs(n_workers=0)'
    env = {**os.environ, 'PYTHONPATH': str(top)}
    res = subprocess.run([sys.executable, '-c', code], cwd=top, env=env, capture_output=True, text=True)
    assert res.returncode == 0, res.stderr[-2000:]
    names = {o for o in read_site(ROOT)['names'] if o.endswith('.ipynb')}
    assert {o.relative_to(top/'_proc').as_posix() for o in (top/'_proc').rglob('*.ipynb')} == names
    assert (top/'_proc/404.qmd').is_file()

    nbs = [json.loads((top/'_proc'/n).read_text(encoding='utf8')) for n in names]
    docs = [c for nb in nbs for c in table_cells(nb)]
    assert len(docs) > 200
    for c in docs: assert '### ' in ''.join(c['outputs'][0]['data']['text/markdown']), c['source']
    data = [o.get('data', {}) for nb in nbs for c in nb['cells'] for o in c.get('outputs', [])]
    assert not any({'text/html', 'application/javascript'} & set(o) for o in data)
    assert any('{=html}' in ''.join(o.get('text/markdown', '')) for o in data)


# ---- the whole site

@pytest.fixture(scope='module')
def built(tmp_path_factory):
    "The offline site of this project, with a page that holds a frame"
    lack = [o for o in DOCS_EXTRA if not find_spec(o)]
    if lack: pytest.skip(f'{lack} not installed: pip install -e ".[docs]"')
    top = copy_project(tmp_path_factory.mktemp('docs')/'copy')
    inner = '<p id="n">0</p><button onclick="n.textContent = +n.textContent + 1">more</button>'
    inner = inner.replace('"', '&quot;').replace('<', '&lt;')
    data = {'text/html': [f'<iframe title="a panel" srcdoc="{inner}"></iframe>'], 'text/plain': ['panel']}
    frame = cell('panel', outputs=[dict(output_type='display_data', metadata={}, data=data)])
    write_nb(top/'nbs/frame.ipynb', [('markdown', '# A frame\n\n> A page of the tests'), frame])
    return build_site(top, engine='offline')


@pytest.fixture(scope='module')
def served(built):
    server = make_server(built, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}/'
    server.shutdown()
    server.server_close()


def watch(page, at):
    "Collect console errors and requests to other hosts"
    page.errors, page.outside, page.at = [], [], at
    ours = (at, 'data:', 'blob:', 'about:')
    page.on('pageerror', lambda e: page.errors.append(str(e)))
    page.on('console', lambda m: page.errors.append(m.text) if m.type == 'error' else None)
    page.on('request', lambda r: None if r.url.startswith(ours) else page.outside.append(r.url))


@pytest.fixture
def page(served, request):
    "A page in Chromium that must end without console errors and without requests to other hosts"
    extra = 'playwright is not installed: pip install -e ".[browser]"'
    sync_api = pytest.importorskip('playwright.sync_api', reason=extra)
    if not CHROMIUM: pytest.skip('there is no chromium')
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        page = browser.new_page(viewport=dict(width=1280, height=900))
        watch(page, served)
        yield page
        shots, name = os.environ.get('TEST_SHOTS'), re.sub('[^0-9A-Za-z]+', '_', request.node.name)
        if shots: page.screenshot(path=Path(shots)/f'{name}.png')
        browser.close()
        assert not page.errors and not page.outside


ON_A_PAGE = [
    'property="og:image" content="./social.png"', 'name="description" content="Label noise as data',
    '<title>data.noise', 'id="corrupt_labels"', 'source/noisy_lab/data/noise.py.html#L-', 'aria-current="page"']

def test_site_has_no_fault(built):
    assert check_site(built) == []
    made = {o.relative_to(built).with_suffix('').as_posix() for o in built.rglob('*.html')}
    assert set(read_site(ROOT)['names'].values()) <= made
    pages = [o for o in built.rglob('*.html') if o.relative_to(built).parts[0] != 'source']
    wrong = [o.name for o in pages if 'class="math-error"' in o.read_text(encoding='utf8')]
    assert not wrong, 'formulas that MathML cannot show'

    text = (built/'data.noise.html').read_text(encoding='utf8')
    for o in ON_A_PAGE: assert o in text, o
    assert not list(built.rglob('*.ipynb')) and '#| ' not in re.sub(r'<pre.*?</pre>', '', text, flags=re.DOTALL)


# ---- every output is on its page

def count_tags(text): return {o: len(re.findall(rf'<{o}\b', text)) for o in ('table', 'img', 'iframe')}


def count_markdown(md):
    "Tables, images and frames that Markdown shows, code left out"
    text = re.sub(r'^(`{3,})(?!\{=html\}).*?^\1\s*$', '', md, flags=re.DOTALL | re.MULTILINE)
    n = count_tags(text if '{=html}' in text else re.sub(r'`[^`\n]+`', '', text))
    n['table'] += len(re.findall(r'^\|(?:\s*:?-+:?\s*\|)+\s*$', text, re.MULTILINE))
    n['img'] += len(re.findall(r'!\[[^\]]*\]\(', text))
    return n


def count_output(out):
    "The same of an output"
    data = out.get('data', {})
    if 'text/markdown' in data: return count_markdown(''.join(data['text/markdown']))
    return dict(table=0, img=int(any(k.startswith('image/') for k in data)), iframe=0)


def count_notebook(nb):
    "What a processed notebook shows, counted without the code that makes pages of it"
    counts = [count_markdown(c.source) for c in nb.cells if c.cell_type == 'markdown']
    for c in nb.cells:
        opts = cell_options(c.source) if c.cell_type == 'code' else {}
        if opts.get('include') is False or opts.get('output') is False: continue
        counts += [count_output(o) for o in c.get('outputs', [])]
    return {k: sum(o[k] for o in counts) for k in ('table', 'img', 'iframe')}


def test_every_output_is_on_its_page(built, monkeypatch):
    monkeypatch.chdir(ROOT)
    odd = {}
    for file, name in read_site(ROOT)['names'].items():
        if not file.endswith('.ipynb'): continue
        text = (built/f'{name}.html').read_text(encoding='utf8')
        have = count_tags(text[text.index('<article'):text.index('</article>')])
        want = count_notebook(process_notebook(ROOT/'nbs'/file, True))
        if have != want: odd[file] = dict(page=have, notebook=want)
    assert not odd


# ---- in a browser

def test_server_answers_with_the_404_page(served):
    with pytest.raises(urllib.error.HTTPError) as e: urllib.request.urlopen(served+'no/such/page.html')
    assert e.value.code == 404 and b'Page not found' in e.value.read()


PAGES = {
    'index.html': 'What the demo shows', 'gallery.html': 'Which way up?', 'panels.html': 'PseudoLabelExplorer',
    'datasets/index.html': 'Get one',
    'lessons/model_pages.html': 'Predict first', 'lessons/teachers_and_students.html': 'What could fool you',
    'leaderboards/noisy_imagenette.html': 'The cliff', 'data.noise.html': 'corrupt_labels',
    'train.losses.html': 'Generalised cross-entropy', 'source/noisy_lab/data/noise.py.html': 'def corrupt_labels',
    'no/such.html': 'Page not found',
}

@pytest.mark.parametrize('width', [1280, 390])
def test_pages_open(page, width):
    page.set_viewport_size(dict(width=width, height=844))
    for name, words in PAGES.items():
        page.goto(page.at+name)
        page.get_by_text(words).first.wait_for(state='attached')
        assert page.evaluate('document.documentElement.scrollWidth') <= width, name
        if name == 'no/such.html': page.errors.clear()   # the browser says that the answer was 404
        assert not page.errors, name
    page.goto(page.at+'train.losses.html')
    assert page.locator('math').count() > 20 and page.locator('table').count() > 5


CURRENT = '''[...document.querySelectorAll('.nl-sidebar a.current')]
    .map(o => o.getBoundingClientRect()).filter(o => o.width).map(o => o.top)'''

@pytest.mark.parametrize('width', [1280, 390])
def test_the_sidebar_shows_where_you_are(page, width):
    "An entry far down the list is in sight, at the side or in a narrow window's drawer, and the page has not moved"
    page.set_viewport_size(dict(width=width, height=844))
    for name in ('cli.html', 'data.prep.html', 'index.html'):
        page.goto(page.at+name)
        if width < 600: page.locator('button.primary-toggle').click()
        page.wait_for_timeout(300)
        top = page.evaluate(CURRENT)
        assert len(top) == 1 and 0 < top[0] < 800 and page.evaluate('scrollY') == 0, (name, top)


def test_search_finds_a_function(page):
    page.goto(page.at+'index.html')
    page.locator('.search-button__button:visible').first.click()
    page.locator('dialog[open] input[type=search]').fill('corrupt_labels')
    page.keyboard.press('Enter')
    found = 'a[href*="data.noise.html"]:visible'
    page.wait_for_selector(found, timeout=20000)
    page.locator(found, has_text='corrupt_labels').first.click()
    page.wait_for_url('**/data.noise.html*')
    assert page.locator('#corrupt_labels').count() == 1


def brightness(page):
    "Of the page's background, 0 to 765"
    colour = page.evaluate('getComputedStyle(document.body).backgroundColor')
    return sum(int(o) for o in re.findall(r'\d+', colour)[:3])

def test_light_and_dark(page):
    for scheme in ('dark', 'light'):
        page.emulate_media(color_scheme=scheme)
        page.goto(page.at+'data.noise.html')
        assert (brightness(page) < 200) if scheme == 'dark' else (brightness(page) > 600)


def test_navigation_on_a_phone(page):
    page.set_viewport_size(dict(width=390, height=844))
    page.goto(page.at+'index.html')
    page.locator('button.primary-toggle').click()
    drawer = page.locator('dialog[open]')
    drawer.locator('summary', has_text=re.compile('^train$')).click()
    drawer.get_by_role('link', name='train.losses', exact=True).click()
    page.wait_for_url('**/train.losses.html')


@pytest.mark.parametrize('name', ['panels.explorer.html', 'lessons/teachers_and_students.html'])
def test_a_saved_panel_works(page, name):
    "The explorer on a page of the library and in a lesson: filter, scroll, keys, without a kernel"
    page.goto(page.at+name)
    page.locator('iframe[title]').first.scroll_into_view_if_needed()
    frame = page.frame_locator('iframe[title]').first
    frame.locator('.nl-pic[data-drawn]').first.wait_for()
    def status(): return frame.locator('.nl-status').inner_text()

    before = status()
    frame.locator('[data-key=cls]').select_option('1')
    assert status() != before and re.match(r'[\d,]+ of [\d,]+ images', status())

    frame.locator('.nl-grid').focus()
    page.keyboard.press('End')
    here = int(frame.locator('.nl-here').get_attribute('id').split('-')[-1])
    assert here == int(status().split(' ')[0].replace(',', ''))-1

    frame.locator('[data-key=reset]').click()
    assert status() == before and not page.errors


# ---- can it be read?

@pytest.mark.parametrize('width', [1280, 390])
def test_nothing_is_cut(page, built, width):
    "Every page: no sideways scrolling, no code, output, formula, table or frame of which a part cannot be seen"
    page.set_viewport_size(dict(width=width, height=844))
    bad = {}
    for path in sorted(built.rglob('*.html')):
        name = path.relative_to(built).as_posix()
        if name.startswith('_static/'): continue
        page.goto(page.at+name)
        if cut := page.evaluate(CUT): bad[name] = cut
    assert not bad


@pytest.mark.parametrize('style,words', [
    ('main pre, main pre code { white-space: pre !important; } main pre { overflow-x: auto; }', 'is cut'),
    ('main h1 { width: 3000px; }', 'sideways'), ('main iframe { max-height: 300px; }', 'frame'),
    ('main table.nl-wide.nl-wide { border: 0 !important; }', 'table')])
def test_what_is_cut_is_noticed(page, style, words):
    page.set_viewport_size(dict(width=390, height=844))
    page.goto(page.at+'panels.robustness.html')
    assert page.evaluate(CUT) == []
    page.add_style_tag(content=style)
    assert any(words in o for o in page.evaluate(CUT))


READ = ['index.html', 'lessons/sesemi.html', 'leaderboards/noisy_imagenette.html', 'gallery.html']

@pytest.mark.parametrize('width', [1280, 390])
@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_axe_finds_nothing_serious(page, tmp_path_factory, width, scheme):
    axe = axe_script(tmp_path_factory.getbasetemp()/'axe')
    page.set_viewport_size(dict(width=width, height=844))
    page.emulate_media(color_scheme=scheme)
    bad = {}
    for name in READ:
        page.goto(page.at+name)
        if found := serious(page, axe): bad[name] = found
    assert not bad
    page.add_style_tag(content='main p { color: #999; background: #888; }')
    assert any('color-contrast' in o for o in serious(page, axe)), 'a fault is noticed'


def weight(answer):
    "Bytes of an answer as hosts send it: text is compressed"
    body = answer.body()
    return len(gzip.compress(body) if re.search(r'\.(html|js|css|svg|json)\b', answer.url) else body)


def test_first_visit_is_light(page, built):
    "The heaviest pages, each as the first of a visit: less than 1.5 MB"
    pages = [o for o in built.rglob('*.html') if o.relative_to(built).parts[0] not in ('source', '_static')]
    heavy = sorted(pages, key=lambda o: -o.stat().st_size)[:6]
    for path in (built/'index.html', *heavy):
        fresh, answers = page.context.browser.new_page(), []
        fresh.on('response', lambda o: answers.append(o))
        fresh.goto(page.at+path.relative_to(built).as_posix(), wait_until='networkidle')
        total = sum(map(weight, answers))
        fresh.close()
        assert len(answers) > 5 and total < 1.5e6, (path.name, total)


def test_code_can_be_copied(page):
    page.context.grant_permissions(['clipboard-read', 'clipboard-write'])
    page.goto(page.at+'index.html')
    page.locator('main pre').first.hover()
    page.locator('main pre .nl-copy').first.click()
    page.get_by_text('Copied').wait_for()
    copied = page.evaluate('navigator.clipboard.readText()')
    assert copied.startswith('pip install') and 'Copy' not in copied
    assert page.locator('.cell_output .nl-copy').count() == 0


def test_how_to_install_leads_home(page):
    page.goto(page.at+'search.html?q=how+to+install')
    page.locator('#search-results li a').first.wait_for()
    page.wait_for_timeout(1500)
    assert page.locator('#search-results li a').first.get_attribute('href').startswith('index.html')


def test_frames_are_alive(page):
    page.goto(page.at+'frame.html')
    frame = page.frame_locator('iframe').first
    for _ in range(2): frame.locator('button').click()
    assert frame.locator('#n').inner_text() == '2'
