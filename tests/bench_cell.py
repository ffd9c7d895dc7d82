"""A cell's own training steps beside the bare network's, at each of its sizes and in its precision, in turns.

    python tests/bench_cell.py imagenette-noise50 128 80 ours-long --data imagenette2-160 --out bench_cell.json
"""
import argparse, sys
from dataclasses import replace

import numpy as np, torch

from noisy_lab.boards import cell_recipe
from noisy_lab.core import code_commit, kept_memory, load_settings, machine, pick_device, versions, write_json
from noisy_lab.runs import Stopwatch, bare_step, make_learner, timed, used_precision
from noisy_lab.train import epochs_by_size


def cell_speed(recipe, size, opened, device, settings, seconds):
    "Images per second of the recipe's steps at one size, with all that it does in them"
    train = replace(recipe.train, epochs=1000, sizes=[[0, size]])
    learn = make_learner(replace(recipe, train=train, name=''), *opened, device=str(device), settings=settings)
    learn.remove_cbs([o for o in learn.cbs if o.name=='progress'])
    learn._do_epoch_validate = lambda *a, **k: None
    watch = Stopwatch(seconds)
    with learn.no_logging(): learn.fit(1000, recipe.train.lr/100, cbs=watch)
    return 1/watch.each


def rounds_at(recipe, size, opened, device, settings, rounds, seconds):
    "Images per second of the recipe's steps and of bare ones, a pair for each round"
    half = used_precision(recipe, device)=='bf16'
    bare = bare_step(recipe.net.arch, opened[0].n_cls, size, recipe.train.bs, device, 8, half=half)
    with kept_memory():
        bare()
        return np.array([(cell_speed(recipe, size, opened, device, settings, seconds), timed(bare, device))
                         for _ in range(rounds)])


def row_of(size, epochs, pairs):
    "A size's result"
    own, bare = pairs.T
    return dict(size=size, epochs=epochs, ratio=round(float(np.median(own/bare)), 3),
                cell=own.round(1).tolist(), bare=bare.round(1).tolist())


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('board')
    ap.add_argument('size', type=int)
    ap.add_argument('epochs', type=int)
    ap.add_argument('recipe')
    ap.add_argument('--data')
    ap.add_argument('--rounds', type=int, default=3)
    ap.add_argument('--seconds', type=float, default=6., help='seconds of steps in a round')
    ap.add_argument('--out', required=True)
    args = ap.parse_args()
    s = load_settings()
    device = pick_device(s.device)
    recipe, opened = cell_recipe(args.board, args.size, args.epochs, args.recipe, s, dataset=args.data or '')
    each = epochs_by_size(recipe.train.sizes, recipe.train.epochs, recipe.data.size)
    rows = [row_of(size, n, rounds_at(recipe, size, opened, device, s, args.rounds, args.seconds))
            for size, n in each.items()]
    of = dict(board=args.board, size=args.size, epochs=args.epochs, recipe=recipe.label, arch=recipe.net.arch,
              precision=used_precision(recipe, device), bs=recipe.train.bs, rounds=args.rounds)
    write_json(args.out, dict(rows=rows, settings=of, threads=torch.get_num_threads(), commit=code_commit(),
                              machine=machine(), versions=versions()))
    for r in rows: print(r)


if __name__ == '__main__': sys.exit(main())
