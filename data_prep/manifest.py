#!/usr/bin/env python
"""Describe a data set on disk as JSON: origin, checksum, licence, counts;
with --archive, say whether that file is the published one"""
import argparse, json, sys

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('folder', help='folder of a data set; with --archive, a name in the registry')
parser.add_argument('--archive', help='a .tgz to compare with the published checksum')
args = parser.parse_args()

from noisy_lab.core import LabError
from noisy_lab.data import manifest, verify_archive

try:
    about = verify_archive(args.folder, args.archive) if args.archive else manifest(args.folder)
    print(json.dumps(about, indent=1))
except LabError as e:
    print(f'manifest.py: {e}', file=sys.stderr)
    sys.exit(2)
