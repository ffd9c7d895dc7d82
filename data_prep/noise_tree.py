#!/usr/bin/env python
"""Lay a data set out by its observed (wrong) labels, one folder per class, audit the tree, and print its folder"""
import argparse, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('src', help='folder of a data set with train/, val/ and a noise CSV')
parser.add_argument('out', help='folder to make')
parser.add_argument('--pct', type=float, required=True, help='noise level of the CSV, per cent: 5, 50...')
parser.add_argument('--csv', help='a noise CSV outside the folder')
parser.add_argument('--how', choices=['symlink', 'hardlink', 'copy'], default='symlink',
                    help='how to lay the files out (default: symlink)')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import audit_tree, noise_tree

try:
    out = noise_tree(args.src, args.out, args.pct, args.csv, args.how)
    for row in audit_tree(out, args.src):
        print(f"{row['split']}: {row['wrong']:,} of {row['images']:,} labels are wrong", file=sys.stderr)
    print(out)
except LabError as e:
    print(f'noise_tree.py: {e}', file=sys.stderr)
    sys.exit(2)
