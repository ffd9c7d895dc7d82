"""The checker on a made-up site broken in each way, pages before they are rendered, and our side of both engines.

The whole site, built and opened in Chromium, is in test_site_pages.py."""
import json, os, shutil, sys
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import patch

import numpy as np, pytest, yaml
from fastcore.nbio import read_nb
from IPython.core.inputtransformer2 import TransformerManager
from packaging.requirements import Requirement
from PIL import Image

from conftest import cell, script, write_nb
from noisy_lab.core import LabError
from noisy_lab.site import (
    DOCS_EXTRA, build_site, cell_options, check_site, launch_links, page_links, process_notebook, raw_html, read_site)
from structure import notebooks

ROOT = Path(__file__).resolve().parent.parent
HUB = 'https://github.com/o/r'
HEAD = '<title>A page</title><meta name="description" content="What it says">'
PIXEL = bytes.fromhex('89504e470d0a1a0a')


def only(bad, *words): assert len(bad) == 1 and all(o in bad[0] for o in words), bad


# ---- the checker notices

HOME = HEAD + '''<link rel="stylesheet" href="a.css">
<link rel="canonical" href="https://x.org/">
<h1 id="top-of-it">A</h1>
<a href="lessons/one.html#b">one</a><a href="#top-of-it">up</a>
<a href="https://x.org">out</a><a href="mailto:a@b.c">post</a>
<img src="a.png" alt="a"><script src="a.js"></script>
<iframe srcdoc="&lt;img src=&quot;a.png&quot; alt=&quot;a&quot;&gt;
&lt;a href=&quot;#own&quot;&gt;x&lt;/a&gt;&lt;i id=own&gt;"></iframe>'''
LESSON = HEAD + '''<h2 id="b">B</h2>
<a href="../index.html">home</a><a href="/index.html">home</a><a href="../">home</a><a href="#">top</a>'''
LOST = f'<base href="/lab/">{HEAD}<a href="lessons/one.html#b">one</a><link rel="stylesheet" href="a.css">'
STYLE = '''p { background: url(a.png) }
/* url(https://x.org/old.png) */
q { src: url("data:font/woff;base64,aa") }'''

@pytest.fixture
def site(tmp_path):
    "A made-up site of four pages, as either engine could have made it, with nothing wrong"
    top = tmp_path/'site'
    (top/'lessons').mkdir(parents=True)
    pages = {'index.html': HOME, 'lessons/one.html': LESSON, '404.html': LOST}
    for name, text in {**pages, 'a.css': STYLE, 'a.js': '', 'search.json': '[]'}.items(): (top/name).write_text(text)
    (top/'a.png').write_bytes(PIXEL)
    return top


def test_checker_passes_a_whole_site(site): assert check_site(site) == []


FAULTS = {
    '<a href="two.html">x</a>': ['lessons/one.html', 'two.html', 'not there'],
    '<a href="../index.html#gone">x</a>': ['#gone', 'no such anchor'],
    '<a href="#gone">x</a>': ['#gone', 'no such anchor'],
    '<a href="/lessons/">x</a>': ['/lessons/', 'not there'],
    '<a href="../../secret.html">x</a>': ['secret.html', 'not there'],
    '<img src="gone.png" alt="a">': ['gone.png', 'not there'],
    '<img srcset="../a.png 1x, gone.png 2x" src="../a.png" alt="a">': ['gone.png'],
    '<img src="../a.png">': ['no alt text'],
    '<img src="../a.png" alt="../a.png">': ['no alt text'],
    '<script src="https://cdn.org/x.js"></script>': ['cdn.org', 'another host'],
    '<link rel="stylesheet" href="//fonts.org/x.css">': ['fonts.org', 'another host'],
    '<img src="http://x.org/a.png" alt="a">': ['another host'],
    '<iframe src="https://x.org"></iframe>': ['another host'],
    '<style>@import "https://x.org/a.css";</style>': ['x.org/a.css', 'another host'],
    '<p style="background: url(https://x.org/a.png)">': ['another host'],
    '<p style="background: url(gone.png)">': ['gone.png'],
    '<video poster="gone.jpg"></video>': ['gone.jpg'],
    '<div class="cell-output cell-output-error"><pre>ValueError</pre></div>': ['traceback'],
    '<div class="output traceback highlight">x</div>': ['traceback'],
    '<iframe srcdoc="&lt;script src=&quot;https://cdn.org/a.js&quot;&gt;"></iframe>': ['cdn.org', 'another host'],
}

@pytest.mark.parametrize('text', FAULTS)
def test_checker_notices(site, text):
    page = site/'lessons/one.html'
    page.write_text(page.read_text() + text)
    only(check_site(site), *FAULTS[text])


@pytest.mark.parametrize('was,words', [
    ('<title>A page</title>', 'one.html has no title'),
    ('<meta name="description" content="What it says">', 'one.html has no description'),
    ('What it says', 'no description')])
def test_checker_notices_what_a_page_lacks(site, was, words):
    page = site/'lessons/one.html'
    page.write_text(page.read_text().replace(was, ''))
    only(check_site(site), words)


def test_checker_notices_what_the_site_lacks(site):
    (site/'search.json').unlink()
    only(check_site(site), 'no search index')
    (site/'searchindex.js').write_text('')
    (site/'404.html').unlink()
    only(check_site(site), 'no 404.html')
    (site/'index.html').unlink()
    with pytest.raises(LabError, match='holds no site'): check_site(site)


def test_checker_reads_style_sheets(site):
    (site/'a.css').write_text('@import url("https://fonts.org/a.css"); p { background: url(gone.png) }')
    bad = check_site(site)
    assert len(bad) == 2 and 'a.css needs https://fonts.org/a.css from another host' in bad and 'gone.png' in bad[1]


# ---- what the notebooks say of their cells

def figure_fault(cell, opts):
    "What is wrong with the alt text of a cell's figure, or None"
    alt = str(opts.get('fig-alt', ''))
    if set(alt) & set('\'"'):
        return 'its alt text has a quote or an apostrophe, which some versions of Quarto cannot write: say it without'
    if {'export', 'exporti', 'hide', 'default_exp'} & set(cell.directives): return None
    if opts.get('include') is False or opts.get('output') is False: return None
    pictures = [k for o in cell.outputs for k in o.get('data', {}) if k.startswith('image/')]
    return 'a figure without #| fig-alt' if pictures and not alt else None


def cell_faults(path):
    "Options that stop Quarto, alt texts that it cannot quote, and figures without alt text, of the cells of a notebook"
    bad = []
    for i, c in enumerate(read_nb(path).cells):
        if c.cell_type != 'code': continue
        where = f'{path.name}, cell {i}'
        try: fault = figure_fault(c, cell_options(c.source, where))
        except LabError as e: bad.append(str(e))
        else: bad += [f'{where}: {fault}'] if fault else []
    return bad


def test_options_and_alt_texts():
    bad = [o for path in notebooks(ROOT) for o in cell_faults(path)]
    assert not bad, '\n' + '\n'.join(bad)


@pytest.mark.parametrize('source,words', [
    ('#| fig-alt: Bars, one a class: how often\nplot()', ['n.ipynb, cell 1', 'not YAML']),
    ('#| fig-alt: "the teacher\'s bars"\nplot()', ['cell 1', 'apostrophe']),
    ("#| fig-alt: 'the \"bars\"'\nplot()", ['a quote']),
    ('#| echo: false\nplot()', ['cell 1', 'without #| fig-alt']),
    ('plot()\n#| fig-alt: too late', ['without'])])
def test_options_and_alt_texts_are_noticed(tmp_path, source, words): only(faults_of(tmp_path, source), *words)


@pytest.mark.parametrize('source', [
    '#| fig-alt: "Bars: one a class"\nplot()', '#| hide\nplot()', '#| include: false\nplot()',
    '#| output: false\nplot()'])
def test_figures_that_are_described_or_not_shown(tmp_path, source): assert faults_of(tmp_path, source) == []


def faults_of(folder, source):
    "Of a made-up notebook whose one code cell draws a figure"
    figure = dict(output_type='display_data', metadata={}, data={'image/png': 'aaaa', 'text/plain': ['<Figure>']})
    return cell_faults(write_nb(folder/'n.ipynb', [('markdown', '# T'), cell(source, outputs=[figure])]))


# ---- pages before they are rendered

PYPROJECT = '[project]\nname = "noisy_lab"\n[tool.nbdev]\ncustom_sidebar = true\n'
QUARTO_YML = '''project: {type: website, output-dir: _docs}
website: {title: t, sidebar: {contents: [index.ipynb]}}
'''

def tiny_project(top, *cells):
    "A made-up project of one notebook, with what nbdev and both engines need"
    write_nb(top/'nbs/index.ipynb', [('markdown', '# T\n\n> S'), *cells])
    (top/'pyproject.toml').write_text(PYPROJECT)
    (top/'noisy_lab').mkdir()
    (top/'noisy_lab/__init__.py').write_text('')
    (top/'_quarto.yml').write_text(QUARTO_YML)
    (top/'nbs/_quarto.yml').symlink_to('../_quarto.yml')
    return top


def test_both_engines_stop_at_bad_options(tmp_path, monkeypatch):
    "Before anything is rendered, and with the place, as `nbdev-docs` would"
    top = tiny_project(tmp_path/'house', ('code', 'x'), ('code', '#| fig-alt: a: b\n1'))
    monkeypatch.chdir(top)
    where = 'nbs/index.ipynb, cell 2: its options'
    with pytest.raises(LabError, match=where): process_notebook(top/'nbs/index.ipynb')


def test_pages_carry_no_html_outputs(tmp_path, monkeypatch):
    "Quarto answers an output in HTML with scripts of another host; as a raw block a reader sees the same"
    page = '<table><tr><td>```</td></tr></table>'
    def output(html):
        return dict(output_type='display_data', metadata={}, data={'text/html': [html], 'text/plain': ['x']})
    shown = [output(page), output('<div></div>')]
    cells = cell('x', outputs=shown), cell('#| include: false\ny', cid='c5', outputs=shown)
    top = tiny_project(tmp_path/'house', *cells)
    monkeypatch.chdir(top)
    outs = [o['data'] for c in process_notebook(top/'nbs/index.ipynb').cells for o in c.get('outputs', [])]
    assert outs == [{'text/markdown': raw_html(page), 'text/plain': 'x'}]*2
    assert raw_html(page).startswith('````{=html}\n')


def test_words_of_the_language_are_no_links(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = '\n'.join(str(c.source) for c in process_notebook(ROOT/'nbs/commands.ipynb').cells)
    assert '`run`' in text and '[`run`]' not in text and '[`audit`]' not in text


def test_pictures_stay_pictures_under_quarto(tmp_path, monkeypatch):
    "A picture alone in its paragraph would become a figure without alt text"
    lone, within = '![A box](box.svg)', 'See ![a box](box.svg) here.'
    top = tiny_project(tmp_path/'house', ('markdown', f'{lone}\n\n{within}'))
    monkeypatch.chdir(top)
    def text(pages): return '\n'.join(c.source for c in process_notebook(top/'nbs/index.ipynb', pages).cells)
    assert f'{lone}&nbsp;\n\n{within}' in text(False) and f'{lone}\n\n{within}' in text(True)


# ---- links to a repository, which this project may not have yet

URLS = f'[project.urls]\nRepository = "{HUB}"\nDocumentation = "https://h.org/lab/"\n'

def hosted_project(top, urls):
    "A project with a lesson, and addresses"
    top = tiny_project(top)
    write_nb(top/'nbs/lessons/01_see.ipynb', [('markdown', '# 1 · See `it`\n\n> What `it` is'), ('code', '1')])
    conf = top/'pyproject.toml'
    conf.write_text(conf.read_text()+urls)
    text = (top/'_quarto.yml').read_text()
    text = text.replace('title: t', 'title: t, description: A site')
    (top/'_quarto.yml').write_text(text.replace('[index.ipynb]', '[index.ipynb, lessons/01_see.ipynb]'))
    (top/'nbs/404.qmd').write_text('---\ntitle: Gone\ndescription: No page\n---\nx\n')
    return top


@pytest.mark.skipif(not all(map(find_spec, DOCS_EXTRA)), reason='needs pip install -e ".[docs]"')
def test_offline_links_to_a_repository(tmp_path):
    "With an address: edit, issue, source, Colab, Binder, canonical, a map. Without: none of them, and no dead link"
    file = 'lessons/01_see.ipynb'
    links = {**page_links(file, HUB), **launch_links(file, HUB)}
    assert len(links) == 5
    for urls in ('', URLS):
        out = build_site(hosted_project(tmp_path/f'house{len(urls)}', urls), engine='offline')
        page = (out/'lessons/see.html').read_text(encoding='utf8')
        for text, url in links.items(): assert (text in page and f'href="{url}"' in page) == bool(urls), text
        assert ('<link rel="canonical" href="https://h.org/lab/lessons/see.html"' in page) == bool(urls)
        assert (out/'sitemap.xml').is_file() == bool(urls) and (out/'robots.txt').is_file()
        assert check_site(out) == [] and 'content="What it is"' in page and not list(out.rglob('*.map'))
        assert HUB in page or 'Made from <code>nbs/lessons/01_see.ipynb' in page


# ---- this project's site

def test_every_section_has_pages():
    site = read_site(ROOT)
    assert [o['text'] for o in site['navbar']] == ['Start', 'Lessons', 'Leaderboards', 'Panels', 'Library', 'Data']
    for entry in site['navbar']: assert any(entry['doc'] in o['pages'] for o in site['sidebar']), entry
    assert '404' in site['names'].values()


def test_every_section_is_a_sidebar_of_its_own():
    "Quarto marks the navbar's entry whose sidebar a page is in; with one sidebar for all, that is always the first"
    conf = yaml.safe_load((ROOT/'_quarto.yml').read_text(encoding='utf8'))['website']
    ids = [o['id'] for o in conf['sidebar']]
    assert len(set(ids)) == len(ids)
    pages = [o['pages'] for o in read_site(ROOT)['sidebar']]
    assert sum(map(len, pages)) == len({p for o in pages for p in o}), 'no page is in two sidebars'
    homes = [next(i for i, o in enumerate(pages) if entry['doc'] in o) for entry in read_site(ROOT)['navbar']]
    assert homes == list(range(len(pages)))


def frames(path):
    "The saved panels that a notebook shows"
    outputs = [o for c in read_nb(path).cells for o in c.get('outputs', [])]
    shown = [''.join(o.get('data', {}).get('text/html', '')) for o in outputs]
    return [o for o in shown if '<iframe' in o]


def test_the_gallery_shows_every_panel_as_its_own_page_does():
    pages = {o: frames(o) for o in sorted((ROOT/'nbs').glob('[0-9][0-9]_panels.*.ipynb'))}
    gallery = ROOT/'nbs/gallery.ipynb'
    too_large = ROOT/'nbs/88_panels.embedding.ipynb'   # its map would take the gallery over the limit of a notebook
    assert too_large.name in gallery.read_text(encoding='utf8')
    first = [v[0] for k, v in pages.items() if v and k != too_large]
    shown = frames(gallery)
    assert len(first) >= 7
    assert sorted(shown) == sorted(first), 'run python .ci/rerun.py nbs/gallery.ipynb'


def test_diagrams_are_what_their_script_draws():
    diagrams = script('diagrams')
    for name in diagrams.DIAGRAMS: assert (diagrams.OUT/f'{name}.svg').read_text(encoding='utf8') == diagrams.draw(name)


# ---- lessons on other people's machines

def test_lessons_have_the_setup_cell_that_the_address_asks_for():
    stale = [path.name for path, _ in script('hosted').stale(ROOT)]
    assert not stale, 'run python .ci/hosted.py'


def test_setup_cells_come_and_go_with_the_address(tmp_path):
    hosted = script('hosted')
    path = write_nb(tmp_path/'nbs/lessons/01_a.ipynb', [('markdown', '# A'), ('code', '1')])
    before, conf = path.read_text(), tmp_path/'pyproject.toml'
    conf.write_text(f'[project]\nname = "x"\n[project.urls]\nRepository = "{HUB}/"\n')
    for _ in range(2): hosted.main(tmp_path)
    cells = json.loads(path.read_text())['cells']
    assert [o['id'] for o in cells] == ['c0', 'hosted', 'c1'] and f'git+{HUB}"' in ''.join(cells[1]['source'])
    conf.write_text('[project]\nname = "x"\n')
    hosted.main(tmp_path)
    assert path.read_text() == before


def test_the_setup_cell_installs_only_where_the_package_is_missing():
    "With stand-ins for pip and the shell: what would run, and that each command is one"
    from noisy_lab.cli import make_parser
    asked = []
    class Shell:
        def run_line_magic(self, name, line, **kw): asked.append(f'%{name} {line}')
        def system(self, line): asked.append(line)
    source = ''.join(script('hosted').setup_cell(HUB)['source'])
    code = compile(TransformerManager().transform_cell(source), 'setup', 'exec')
    exec(code, dict(get_ipython=Shell))
    assert asked == []

    with patch('importlib.util.find_spec', lambda name: None): exec(code, dict(get_ipython=Shell))
    pip, *commands, cd = asked
    need = Requirement(pip.removeprefix('%pip install -q ').strip('"'))
    assert (need.name, need.url) == ('noisy_lab', f'git+{HUB}') and cd == '%cd course/lessons'
    assert [o.split()[:2] for o in commands] == [['noisy-lab', 'data'], ['noisy-lab', 'lessons']]
    for o in commands: make_parser().parse_args(o.split()[1:])   # an unknown one would end this
    binder = (ROOT/'.binder/postBuild').read_text().splitlines()[-1]
    assert binder == commands[0] and os.access(ROOT/'.binder/postBuild', os.X_OK)


def test_site_runs_nothing_and_its_pictures_are_there():
    conf = yaml.safe_load((ROOT/'_quarto.yml').read_text(encoding='utf8'))
    assert conf['execute'] == {'enabled': False} and conf['format']['html']['html-math-method'] == 'mathml'
    for name in ('image', 'favicon'): assert (ROOT/'nbs'/conf['website'][name]).is_file()


def test_card_is_what_its_script_draws(tmp_path):
    "But for what versions of matplotlib do to edges"
    script('card').main(tmp_path/'card.png')
    new, kept = (Image.open(o).convert('RGB') for o in (tmp_path/'card.png', ROOT/'nbs/social.png'))
    assert new.size == kept.size == (1200, 630)
    assert np.abs(np.subtract(new, kept, dtype=float)).mean() < 1


def test_workflow_tests_and_publishes():
    jobs = yaml.safe_load((ROOT/'.github/workflows/ci.yml').read_text(encoding='utf8'))['jobs']
    runs = {k: [s['run'] for s in v['steps'] if 'run' in s] for k, v in jobs.items()}
    assert 'pytest' in runs['test'] and 'python -m build' in runs['wheel'] and 'npm test' in runs['front']
    for job in ('test', 'wheel'): assert jobs[job]['strategy']['matrix']['python'] == ['3.11', '3.13']
    assert [o['marks'] for o in jobs['slow']['strategy']['matrix']['include']] == ['slow and not again', 'again']
    assert any(o.startswith('noisy-lab docs') and '--check' in o for o in runs['build'])
    assert set(jobs['publish']['needs']) == jobs.keys() - {'publish'}
    assert jobs['publish']['permissions'] == {'pages': 'write', 'id-token': 'write'}


# ---- Quarto, which is not here

FAKE_QUARTO = """#!{python}
import json, sys
from pathlib import Path
here = Path.cwd()
if sys.argv[1] == 'inspect':
    files = [str(o) for o in here.rglob('*.ipynb')]
    print(json.dumps(dict(config=dict(project=dict(type='website')), files=dict(input=files), fileInformation={{}})))
elif {fails}: sys.exit('no such theme')
else:
    out = Path(sys.argv[sys.argv.index('--output-dir')+1])
    out.mkdir(parents=True, exist_ok=True)
    seen = ' '.join(sorted(o.name for o in here.iterdir()))
    (out/'index.html').write_text('rendered ' + seen + (here/'_quarto.yml').read_text())
"""

@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    "Puts a program on the PATH that takes Quarto's place, and renders or fails"
    fake = tmp_path/'bin/quarto'
    fake.parent.mkdir()
    monkeypatch.setenv('PATH', f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    def make(fails):
        fake.write_text(FAKE_QUARTO.format(python=sys.executable, fails=fails))
        fake.chmod(0o755)
    return make


def test_quarto_engine_with_a_stand_in(tmp_path, stand_in):
    "`nbdev-docs` runs in a copy, its site takes the place, and what fails leaves the old one"
    top = tiny_project(tmp_path/'house', ('code', '1+1'))
    page, conf = top/'_docs/index.html', top/'_quarto.yml'
    own, before = conf.read_text(), sorted(o.name for o in top.rglob('*'))

    stand_in(fails=False)
    assert build_site(top, engine='auto') == top/'_docs'
    text = page.read_text()
    assert text.startswith('rendered') and all(o in text for o in ('_quarto.yml', 'index.ipynb'))
    assert 'site-url' not in text

    build_site(top, engine='quarto', url='https://h.org/lab/')
    text = page.read_text()
    assert 'site-url: https://h.org/lab/' in text and conf.read_text() == own

    conf.write_text(own)
    (top/'pyproject.toml').write_text(PYPROJECT+URLS)
    build_site(top, engine='quarto')
    made = page.read_text()
    for o in ('site-url: https://h.org/lab/', f'repo-url: {HUB}', 'repo-subdir: nbs', 'repo-branch: main', '- edit'):
        assert o in made, o
    (top/'pyproject.toml').write_text(PYPROJECT)
    text = made

    stand_in(fails=True)
    with pytest.raises(LabError, match='no such theme'): build_site(top, engine='quarto')
    assert page.read_text() == text
    shutil.rmtree(top/'_docs')
    assert sorted(o.name for o in top.rglob('*')) == before   # the project itself is left as it was
