#!/usr/bin/env python
"""Write into each lesson the cell that makes it run on a machine that has no noisy_lab, such as Colab's.

`python .ci/hosted.py` reads the repository's address from `[project.urls]` in pyproject.toml; without one it takes the
cells out again, since they would have nothing to install. A test compares the lessons with what this script writes."""
import json, tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ID = 'hosted'
SETUP = '''#| hide
# On a machine without noisy_lab, such as Colab's: install it, draw the images, and work in a copy of the course.
import importlib.util
if not importlib.util.find_spec('noisy_lab'):
    %pip install -q "noisy_lab @ git+{repo}"
    !noisy-lab data get tinynette
    !noisy-lab lessons copy course
    %cd course/lessons
'''


def repository(root=ROOT):
    "Address of the repository, or empty"
    project = tomllib.loads((root/'pyproject.toml').read_text(encoding='utf8'))['project']
    return project.get('urls', {}).get('Repository', '').rstrip('/')


def setup_cell(repo):
    "The cell, as a notebook holds it"
    lines = SETUP.format(repo=repo).rstrip('\n').splitlines(keepends=True)
    folded = dict(jupyter=dict(source_hidden=True))
    return dict(cell_type='code', execution_count=None, id=ID, metadata=folded, outputs=[], source=lines)


def with_setup(nb, repo):
    "A notebook with the cell behind its title, or without it if there is no address"
    cells = [o for o in nb['cells'] if o.get('id') != ID]
    if repo: cells.insert(1, setup_cell(repo))
    return dict(nb, cells=cells)


def stale(root=ROOT):
    "Lessons that are not as this script writes them, with their new text"
    for path in sorted((root/'nbs/lessons').glob('[0-9][0-9]_*.ipynb')):
        nb = json.loads(path.read_text(encoding='utf8'))
        new = with_setup(nb, repository(root))
        if new != nb: yield path, json.dumps(new, indent=1, ensure_ascii=False, sort_keys=True)+'\n'


def main(root=ROOT):
    for path, text in list(stale(root)):
        path.write_text(text, encoding='utf8')
        print(path.name)


if __name__ == '__main__': main()
