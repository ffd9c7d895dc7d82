#!/usr/bin/env python
"""Run notebooks from top to bottom, each in a fresh kernel, and save them with their new outputs, clean.

`python .ci/rerun.py nbs/00_core.ipynb ...`: what the tests pass over (`#| eval: false`, `#| slow`) keeps the outputs
that it had. A panel that is live while the notebook runs is left out of what is saved, because it is dead on a page;
its saved page beside it stays. Large pictures are saved with 256 colours. What goes to standard error, which
JupyterLab shows in red, is left out of notebooks of the library; a lesson must have none. A notebook that fails is
left as it was, and the others are still run. Runs go to a temporary folder. It needs `pip install -e ".[dev]"`."""
import base64, io, os, sys, tempfile
from pathlib import Path

import nbformat
from nbdev.clean import nbdev_clean
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT/'tests'))
from test_notebooks import NotebookFailed, passed_over, run_notebook

LIVE = 'application/vnd.jupyter.widget-view+json'
LARGE = 150_000   # characters of a picture from which it is saved with 256 colours


def slim(png):
    "A large picture, as notebooks hold it, with 256 colours"
    if len(png) < LARGE: return png
    out = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(png))).convert('RGB').quantize(256).save(out, 'PNG', optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def save_outputs(path, ran):
    "Give the notebook at `path` the outputs of `ran`"
    nb = nbformat.read(path, as_version=4)
    for old, new in zip(nb.cells, ran.cells):
        if old.cell_type != 'code' or passed_over(old): continue
        for o in new.outputs:
            data = o.get('data', {})
            data.pop(LIVE, None)
            if 'image/png' in data: data['image/png'] = slim(data['image/png'])
        old.outputs = [o for o in new.outputs if o.get('name') != 'stderr' and ('data' not in o or o.data)]
    nb.metadata.pop('widgets', None)
    nbformat.write(nb, path)
    nbdev_clean.__wrapped__(fname=str(path))


def rerun(path):
    "Run one notebook and save it; raises `NotebookFailed`"
    with tempfile.TemporaryDirectory() as runs:
        os.environ['NOISY_LAB_RUNS_DIR'] = runs
        ran = run_notebook(path, timeout=1800)
    red = [o.text for c in ran.cells if c.cell_type == 'code' for o in c.outputs if o.get('name') == 'stderr']
    if red and 'lessons' in path.parts: raise NotebookFailed(f'{path.name} prints in red: {red}')
    save_outputs(path, ran)
    print(f'{path.name}: saved', flush=True)


def main(paths):
    failed = False
    for path in paths:
        try: rerun(Path(path).resolve())
        except NotebookFailed as e:
            print(e, file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
