"""The pre-commit hook looks at what is staged, refuses what its notebooks do not give, and leaves the tree alone."""
import os, shutil, subprocess, sys
from pathlib import Path

import pytest

from conftest import cell, write_nb

TITLE = ('markdown', '# name\n\n> One sentence')
EXPORT = ('code', '#| default_exp low'), ('code', '#| export\nx = 1')
BIN = str(Path(sys.executable).parent)
PYPROJECT = '''[project]
name = "noisy_lab"
requires-python = ">=3.11"
[tool.nbdev]
lib_path = "noisy_lab"
'''


def tool(top, *args, path=BIN):
    "Run a command there, for somebody who has a name and no settings of git"
    env = {k: v for k, v in os.environ.items() if not k.startswith('GIT_') and k != 'IN_TEST'}
    who = {f'GIT_{o}_{k}': 'a@b.c' for o in ('AUTHOR', 'COMMITTER') for k in ('NAME', 'EMAIL')}
    env |= {**who, 'PATH': f'{path}:{env["PATH"]}', 'GIT_CONFIG_GLOBAL': os.devnull}
    return subprocess.run(args, cwd=top, env=env, capture_output=True, text=True)

def git(top, *args): return tool(top, 'git', *args)

def commit(top):
    git(top, 'add', '-A')
    return git(top, 'commit', '-qm', 'x')


def write_low(top, code): return write_nb(top/'nbs/00_low.ipynb', [TITLE, EXPORT[0], ('code', f'#| export\n{code}')])

def write_deep(top, code):
    "The notebook of a module in a package"
    cells = [TITLE, ('code', '#| default_exp deep.one'), ('code', f'#| export\n{code}')]
    return write_nb(top/'nbs/10_deep.one.ipynb', cells)


@pytest.fixture
def repo(root, tmp_path):
    "A made-up project under git, with the hook enabled and everything committed"
    top = tmp_path/'repo'
    write_nb(top/'nbs/index.ipynb', [TITLE])
    write_low(top, 'x = 1')
    write_deep(top, 'def f(): pass')
    (top/'pyproject.toml').write_text(PYPROJECT)
    (top/'_quarto.yml').write_text('website: {}\n')
    (top/'nbs/_quarto.yml').symlink_to('../_quarto.yml')
    (top/'noisy_lab').mkdir()
    (top/'noisy_lab/__init__.py').write_text('__version__ = "0.0.1"\n')
    for o in ('.githooks/pre-commit', '.ci/readme.py', '.ci/packages.py'):
        (top/o).parent.mkdir(exist_ok=True)
        shutil.copy(root/o, top/o)
    (top/'.ci/packages.txt').write_text('# packages\ndeep: One module\n')
    (top/'.gitignore').write_text('__pycache__/\n')
    for o in (['nbdev-export'], ['python', '.ci/packages.py'], ['python', '.ci/readme.py']):
        assert tool(top, *o).returncode == 0
    git(top, 'init', '-q')
    git(top, 'add', '-A')
    git(top, 'commit', '-qm', 'all')  # as yet without the hook
    git(top, 'config', 'core.hooksPath', '.githooks')
    return top


def test_lets_pass_what_is_in_order(repo):
    (repo/'other.txt').write_text('nothing of ours')
    assert commit(repo).returncode == 0
    write_low(repo, 'x = 2')
    tool(repo, 'nbdev-export')
    res = commit(repo)
    assert res.returncode == 0, res.stderr
    assert git(repo, 'status', '--porcelain').stdout == ''


@pytest.mark.parametrize('cells,named', [
    ([TITLE, *EXPORT, cell('1', cid='c9', execution_count=3)], 'nbs/00_low.ipynb'),
    ([TITLE, EXPORT[0], ('code', '#| export\nx = 2')], 'noisy_lab/low.py')], ids=['not clean', 'not exported'])
def test_refuses_and_leaves_the_tree_alone(repo, cells, named):
    nb = write_nb(repo/'nbs/00_low.ipynb', cells)
    before = nb.read_bytes(), (repo/'noisy_lab/low.py').read_bytes()
    res = commit(repo)
    assert res.returncode == 1 and named in res.stderr and 'Run: nbdev-clean && nbdev-export' in res.stderr
    assert (nb.read_bytes(), (repo/'noisy_lab/low.py').read_bytes()) == before


def test_refuses_a_package_that_offers_something_else(repo):
    "The module is exported, and what its package offers is not"
    write_deep(repo, 'def g(): pass')
    tool(repo, 'nbdev-export')
    res = commit(repo)
    assert res.returncode == 1 and 'noisy_lab/deep/__init__.py' in res.stderr and 'deep/one.py' not in res.stderr
    assert 'python .ci/packages.py' in res.stderr
    tool(repo, 'python', '.ci/packages.py')
    assert commit(repo).returncode == 0


def test_refuses_an_old_readme(repo):
    write_nb(repo/'nbs/index.ipynb', [TITLE, ('markdown', 'more')])
    res = commit(repo)
    assert res.returncode == 1 and 'README.md' in res.stderr


def test_looks_at_what_is_staged_only(repo):
    write_low(repo, 'x = 2')  # not exported, and not staged
    (repo/'_quarto.yml').write_text('website: {title: a}\n')
    git(repo, 'add', '_quarto.yml')
    assert git(repo, 'commit', '-qm', 'x').returncode == 0
    tool(repo, 'nbdev-export')
    git(repo, 'add', 'noisy_lab')  # the module without its notebook
    assert git(repo, 'commit', '-qm', 'x').returncode == 1


def test_says_what_is_missing(repo, tmp_path):
    bare = tmp_path/'bin'
    bare.mkdir()
    for o in ('git', 'bash', 'env', 'sh'): (bare/o).symlink_to(shutil.which(o))
    (repo/'_quarto.yml').write_text('website: {title: b}\n')
    git(repo, 'add', '-A')
    env = {k: v for k, v in os.environ.items() if not k.startswith('GIT_')} | {'PATH': str(bare)}
    res = subprocess.run([repo/'.githooks/pre-commit'], cwd=repo, env=env, capture_output=True, text=True)
    assert res.returncode == 1 and 'pip install -e ".[dev]"' in res.stderr
