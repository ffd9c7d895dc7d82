#!/usr/bin/env python
"""Build the wheel from what git knows, look into it, and use it from a folder of its own.

`python .ci/wheel.py` says which files of the package, lessons or results are missing in the wheel; then it installs it
into an environment of its own, which takes torch and the rest from this one, and runs commands there that read recipes,
studies, published tables, lessons and the panels' front end. `--out DIR` keeps the wheel. It needs
`pip install -e ".[dev]"`, and network for the build's own environment."""
import argparse, os, shutil, subprocess, sys, sysconfig, tempfile, zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARE = 'share/noisy_lab'
SHARED = ['settings.ini', 'nbs/*.ipynb', 'nbs/lessons/*.ipynb', 'nbs/lessons/diagrams/*.svg',
          'nbs/leaderboards/*.ipynb', 'nbs/results/*.json']
COMMANDS = ['--version', 'data list', 'demo --help', 'recipes', 'study', 'lessons',
            'leaderboard show imagenette-noise50']
IMPORTS = 'import noisy_lab.panels.panel, noisy_lab.show.page'   # both read their templates when they are imported


def known(root):
    "Files that git knows, relative to the clone"
    cmd = ['git', '-C', str(root), 'ls-files', '-z']
    return subprocess.run(cmd, capture_output=True, text=True, check=True).stdout.strip('\0').split('\0')


def clean_copy(root, to):
    "A clone's files and nothing else: a `build` folder that is left over would get into the wheel"
    for name in known(root):
        (to/name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root/name, to/name, follow_symlinks=False)
    return to


def build(top, out):
    "The wheel of a project, by way of a source archive, as a release has it"
    subprocess.run([sys.executable, '-m', 'build', '--quiet', '--outdir', out, top], check=True)
    wheel, = Path(out).glob('*.whl')
    return wheel


def missing(wheel, top):
    "What a clone has, and the wheel not"
    have = zipfile.ZipFile(wheel).namelist()
    inside = {o.partition('.data/data/')[2] or o for o in have}
    files = [o for o in (top/'noisy_lab').rglob('*') if o.is_file() and '__pycache__' not in o.parts]
    want = [o.relative_to(top).as_posix() for o in files]
    want += [f'{SHARE}/{o.relative_to(top).as_posix()}' for pattern in SHARED for o in top.glob(pattern)]
    return sorted(set(want) - inside)


def make_venv(folder):
    "An environment without packages of its own; what this one has can be imported, but for noisy_lab itself"
    subprocess.run([sys.executable, '-m', 'venv', '--without-pip', folder], check=True)
    site, = folder.glob('lib/python*/site-packages')
    (site/'parent.pth').write_text(sysconfig.get_path('purelib') + '\n')
    return folder/'bin'


def use(wheel, folder):
    "Install the wheel into an environment of its own and run commands there; raises `CalledProcessError` if one fails"
    programs = make_venv(folder/'venv')
    pip = [sys.executable, '-m', 'pip', '--python', programs/'python', 'install', '--quiet', '--no-deps', wheel]
    subprocess.run(pip, check=True)
    env = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH' and not k.startswith('NOISY_LAB_')}
    def run(name, *args):
        cmd = [programs/name, *args]
        return subprocess.run(cmd, cwd=folder/'venv', env=env, check=True, capture_output=True, text=True).stdout
    where = run('python', '-c', f'{IMPORTS}; print(noisy_lab.__file__)').strip()
    assert Path(where).is_relative_to(folder), f'{where} was imported, not the wheel'
    for o in COMMANDS:
        run('noisy-lab', *o.split())
        print(f'noisy-lab {o}: runs from the wheel')


def main(argv=None, root=ROOT):
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--out', type=Path, help='keep the wheel in this folder')
    args = p.parse_args(argv)
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp).resolve()
        top = clean_copy(root, tmp/'clone')
        wheel = build(top, tmp/'dist')
        print(f'{wheel.name}: {wheel.stat().st_size:,} bytes')
        lack = missing(wheel, top)
        if lack:
            remedy = 'not in the wheel, see package-data and data-files in pyproject.toml:'
            print(remedy, *lack, sep='\n', file=sys.stderr)
            return 1
        try: use(wheel, tmp)
        except subprocess.CalledProcessError as e:
            print(f'{e}\n{e.stderr}', file=sys.stderr)
            return 1
        if args.out:
            args.out.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheel, args.out)
    return 0


if __name__ == '__main__': sys.exit(main())
