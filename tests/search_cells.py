"""Choose the recipes for a board's cells without looking at its validation images.

A search is a study (`tests/searches/NAME.toml`) over the training images alone: a fifth of each class, by clean labels,
is held out and judged with clean labels, four fifths keep the official labels at a noise level. Seed 100, which is in
no table of results. It is resumed with the same command.

    python tests/search_cells.py long --out nbs/results/search_long.json
"""
import argparse, sys
from pathlib import Path

from bench_nets import SEED, split_csv

from noisy_lab.core import load_settings
from noisy_lab.runs import load_study, run_study

SEARCHES = Path(__file__).parent/'searches'


def study_at(name, csv, folder):
    "The study's file with the place of its images in it"
    text = (SEARCHES/f'{name}.toml').read_text()
    study = load_study(SEARCHES/f'{name}.toml')
    file = folder/f'search_{name}.toml'
    file.write_text(text.replace(f'"{study["dataset"]}"', f"'{csv}'", 1))
    return file


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('name', choices=sorted(o.stem for o in SEARCHES.glob('*.toml')))
    ap.add_argument('--out', required=True)
    ap.add_argument('--pct', type=float, default=50)
    args = ap.parse_args()
    folder = Path(load_settings().runs_dir).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    csv = split_csv(folder, args.pct)
    made = folder/f'search_{args.name}.json'
    run_study(study_at(args.name, csv, folder), runs=1, seed=SEED, out=made)
    Path(args.out).write_text(made.read_text().replace(str(csv), csv.name))   # names no folder of this machine


if __name__ == '__main__': sys.exit(main())
