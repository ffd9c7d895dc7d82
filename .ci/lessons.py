#!/usr/bin/env python
"""What each lesson is and shows, for the instructors' page: words, longest code cell, seconds, and its effect.

`python .ci/lessons.py` runs every lesson with the seeds 0, 1 and 2, each from an empty folder of runs, and writes
nbs/results/lessons.json; `python .ci/lessons.py 03 07` measures those two and keeps the rest. The effect is what a
lesson states with `effect(...)`. The file is written after each lesson, so that one that fails, or an interruption,
costs no more than itself. All twelve take about 40 minutes on two cores."""
import os, sys, tempfile, time
from pathlib import Path
from unittest.mock import patch

import nbformat

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT/'tests'))
from lesson_shape import lesson_size, lessons
from noisy_lab.core import code_commit, machine, read_json, write_json
from noisy_lab.course import EFFECT
from test_notebooks import NotebookFailed, run_notebook

SEEDS = (0, 1, 2)
OUT = ROOT/'nbs/results/lessons.json'


def run_once(path, seed):
    "Run a lesson with a seed: how many seconds it took and the effect it stated, or None"
    own = dict(NOISY_LAB_SEED=str(seed))
    with tempfile.TemporaryDirectory() as runs, patch.dict(os.environ, own, NOISY_LAB_RUNS_DIR=runs):
        start = time.time()
        nb = run_notebook(path, timeout=1800)
        took = round(time.time()-start, 1)
    stated = [o.data[EFFECT] for c in nb.cells for o in c.get('outputs', []) if EFFECT in o.get('data', {})]
    return took, stated[0] if stated else None


def measure(path, seeds=SEEDS):
    "One lesson's row; raises `NotebookFailed`"
    took, stated = zip(*[run_once(path, o) for o in seeds])
    effect = None
    if all(stated): effect = dict(what=stated[0]['what'], unit=stated[0]['unit'], values=[o['value'] for o in stated])
    return {**lesson_size(nbformat.read(path, as_version=4).cells), 'seconds': list(took), 'effect': effect,
            'commit': code_commit()}


def measure_all(paths, out=OUT):
    "Measure lessons, write each when it is done, and give the names of those that failed"
    failed = []
    for path in paths:
        try: row = measure(path)
        except NotebookFailed as e:
            print(e, file=sys.stderr)
            failed.append(path.stem)
            continue
        kept = read_json(out).get('lessons', {}) if out.exists() else {}
        rows = dict(sorted({**kept, path.stem: row}.items()))
        write_json(out, dict(seeds=list(SEEDS), machine=machine(), lessons=rows))
        print(path.stem, row, flush=True)
    return failed


def main(numbers):
    return int(bool(measure_all([o for o in lessons(ROOT) if not numbers or o.name[:2] in numbers])))


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
