#!/usr/bin/env python
"""Rebuild Imagewang from Imagenette and Imagewoof, if you do not have its archive, and print its folder"""
import argparse, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('nette', help="Imagenette's folder")
parser.add_argument('woof', help="Imagewoof's folder")
parser.add_argument('out', help='folder to make; its name must end in -rebuilt')
parser.add_argument('--seed', type=int, default=42, help='chooses the dogs that keep their labels (default: 42)')
parser.add_argument('--how', choices=['symlink', 'hardlink', 'copy'], default='symlink',
                    help='how to lay the files out (default: symlink)')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import rebuild_imagewang

try: print(rebuild_imagewang(args.nette, args.woof, args.out, seed=args.seed, how=args.how))
except LabError as e:
    print(f'rebuild_imagewang.py: {e}', file=sys.stderr)
    sys.exit(2)
