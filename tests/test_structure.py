"""The rules of the house: each is held here, and each is shown to notice a project that breaks it."""
import json, os, re, shutil, subprocess, sys
from pathlib import Path

import pytest

import noisy_lab
import structure as st
from conftest import cell, script, write_nb
from lesson_shape import lessons

ROOT = Path(__file__).resolve().parent.parent
TITLE = ('markdown', '# name\n\n> One sentence')
LIGHT = ['core', 'data.noise', 'data.tinynette', 'data.sources', 'data.table', 'data.prep', 'cli']
TORCHLESS = ['noisy_lab', *(f'noisy_lab.{o}' for o in (*LIGHT, *st.package_names(ROOT)))]


LOW = ['#| default_exp low', '#| export\ndef g():\n    return 1']
TOP = ['#| default_exp top', '#| export\nfrom noisy_lab.low import g',
       '#| export\ndef f():\n    import noisy_lab.low\n    return g()']
PYPROJECT = '''[project]
name = "noisy_lab"
requires-python = ">=3.11"
[tool.nbdev]
lib_path = "noisy_lab"
'''
LIBRARY = [dict(section='0', contents=['00_low.ipynb']), dict(text='top', href='10_top.ipynb')]
SIDEBAR = ['index.ipynb', 'library.ipynb', dict(section='Lessons', contents=['lessons/index.ipynb']),
           dict(section='Library', contents=LIBRARY)]

def titled(*sources): return [TITLE, *[('code', o) for o in sources]]

@pytest.fixture
def house(tmp_path):
    "A made-up project of two floors that breaks no rule; tests break one each"
    top = tmp_path/'house'
    write_nb(top/'nbs/index.ipynb', [TITLE])
    write_nb(top/'nbs/lessons/index.ipynb', titled('from noisy_lab.top import f'))
    write_nb(top/'nbs/00_low.ipynb', titled(*LOW))
    write_nb(top/'nbs/10_top.ipynb', titled(*TOP))
    (top/'pyproject.toml').write_text(PYPROJECT)
    (top/'noisy_lab').mkdir()
    (top/'noisy_lab/__init__.py').write_text('__version__ = "0.0.1"\n')
    site = dict(navbar=dict(left=[dict(href='index.ipynb')]), sidebar=[dict(contents=SIDEBAR)])
    (top/'_quarto.yml').write_text(json.dumps(dict(website=site)))  # JSON is YAML
    (top/'nbs/_quarto.yml').symlink_to('../_quarto.yml')
    library_page(top, '00_low', '10_top')
    (top/'README.md').write_text('# Made up')
    export(top)
    return top


def library_page(top, *names):
    "The page of a library with these notebooks in its table"
    table = ' '.join(f'[{o}]({o}.ipynb)' for o in names)
    shown = dict(output_type='display_data', data={'text/markdown': [table]}, metadata={})
    write_nb(top/'nbs/library.ipynb', [TITLE, cell('1', cid='c1', outputs=[shown])])


def export(top): subprocess.run([sys.executable, '-c', st.EXPORT], cwd=top, env=st.without('IN_TEST'), check=True)


def git(top, *args):
    "Run git there, whatever a hook that runs these tests may have set"
    env = {k: v for k, v in os.environ.items() if not k.startswith('GIT_')}
    subprocess.run(['git', '-C', top, *args], env=env, check=True)


def only(bad, *words):
    "There is one violation, and it says these words"
    assert len(bad) == 1 and all(o in bad[0] for o in words), bad


def holds(bad):
    "There is no violation; all of them are shown"
    assert not bad, '\n' + '\n'.join(bad)


# ---- this project

RULES = [st.floor_order, st.private_imports, st.package_order, st.orphans, st.unclean, st.openings,
         st.error_outputs, st.dead_links, st.heavy_notebooks, st.odd_directives, st.exporting_lessons,
         st.long_lines, st.joined_statements, st.long_cells, st.median_cell, st.many_params,
         st.doubled_names, st.names_of_modules, st.stale_documents, st.ignored_modules,
         st.site_link, st.sidebar, st.library_table]

@pytest.mark.parametrize('rule', RULES, ids=lambda o: o.__name__)
def test_rule(rule, root): holds(rule(root))

def test_export_leaves_no_diff(root, tmp_path): holds(st.export_diff(root, tmp_path))

@pytest.mark.parametrize('module', TORCHLESS)
def test_loads_no_torch(module): holds(st.loads_torch(module))

def test_settings_file_is_complete(root): holds(st.unnamed_settings(root))

def test_no_big_file_is_committed(root):
    files = st.tracked(root)
    if files is None: pytest.skip('not a git checkout')
    assert files
    holds(st.big_files(files))

def test_citation_has_this_version(root):
    text = (root/'CITATION.cff').read_text(encoding='utf8')
    assert re.search(r'^version: (\S+)$', text, re.MULTILINE)[1] == noisy_lab.__version__

@pytest.mark.parametrize('script', ['readme', 'packages'])
def test_what_scripts_make_is_current(script, root):
    "The README is what the index gives; each package offers the public names of its modules"
    assert subprocess.run([sys.executable, root/f'.ci/{script}.py', '--check']).returncode == 0

def test_ci_is_not_softer_than_the_readme(root):
    text, ci = ((root/o).read_text(encoding='utf8') for o in ('README.md', '.ci/run'))
    holds(st.ci_softer(text, ci))
    assert st.readme_commands(text) == ['pip install -e . && noisy-lab demo', 'pip install -e ".[dev]" && pytest']

def test_ci_runs_each_lesson_once(root):
    "As it ships; what runs lessons again is left to `pytest -m again`"
    script = (root/'.ci/run').read_text(encoding='utf8')
    marks, = re.findall(r'^stage test-slow pytest -m "?(.+?)"?$', script, re.MULTILINE)
    cmd = [sys.executable, '-m', 'pytest', '--collect-only', '-q', '-n', '0', '-m', marks, 'tests']
    ids = subprocess.run(cmd, cwd=root, capture_output=True, text=True, check=True).stdout
    found = re.findall(r'\[(?:.*-)?(\d\d_\w+?)(?:-.*)?\]$', ids, re.MULTILINE)
    assert sorted(found) == [o.stem for o in lessons(root)], 'mark what runs a lesson again: @pytest.mark.again'

@pytest.mark.parametrize('name', ['.ci/run', '.githooks/pre-commit'])
def test_scripts_are_executable_bash(name, root):
    assert os.access(root/name, os.X_OK)
    assert subprocess.run(['bash', '-n', root/name]).returncode == 0


# ---- the rules notice

def test_house_breaks_no_rule(house, tmp_path):
    assert {o.__name__: o(house) for o in RULES} == {o.__name__: [] for o in RULES}
    assert st.export_diff(house, tmp_path) == []


@pytest.mark.parametrize('line', [
    'from noisy_lab.top import f', 'import noisy_lab.top', 'from noisy_lab import top', 'from . import top',
    'from .top import f', 'def f():\n    from noisy_lab.top import f', 'import noisy_lab\nnoisy_lab.top'])
def test_floor_order_notices(line, house):
    with (house/'noisy_lab/low.py').open('a') as f: f.write(line + '\n')
    only(st.floor_order(house), 'low:', 'imports top (floor 10)')

def test_floor_order_notices_more(house):
    low = house/'noisy_lab/low.py'
    text = low.read_text()
    low.write_text(text + 'import noisy_lab.low\n')
    only(st.floor_order(house), 'imports low (floor 0)')
    low.write_text(text + 'import noisy_lab.lwo\n')
    only(st.floor_order(house), 'imports lwo, which no notebook exports')
    low.write_text(text + 'from noisy_lab import __version__\nimport lows\n')
    assert st.floor_order(house) == []
    (house/'nbs/00_low.ipynb').rename(house/'nbs/low.ipynb')
    only(st.floor_order(house), 'low has no number')


def test_orphans_notices(house):
    hand = house/'noisy_lab/hand.py'
    hand.write_text('x = 1\n')
    only(st.orphans(house), 'hand is not generated')
    hand.write_text('# AUTOGENERATED! DO NOT EDIT! File to edit: ../nbs/20_gone.ipynb.\n')
    only(st.orphans(house), 'hand', 'does not exist')
    hand.write_text('# AUTOGENERATED! DO NOT EDIT! File to edit: ../nbs/00_low.ipynb.\n')
    only(st.orphans(house), 'hand', 'exports to low')
    hand.unlink()
    (house/'noisy_lab/top.py').unlink()
    only(st.orphans(house), 'top', 'has no module')


def test_export_diff_notices(house, tmp_path):
    with (house/'noisy_lab/low.py').open('a') as f: f.write('# edited by hand\n')
    only(st.export_diff(house, tmp_path/'a'), 'noisy_lab/low.py differs')
    export(house)
    (house/'noisy_lab/extra.py').write_text('x = 1\n')
    only(st.export_diff(house, tmp_path/'b'), 'noisy_lab/extra.py is not made')
    (house/'noisy_lab/extra.py').unlink()
    (house/'pyproject.toml').write_text('[project]\nname = "noisy_lab"\n')
    only(st.export_diff(house, tmp_path/'c'), 'nbdev-export fails')


def test_unclean_notices(house):
    def written(**kw): write_nb(house/'nbs/00_low.ipynb', [TITLE, cell('1', cid='c9', **kw)])
    written(execution_count=7)
    only(st.unclean(house), '00_low.ipynb')
    written(metadata=dict(scrolled=True))
    only(st.unclean(house), '00_low.ipynb')

    with (house/'pyproject.toml').open('a') as f: f.write('allowed_cell_metadata_keys = ["jupyter"]\n')
    folded = dict(jupyter=dict(source_hidden=True))
    written(metadata=folded)
    assert st.unclean(house) == []
    written(metadata=dict(folded, scrolled=True))
    only(st.unclean(house), '00_low.ipynb')

def test_unclean_notices_panels(house):
    path = write_nb(house/'nbs/00_low.ipynb', [TITLE])
    nb = json.loads(path.read_text(encoding='utf8'))
    nb['metadata']['widgets'] = {'state': {}}
    path.write_text(st.nb2str(nb), encoding='utf8')
    only(st.unclean(house), '00_low.ipynb holds the state of panels')
    del nb['metadata']['widgets']
    live = dict(output_type='display_data', metadata={}, data={st.LIVE: {}})
    nb['cells'].append(cell('1', cid='a1', outputs=[live]))
    path.write_text(st.nb2str(nb), encoding='utf8')
    only(st.unclean(house), '00_low.ipynb holds a live panel')


@pytest.mark.parametrize('first', [
    ('markdown', '# title only'), ('markdown', 'text\n\n> sentence'), ('code', '# title\n> sentence'),
    ('markdown', '## title\n\n> sentence')])
def test_openings_notices(first, house):
    write_nb(house/'nbs/index.ipynb', [first])
    only(st.openings(house), 'index.ipynb')

def test_openings_notices_an_empty_notebook(house):
    write_nb(house/'nbs/index.ipynb', [])
    only(st.openings(house), 'index.ipynb')


def test_error_outputs_notices(house):
    err = dict(output_type='error', ename='ValueError', evalue='no', traceback=[])
    write_nb(house/'nbs/index.ipynb', [TITLE, cell('1/0', outputs=[err])])
    only(st.error_outputs(house), 'index.ipynb', 'ValueError')


def test_dead_links_notices(house):
    def says(text): write_nb(house/'nbs/lessons/index.ipynb', [TITLE, ('markdown', text), ('code', '"[x](no.ipynb)"')])
    says('[a](../00_low.ipynb#b) [c](https://x.org/no.ipynb) [d](index.ipynb) [e](#here)')
    assert st.dead_links(house) == []
    says('[a](../20_gone.ipynb#b)')
    only(st.dead_links(house), 'index.ipynb links to ../20_gone.ipynb')
    table = dict(output_type='display_data', metadata={}, data={'text/markdown': ['| [a](30_gone.ipynb) |\n']})
    write_nb(house/'nbs/lessons/index.ipynb', [TITLE, cell('x', outputs=[table])])
    only(st.dead_links(house), '30_gone.ipynb')


def test_heavy_notebooks_and_big_files_notice(house):
    nb = write_nb(house/'nbs/index.ipynb', [TITLE, ('markdown', 'x'*st.MAX_BYTES)])
    only(st.heavy_notebooks(house), 'index.ipynb')
    only(st.big_files([nb, house/'README.md']), 'index.ipynb')

def test_tracked_lists_what_git_knows(house):
    assert st.tracked(house) is None
    git(house, 'init', '-q')
    git(house, 'add', 'README.md')
    assert st.tracked(house) == [house/'README.md']


def test_ignored_modules_notices(house):
    git(house, 'init', '-q')
    (house/'.gitignore').write_text('__pycache__/\nnotes/\n')
    assert st.ignored_modules(house) == []
    (house/'.gitignore').write_text('top*\n')
    only(st.ignored_modules(house), 'noisy_lab/top.py is ignored')


def test_odd_directives_notices(house):
    right, wrong = '#| hide\n#| fig-alt: "a: b"\nx', ['#| fig-atl: bars\nx', '#| exprot\nx = 1']
    write_nb(house/'nbs/index.ipynb', titled(right, *wrong))
    bad = st.odd_directives(house)
    assert len(bad) == 2 and 'index.ipynb, cell 2' in bad[0] and 'fig-atl' in bad[0] and 'exprot' in bad[1]


@pytest.mark.parametrize('src', [
    '#| export\nx = 1', '#| exporti\nx = 1', '#|default_exp x', '#| hide\n#| exports\nx = 1'])
def test_exporting_lessons_notices(src, house):
    cells = [TITLE, ('code', src), ('markdown', '#| export'), ('code', 'x = 1\n#| export')]
    write_nb(house/'nbs/lessons/01_first.ipynb', cells)
    only(st.exporting_lessons(house), 'lessons/01_first.ipynb')


@pytest.fixture(params=['nbs/index.ipynb', 'tests/test_x.py', '.ci/x.py', 'data_prep/x.py'])
def written(request, house):
    "Writes code where a rule must look for it"
    path = house/request.param
    def write(text):
        if path.suffix == '.ipynb': return write_nb(path, [TITLE, ('code', text)])
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    write.name = path.name
    return write

def test_long_lines_notices(written, house):
    written('#' + 'x'*(st.MAX_WIDTH-1) + '\ny = 1')
    assert st.long_lines(house) == []
    written('x = 1\n#' + 'y'*st.MAX_WIDTH)
    only(st.long_lines(house), written.name, 'line 2', '121 characters')

@pytest.mark.parametrize('text', ['x = 1; y = 2', 'if x: a(); b()', 'def f():\n    return 1; g()', 'x = f"{a}"; y'])
def test_joined_statements_notices(text, written, house):
    written(text)
    only(st.joined_statements(house), written.name, 'a semicolon joins')

def test_joined_statements_passes_quiet_cells_and_text(written, house):
    shell = '%env A=b; c\n' if written.name.endswith('.ipynb') else ''
    written(shell + 'plot();\nplot();  # quiet\nx = "a; b"\n# a; b\n"""a;\nb; c"""\nf"{x}; y"\nf"{x};"')
    assert st.joined_statements(house) == []


def exporting(house, *sources):
    "A notebook that exports these cells"
    return write_nb(house/'nbs/00_low.ipynb', titled(*[f'#| export\n{o}' for o in sources], 'y = 1\n'*99))

def test_long_cells_notices(house):
    exporting(house, 'x = 1\n'*st.MAX_LINES)
    assert st.long_cells(house) == []
    exporting(house, 'x = 1\n'*(st.MAX_LINES + 1))
    only(st.long_cells(house), '00_low.ipynb, cell 1: 31')

def test_median_cell_notices(house):
    "Of five exported cells, two of the other notebook, three are large"
    exporting(house, *['x = 1\n'*st.MEDIAN_LINES]*3)
    assert st.median_cell(house) == []
    exporting(house, *['x = 1\n'*(st.MEDIAN_LINES + 1)]*3)
    only(st.median_cell(house), '15 lines in the middle')

def test_many_params_notices(house):
    many = 'a, b, c, d, e=1, /, f=2, *args, g, h=3'
    exporting(house, f'def low({many}, **kw): pass', f'class A:\n    def b(self, {many}): pass')
    assert st.many_params(house) == []
    exporting(house, f'@x\ndef low({many}, i=4): pass')
    only(st.many_params(house), 'low has 9 parameters')
    exporting(house, f'class A:\n    def b(self, {many}, i=4): pass')
    only(st.many_params(house), 'b has 9 parameters')
    exporting(house, f'def low(  # many:\n    {many}, i=4): pass  # many: too late')
    only(st.many_params(house), 'low has 9 parameters')
    exporting(house, f'def low(  # many: each is an option of the command\n    {many}, i=4): pass')
    assert st.many_params(house) == []

def test_doubled_names_notices(house):
    (house/'noisy_lab/top.py').write_text("__all__ = ['f', 'g']\n")
    only(st.doubled_names(house), 'g is public in low and top')

def test_names_of_modules_notices(house):
    package = house/'noisy_lab/deep'
    package.mkdir()
    (package/'one.py').write_text("__all__ = ['one_thing', 'low']\n")
    (package/'two.py').write_text("__all__ = ['more']\n")
    assert st.names_of_modules(house) == []
    (package/'two.py').write_text("__all__ = ['more', 'one', 'two']\n")
    bad = st.names_of_modules(house)
    assert len(bad) == 2 and 'deep.two' in bad[0] and 'name one' in bad[0] and 'name two' in bad[1]


def test_loads_torch_notices(tmp_path):
    (tmp_path/'torch').mkdir()
    (tmp_path/'torch/__init__.py').write_text('')
    (tmp_path/'heavy.py').write_text('import torch\n')
    (tmp_path/'light.py').write_text('def f(): import torch\n')
    (tmp_path/'broken.py').write_text('1/0\n')
    only(st.loads_torch('heavy', tmp_path), 'loads torch')
    assert st.loads_torch('light', tmp_path) == []
    only(st.loads_torch('broken', tmp_path), 'ZeroDivisionError')


def test_site_link_notices(house):
    link = house/'nbs/_quarto.yml'
    link.unlink()
    only(st.site_link(house), 'symlink')
    link.symlink_to(house/'_quarto.yml')  # absolute: it breaks in every other checkout
    only(st.site_link(house), 'symlink')
    link.unlink()
    shutil.copy(house/'_quarto.yml', link)
    only(st.site_link(house), 'symlink')

def test_site_link_survives_nbdev(house):
    "What nbdev does with the notebooks before Quarto renders them, in a process of its own, without Quarto"
    code = 'from nbdev.quarto import refresh_quarto_yml, proc_nbs; refresh_quarto_yml(); proc_nbs(n_workers=0)'
    subprocess.run([sys.executable, '-c', code], cwd=house, check=True)
    assert st.site_link(house) == []
    staged = house/'_proc/_quarto.yml'
    assert not staged.is_symlink() and staged.read_bytes() == (house/'_quarto.yml').read_bytes()
    assert {o.relative_to(house/'_proc').as_posix() for o in (house/'_proc').rglob('*.ipynb')} == {
        'index.ipynb', 'library.ipynb', 'lessons/index.ipynb', '00_low.ipynb', '10_top.ipynb'}


def test_sidebar_notices(house):
    new = write_nb(house/'nbs/lessons/01_first.ipynb', [TITLE])
    only(st.sidebar(house), 'lessons/01_first.ipynb is missing')
    new.unlink()
    (house/'nbs/10_top.ipynb').unlink()
    only(st.sidebar(house), '10_top.ipynb, which does not exist')

def test_sidebar_notices_a_double(house):
    text = (house/'_quarto.yml').read_text()
    (house/'_quarto.yml').write_text(text.replace('["00_low.ipynb"]', '["00_low.ipynb", "index.ipynb"]'))
    only(st.sidebar(house), 'index.ipynb', 'twice')


def test_library_table_notices(house):
    library_page(house, '00_low')
    only(st.library_table(house), '10_top.ipynb is missing')
    library_page(house, '00_low', '10_top', '20_old')
    only(st.library_table(house), '20_old.ipynb')


def test_stale_documents_notices(house):
    (house/'.ci').mkdir()
    (house/'.ci/packages.txt').write_text('data: a\nnets: b\n')
    (house/'STYLE.md').write_text('`nbs/10_top.ipynb`, `nbs/NN_x.ipynb`, `tests/*.py`, `nets.NAME`, nets.gone')
    assert st.stale_documents(house) == []
    (house/'STYLE.md').write_text('`nbs/20_gone.ipynb` and `nets.gone`')
    gone = ('nbs/20_gone.ipynb', 'nets.gone')
    assert st.stale_documents(house) == [f'STYLE.md names {o}, which does not exist' for o in gone]
    (house/'STYLE.md').unlink()
    (house/'DESIGN.md').write_text('| `nets` | b |\n| `data` | a |\n| `core` | |\n')
    only(st.stale_documents(house), "DESIGN.md has rows for ['nets', 'data']")
    (house/'DESIGN.md').write_text('| `data` | a |\n| `nets` | b |\n')
    assert st.stale_documents(house) == []


def test_ci_softer_notices():
    readme = '```\npip install -e ".[dev]" && pytest\n```\n'
    assert st.ci_softer(readme, 'stage install pip install -e ".[dev]"\nstage test pytest\n') == []
    only(st.ci_softer(readme, 'pip install -e ".[dev]"\npytest -k structure\n'), '"pytest"')
    only(st.ci_softer(readme, 'pip install -e .\npytest\n'), '.[dev]')
    only(st.ci_softer(readme, 'pytest\npip install -e ".[dev]"\n'), '"pytest"')
    only(st.ci_softer('no commands', 'pytest'), 'no test command')


def test_unnamed_settings_notices(root, tmp_path):
    lines = (root/'settings.ini').read_text(encoding='utf8').splitlines()
    (tmp_path/'settings.ini').write_text('\n'.join(o for o in lines if not o.startswith('epochs')))
    only(st.unnamed_settings(tmp_path), 'epochs')


# ---- .ci/readme.py

@pytest.fixture
def maker(): return script('readme')


def out(**data):
    data = {k.replace('_', '/'): v for k, v in data.items()}
    return dict(output_type='execute_result', data=data, metadata={}, execution_count=None)

def nb_of(*cells): return dict(cells=[cell(o[1], o[0]) if isinstance(o, tuple) else o for o in cells])


README = """# T

> S

{note}

text

```python
x = 1
```

**b**

```python
print(2)
```

```
2
```
"""

def test_readme_opening_and_cells(maker):
    result = out(text_plain=['1'], text_markdown=['**b**'])
    printed = dict(output_type='stream', name='stdout', text=['2\n'])
    nb = nb_of(('markdown', '# T\n\n> S\n\n- skip_showdoc: true'), ('markdown', 'text'),
               cell('#| slow\nx = 1', outputs=[result]), cell('print(2)', outputs=[printed]))
    assert maker.make_readme(nb) == README.format(note=maker.NOTE)


@pytest.mark.parametrize('directive,code,shown', [
    ('hide', False, False), ('include: false', False, False), ('echo: false', False, True),
    ('output: false', True, False), ('eval: false', True, False), ('slow', True, True)])
def test_readme_obeys_directives(maker, directive, code, shown):
    got = maker.make_readme(nb_of(TITLE, cell(f'#| {directive}\nx = 1', outputs=[out(text_plain=['seen'])])))
    assert ('x = 1' in got, 'seen' in got) == (code, shown)
    assert directive not in got


LINKS = {'![a](images/x.png)': '![a](nbs/images/x.png)', '[a](00_core.ipynb#seeds)': '[a](nbs/00_core.ipynb#seeds)',
         '[a](../LICENSE)': '[a](LICENSE)', '<img alt="a" src="x.svg">': '<img alt="a" src="nbs/x.svg">'}
STAY = ['[a](https://x.org/y.png)', '[a](#below)', '`[a](x.png)`', '```\n[a](x.png)\n```', '[a](mailto:a@b.c)']

@pytest.mark.parametrize('md,want', [*LINKS.items(), *[(o, o) for o in STAY]])
def test_readme_links_are_relative_to_the_root(maker, md, want): assert maker.relative(md) == want


@pytest.mark.parametrize('output,words', [
    (dict(output_type='error', ename='E', evalue='', traceback=[]), 'error'),
    (out(image_png='aaaa', text_plain=['<Figure>']), 'picture')])
def test_readme_refuses(maker, output, words):
    with pytest.raises(maker.Unreadable, match=words): maker.make_readme(nb_of(TITLE, cell('f()', outputs=[output])))


def test_readme_check_notices(maker, house, capsys):
    assert maker.main(['--check'], house) == 1 and 'run python .ci/readme.py' in capsys.readouterr().err
    assert maker.main([], house) == 0 and maker.main(['--check'], house) == 0
    write_nb(house/'nbs/index.ipynb', [TITLE, ('markdown', 'more')])
    assert maker.main(['--check'], house) == 1 and '+more' in capsys.readouterr().err
