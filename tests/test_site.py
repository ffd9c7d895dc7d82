"""The checker on a made-up site broken in each way, `_quarto.yml` against Quarto's documented keys, and, slow, the whole site:
built without Quarto, checked, and opened in Chromium. Screenshots go to $TEST_SHOTS, if that names a folder."""
import json, os, re, shutil, subprocess, sys, threading, urllib.error, urllib.request
from pathlib import Path

import pytest

from conftest import cell, write_nb
from noisy_lab.core import LabError
from noisy_lab.site import (
    EXTRA, build_site, cell_options, check_site, make_server, process_notebook, raw_html, read_site)

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
HEAD = '<title>A page</title><meta name="description" content="What it says">'
PIXEL = bytes.fromhex('89504e470d0a1a0a')


# ---- the checker notices

@pytest.fixture
def site(tmp_path):
    "A made-up site of four pages, as either engine could have made it, with nothing wrong"
    top = tmp_path/'site'
    (top/'lessons').mkdir(parents=True)
    (top/'index.html').write_text(HEAD + '<link rel="stylesheet" href="a.css"><link rel="canonical" href="https://x.org/"><h1 id="top-of-it">A</h1>'
        '<a href="lessons/one.html#b">one</a><a href="#top-of-it">up</a><a href="https://x.org">out</a><a href="mailto:a@b.c">post</a><img src="a.png" alt="a"><script src="a.js"></script>'
        '<iframe srcdoc="&lt;img src=&quot;a.png&quot; alt=&quot;a&quot;&gt;&lt;a href=&quot;#own&quot;&gt;x&lt;/a&gt;&lt;i id=own&gt;"></iframe>')
    (top/'lessons/one.html').write_text(HEAD + '<h2 id="b">B</h2><a href="../index.html">home</a><a href="/index.html">home</a><a href="../">home</a><a href="#">top</a>')
    (top/'404.html').write_text('<base href="/lab/">' + HEAD + '<a href="lessons/one.html#b">one</a><link rel="stylesheet" href="a.css">')
    (top/'a.css').write_text('p { background: url(a.png) } /* url(https://x.org/old.png) */ q { src: url("data:font/woff;base64,aa") }')
    (top/'a.png').write_bytes(PIXEL); (top/'a.js').write_text(''); (top/'search.json').write_text('[]')
    return top

def add(top, text, page='lessons/one.html'): (top/page).write_text((top/page).read_text() + text)

def only(bad, *words): assert len(bad) == 1 and all(o in bad[0] for o in words), bad

def test_checker_passes_a_whole_site(site): assert check_site(site) == []

@pytest.mark.parametrize('text,words', [
    ('<a href="two.html">x</a>', ['lessons/one.html', 'two.html', 'not there']), ('<a href="../index.html#gone">x</a>', ['#gone', 'no such anchor']),
    ('<a href="#gone">x</a>', ['#gone', 'no such anchor']), ('<a href="/lessons/">x</a>', ['/lessons/', 'not there']), ('<a href="../../secret.html">x</a>', ['secret.html', 'not there']),
    ('<img src="gone.png" alt="a">', ['gone.png', 'not there']), ('<img srcset="../a.png 1x, gone.png 2x" src="../a.png" alt="a">', ['gone.png']), ('<img src="../a.png">', ['no alt text']),
    ('<img src="../a.png" alt="../a.png">', ['no alt text']), ('<script src="https://cdn.org/x.js"></script>', ['cdn.org', 'another host']), ('<link rel="stylesheet" href="//fonts.org/x.css">', ['fonts.org', 'another host']),
    ('<img src="http://x.org/a.png" alt="a">', ['another host']), ('<iframe src="https://x.org"></iframe>', ['another host']), ('<style>@import "https://x.org/a.css";</style>', ['x.org/a.css', 'another host']),
    ('<p style="background: url(https://x.org/a.png)">', ['another host']), ('<p style="background: url(gone.png)">', ['gone.png']), ('<video poster="gone.jpg"></video>', ['gone.jpg']),
    ('<div class="cell-output cell-output-error"><pre>ValueError</pre></div>', ['traceback']), ('<div class="output traceback highlight">x</div>', ['traceback']),
    ('<iframe srcdoc="&lt;script src=&quot;https://cdn.org/a.js&quot;&gt;&lt;/script&gt;"></iframe>', ['cdn.org', 'another host'])])
def test_checker_notices(site, text, words):
    add(site, text)
    only(check_site(site), *words)

@pytest.mark.parametrize('was,words', [('<title>A page</title>', ['one.html has no title']), ('<meta name="description" content="What it says">', ['one.html has no description']), ('What it says', ['no description'])])
def test_checker_notices_what_a_page_lacks(site, was, words):
    page = site/'lessons/one.html'
    page.write_text(page.read_text().replace(was, ''))
    only(check_site(site), *words)

def test_checker_notices_what_the_site_lacks(site):
    (site/'search.json').unlink(); only(check_site(site), 'no search index')
    (site/'searchindex.js').write_text(''); (site/'404.html').unlink(); only(check_site(site), 'no 404.html')
    (site/'index.html').unlink()
    with pytest.raises(LabError, match='holds no site'): check_site(site)

def test_checker_reads_style_sheets(site):
    (site/'a.css').write_text('@import url("https://fonts.org/a.css"); p { background: url(gone.png) }')
    bad = check_site(site)
    assert len(bad) == 2 and 'a.css needs https://fonts.org/a.css from another host' in bad and 'gone.png' in bad[1]


# ---- Quarto, which is not here

# Keys that Quarto documents, of those used here: quarto-cli's src/resources/schema (project.yml; `base-website` and `sidebar-contents`
# of definitions.yml, both closed; document-execute.yml, document-options.yml, document-toc.yml, document-code.yml) and quarto.org's page on website navigation.
QUARTO = {'': {'project', 'website', 'execute', 'format'}, 'project': {'type', 'output-dir'}, 'execute': {'enabled'}, 'format': {'html'},
          'website': {'title', 'description', 'favicon', 'image', 'open-graph', 'twitter-card', 'page-navigation', 'search', 'navbar', 'sidebar', 'site-url', 'repo-url', 'repo-branch'},
          'website.navbar': {'left', 'right', 'title', 'search'}, 'website.navbar.left': {'text', 'href'}, 'website.sidebar': {'style', 'contents'}, 'website.sidebar.contents': {'section', 'contents', 'text', 'href'},
          'format.html': {'theme', 'html-math-method', 'toc', 'code-copy'}, 'format.html.theme': {'light', 'dark'}}
CELL_OPTIONS = {'echo', 'eval', 'include', 'output', 'warning', 'code-fold', 'code-summary', 'fig-alt', 'fig-cap', 'label'}

def unknown_keys(conf, where=''):
    "Keys of a settings file that are not among the documented ones, by where they stand"
    if isinstance(conf, list): return [o for c in conf for o in unknown_keys(c, where)]
    if not isinstance(conf, dict): return []
    inner = lambda k: where if where.endswith('contents') else f'{where}.{k}'.strip('.')
    return [f'{where or "top"}: {k}' for k in conf if k not in QUARTO.get(where, ())] + [o for k, v in conf.items() for o in unknown_keys(v, inner(k))]

def test_quarto_keys_are_documented():
    import yaml
    conf = yaml.safe_load((ROOT/'_quarto.yml').read_text(encoding='utf8'))
    assert unknown_keys(conf) == []
    assert conf['project']['type'] == 'website' and conf['execute']['enabled'] is False and conf['format']['html']['html-math-method'] == 'mathml'
    for name in ('image', 'favicon'): assert (ROOT/'nbs'/conf['website'][name]).is_file()

def test_unknown_keys_are_noticed():
    assert unknown_keys(dict(websit={})) == ['top: websit']
    assert unknown_keys(dict(website=dict(serach=True, navbar=dict(left=[dict(txt='a')])))) == ['website: serach', 'website.navbar.left: txt']
    assert unknown_keys(dict(website=dict(sidebar=dict(contents=['a', dict(section='b', contents=[dict(hrf='c')])])))) == ['website.sidebar.contents: hrf']

def test_cell_options_are_known():
    "An option in a committed cell is one that Quarto documents for cells, or a directive of nbdev"
    from fastcore.nbio import read_nb
    nbdev = {'export', 'exports', 'exporti', 'default_exp', 'hide', 'slow', 'notest', 'hide_line', 'filter_stream', 'exec_doc'}
    odd = {f'{o.name}: {d}' for o in (ROOT/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in o.parts for c in read_nb(o).cells if c.cell_type == 'code' for d in c.directives if d not in nbdev | CELL_OPTIONS}
    assert not odd

def cell_faults(path):
    "Options that stop Quarto, alt texts that it cannot quote, and figures without alt text, of the cells of a notebook"
    from fastcore.nbio import read_nb
    bad = []
    for i, c in enumerate(read_nb(path).cells):
        if c.cell_type != 'code': continue
        where = f'{path.name}, cell {i}'
        try: opts = cell_options(c.source, where)
        except LabError as e: bad.append(str(e)); continue
        hidden = {'export', 'exporti', 'hide', 'default_exp'} & set(c.directives) or opts.get('include') is False or opts.get('output') is False
        if set(str(opts.get('fig-alt', ''))) & set('\'"'): bad.append(f'{where}: its alt text has a quote or an apostrophe, which some versions of Quarto cannot write: say it without')
        if not hidden and not opts.get('fig-alt') and any(k.startswith('image/') for o in c.outputs for k in o.get('data', {})): bad.append(f'{where}: a figure without #| fig-alt')
    return bad

def test_options_and_alt_texts():
    bad = [o for f in sorted((ROOT/'nbs').rglob('*.ipynb')) if '.ipynb_checkpoints' not in f.parts for o in cell_faults(f)]
    assert not bad, '\n' + '\n'.join(bad)

@pytest.mark.parametrize('source,words', [('#| fig-alt: Bars, one a class: how often\nplot()', ['n.ipynb, cell 1', 'not YAML']), ('#| fig-alt: "the teacher\'s bars"\nplot()', ['cell 1', 'apostrophe']),
    ("#| fig-alt: 'the \"bars\"'\nplot()", ['a quote']), ('#| echo: false\nplot()', ['cell 1', 'without #| fig-alt']), ('plot()\n#| fig-alt: too late', ['without']),
    ('#| fig-alt: "Bars: one a class"\nplot()', []), ('#| hide\nplot()', []), ('#| include: false\nplot()', []), ('#| output: false\nplot()', [])])
def test_options_and_alt_texts_are_noticed(tmp_path, source, words):
    figure = dict(output_type='display_data', metadata={}, data={'image/png': 'aaaa', 'text/plain': ['<Figure>']})
    bad = cell_faults(write_nb(tmp_path/'n.ipynb', [('markdown', '# T'), cell(source, outputs=[figure])]))
    if words: only(bad, *words)
    else: assert bad == []

def test_both_engines_stop_at_bad_options(tmp_path, monkeypatch):
    "Before anything is rendered, and with the place, as `nbdev-docs` would"
    top = tiny_project(tmp_path/'house', ('code', 'x'), ('code', '#| fig-alt: a: b\n1'))
    monkeypatch.chdir(top)
    with pytest.raises(LabError, match='nbs/index.ipynb, cell 2: its options'): process_notebook(top/'nbs/index.ipynb')

def test_pages_carry_no_html_outputs(tmp_path, monkeypatch):
    "Quarto answers an output in HTML with scripts of another host; as a raw block of Markdown it is the same to a reader"
    page = '<table><tr><td>```</td></tr></table>'
    shown = [dict(output_type='display_data', metadata={}, data={'text/html': [o], 'text/plain': ['x']}) for o in (page, '<div></div>')]
    top = tiny_project(tmp_path/'house', cell('x', outputs=shown), cell('#| include: false\ny', cid='c5', outputs=shown))
    monkeypatch.chdir(top)
    outs = [o for c in process_notebook(top/'nbs/index.ipynb').cells for o in c.get('outputs', [])]
    assert [o['data'] for o in outs] == [{'text/markdown': raw_html(page), 'text/plain': 'x'}]*2 and raw_html(page).startswith('````{=html}\n')

def test_words_of_the_language_are_no_links(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = '\n'.join(str(c.source) for c in process_notebook(ROOT/'nbs/index.ipynb').cells)
    assert '`run`' in text and '[`run`]' not in text and '[`audit`]' not in text

def test_every_section_has_pages():
    s = read_site(ROOT)
    assert [o['text'] for o in s['navbar']] == ['Start', 'Lessons', 'Leaderboards', 'Panels', 'Library', 'Data']
    assert all(any(n['doc'] in o['pages'] for o in s['sidebar']) for n in s['navbar']) and '404' in s['names'].values()

def test_workflow_tests_and_publishes():
    import yaml
    jobs = yaml.safe_load((ROOT/'.github/workflows/site.yml').read_text(encoding='utf8'))['jobs']
    runs = {k:[s['run'] for s in v['steps'] if 'run' in s] for k, v in jobs.items()}
    assert 'pytest' in runs['test'] and any(o.startswith('noisy-lab docs') and '--check' in o for o in runs['build'])
    assert set(jobs['publish']['needs']) == {'test', 'build'} and jobs['publish']['permissions'] == {'pages': 'write', 'id-token': 'write'}


def tiny_project(top, *cells):
    "A made-up project of one notebook, with what nbdev and both engines need"
    write_nb(top/'nbs/index.ipynb', [('markdown', '# T\n\n> S'), *cells])
    (top/'pyproject.toml').write_text('[project]\nname = "noisy_lab"\n[tool.nbdev]\ncustom_sidebar = true\n'); (top/'noisy_lab').mkdir(); (top/'noisy_lab/__init__.py').write_text('')
    (top/'_quarto.yml').write_text('project: {type: website, output-dir: _docs}\nwebsite: {title: t, sidebar: {contents: [index.ipynb]}}\n'); (top/'nbs/_quarto.yml').symlink_to('../_quarto.yml')
    return top

FAKE_QUARTO = """#!{python}
import json, sys
from pathlib import Path
here = Path.cwd()
if sys.argv[1] == 'inspect': print(json.dumps(dict(config=dict(project=dict(type='website')), files=dict(input=[str(o) for o in here.rglob('*.ipynb')]), fileInformation={{}})))
elif {fails}: sys.exit('no such theme')
else:
    out = Path(sys.argv[sys.argv.index('--output-dir')+1]); out.mkdir(parents=True, exist_ok=True)
    (out/'index.html').write_text('rendered ' + ' '.join(sorted(o.name for o in here.iterdir())) + (here/'_quarto.yml').read_text())
"""

def test_quarto_engine_with_a_stand_in(tmp_path, monkeypatch):
    "Our side of the Quarto engine: `nbdev-docs` runs in a copy, its site takes the place, and what fails leaves the old one"
    top, bin = tiny_project(tmp_path/'house', ('code', '1+1')), tmp_path/'bin'
    own = (top/'_quarto.yml').read_text()
    before = sorted(o.name for o in top.rglob('*'))
    bin.mkdir(); fake = bin/'quarto'
    monkeypatch.setenv('PATH', f"{bin}{os.pathsep}{os.environ['PATH']}")
    def stand_in(fails): fake.write_text(FAKE_QUARTO.format(python=sys.executable, fails=fails)); fake.chmod(0o755)
    stand_in(False)
    assert build_site(top, engine='auto') == top/'_docs'
    text = (top/'_docs/index.html').read_text()
    assert text.startswith('rendered') and all(o in text for o in ('_quarto.yml', 'index.ipynb')) and 'site-url' not in text
    build_site(top, engine='quarto', url='https://h.org/lab/')
    assert 'site-url: https://h.org/lab/' in (top/'_docs/index.html').read_text() and (top/'_quarto.yml').read_text() == own
    text = (top/'_docs/index.html').read_text()
    stand_in(True)
    with pytest.raises(LabError, match='no such theme'): build_site(top, engine='quarto')
    assert (top/'_docs/index.html').read_text() == text
    shutil.rmtree(top/'_docs')
    assert sorted(o.name for o in top.rglob('*')) == before   # the project itself is left as it was


@pytest.mark.slow
def test_nbdev_processes_every_notebook(tmp_path):
    "What `nbdev-docs` does before it calls Quarto, in a copy: every notebook passes, every exported name has its table"
    top = tmp_path/'copy'
    for o in ('nbs', 'noisy_lab', 'data_prep'): shutil.copytree(ROOT/o, top/o, symlinks=True, ignore=shutil.ignore_patterns('__pycache__', '.*'))
    for o in ('pyproject.toml', '_quarto.yml', 'settings.ini'): shutil.copy(ROOT/o, top)
    code = 'from nbdev.quarto import refresh_quarto_yml, proc_nbs; refresh_quarto_yml(); proc_nbs(n_workers=0)'
    res = subprocess.run([sys.executable, '-c', code], cwd=top, env={**os.environ, 'PYTHONPATH': str(top)}, capture_output=True, text=True)
    assert res.returncode == 0, res.stderr[-2000:]
    names = {o for o in read_site(ROOT)['names'] if o.endswith('.ipynb')}
    assert {o.relative_to(top/'_proc').as_posix() for o in (top/'_proc').rglob('*.ipynb')} == names and (top/'_proc/404.qmd').is_file()
    docs = [c for n in names for c in json.loads((top/'_proc'/n).read_text(encoding='utf8'))['cells'] if 'show_doc(' in ''.join(c['source']) and c['cell_type'] == 'code' and '#| output: asis' in ''.join(c['source'])]
    outs = [o for n in names for c in json.loads((top/'_proc'/n).read_text(encoding='utf8'))['cells'] for o in c.get('outputs', [])]
    assert not any({'text/html', 'application/javascript'} & set(o.get('data', {})) for o in outs) and any('{=html}' in ''.join(o.get('data', {}).get('text/markdown', '')) for o in outs)
    assert len(docs) > 200 and all('### ' in ''.join(c['outputs'][0]['data']['text/markdown']) for c in docs)


# ---- the whole site

@pytest.fixture(scope='module')
def built(tmp_path_factory):
    "The offline site of this project, with a page that holds a frame"
    from importlib.util import find_spec
    if lack := [o for o in EXTRA if not find_spec(o)]: pytest.skip(f'{lack} not installed: pip install -e ".[docs]"')
    top = tmp_path_factory.mktemp('docs')/'copy'
    for o in ('nbs', 'noisy_lab', 'data_prep'): shutil.copytree(ROOT/o, top/o, symlinks=True, ignore=shutil.ignore_patterns('__pycache__', '.*'))
    for o in ('pyproject.toml', '_quarto.yml', 'settings.ini', 'LICENSE'): shutil.copy(ROOT/o, top)
    inner = '<p id="n">0</p><button onclick="n.textContent = +n.textContent + 1">more</button>'.replace('"', '&quot;').replace('<', '&lt;')
    frame = dict(output_type='display_data', metadata={}, data={'text/html': [f'<iframe title="a panel" srcdoc="{inner}"></iframe>'], 'text/plain': ['panel']})
    write_nb(top/'nbs/frame.ipynb', [('markdown', '# A frame\n\n> A page of the tests'), cell('panel', outputs=[frame])])
    return build_site(top, engine='offline')


@pytest.fixture(scope='module')
def served(built):
    server = make_server(built, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_port}/'
    server.shutdown(); server.server_close()


@pytest.fixture
def page(served, request):
    "A page of the given width that collects console errors and requests to other hosts"
    sync_api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip install -e ".[browser]"')
    if not CHROMIUM: pytest.skip('there is no chromium')
    with sync_api.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        pg = browser.new_page(viewport=dict(width=1280, height=900))
        pg.errors, pg.outside, pg.at = [], [], served
        pg.on('pageerror', lambda e: pg.errors.append(str(e)))
        pg.on('console', lambda m: pg.errors.append(m.text) if m.type == 'error' else None)
        pg.on('request', lambda r: pg.outside.append(r.url) if not r.url.startswith((served, 'data:', 'blob:', 'about:')) else None)
        yield pg
        if os.environ.get('TEST_SHOTS'): pg.screenshot(path=Path(os.environ['TEST_SHOTS'])/f'{re.sub(r"[^0-9A-Za-z]+", "_", request.node.name)}.png')
        browser.close()
        assert not pg.errors and not pg.outside


@pytest.mark.slow
def test_site_has_no_fault(built):
    assert check_site(built) == []
    made = {o.relative_to(built).with_suffix('').as_posix() for o in built.rglob('*.html')}
    assert set(read_site(ROOT)['names'].values()) <= made
    wrong = [o.name for o in built.rglob('*.html') if o.relative_to(built).parts[0] != 'source' and 'class="math-error"' in o.read_text(encoding='utf8')]
    assert not wrong, 'formulas that MathML cannot show'
    text = (built/'noise.html').read_text(encoding='utf8')
    for o in ('property="og:image" content="./social.png"', 'name="description" content="Label noise as data', '<title>noise', 'id="corrupt_labels"', 'source/noisy_lab/data/noise.py.html#L-', 'aria-current="page"'): assert o in text, o
    assert not list(built.rglob('*.ipynb')) and '#| ' not in re.sub(r'<pre.*?</pre>', '', text, flags=re.DOTALL)


def _parts(text): return {o: len(re.findall(rf'<{o}\b', text)) for o in ('table', 'img', 'iframe')}

def _expected(nb):
    "Tables, images and frames that a processed notebook shows, counted without the code that makes pages of it"
    n = dict(table=0, img=0, iframe=0)
    def add(md):
        plain = re.sub(r'^(`{3,})(?!\{=html\}).*?^\1\s*$', '', md, flags=re.DOTALL | re.MULTILINE)
        for k, v in _parts(re.sub(r'`[^`\n]+`', '', plain) if '{=html}' not in plain else plain).items(): n[k] += v
        n['table'] += len(re.findall(r'^\|(?:\s*:?-+:?\s*\|)+\s*$', plain, re.MULTILINE)); n['img'] += len(re.findall(r'!\[[^\]]*\]\(', plain))
    for c in nb.cells:
        if c.cell_type == 'markdown': add(c.source)
        opts = cell_options(c.source) if c.cell_type == 'code' else {}
        if opts.get('include') is False or opts.get('output') is False: continue
        for o in c.get('outputs', []):
            data = o.get('data', {})
            if 'text/markdown' in data: add(''.join(data['text/markdown']))
            elif any(k.startswith('image/') for k in data): n['img'] += 1
    return n

@pytest.mark.slow
def test_every_output_is_on_its_page(built, monkeypatch):
    monkeypatch.chdir(ROOT)
    odd = {}
    for file, name in read_site(ROOT)['names'].items():
        if not file.endswith('.ipynb'): continue
        text = (built/f'{name}.html').read_text(encoding='utf8')
        have, want = _parts(text[text.index('<article'):text.index('</article>')]), _expected(process_notebook(ROOT/'nbs'/file, True))
        if have != want: odd[file] = dict(page=have, notebook=want)
    assert not odd


@pytest.mark.slow
def test_server_answers_with_the_404_page(served):
    with pytest.raises(urllib.error.HTTPError) as e: urllib.request.urlopen(served+'no/such/page.html')
    assert e.value.code == 404 and b'Page not found' in e.value.read()


@pytest.mark.slow
@pytest.mark.parametrize('width', [1280, 390])
def test_pages_open(page, width):
    page.set_viewport_size(dict(width=width, height=844))
    for name, words in (('index.html', 'How it is laid out'), ('lessons/model_pages.html', 'Predict first'), ('lessons/teachers_and_students.html', 'What could fool you'), ('widgets.html', 'PseudoLabelExplorer'), ('leaderboards/noisy_imagenette.html', 'The cliff'), ('noise.html', 'corrupt_labels'),
                        ('losses.html', 'Generalised cross-entropy'), ('datasets/index.html', 'Get one'), ('source/noisy_lab/data/noise.py.html', 'def corrupt_labels'), ('no/such.html', 'Page not found')):
        page.goto(page.at+name)
        page.get_by_text(words).first.wait_for(state='attached')
        assert page.evaluate('document.documentElement.scrollWidth') <= width, name
        if name == 'no/such.html': page.errors.clear()   # the browser says that the answer was 404
        assert not page.errors, name
    page.goto(page.at+'losses.html')
    assert page.locator('math').count() > 20 and page.locator('table').count() > 5


@pytest.mark.slow
@pytest.mark.parametrize('width', [1280, 390])
def test_the_sidebar_shows_where_you_are(page, width):
    "The entry of a page far down the list is in sight, at the side or in the drawer of a narrow window, and the page itself has not moved"
    page.set_viewport_size(dict(width=width, height=844))
    for name in ('cli.html', 'prep.html', 'index.html'):
        page.goto(page.at+name)
        if width < 600: page.locator('button.primary-toggle').click()
        page.wait_for_timeout(300)
        top = page.evaluate("[...document.querySelectorAll('.nl-sidebar a.current')].map(o => o.getBoundingClientRect()).filter(o => o.width).map(o => o.top)")
        assert len(top) == 1 and 0 < top[0] < 800 and page.evaluate('scrollY') == 0, (name, top)


@pytest.mark.slow
def test_search_finds_a_function(page):
    page.goto(page.at+'index.html')
    page.locator('.search-button__button:visible').first.click()
    page.locator('dialog[open] input[type=search]').fill('corrupt_labels')
    page.keyboard.press('Enter')
    page.wait_for_selector('a[href*="noise.html"]:visible', timeout=20000)
    page.locator('a[href*="noise.html"]:visible', has_text='corrupt_labels').first.click()
    page.wait_for_url('**/noise.html*')
    assert page.locator('#corrupt_labels').count() == 1


@pytest.mark.slow
def test_light_and_dark(page):
    page.emulate_media(color_scheme='dark'); page.goto(page.at+'noise.html')
    back = lambda: sum(int(o) for o in re.findall(r'\d+', page.evaluate('getComputedStyle(document.body).backgroundColor'))[:3])
    assert back() < 200
    page.emulate_media(color_scheme='light'); page.goto(page.at+'noise.html')
    assert back() > 600


@pytest.mark.slow
def test_navigation_on_a_phone(page):
    page.set_viewport_size(dict(width=390, height=844)); page.goto(page.at+'index.html')
    page.locator('button.primary-toggle').click()
    page.locator('dialog[open] summary', has_text='3x · learning').click()
    page.locator('dialog[open]').get_by_role('link', name='losses', exact=True).click()
    page.wait_for_url('**/losses.html')


@pytest.mark.slow
@pytest.mark.parametrize('name', ['widgets.html', 'lessons/teachers_and_students.html'])
def test_a_saved_panel_works(page, name):
    "The explorer on a page of the library and in a lesson: filter, scroll, keys, without a kernel"
    page.goto(page.at+name)
    page.locator('iframe[title]').first.scroll_into_view_if_needed()
    frame = page.frame_locator('iframe[title]').first
    status = lambda: frame.locator('.nl-status').inner_text()
    frame.locator('.nl-pic[data-drawn]').first.wait_for()
    before = status(); frame.locator('[data-key=cls]').select_option('1')
    assert status() != before and re.match(r'[\d,]+ of [\d,]+ images', status())
    frame.locator('.nl-grid').focus(); page.keyboard.press('End')
    assert int(frame.locator('.nl-here').get_attribute('id').split('-')[-1]) == int(status().split(' ')[0].replace(',', ''))-1
    frame.locator('[data-key=reset]').click()
    assert status() == before and not page.errors


@pytest.mark.slow
def test_frames_are_alive(page):
    page.goto(page.at+'frame.html')
    frame = page.frame_locator('iframe').first
    frame.locator('button').click(); frame.locator('button').click()
    assert frame.locator('#n').inner_text() == '2'
