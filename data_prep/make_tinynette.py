#!/usr/bin/env python
"""Render the embedded data set, in the folder and CSV layout of Imagenette, and print its folder"""
import argparse, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--name', default='tinynette', help='which embedded set (default: tinynette)')
parser.add_argument('--data-dir', help='where to put its folder (default: data_dir of settings.ini)')
parser.add_argument('--rebuild', action='store_true', help='render it again, even if it exists already')
parser.add_argument('--clutter', type=float, default=0, metavar='SHARE',
                    help='how hard objects are to find, 0 to 1 (default: 0); any other value gives a separate set')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import get_tinynette

try: print(get_tinynette(args.data_dir, args.name, rebuild=args.rebuild, clutter=args.clutter))
except LabError as e:
    print(f'make_tinynette.py: {e}', file=sys.stderr)
    sys.exit(2)
