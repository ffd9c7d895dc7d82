#!/usr/bin/env python
"""Write a CSV of wrong labels for a folder of images, in Imagenette's format, and print its path"""
import argparse, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('folder', help='with train/CLASS/ and val/CLASS/')
parser.add_argument('--pct', type=float, nargs='+', default=[5, 25, 50], help='noise levels, %% (default: 5 25 50)')
parser.add_argument('--kind', choices=['symmetric', 'pair'], default='symmetric',
                    help='any other class, or the next one')
parser.add_argument('--seed', type=int, default=42)
parser.add_argument('--replace', action='store_true', help='overwrite an existing CSV')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import add_noise

pcts = [int(o) if o == int(o) else o for o in args.pct]
try: print(add_noise(args.folder, pcts, args.kind, args.seed, args.replace))
except LabError as e:
    print(f'add_noise.py: {e}', file=sys.stderr)
    sys.exit(2)
