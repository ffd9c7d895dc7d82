#!/usr/bin/env python
"""Make the pictures of the README in nbs/images.

`python .ci/picture.py results` draws results.png from nbs/results/study_world.json, in a second: what half of the
labels wrong does to each method. `python .ci/picture.py studio` makes studio.png, `RelabelStudio` over tinynette with
half of its labels wrong: it trains three small networks (a minute or two on 2 cores), ranks the labels by what
networks that never saw them believe, saves the panel as a page and photographs it in Chromium. It needs `pip install
-e ".[browser]"`."""
import os, sys, tempfile
from pathlib import Path

import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import pandas as pd

from noisy_lab.core import load_settings, read_json
from noisy_lab.data import load_data, open_store
from noisy_lab.panels import RelabelStudio, save_page
from noisy_lab.runs import load_recipe, train_net
from noisy_lab.show import MEANING, mean_sd
from noisy_lab.train import cross_val_probs, label_scores

NBS = Path(__file__).resolve().parent.parent/'nbs'
OUT = NBS/'images/studio.png'
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
    from playwright.sync_api import sync_playwright
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


def studio():
    "Make studio.png"
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



# ---- results.png

NAMES = dict(supervised='supervised', sesemi='SESEMI', gce='GCE loss', sce='SCE loss', elr='ELR', mixup='mixup',
             **{'small-loss':'small losses', 'smooth':'label smoothing'})


def spread(rows, key):
    "Mean and standard deviation over seeds, per cent"
    return mean_sd([100*r[key] for r in rows])


def results():
    "Make results.png: accuracy in the best and the last epoch, and the share of wrong labels that is repeated"
    rows = read_json(NBS/'results/study_world.json')['rows']
    by = {k:[r for r in rows if r['method']==k] for k in NAMES}
    all_right = read_json(NBS/'results/study_world-clean.json')['rows']
    clean = spread([r for r in all_right if r['method']=='all-labels'], 'acc_last')[0]
    order = sorted(by, key=lambda k: spread(by[k], 'acc_last')[0])
    fig, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.4), layout='constrained', sharey=True)
    for y,k in enumerate(order):
        (last, sd), best = spread(by[k], 'acc_last'), spread(by[k], 'acc_best')[0]
        left.plot([last, best], [y, y], color='.75', lw=2, zorder=1)
        left.plot(best, y, 'o', mfc='white', mec='.4', label='best epoch, which nobody can know' if not y else None)
        left.errorbar(last, y, xerr=sd, fmt='o', color=MEANING['true']['color'], capsize=3,
                      label='last epoch, ± standard deviation' if not y else None)
        right.barh(y, spread(by[k], 'memorised')[0], color=MEANING['observed']['color'], height=.6)
    left.set(yticks=range(len(order)), yticklabels=[NAMES[k] for k in order], xlabel='validation accuracy (%)')
    right.set(xlabel='wrong labels repeated (%)', xlim=(0, 100))
    left.axvline(clean, color='.6', ls=':', zorder=0)
    left.annotate('all labels right', (clean, .1), xytext=(-4, 0), textcoords='offset points', rotation=90, ha='right',
                  fontsize=8, color='.4')
    fig.legend(loc='outside upper center', fontsize=8.5, frameon=False, ncols=2)
    for ax in (left, right): ax.spines[['top','right']].set_visible(False)
    fig.savefig(NBS/'images/results.png', dpi=130)
    plt.close(fig)


if __name__ == '__main__':
    for name in sys.argv[1:] or ('results', 'studio'): dict(results=results, studio=studio)[name]()
