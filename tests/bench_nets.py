"""Which network learns most in a given time on this processor, at small sizes.

Each network gets the same seconds of training, so a fast one gets more epochs: how many follows from a few seconds of
its own steps. It learns from four fifths of Imagenette's training images with their official labels at a noise level,
and is validated on the other fifth with clean labels; the board's validation images are not touched. Rows that are in
the file are not computed again. Nothing else should run on the machine.

    python tests/bench_nets.py --seconds 240 --size 64 --pct 50 --out nbs/results/nets_64px.json
"""
import argparse, sys
from pathlib import Path

import numpy as np, pandas as pd

from noisy_lab.core import code_commit, data_dir, load_settings, machine, read_json, versions, write_json
from noisy_lab.data import load_data
from noisy_lab.nets import arch_params, count_macs
from noisy_lab.runs import make_recipe, open_data, run, step_seconds
from noisy_lab.train import stratified_folds

NETS = ('lab_slim_resnet', 'resnet10t', 'resnet14t', 'resnet18', 'resnet18d', 'resnet26t', 'fastai_xresnet18')
SEED = 100   # in no table of results


def split_csv(folder, pct):
    "A CSV of the training images alone: a fifth of each class, by clean labels, is validation"
    data = load_data('imagenette2-160', pct)
    rows = data.df[data.df.split=='train']
    true = data.oracle()[rows.idx.values]
    held = stratified_folds(true, 5, seed=SEED)==0
    names = np.array(data.classes)
    labels = np.where(held, names[true], names[rows.y_obs.values])
    paths = [str(data_dir()/'imagenette2-160'/o) for o in rows.path]
    file = folder/f'imagenette-train-{pct:g}.csv'
    pd.DataFrame(dict(path=paths, label=labels, split=np.where(held, 'val', 'train'))).to_csv(file, index=False)
    return file


def row_of(arch, args, csv, settings):
    "One network, trained for as long as the others"
    like = dict(dataset=str(csv), noise_pct=0, size=args.size, arch=arch, bs=args.bs, view='weak', loss=args.loss,
                opt='ranger', sched='flat_cos', lr=8e-3, wd=1e-2, valid_every=1000, name=f'{arch} search')
    recipe = make_recipe(**like, epochs=1)
    opened = open_data(recipe, settings, progress=False)
    each, _ = step_seconds(recipe, args.size, opened, 15, settings=settings)
    n = len(opened[0].labelled())
    epochs = max(1, round(args.seconds/(each*n)))
    res = run(make_recipe(**like, epochs=epochs), SEED, data=opened, settings=settings, progress=True).result
    cost = dict(params_m=round(arch_params(arch)/1e6, 2), macs_m=round(count_macs(arch, args.size)/1e6, 1))
    return dict(arch=arch, size=args.size, pct=args.pct, loss=args.loss, seed=SEED, epochs=epochs,
                accuracy=res['acc_last'], seconds=res['seconds'], images_per_second=round(1/each, 1), **cost,
                commit=code_commit(), device=res['device'])


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--out', required=True)
    ap.add_argument('--seconds', type=float, default=240)
    ap.add_argument('--size', type=int, default=64)
    ap.add_argument('--pct', type=float, default=50)
    ap.add_argument('--bs', type=int, default=64)
    ap.add_argument('--loss', default='ce')
    ap.add_argument('--nets', nargs='*', default=NETS)
    args = ap.parse_args()
    settings = load_settings()
    folder = Path(settings.runs_dir).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    csv, out = split_csv(folder, args.pct), Path(args.out)
    rows = read_json(out)['rows'] if out.is_file() else []
    for arch in args.nets:
        key = dict(arch=arch, size=args.size, pct=args.pct, loss=args.loss)
        if any(all(r[k]==v for k, v in key.items()) for r in rows): continue
        rows.append(row_of(arch, args, csv, settings))
        write_json(out, dict(rows=rows, machine=machine(), versions=versions()))
        print(rows[-1], flush=True)


if __name__ == '__main__': sys.exit(main())
