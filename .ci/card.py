#!/usr/bin/env python
"""Draw nbs/social.png, the picture that other sites show beside a link to ours: a grid of labels, some of them wrong.

`python .ci/card.py` takes title and sentence from `_quarto.yml`; the picture is committed: Quarto wants a file."""
import textwrap
from pathlib import Path

import numpy as np, yaml
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

ROOT = Path(__file__).resolve().parent.parent
SIDE, STEP, LEFT, BOTTOM = .5, .74, 7.9, .62   # of the labels, in hundreds of pixels
DARK, RIGHT, WRONG = '#14181d', '#56b4e9', '#e69f00'


def draw_label(ax, row, col, wrong):
    "One label, with a cross if it is wrong"
    x, y = LEFT+STEP*col, BOTTOM+STEP*row
    look = dict(fc=WRONG, alpha=1) if wrong else dict(fc=RIGHT, alpha=.75)
    ax.add_patch(FancyBboxPatch((x, y), SIDE, SIDE, boxstyle='round,pad=0.04', ec='none', **look))
    if not wrong: return
    ax.text(x+SIDE/2, y+SIDE/2-.01, '×', color=DARK, ha='center', va='center', fontsize=24, fontweight='bold')


def draw_card(title, sentence, path, seed=7):
    "A card of 1200 x 630 pixels; the seed chooses which labels are wrong"
    fig = Figure(figsize=(12, 6.3), dpi=100, facecolor=DARK)
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 12), ylim=(0, 6.3))
    ax.axis('off')
    wrong = np.random.default_rng(seed).random((7, 5)) < .25
    for (row, col), bad in np.ndenumerate(wrong): draw_label(ax, row, col, bad)
    ax.text(.8, 4.3, title, color='white', fontsize=54, fontweight='bold', va='center')
    lines = '\n'.join(textwrap.wrap(sentence, 34))
    ax.text(.8, 3.5, lines, color='#c4ccd4', fontsize=24, va='top', linespacing=1.45)
    fig.savefig(path, facecolor=DARK)


def main(path=ROOT/'nbs/social.png'):
    site = yaml.safe_load((ROOT/'_quarto.yml').read_text(encoding='utf8'))['website']
    draw_card(site['title'], site['description'], path)


if __name__ == '__main__': main()
