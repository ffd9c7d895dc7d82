"""Which network learns most in a given time on this processor, at small sizes.

Each network gets the same seconds of training, so a fast one gets more epochs. How many follows from its steps: those
of all networks are timed first, in three rounds, so that what else the machine does falls on all alike. It learns
from four fifths of Imagenette's training images with their official labels at a noise level, and is validated on the
other fifth with clean labels; the board's validation images are not touched. What is in the file is not computed again.

    python tests/bench_nets.py --seconds 300 --size 64 --pct 50 --out nbs/results/nets_64px.json
"""
import argparse, sys
from pathlib import Path

import numpy as np, pandas as pd

from noisy_lab.core import code_commit, data_dir, load_settings, machine, read_json, versions, write_json
from noisy_lab.data import load_data
from noisy_lab.nets import arch_params, count_macs
from noisy_lab.runs import make_recipe, open_data, run, step_seconds
from noisy_lab.train import stratified_folds

NETS = ('lab_slim_resnet', 'lab_wide_resnet', 'resnet10t', 'resnet14t', 'resnet18', 'resnet18d', 'resnet26t',
        'fastai_xresnet18')
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


def recipe_of(arch, args, csv, epochs=1):
    "Plain training of one network"
    return make_recipe(dataset=str(csv), noise_pct=0, size=args.size, arch=arch, bs=args.bs, view='weak',
                       loss=args.loss, opt='ranger', sched='flat_cos', lr=8e-3, wd=1e-2, valid_every=1000,
                       epochs=epochs, name=f'{arch} search')


def speeds(args, csv, opened, settings, rounds=3, seconds=5):
    "Seconds per image of each network, the median of rounds in which they take turns"
    took = [[step_seconds(recipe_of(o, args, csv), args.size, opened, seconds, settings=settings)[0] for o in args.nets]
            for _ in range(rounds)]
    return dict(zip(args.nets, np.median(took, axis=0)))


def row_of(arch, each, args, csv, opened, settings):
    "One network, trained for as long as the others"
    epochs = max(1, round(args.seconds/(each*len(opened[0].labelled()))))
    res = run(recipe_of(arch, args, csv, epochs), SEED, data=opened, settings=settings, progress=True).result
    cost = dict(params_m=round(arch_params(arch)/1e6, 2), macs_m=round(count_macs(arch, args.size)/1e6, 1))
    return dict(arch=arch, size=args.size, pct=args.pct, loss=args.loss, seed=SEED, epochs=epochs,
                accuracy=res['acc_last'], images_per_second=round(1/each, 1), seconds=res['seconds'], **cost,
                commit=code_commit(), device=res['device'])


def arguments():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--out', required=True)
    ap.add_argument('--seconds', type=float, default=300)
    ap.add_argument('--size', type=int, default=64)
    ap.add_argument('--pct', type=float, default=50)
    ap.add_argument('--bs', type=int, default=64)
    ap.add_argument('--loss', default='ce')
    ap.add_argument('--nets', nargs='*', default=NETS)
    return ap.parse_args()


def main():
    args, settings = arguments(), load_settings()
    folder, out = Path(settings.runs_dir).expanduser(), Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    csv = split_csv(folder, args.pct)
    opened = open_data(recipe_of(args.nets[0], args, csv), settings, progress=False)
    had = read_json(out) if out.is_file() else dict(rows=[])
    rows, each = had['rows'], had.get('seconds_per_image') or speeds(args, csv, opened, settings)
    for arch in args.nets:
        if any(r['arch']==arch for r in rows): continue
        rows.append(row_of(arch, each[arch], args, csv, opened, settings))
        write_json(out, dict(rows=rows, seconds_per_image=each, machine=machine(), versions=versions()))
        print(rows[-1], flush=True)


if __name__ == '__main__': sys.exit(main())
