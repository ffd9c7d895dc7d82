"""How a finished run went, epoch by epoch: validation accuracy, and what the network made of right and wrong labels.

    python tests/cell_curve.py RUN --out nbs/results/curve_NAME.json

The file keeps the curves of other seeds that it holds."""
import argparse, sys
from pathlib import Path

import pandas as pd

from noisy_lab.core import read_json, write_json
from noisy_lab.runs import memorisation_curve, open_data, read_run
from noisy_lab.train import size_at

KEYS = ('true_flipped', 'memorised_flipped', 'true_clean')


def curve(run, data):
    "A row for each epoch: side of the images, learning rate, accuracy (None without validation), shares"
    epochs, sizes = run.recipe.train.epochs, run.recipe.train.sizes
    log = pd.read_csv(run.folder/'log.csv').set_index('epoch')
    acc = log.accuracy
    memory = memorisation_curve(run, data).set_index('epoch')[list(KEYS)].round(4)
    return [dict(epoch=e, size=size_at(sizes, e-1, epochs) if sizes else run.recipe.data.size,
                 lr=float(log.lr[e]),
                 accuracy=None if pd.isna(acc[e]) else round(float(acc[e]), 4), **memory.loc[e].to_dict())
            for e in memory.index]


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('run', help='folder of a finished run')
    ap.add_argument('--out', required=True)
    args = ap.parse_args()
    run = read_run(args.run)
    data, _ = open_data(run.recipe)
    of = {k:run.result[k] for k in ('method', 'recipe', 'dataset', 'noise_pct', 'size', 'seed', 'commit', 'device')}
    kept = read_json(args.out)['curves'] if Path(args.out).is_file() else []
    curves = [c for c in kept if c['of']['seed'] != of['seed']]+[dict(of=of, rows=curve(run, data))]
    write_json(args.out, dict(curves=sorted(curves, key=lambda c: c['of']['seed'])))


if __name__ == '__main__': sys.exit(main())
