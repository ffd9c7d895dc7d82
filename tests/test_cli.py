"""What belongs to the process: help without torch, exit codes, a real server to download from."""
import functools, http.server, json, shutil, subprocess, sys, threading
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
    assert 'torch' in modules_after('import noisy_lab.nets.backbones')  # the check can fail


def test_import_loads_no_torch():
    assert 'torch' not in modules_after('import noisy_lab')


def test_entry_point_and_exit_codes():
    run = lambda *a: subprocess.run([Path(sys.executable).parent/'noisy-lab', *a], capture_output=True, text=True)
    assert run('--version').stdout.startswith('noisy-lab ')
    bad = run('run', '--size', 'x')
    assert bad.returncode == 2 and 'is no whole number' in bad.stderr
    module = lambda *a: subprocess.run([sys.executable, '-m', 'noisy_lab.cli', *a], capture_output=True, text=True)   # not installed, on the path
    assert module('--version').stdout == run('--version').stdout and module('run', '--size', 'x').returncode == 2


def test_docs_says_where_it_cannot_write(root, tmp_path, monkeypatch, capsys):
    "In a sentence, and before anything is built"
    import noisy_lab.site as site
    monkeypatch.chdir(root); monkeypatch.setattr(site, 'pick_engine', lambda *a: ('offline', '')); monkeypatch.setattr(site, 'build_offline', lambda *a: pytest.fail('it was built'))
    (tmp_path/'file').write_text('dear'); (tmp_path/'link').symlink_to(tmp_path/'gone')
    for o in (tmp_path/'file', tmp_path/'file/x', tmp_path/'file/x/y', tmp_path/'link', Path('/proc/x')):
        assert main(['docs', '--out', str(o)]) == 2
        said = capsys.readouterr().err
        assert said.startswith('noisy-lab: ') and str(o) in said and said.count('\n') == 1, said
    assert sorted(p.name for p in tmp_path.iterdir()) == ['file', 'link']


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


SMALL = ['--data', './pets', '--pct', '50', '--size', '16', '--bs', '4', '--device', 'cpu', '--runs', '1', '--json']


def said(argv, capsys):
    "What a command that works prints as JSON"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert rc == 0, err
    return json.loads(out)


def test_recipes(lab, capsys):
    rows = said(['recipes', '--json'], capsys)
    assert {'supervised', 'gce', 'sesemi', 'student', 'billion-scale', 'noisy-student-b5', 'sesemi-2021-adam5'} <= {r['name'] for r in rows}
    assert main(['recipes']) == 0 and 'SESEMI' in capsys.readouterr().out
    d = said(['run', 'student', '--set', 'teacher.epochs=7', '--set', 'magnitude=3', '--epochs', '4', '--dry', '--json'], capsys)
    assert (d['epochs'], d['teacher']['epochs'], d['magnitude']) == (4, 7, 3)


def test_from_a_run_to_a_labelled_pool(lab, capsys):
    row = said(['run', 'gce', '--epochs', '1', '--set', 'loss_args.q=0.4', *SMALL], capsys)[0]
    assert row['method'] == 'gce' and row['classes'] == ['cat', 'dog']
    folder = next((lab/'out').glob('*/result.json')).parent
    res = said(['pseudo', str(folder), 'pets/train', '--out', 'pool.parquet', '--top-k', '3', '--top-p', '1', '--json'], capsys)
    assert [r for r in res['rows']] and (lab/'pool.parquet').is_file()
    import pandas as pd
    df = pd.read_parquet(lab/'pool.parquet')
    assert df.groupby('y_pseudo').size().max() <= 3 and {'idx', 'conf', 'margin', 'entropy', 'teacher', 'round', 'selected', 'weight'} <= set(df)
    shutil.copy(folder/'recipe.json', lab/'mine.json')
    again = said(['run', 'mine.json', *SMALL], capsys)[0]
    assert again['recipe'] == row['recipe']


def test_clean(lab, capsys):
    res = said(['clean', 'pets/train', '--folds', '2', '--epochs', '1', '--size', '16', '--bs', '4', '--device', 'cpu', '--out', 'cleaned', '--json'], capsys)
    lines = (lab/'cleaned'/'suspects.csv').read_text().splitlines()
    assert lines[0].startswith('path,') or 'path' in lines[0].split(',')
    assert len(lines) > 1 and (lab/'cleaned'/'report.html').stat().st_size > 5000 and 'estimate' in res


def test_studies(lab, capsys):
    assert {'tinynette-50', 'tinynette-300', 'tinywang'} <= {r['name'] for r in said(['study', '--json'], capsys)}
    (lab/'s.toml').write_text('about = "x"\nbudget = 100\ndataset = "./pets"\nsize = 16\nbs = 4\n[[method]]\nname = "supervised"\n[[method]]\nname = "sesemi"\n[[claim]]\ntext = "t"\nbetter = "sesemi"\nthan = "supervised"\n')
    res = said(['study', 's.toml', '--runs', '1', '--out', 'r.json', '--device', 'cpu', '--json'], capsys)
    assert res == json.loads((lab/'r.json').read_text()) and res['complete'] and [r['method'] for r in res['rows']] == ['supervised', 'sesemi']
    assert all(r['image_forwards'] <= 100 for r in res['rows'])


def test_verify_counts_the_images(lab, capsys):
    "A folder is not the board's data because it is called so"
    (lab/'pets').rename(lab/'imagenette2')
    row = said(['run', 'supervised', '--epochs', '1', *SMALL, '--data', './imagenette2'], capsys)[0]
    assert row['dataset'] == 'imagenette2'
    folder = next((lab/'out').glob('*/result.json')).parent
    cell = ['leaderboard', 'verify', 'imagenette-noise50', str(folder), '--size', '128', '--epochs', '5']
    res = said([*cell, '--json'], capsys)
    rule = next(r for r in res['rules'] if r['rule'] == 'data set of the board')
    assert rule['verdict'] == 'broken' and rule['why'].startswith('16 training images, not 9,469; 16 validation images') and res['legal'] is False
