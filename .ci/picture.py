#!/usr/bin/env python
"""Make nbs/images/studio.png, the picture of the README: `RelabelStudio` over tinynette with half of its labels wrong.

`python .ci/picture.py` trains three small networks (a minute or two on 2 cores), ranks the labels by what networks that
never saw them believe, saves the panel as a page and photographs it in Chromium. It needs
`pip install -e ".[browser]"`."""
import os, tempfile
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from noisy_lab.core import load_settings
from noisy_lab.data import load_data, open_store
from noisy_lab.panels import RelabelStudio, save_page
from noisy_lab.runs import load_recipe, train_net
from noisy_lab.train import cross_val_probs, label_scores

OUT = Path(__file__).resolve().parent.parent/'nbs/images/studio.png'
SEED, SIZE, EPOCHS, LOOKS = 0, 32, 8, 4


def suspects(data, s):
    "A table of `idx`, `suspicion`, `pred`: by networks trained on the other two thirds"
    store = open_store(data, SIZE, progress=False)
    rc = load_recipe('supervised', s, epochs=EPOCHS)
    def train(part, seed): return train_net(rc, part, store, seed, settings=s)
    cv = cross_val_probs(data, store, train, SIZE, folds=3, seed=SEED)
    scores = label_scores(cv.probs, cv.y_obs)
    return pd.DataFrame(dict(idx=cv.ids, suspicion=scores['self_confidence'], pred=cv.probs.argmax(1)))


def photograph(file, keys):
    "Open a saved panel, press keys on its grid, and keep a picture of it"
    chromium = os.environ.get('CHROMIUM', '/usr/bin/chromium')
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=['--no-sandbox'])
        page = browser.new_page(viewport=dict(width=1000, height=640), device_scale_factor=1)
        page.goto(file.as_uri())
        page.wait_for_selector('.nl-pic[data-drawn]')
        page.locator('.nl-grid').focus()
        for k in keys: page.keyboard.press(k)
        page.locator('.nl-panel').screenshot(path=OUT)
        browser.close()


def main():
    OUT.parent.mkdir(exist_ok=True)
    data = load_data('tinynette', noise_pct=50)
    table = suspects(data, load_settings())
    first = table.sort_values(['suspicion', 'idx'], ascending=[False, True]).idx.values[:LOOKS]
    keys = [str((k+1) % 10) for k in data.oracle()[first]]   # as somebody decides who sees what they show
    with tempfile.TemporaryDirectory() as tmp:
        store, log = open_store(data, 64, progress=False), Path(tmp)/'edits.jsonl'
        studio = RelabelStudio(data, store, log, table, budget=60, title='Whose label is wrong?')
        photograph(save_page(studio, Path(tmp)/'studio.html', images=80), keys)
    print(OUT, OUT.stat().st_size)


if __name__ == '__main__': main()
