"""What .ci/wheel.py looks for in a wheel; building and using one is a stage of .ci/run."""
import zipfile

import pytest

from conftest import script

FILES = ['noisy_lab/__init__.py', 'noisy_lab/py.typed', 'noisy_lab/runs/recipes/elr.toml', 'settings.ini',
         'nbs/lessons/01_first.ipynb', 'nbs/results/study_x.json']


@pytest.fixture
def wheel(): return script('wheel')


@pytest.fixture
def clone(tmp_path):
    "A made-up clone, with files that do not belong in a wheel"
    top = tmp_path/'clone'
    for name in (*FILES, 'nbs/social.png', 'tests/test_x.py', 'noisy_lab/__pycache__/x.pyc'):
        (top/name).parent.mkdir(parents=True, exist_ok=True)
        (top/name).write_text('')
    return top


def pack(path, *left_out):
    "A wheel of the files above"
    with zipfile.ZipFile(path, 'w') as z:
        for name in set(FILES) - set(left_out):
            inside = name if name.startswith('noisy_lab/') else f'noisy_lab-0.1.data/data/share/noisy_lab/{name}'
            z.writestr(inside, '')
    return path


def test_a_whole_wheel_lacks_nothing(wheel, clone, tmp_path):
    assert wheel.missing(pack(tmp_path/'a.whl'), clone) == []


@pytest.mark.parametrize('name', FILES)
def test_a_missing_file_is_named(wheel, clone, tmp_path, name):
    want = name if name.startswith('noisy_lab/') else f'share/noisy_lab/{name}'
    assert wheel.missing(pack(tmp_path/'a.whl', name), clone) == [want]


def test_only_what_git_knows_is_built(wheel, root, tmp_path):
    "A file that is not in git would be in this wheel and in no other"
    if not (root/'.git').exists(): pytest.skip('not a git checkout')
    copy = wheel.clean_copy(root, tmp_path/'copy')
    assert (copy/'pyproject.toml').is_file() and (copy/'nbs/_quarto.yml').is_symlink()
    assert not list(copy.rglob('__pycache__')) and not list(copy.glob('*.egg-info'))
