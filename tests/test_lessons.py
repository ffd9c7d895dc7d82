"""The course's lessons: their shape (fast), and each run from top to bottom in a fresh kernel (slow): as it ships, and
again (`pytest -m again`, which .ci/run leaves out) on a folder of other pictures and as learners get it.

`pytest -m "slow and not again" -n 0 tests/test_lessons.py` runs them one by one on the embedded set, with no runs to
take up. The seconds that each took are printed at the end and written to lesson_seconds.json, in $TEST_SHOTS if that
names a folder."""
import json, os, time
from pathlib import Path

import numpy as np, pytest
from PIL import Image

from conftest import cell, script, write_nb
from lesson_shape import EMBEDDED, diagram, lesson_shape, lessons
from noisy_lab.course import copy_lessons
from noisy_lab.data import add_noise, CLASSES
from test_notebooks import NotebookFailed, run_notebook

ROOT = Path(__file__).resolve().parent.parent
LESSONS = lessons(ROOT)
name = lambda o: o.stem


@pytest.mark.parametrize('path', LESSONS, ids=name)
def test_shape(path):
    bad = lesson_shape(path)
    assert not bad, '\n' + '\n'.join(bad)


@pytest.mark.parametrize('path', sorted((ROOT/'nbs/lessons/diagrams').glob('*')), ids=lambda o: o.name)
def test_diagram(path):
    assert path.suffix == '.svg' and not diagram(path), diagram(path)
    assert any(f'diagrams/{path.name}' in o.read_text(encoding='utf8') for o in (ROOT/'nbs').rglob('*.ipynb'))


def test_numbers_follow_one_another(): assert [int(o.name[:2]) for o in LESSONS] == list(range(1, len(LESSONS)+1))

def test_embedded_names(): assert EMBEDDED == {*CLASSES, 'tinynette'}


# ---- the rules notice

DETAILS = '<details><summary>Why?</summary>\n\nBecause.\n\n</details>\n\n'

FOLDED = dict(jupyter=dict(source_hidden=True))
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>a box</title><desc>It is a box.</desc></svg>'

def exercise(n):
    "Cells of a made-up exercise: text, a stub with its check, and a reference"
    ref = f'#| hide\n# Reference solution\nref_{n} = 2\nassert check_it(ref_{n})'
    return [('markdown', f'### Exercise {n} · title\n\nDo it.'),
            ('code', f'my_{n} = None   # your answer\ncheck_it(my_{n})'),
            cell(ref, cid=f'r{n}', metadata=FOLDED)]

def good():
    "Cells of a made-up lesson that breaks no rule"
    return [('markdown', '# 3 · name\n\n> One sentence'),
            ('markdown', '## Objective\n\nTwo minutes.'),
            cell('from noisy_lab.course.checks_labels import check_it', cid='i', metadata=FOLDED),
            ('markdown', '## Predict\n\n## Experiment\n\n![a box](diagrams/box.svg)'),
            ('code', '%matplotlib inline\nx = 1'),
            cell('#| fig-alt: A line\nplt.plot(x)', cid='f', metadata=FOLDED),
            ('code', "#| hide\neffect('03', 'a over b', x, 'points')"),
            ('markdown', '## More\n\n### of it\n\n```\n## not a heading\n```'),
            ('markdown', '## Compare\n\ntext\n\n## Checkpoint\n\n'+3*DETAILS),
            ('markdown', '## Exercises'), *exercise(1), *exercise(2), *exercise(3),
            ('markdown', '### Exercise 4 · open\n\nGo on.'),
            ('markdown', '## What could fool you\n\n'+DETAILS+'## Summary and sources'),
            ('code', "finish('03')")]

def shape(tmp_path, cells, svg=SVG):
    (tmp_path/'diagrams').mkdir(exist_ok=True)
    (tmp_path/'diagrams/box.svg').write_text(svg)
    return lesson_shape(write_nb(tmp_path/'03_made_up.ipynb', cells))

def swapped(old, new): return [(o[0], o[1].replace(old, new)) if isinstance(o, tuple) else o for o in good()]


def test_a_good_lesson_breaks_no_rule(tmp_path): assert shape(tmp_path, good()) == []


@pytest.mark.parametrize('old,new,words', [
    ('# 3 · name', '# 4 · name', 'title'),
    ('## Predict\n', '## Guess\n', 'needs the headings'),
    ('## Compare', '## Comparison', 'needs the headings'),
    ('## Checkpoint', '## Extra\n\n## Checkpoint', '"## Extra" may stand'),
    ('Two minutes.', 'Soon.', 'how long'),
    (3*DETAILS, 2*DETAILS, 'asks 2 questions'),
    (3*DETAILS, 3*DETAILS+'<details>', 'not closed'),
    ('Exercise 3 ·', 'Exercise 5 ·', 'numbers its exercises'),
    ('my_2 = None   # your answer\ncheck_it(my_2)', 'my_2 = None', 'needs a cell for the learner'),
    ('x = 1', 'x = "duck"', 'types duck'),
    ('x = 1', 'load_data("tinynette")', 'types tinynette'),
    ('x = 1', 'x = noisy_lab.__file__', 'beside the package'),
    ('my_3 = None', 'my_3 = ref_1', 'uses ref_1'),
    ('Do it.', 150*'word ', 'has 155 words in the cell "### Exercise 1'),
    ('Because.', 500*'<b>word</b> ', 'words; at most 1400'),
    ('x = 1', 12*'x = 1\n\n', 'has 13 lines in the cell "%matplotlib'),
    ('x = 1', f'x = 1   # {82*"-"}', 'has a line of 92 characters in the cell "%matplotlib'),
    ('x = 1', 'x = plot_it(1)', 'shows drawing in the cell "%mat'),
    ('x = 1', 'import this', 'shows imports in the cell'),
    ('x = 1', '#| fig-alt: a line', 'a line of fig-alt'),
    ("#| hide\neffect", 'effect', 'states its effect'),
    ('effect(', 'print(', 'states its effect'),
    ("finish('03')", 'x', 'finish(...)'),
    ('![a box]', '![]', 'box.svg without'),
    ('diagrams/box', 'diagrams/gone', 'gone.svg, which is not there'),
    ('![a box](diagrams/box.svg)', '', 'shows no diagram'),
    ('## What could fool you\n\n'+DETAILS, '## What could fool you\n\n', 'needs one <details> under')])
def test_a_bad_lesson_is_noticed(old, new, words, tmp_path):
    cells = swapped(old, new)
    assert cells != good()
    bad = shape(tmp_path, cells)
    assert bad and all(o.startswith('03_made_up.ipynb ') for o in bad) and any(words in o for o in bad), bad


def test_a_name_of_a_hidden_cell_is_noticed(tmp_path):
    cells = [*good()[:-1], ('code', '#| hide\nonly_here = 3'), ('code', 'finish(only_here)')]
    assert any('uses only_here of a hidden cell' in o for o in shape(tmp_path, cells))


def test_bad_references_are_noticed(tmp_path):
    cells = good()
    at = next(i for i, o in enumerate(cells) if isinstance(o, dict) and o['id'] == 'r1')
    def bad(*new): return ' / '.join(shape(tmp_path, [*cells[:at], *new, *cells[at+1:]]))
    none = bad()
    assert 'no reference solution' in none and 'has 2 exercises' in none
    silent = cell('#| hide\n# Reference solution\nx = 2', cid='q', metadata=cells[at]['metadata'])
    assert 'must be asserted' in bad(silent)
    assert 'not collapsed' in bad(dict(cells[at], metadata={}))


@pytest.mark.parametrize('old,new,words', [('<title>a box</title>', '', 'no <title>'), ('<desc>', '<g>', 'no <desc>'),
                                           ('box', 2000*' box', 'larger')])
def test_bad_diagrams_are_noticed(old, new, words, tmp_path):
    assert words in ' / '.join(shape(tmp_path, good(), SVG.replace(old, new)))


# ---- the table of the instructors' page

STATES = """from noisy_lab.core import load_settings
from noisy_lab.course import effect
effect(3, 'a over b', 10+load_settings().seed, 'points')"""

def test_lessons_are_measured(tmp_path, monkeypatch):
    "A made-up lesson runs with each seed; what it states is written down, and a lesson that fails spoils nothing"
    table = script('lessons')
    clean_env(tmp_path, monkeypatch)
    one = write_nb(tmp_path/'03_made_up.ipynb', [('markdown', '# 3 · [some](else.ipynb) words'), ('code', STATES)])
    bad = write_nb(tmp_path/'04_fails.ipynb', [('code', '1/0')])
    mute = write_nb(tmp_path/'05_mute.ipynb', [('code', 'x = 1')])
    out = tmp_path/'lessons.json'
    assert table.measure_all([one, bad, mute], out) == ['04_fails']
    got = json.loads(out.read_text())
    assert set(got['lessons']) == {'03_made_up', '05_mute'} and got['lessons']['05_mute']['effect'] is None
    row = got['lessons']['03_made_up']
    assert row['effect'] == dict(what='a over b', unit='points', values=[10, 11, 12])
    assert (row['words'], row['longest_cell'], len(row['seconds'])) == (5, 3, 3)
    before = row['effect']
    assert table.measure_all([bad], out) == ['04_fails']
    assert json.loads(out.read_text())['lessons']['03_made_up']['effect'] == before   # others are kept


# ---- run them

KEPT = ('NOISY_LAB_DATA_DIR', 'NOISY_LAB_WEIGHTS_DIR')

def clean_env(tmp_path, monkeypatch):
    "The shipped settings on the embedded set, and an empty folder of runs"
    for k in list(os.environ):
        if k.startswith('NOISY_LAB_') and k not in KEPT: monkeypatch.delenv(k)
    monkeypatch.setenv('NOISY_LAB_RUNS_DIR', str(tmp_path/'runs'))
    monkeypatch.setenv('NOISY_LAB_DATASET', 'tinynette')


def runs_through(path):
    "Run a lesson, which must not fail"
    try: return run_notebook(path, timeout=900)
    except NotebookFailed as e: pytest.fail(str(e), pytrace=False)


@pytest.mark.slow
@pytest.mark.parametrize('path', LESSONS, ids=name)
def test_lesson_runs(path, record_property, tmp_path, monkeypatch):
    clean_env(tmp_path, monkeypatch)
    start = time.time()
    nb = runs_through(path)
    red = [o.text for c in nb.cells if c.cell_type == 'code' for o in c.outputs if o.get('name') == 'stderr']
    assert not red, red   # JupyterLab shows it in red
    record_property('seconds', round(time.time()-start, 1))   # conftest.py prints them


def stripes(rng, kind):
    "A picture of an odd size with stripes in one of four directions"
    h, w = rng.integers(40, 90, 2)
    y, x = np.mgrid[:h, :w]
    wave = np.sin((np.cos(kind*np.pi/4)*y + np.sin(kind*np.pi/4)*x)/rng.uniform(1.5, 3))
    px = 128 + 60*wave[..., None]*rng.uniform(.3, 1, 3) + rng.normal(0, 25, (h, w, 3))
    return Image.fromarray(px.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope='module')
def other_set(tmp_path_factory):
    "A folder unlike the embedded set: four classes of stripes, odd sizes as of photographs, JPEG, no pool, other noise"
    top, rng = tmp_path_factory.mktemp('other')/'stripes', np.random.default_rng(0)
    for split, n in (('train', 60), ('val', 20)):
        for c, kind in enumerate(('n0_flat', 'n1_upright', 'n2_rising', 'n3_falling')):
            (top/split/kind).mkdir(parents=True)
            for i in range(n): stripes(rng, c).save(top/split/kind/f'{kind}_{i}.jpg')
    add_noise(top, [25, 50])
    return top


@pytest.mark.again
@pytest.mark.slow
@pytest.mark.parametrize('path', LESSONS, ids=name)
def test_lesson_runs_on_another_set(path, other_set, tmp_path, monkeypatch):
    "No cell assumes the embedded set, or its scale: the same notebook by settings alone, with two epochs"
    clean_env(tmp_path, monkeypatch)
    for k, v in dict(DATASET=other_set, SIZE=24, EPOCHS=2, BS=16).items(): monkeypatch.setenv(f'NOISY_LAB_{k}', str(v))
    runs_through(path)


@pytest.mark.again
@pytest.mark.slow
def test_learners_copy_runs_without_the_solutions(tmp_path, monkeypatch):
    "The first lesson and the last, as learners get them: no cell lives on a reference solution"
    clean_env(tmp_path, monkeypatch)
    copy = Path(copy_lessons(tmp_path/'mine')['folder'])
    for o in LESSONS[:1]+LESSONS[-1:]:
        nb = run_notebook(copy/'lessons'/o.name, timeout=900)
        assert not any('Reference solution' in c.source for c in nb.cells)
