#!/usr/bin/env python
"""Make nbs/images/studio.png, the picture of the README: `RelabelStudio` over tinynette with half of its labels wrong.

`python .ci/picture.py` trains three small networks (a minute or two on 2 cores), ranks the labels by what networks that
never saw them believe, saves the panel as a page and photographs it in Chromium. It needs `pip install -e ".[browser]"`."""
import os, tempfile
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from noisy_lab.train import fit_schedule
from noisy_lab.runs import load_recipe
from noisy_lab.core import load_settings
from noisy_lab.train import cross_val_probs, label_scores
from noisy_lab.data import load_data, open_store
from noisy_lab.runs import make_learner
from noisy_lab.panels import save_page, RelabelStudio

OUT = Path(__file__).resolve().parent.parent/'nbs/images/studio.png'
SEED, SIZE, EPOCHS, LOOKS = 0, 32, 8, 4


def suspects(data, s):
    "A table of `idx`, `suspicion`, `pred`: by networks trained on the other two thirds"
    store = open_store(data, SIZE, progress=False)
    rc = load_recipe('supervised', s, epochs=EPOCHS)
    def train(part, seed):
        learn = make_learner(rc, part, store, seed, settings=s)
        with learn.no_bar(), learn.no_logging(): fit_schedule(learn, rc.epochs, rc.lr, rc.sched)
        return learn.model
    cv = cross_val_probs(data, store, train, SIZE, folds=3, seed=SEED)
    return pd.DataFrame(dict(idx=cv.ids, suspicion=label_scores(cv.probs, cv.y_obs)['self_confidence'], pred=cv.probs.argmax(1)))


def main():
    s = load_settings()
    data = load_data('tinynette', noise_pct=50)
    with tempfile.TemporaryDirectory() as t, sync_playwright() as p:
        table = suspects(data, s)
        studio = RelabelStudio(data, open_store(data, 64, progress=False), Path(t)/'edits.jsonl', table, budget=60, title='Whose label is wrong?')
        first = table.sort_values(['suspicion', 'idx'], ascending=[False, True]).idx.values[:LOOKS]
        page = save_page(studio, Path(t)/'studio.html', images=80)
        browser = p.chromium.launch(executable_path=os.environ.get('CHROMIUM', '/usr/bin/chromium'), args=['--no-sandbox'])
        pg = browser.new_page(viewport=dict(width=1000, height=640), device_scale_factor=1)
        pg.goto(page.as_uri()); pg.wait_for_selector('.nl-pic[data-drawn]')
        pg.locator('.nl-grid').focus()
        for k in data.oracle()[first]: pg.keyboard.press(str((k+1) % 10))   # as somebody decides who sees what they show
        pg.locator('.nl-panel').screenshot(path=OUT)
        browser.close()
    print(OUT, OUT.stat().st_size)


if __name__ == '__main__': OUT.parent.mkdir(exist_ok=True); main()
