"""What belongs to the process: help without torch, exit codes, a real server to download from."""
import functools, http.server, json, shutil, subprocess, sys, threading
from pathlib import Path

import pandas as pd, pytest

from noisy_lab import __version__
from noisy_lab.cli import main
from test_bad_input import lab, make_archive  # the fixture and a helper


def modules_after(code):
    "Modules that a fresh process has loaded after this code"
    tell = '\nimport sys\nprint("\\n".join(sys.modules), file=sys.stderr)'
    p = subprocess.run([sys.executable, '-c', code + tell], capture_output=True, text=True)
    return p.stderr.split()


def test_help_loads_no_torch():
    code = 'from noisy_lab.cli import main\ntry: main(["--help"])\nexcept SystemExit: pass'
    mods = modules_after(code)
    assert 'noisy_lab.cli' in mods and not {'torch', 'fastai', 'timm', 'matplotlib', 'pandas'} & set(mods)
    assert 'torch' in modules_after('import noisy_lab.nets.backbones')  # the check can fail


def test_import_loads_no_torch():
    assert 'torch' not in modules_after('import noisy_lab')


# As it is installed, and as a module, which needs no installation.
STARTS = [[Path(sys.executable).parent/'noisy-lab'], [sys.executable, '-m', 'noisy_lab.cli']]

@pytest.mark.parametrize('start', STARTS, ids=['command', 'module'])
def test_version_and_exit_codes(start):
    def run(*args): return subprocess.run([*start, *args], capture_output=True, text=True)
    assert run('--version').stdout == f'noisy-lab {__version__}\n'
    bad = run('run', '--size', 'x')
    assert bad.returncode == 2 and "argument --size: 'x' is" in bad.stderr and 'whole number' in bad.stderr


def test_docs_says_where_it_cannot_write(root, tmp_path, monkeypatch, capsys):
    "In a sentence, and before anything is built"
    import noisy_lab.site as site
    monkeypatch.chdir(root)
    monkeypatch.setattr(site, 'pick_engine', lambda *a: ('offline', ''))
    monkeypatch.setattr(site, 'build_offline', lambda *a: pytest.fail('it was built'))
    (tmp_path/'file').write_text('dear')
    (tmp_path/'link').symlink_to(tmp_path/'gone')
    for name in ('file', 'file/x', 'file/x/y', 'link', '/proc/x'):
        o = tmp_path/name
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


TINY = ['--size', '16', '--bs', '4', '--device', 'cpu']
SMALL = ['--data', './pets', '--pct', '50', *TINY, '--runs', '1', '--json']


def said(argv, capsys):
    "What a command that works prints as JSON"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert rc == 0, err
    return json.loads(out)


def test_recipes(lab, capsys):
    names = {r['name'] for r in said(['recipes', '--json'], capsys)}
    assert {'supervised', 'gce', 'sesemi', 'student', 'billion-scale'} <= names
    assert {'noisy-student-b5', 'sesemi-2021-adam5'} <= names
    assert main(['recipes']) == 0 and 'SESEMI' in capsys.readouterr().out
    changed = ['--set', 'teacher.epochs=7', '--set', 'magnitude=3', '--epochs', '4']
    d = said(['run', 'student', *changed, '--dry', '--json'], capsys)
    assert (d['epochs'], d['teacher']['epochs'], d['magnitude']) == (4, 7, 3)


def test_from_a_run_to_a_labelled_pool(lab, capsys):
    row = said(['run', 'gce', '--epochs', '1', '--set', 'loss_args.q=0.4', *SMALL], capsys)[0]
    assert row['method'] == 'gce' and row['classes'] == ['cat', 'dog']

    folder = next((lab/'out').glob('*/result.json')).parent
    best = ['--top-k', '3', '--top-p', '1']
    res = said(['pseudo', str(folder), 'pets/train', '--out', 'pool.parquet', *best, '--json'], capsys)
    df = pd.read_parquet(lab/'pool.parquet')
    assert {'idx', 'conf', 'margin', 'entropy', 'teacher', 'round', 'selected', 'weight'} <= set(df)
    counts = {row['classes'][k]: n for k, n in df.groupby('y_pseudo').size().items()}
    assert counts and max(counts.values()) <= 3
    assert counts == {r['class']: r['images'] for r in res['rows'] if r['images']}

    shutil.copy(folder/'recipe.json', lab/'mine.json')
    again = said(['run', 'mine.json', *SMALL], capsys)[0]
    assert again['recipe'] == row['recipe']


def test_clean(lab, capsys):
    "Suspects are images of the folder, under a class that is not theirs; the report shows each"
    res = said(['clean', 'pets/train', '--folds', '2', '--epochs', '1', *TINY, '--out', 'cleaned', '--json'], capsys)
    df = pd.read_csv(lab/'cleaned/suspects.csv')
    assert 0 < len(df) <= 16 and list(df['rank']) == list(range(1, len(df)+1))
    assert all((lab/'pets/train'/o).is_file() for o in df.path)
    assert list(df.given) == [o.split('/')[0] for o in df.path] and (df.given != df.suggested).all()

    report = (lab/'cleaned/report.html').read_text(encoding='utf8')
    assert all(o in report for o in df.path)
    estimate = res['estimate']
    assert estimate['n'] == 16 and estimate['wrong_low'] <= estimate['wrong'] <= estimate['wrong_high']


STUDY = '''about = "x"
budget = 100
dataset = "./pets"
size = 16
bs = 4
[[method]]
name = "supervised"
[[method]]
name = "sesemi"
[[claim]]
text = "t"
better = "sesemi"
than = "supervised"
'''

def test_studies(lab, capsys):
    assert {'tinynette-50', 'tinynette-300', 'tinywang'} <= {r['name'] for r in said(['study', '--json'], capsys)}
    (lab/'s.toml').write_text(STUDY)
    res = said(['study', 's.toml', '--runs', '1', '--out', 'r.json', '--device', 'cpu', '--json'], capsys)
    assert res == json.loads((lab/'r.json').read_text()) and res['complete']
    assert [r['method'] for r in res['rows']] == ['supervised', 'sesemi']
    assert all(r['image_forwards'] <= 100 for r in res['rows'])
