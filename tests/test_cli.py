"""What belongs to the process: help without torch, exit codes, a real server to download from."""
import functools, http.server, json, subprocess, sys, threading
from pathlib import Path

import pytest

from noisy_lab.cli import main
from test_bad_input import lab, make_archive  # the fixture and a helper


def modules_after(code):
    p = subprocess.run([sys.executable, '-c', code+'\nimport sys; print("\\n".join(sys.modules), file=sys.stderr)'], capture_output=True, text=True)
    return p.stderr.split()


def test_help_loads_no_torch():
    code = 'from noisy_lab.cli import main\ntry: main(["--help"])\nexcept SystemExit: pass'
    mods = modules_after(code)
    assert 'noisy_lab.cli' in mods and not {'torch', 'fastai', 'timm', 'matplotlib', 'pandas'} & set(mods)
    assert 'torch' in modules_after('import noisy_lab.models')  # the check can fail


def test_import_loads_no_torch():
    assert 'torch' not in modules_after('import noisy_lab')


def test_entry_point_and_exit_codes():
    run = lambda *a: subprocess.run([Path(sys.executable).parent/'noisy-lab', *a], capture_output=True, text=True)
    assert run('--version').stdout.startswith('noisy-lab ')
    bad = run('run', '--size', 'x')
    assert bad.returncode == 2 and 'is no whole number' in bad.stderr


@pytest.fixture
def server(tmp_path):
    "A server on this machine that hands out the files of a folder"
    (tmp_path/'www').mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path/'www'))
    s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=s.serve_forever, daemon=True).start()
    yield tmp_path/'www', f'http://127.0.0.1:{s.server_port}'
    s.shutdown()


def test_download_from_a_mirror(lab, server, monkeypatch, capsys):
    www, url = server
    monkeypatch.setenv('FASTAI_HOME', str(lab/'fastai'))
    monkeypatch.setenv('NOISY_LAB_MIRROR', url)
    make_archive(www/'imagewoof2-160.tgz', lab/'pets', 'imagewoof2-160')
    assert main(['data', 'get', 'imagewoof2-160', '--json']) == 0
    row = json.loads(capsys.readouterr().out)
    assert row['train'] == 16 and (lab/'data/imagewoof2-160/noisy_pets.csv').is_file()


def test_download_that_breaks_off(lab, server, monkeypatch, capsys):
    www, url = server
    monkeypatch.setenv('FASTAI_HOME', str(lab/'fastai'))
    monkeypatch.setenv('NOISY_LAB_MIRROR', url)
    f = make_archive(www/'imagenette2-320.tgz', lab/'pets', 'imagenette2-320')
    f.write_bytes(f.read_bytes()[:-500])
    assert main(['data', 'get', 'imagenette2-320']) == 2
    assert 'cut short' in capsys.readouterr().err and not (lab/'data/imagenette2-320').exists()
    make_archive(www/'imagenette2-320.tgz', lab/'pets', 'imagenette2-320')
    assert main(['data', 'get', 'imagenette2-320']) == 0  # a bad archive is not kept


def test_no_network(lab, monkeypatch, capsys):
    monkeypatch.setenv('FASTAI_HOME', str(lab/'fastai'))
    monkeypatch.setenv('NOISY_LAB_MIRROR', 'http://127.0.0.1:9')
    assert main(['data', 'get', 'imagewang-160']) == 2
    err = capsys.readouterr().err
    assert 'cannot be fetched' in err and '--archive' in err and 'imagewang-160.tgz' in err
