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
    for mod, name in (('tinynette', 'get_tinynette'), ('data', 'get_dataset')): (pkg/f'{mod}.py').write_text(STAND_IN.format(name=name))
    def _run(name, *args):
        return subprocess.run([sys.executable, root/'data_prep'/name, *args], env={**os.environ, 'PYTHONPATH': str(tmp_path)},
                              capture_output=True, text=True)
    return _run


@pytest.mark.parametrize('args,want', [
    (['make_tinynette.py'], [[None, 'tinynette'], dict(rebuild=False)]),
    (['make_tinynette.py', '--name', 'other', '--data-dir', 'd', '--rebuild'], [['d', 'other'], dict(rebuild=True)]),
    (['fetch.py', 'imagenette2-160'], [['imagenette2-160'], dict(archive=None)]),
    (['fetch.py', 'x', '--archive', 'x.tgz'], [['x'], dict(archive='x.tgz')])])
def test_arguments_reach_the_library(script, args, want):
    res = script(*args)
    assert (res.returncode, json.loads(res.stdout), res.stderr) == (0, want, '')


@pytest.mark.parametrize('args', [['fetch.py', 'wrong'], ['make_tinynette.py', '--name', 'wrong']])
def test_lab_error_is_one_sentence(script, args):
    res = script(*args)
    assert (res.returncode, res.stdout) == (2, '')
    assert res.stderr == f'{args[0]}: there is no such thing; choose another\n'


@pytest.mark.parametrize('name', ['fetch.py', 'make_tinynette.py'])
def test_help_needs_no_library(root, name):
    res = subprocess.run([sys.executable, '-S', root/'data_prep'/name, '--help'], capture_output=True, text=True)
    assert res.returncode == 0 and 'print its folder' in res.stdout
