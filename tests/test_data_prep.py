"""The scripts hand their arguments to the library, and turn a `LabError` into one sentence and exit code 2.

The library is a stand-in here: what the functions do is tested in their notebooks."""
import json, os, subprocess, sys

import pytest

STAND_IN = '''import json
from noisy_lab.core import LabError
def {name}(*args, **kwargs):
    if 'wrong' in args: raise LabError('there is no such thing; choose another')
    return json.dumps([args, kwargs])
'''


@pytest.fixture
def script(root, tmp_path):
    "Run a script of data_prep with a stand-in for the library"
    pkg = tmp_path/'noisy_lab'
    pkg.mkdir()
    (pkg/'__init__.py').write_text('')
    (pkg/'core.py').write_text('class LabError(Exception): pass\n')
    names = ['get_tinynette', 'get_dataset', 'noise_tree', 'add_noise', 'rebuild_imagewang', 'manifest',
             'verify_archive']
    audit = "def audit_tree(*args): return [dict(split='train', images=1000, wrong=50)]\n"
    (pkg/'data.py').write_text(''.join(STAND_IN.format(name=o) for o in names) + audit)
    def _run(name, *args):
        env = {**os.environ, 'PYTHONPATH': str(tmp_path)}
        return subprocess.run([sys.executable, root/'data_prep'/name, *args], env=env, capture_output=True, text=True)
    return _run


@pytest.mark.parametrize('args,want', [
    (['make_tinynette.py'], [[None, 'tinynette'], dict(rebuild=False, clutter=0)]),
    (['make_tinynette.py', '--name', 'other', '--data-dir', 'd', '--rebuild', '--clutter', '.5'],
     [['d', 'other'], dict(rebuild=True, clutter=.5)]),
    (['fetch.py', 'imagenette2-160'], [['imagenette2-160'], dict(archive=None, any_size=False)]),
    (['fetch.py', 'x', '--archive', 'x.tgz'], [['x'], dict(archive='x.tgz', any_size=False)]),
    (['noise_tree.py', 'a', 'b', '--pct', '5', '--how', 'copy'], [['a', 'b', 5.0, None, 'copy'], {}]),
    (['add_noise.py', 'a', '--pct', '5', '12.5', '--kind', 'pair', '--replace'],
     [['a', [5, 12.5], 'pair', 42, True], {}]),
    (['rebuild_imagewang.py', 'a', 'b', 'c', '--seed', '7'], [['a', 'b', 'c'], dict(seed=7, how='symlink')])])
def test_arguments_reach_the_library(script, args, want):
    res = script(*args)
    said = 'train: 50 of 1,000 labels are wrong\n' if args[0] == 'noise_tree.py' else ''
    assert (res.returncode, json.loads(res.stdout), res.stderr) == (0, want, said)


@pytest.mark.parametrize('args,want', [
    (['manifest.py', 'a'], [['a'], {}]),
    (['manifest.py', 'a', '--archive', 'a.tgz'], [['a', 'a.tgz'], {}])])
def test_manifest_prints_json(script, args, want):
    assert json.loads(json.loads(script(*args).stdout)) == want


@pytest.mark.parametrize('args', [
    ['fetch.py', 'wrong'], ['make_tinynette.py', '--name', 'wrong'], ['noise_tree.py', 'wrong', 'b', '--pct', '5'],
    ['add_noise.py', 'wrong'], ['rebuild_imagewang.py', 'wrong', 'b', 'c'], ['manifest.py', 'wrong']])
def test_lab_error_is_one_sentence(script, args):
    res = script(*args)
    assert (res.returncode, res.stdout) == (2, '')
    assert res.stderr == f'{args[0]}: there is no such thing; choose another\n'


@pytest.mark.parametrize('name', [
    'fetch.py', 'make_tinynette.py', 'noise_tree.py', 'add_noise.py', 'rebuild_imagewang.py', 'manifest.py'])
def test_help_needs_no_library(root, name):
    res = subprocess.run([sys.executable, '-S', root/'data_prep'/name, '--help'], capture_output=True, text=True)
    assert res.returncode == 0 and f'usage: {name}' in res.stdout
