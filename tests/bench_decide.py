"""How many decisions per minute can the studio take, and does it lose any? A benchmark, no study of people.

    python tests/bench_decide.py [DATASET] [--images 100] [--out FILE.json]

A script that knows the truth decides on the 100 most suspicious images of a data set of photographs with a quarter of
its labels flipped, in a JupyterLab and a Chromium: in the studio a key for each image, as fast as the browser takes
them; in fastai's `ImagesCleaner`, which its `ImageClassifierCleaner` is made of, a class in the menu below each image,
for it has no keys. Errors are decisions that, when all is done, are not what the script meant. So it is the software's
own limit, and what a person needs to look is not in it."""
import argparse, json, time
from pathlib import Path

from bench_panels import fresh_lab, open_page
from browser import Book, drawn, facts, grid, press, until
from noisy_lab.core import code_commit, machine, versions, write_json

SETUP = """
import numpy as np, pandas as pd
from noisy_lab.data import class_names, load_data, open_store
from noisy_lab.panels import RelabelStudio

data = load_data(NAME, noise_pct=25)
store = open_store(data, 112, progress=False)
ids, truth, rng = data.labelled(), data.oracle(), np.random.default_rng(0)
wrong = data.df.y_obs.values[ids] != truth[ids]
scores = pd.DataFrame(dict(idx=ids, pred=truth[ids], loss=wrong+rng.normal(0, .7, len(ids))))
suspects = scores.sort_values(['loss', 'idx'], ascending=[False, True]).idx.values[:IMAGES]
given, true = data.df.y_obs.values[suspects], truth[suspects]
print('TRUE', *true, 'GIVEN', *given)
"""
STUDIO = "studio = RelabelStudio(data, store, 'decide.jsonl', scores, thumb=112)\nstudio"
STUDIO_SAYS = """
by_path = studio.edits.decided()
d = by_path.reindex(data.df.path.values[suspects])
got = np.where(d.do=='accept', given, d.label.map({c: i for i, c in enumerate(data.classes)}).fillna(-1)).astype(int)
print('WRONG', (got!=true).sum(), 'OTHERS', len(by_path)-len(suspects))
"""
CLEANER = """
from fastai.vision.widgets import ImagesCleaner
cleaner = ImagesCleaner(class_names(data.classes), height=112, width=112, max_n=len(suspects))
cleaner.set_fns([data.root/o for o in data.df.path.values[suspects]])
cleaner"""
CLEANER_SAYS = """
got = given.copy()
for i, c in cleaner.change(): got[i] = class_names(data.classes).index(c)
print('WRONG', (got!=true).sum(), 'OTHERS', len(cleaner.delete()))
"""


def errors(book, i): return sum(map(int, book.says(i, r'WRONG (\d+) OTHERS (\d+)').groups()))

def result(true, given, seconds, wrong):
    return dict(images=len(true), relabelled=sum(a != b for a, b in zip(true, given)), seconds=round(seconds, 2),
                images_per_minute=round(60*len(true)/seconds), errors=wrong)


def studio(book, true, given):
    "A key for each image: the digit of its class, or Enter where the label is right"
    pg = book.pg
    book.run(1)
    drawn(pg)
    until(lambda: 'looked at' in facts(pg), True)
    keys = ['Enter' if a == b else '1234567890'[a] for a, b in zip(true, given)]
    grid(pg).focus()
    t = time.perf_counter()
    press(pg, *keys)
    pg.wait_for_function(f"document.querySelector('[data-fact=\"looked at\"]').textContent === '{len(true)}'")
    return result(true, given, time.perf_counter()-t, errors(book, 2))


def cleaner(book, true, given):
    "A menu for each image whose label is wrong"
    pg = book.pg
    book.run(3)
    menus = pg.locator('.jp-CodeCell').nth(3).locator('select')
    until(menus.count, len(true), 60)
    t = time.perf_counter()
    for i, (a, b) in enumerate(zip(true, given)):
        if a != b: menus.nth(i).select_option(index=2+a)
    return result(true, given, time.perf_counter()-t, errors(book, 4))


def main(a):
    setup = SETUP.replace('NAME', repr(a.dataset)).replace('IMAGES', str(a.images))
    cells = [setup, STUDIO, STUDIO_SAYS, CLEANER, CLEANER_SAYS]
    with fresh_lab() as lab, open_page() as pg:
        book = Book.of(lab, pg, 'decide', *cells)
        found = book.says(0, r'TRUE ([\d ]+) GIVEN ([\d ]+)', 600).groups()
        true, given = ([int(o) for o in part.split()] for part in found)
        res = dict(studio=studio(book, true, given), fastai_cleaner=cleaner(book, true, given))
    where = dict(commit=code_commit(), machine=machine(), versions=versions(), when=time.strftime('%Y-%m-%d'))
    res = dict(about='tests/bench_decide.py', dataset=a.dataset) | res | where
    print(json.dumps(res, indent=1))
    if a.out: write_json(Path(a.out), res)


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument('dataset', nargs='?', default='imagenette')
    ap.add_argument('--images', type=int, default=100)
    ap.add_argument('--out')
    return ap.parse_args()


if __name__ == '__main__': main(arguments())
