#!/usr/bin/env python
"""Make sure that a data set exists (render, unpack or download it if needed), and print its folder"""
import argparse, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('name', help='name in the registry, such as tinynette or imagenette2-160')
parser.add_argument('--archive', help='an archive that you already have, instead of a download')
parser.add_argument('--any-size', action='store_true',
                    help='unpack an archive that is far larger than the published one')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import get_dataset

try: print(get_dataset(args.name, archive=args.archive, any_size=args.any_size))
except LabError as e:
    print(f'fetch.py: {e}', file=sys.stderr)
    sys.exit(2)
