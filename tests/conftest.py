"""Fixtures that several test files share"""
import importlib.util, json, os, random, socket, tempfile
from pathlib import Path

# Tests run side by side, a process a core; torch must not start as many threads again in each of them.
if 'PYTEST_XDIST_WORKER' in os.environ: os.environ.setdefault('OMP_NUM_THREADS', '1')

import pytest


def pytest_addoption(parser):
    parser.addoption('--faults-long', action='store_true', help='go on finding faults for minutes')


@pytest.fixture
def root():
    "The top folder of this project"
    return Path(__file__).resolve().parent.parent


def free_port():
    """A port that nothing listens on, below those that systems give out by themselves.

    One of those could go to another test's server or kernel before ours takes it."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as s:
            if s.connect_ex(('127.0.0.1', port)): return port


def script(name):
    "A script of .ci as a module"
    spec = importlib.util.spec_from_file_location(f'ci_{name}', Path(__file__).resolve().parent.parent/f'.ci/{name}.py')
    mod = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(mod)
    return mod


def cell(src, kind='code', cid='c0', **kw):
    "A notebook cell as Jupyter stores it"
    extra = dict(execution_count=None, outputs=[]) if kind == 'code' else {}
    return {'cell_type': kind, 'id': cid, 'metadata': {}, **extra, **kw, 'source': src.splitlines(keepends=True)}


def write_nb(path, cells):
    "Write a notebook of (kind, source) pairs, or of whole cells"
    cells = [o if isinstance(o, dict) else cell(o[1], o[0], f'c{i}') for i, o in enumerate(cells)]
    nb = dict(cells=cells, metadata=dict(kernelspec=dict(display_name='python3', language='python', name='python3')),
              nbformat=4, nbformat_minor=5)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + '\n', encoding='utf8')
    return path


def pytest_terminal_summary(terminalreporter, config):
    "What tests recorded as their seconds, printed and kept: how long each lesson took, and how many ran at once"
    took = {o.nodeid.split('[')[-1].rstrip(']'): seconds for o in terminalreporter.getreports('passed')
            for key, seconds in o.user_properties if key == 'seconds'}
    if not took: return
    from noisy_lab.core import code_commit, machine
    at_once = config.getoption('numprocesses', None) or 1
    record = dict(seconds=took, at_once=at_once, commit=code_commit(), machine=machine())
    file = Path(os.environ.get('TEST_SHOTS') or tempfile.mkdtemp())/'lesson_seconds.json'
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, indent=1) + '\n', encoding='utf8')
    times = ', '.join(f'{k} {s} s' for k, s in sorted(took.items()))
    terminalreporter.write_line(f'{file}: {at_once} at once, {times}')
