"""What belongs to the process: help without torch, exit codes, a real server to download from."""
import functools, http.server, importlib, inspect, json, os, shlex, shutil, subprocess, sys, threading
from pathlib import Path
from unittest import mock

import pandas as pd, pytest

from noisy_lab import __version__, cli
from noisy_lab.cli import main
from noisy_lab.core import LabError, Settings
from test_bad_input import lab, make_archive, refused  # the fixture and helpers


def modules_after(code):
    "Modules that a fresh process has loaded after this code"
    tell = '\nimport sys\nprint("\\n".join(sys.modules), file=sys.stderr)'
    p = subprocess.run([sys.executable, '-c', code + tell], capture_output=True, text=True)
    return p.stderr.split()


@pytest.mark.parametrize('env, then', [
    ({}, '30000'), ({'GOMP_SPINCOUNT': '5'}, '5'), ({'OMP_WAIT_POLICY': 'passive'}, 'None')])
def test_waiting_threads_do_not_spin_for_long(env, then):
    "Set before torch is loaded, for kernels that `noisy-lab lab` starts too; what the environment says goes first"
    code = 'import noisy_lab, os, sys; print(os.environ.get("GOMP_SPINCOUNT"), "torch" in sys.modules)'
    clean = {k: v for k, v in os.environ.items() if k not in ('GOMP_SPINCOUNT', 'OMP_WAIT_POLICY')}
    p = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, env={**clean, **env})
    assert p.stdout.split() == [then, 'False']


def test_help_loads_no_torch():
    code = 'from noisy_lab.cli import main\nmain(["--help"])'
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
    make_archive(www/'imagewoof2-160.tgz', 'imagewoof2-160')
    assert main(['data', 'get', 'imagewoof2-160', '--json']) == 0
    row = json.loads(capsys.readouterr().out)
    assert row['train'] == 20 and (lab/'data/imagewoof2-160/noisy_pets.csv').is_file()


def test_download_that_breaks_off(lab, server, monkeypatch, capsys):
    www, url = server
    monkeypatch.setenv('FASTAI_HOME', str(lab/'fastai'))
    monkeypatch.setenv('NOISY_LAB_MIRROR', url)
    f = make_archive(www/'imagenette2-320.tgz', 'imagenette2-320')
    f.write_bytes(f.read_bytes()[:-500])
    assert main(['data', 'get', 'imagenette2-320']) == 2
    assert 'cut short' in capsys.readouterr().err and not (lab/'data/imagenette2-320').exists()
    make_archive(www/'imagenette2-320.tgz', 'imagenette2-320')
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
    teacher = d['method']['teacher']
    assert (d['train']['epochs'], teacher['train']['epochs'], d['train']['magnitude']) == (4, 7, 3)


def test_learning_rate(lab, capsys):
    "A suggestion that can be typed, a picture, and nothing in the folder of runs"
    tiny = ['lr', 'gce', *SMALL[:-3], '--epochs', '1', '--set', 'loss_args.q=0.5', '--steps', '24', '--start', '1e-4',
            '--end', '1']
    res = said([*tiny, '--out', 'new/lr.png', '--json'], capsys)
    assert res['recipe'] == 'gce' and res['own'] == .008 and 1e-4 < res['suggestion'] < 1
    assert len(res['rates']) == len(res['losses']) == len(res['smoothed']) <= 24
    assert {'valley', 'minimum'} == set(res['suggestions']) and (lab/'new/lr.png').stat().st_size > 5000
    assert main(tiny) == 0
    text = capsys.readouterr().out
    assert f"suggested learning rate: {res['suggestion']:.2g} (" in text and text.endswith(f"next: {res['next']}\n")

    command = shlex.split(res['next'])
    assert command[:3] == ['noisy-lab', 'run', 'gce'] and command[-1] == f"lr={res['suggestion']:.2g}"
    d = said([*command[1:], '--dry', '--json'], capsys)
    assert d['train']['lr'] == float(f"{res['suggestion']:.2g}") and d['train']['loss_args'] == dict(q=.5)
    assert (d['data']['noise_pct'], d['data']['dataset'], d['train']['bs']) == (50, './pets', 4)
    assert not (lab/'out').exists() and not list(lab.rglob('*.tmp')) and not (lab/'models').exists()


@pytest.mark.parametrize('argv, says', {
    'rates': (['--start', '1', '--end', '.1'], 'from a number above 0 to a higher one, got 1 to 0.1'),
    'no limit': (['--end', 'inf'], 'argument --end: it must be a finite number, got inf'),
    'far too high': (['--start', '1e30', '--end', '1e38'], 'start with a lower rate'),
    'recipe': (['gcee'], "there is no recipe 'gcee'; did you mean 'gce'"),
    'field': (['--set', 'q=1'], "has no field 'q'"),
    'data': (['--data', 'nowhere'], "nowhere"),
    'format': (['--out', 'lr.xyz'], "'lr.xyz' does not have the extension of a picture"),
    'no name': (['--out', ''], 'argument --out: it must not be empty'),
    'folder': (['--out', 'pets.png'], "'pets.png' is a folder"),
    'nowhere': (['--out', '/proc/lr.png'], '/proc/lr.png cannot be written')}.values())
def test_learning_rate_refuses(lab, capsys, argv, says):
    (lab/'pets.png').mkdir()
    before = sorted(lab.iterdir())
    line = refused(['lr', *argv, *(SMALL[:-3] if '--data' not in argv else [])], capsys)
    assert says in line
    assert [o for o in sorted(lab.iterdir()) if o not in before] == []


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
    assert {'tinynette-50', 'few', 'tinywang'} <= {r['name'] for r in said(['study', '--json'], capsys)}
    (lab/'s.toml').write_text(STUDY)
    res = said(['study', 's.toml', '--runs', '1', '--out', 'r.json', '--device', 'cpu', '--json'], capsys)
    assert res == json.loads((lab/'r.json').read_text()) and res['complete']
    assert [r['method'] for r in res['rows']] == ['supervised', 'sesemi']
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
    assert rule['verdict'] == 'broken' and res['legal'] is False
    assert rule['why'] == '16 training images, not 9,469; 16 validation images, not 3,925'


# ---- boards, from the results of the repository

TRAINED = Path(__file__).resolve().parent.parent/'nbs/results'
LONG, SHORT, BASE = (str(TRAINED/f'cell_imagenette-noise50-128px-{o}.json') for o in (
    '80ep-ours-long', '5ep-ours-short', '5ep-fastai-2021-baseline'))


def test_board_in_per_cent_with_notes_below(capsys):
    assert main(['leaderboard', 'show', 'imagenette-noise50', LONG, SHORT]) == 0
    out = capsys.readouterr().out
    row = next(o for o in out.splitlines() if 'ours-long' in o)
    assert row.split()[:6] == ['128', '80', '1', 'ours', 'ours-long', '83.91'] and row.endswith('  1')
    assert max(map(len, out.split('\n\n')[0].splitlines())) <= 160
    assert out.count('1: five runs: 3 of them; images of 320 px or more') == 1


def test_result_of_a_run_in_per_cent():
    told = cli._place_text(json.loads(Path(LONG).read_text()))
    lines = [' '.join(o.split()) for o in told.splitlines()]
    assert {'accuracy (%) 83.91 ± 0.10', 'rank 1'} <= set(lines)
    small = json.loads(Path(LONG).read_text()) | dict(size=64)
    assert 'rank' not in cli._place_text(small) and 'not a leaderboard cell' in cli._place_text(small)


def test_compare_in_points(capsys):
    assert main(['leaderboard', 'compare', SHORT, BASE]) == 0
    head, table = capsys.readouterr().out.split('\n\n')
    assert head.startswith('ours-short (3 runs) minus fastai-2021-baseline (1 run) on 3,925 validation images: -2.12')
    assert table.splitlines()[2].split()[:4] == ['0', '-1.81', '-3.21', '-0.41']


def test_report_names_cells_in_order(tmp_path, capsys):
    "Each run with its cell, and a commit once, however often a run was resumed"
    assert main(['leaderboard', 'report', 'imagenette-noise50', LONG, SHORT, BASE, '--out', str(tmp_path/'to')]) == 0
    runs, rows = (tmp_path/'to/report.md').read_text().split('## Runs')[1].split('## To submit')
    cells = [o.split('|')[1:4] for o in runs.splitlines() if o.startswith('| 128')]
    assert [int(o[1]) for o in cells] == [5, 5, 5, 5, 80, 80, 80]
    assert rows.count('0238b1a93c') == 1 and ', then' not in rows


# ---- settings: a file below the environment below arguments, for every command

LAYERS = dict(dataset=('tinywang', 'imagenette2-160', 'imagewoof2-160'), noise_pct=(5, 25, 40), size=(48, 64, 96),
              epochs=(3, 4, 5), arch=('resnet18', 'resnet26', 'resnet34'), bs=(8, 16, 24),
              device=('mps', 'cuda', 'cpu'), seed=(7, 8, 9), runs=(2, 3, 4),
              runs_dir=('/a', '/b', '/c'))   # in the file, the environment, arguments
OPTIONS = dict(dataset='--data', noise_pct='--pct', runs_dir='--runs-dir')   # where the option has another name
PETS = ['--data', './pets', '--pct', '50', '--size', '16', '--bs', '4']
RUN_OF = ['--model', 'resnet18_swsl']
NET = mock.MagicMock(to=lambda device: device)   # tells where it was put
LOADED = {'data.load_data': lambda *a, **k: mock.MagicMock(classes=['a', 'b']), 'data.open_store': lambda *a, **k: None,
          'nets.load_model': lambda *a, **k: NET}
READ = {'runs.read_run': lambda *a: mock.MagicMock(result=dict(classes=['a', 'b'], round=0)),
        'runs.load_net': lambda run, n_cls, device: device, 'nets.weights_hash': lambda net: ''}

# By command: its line; the function that it calls in the end; the settings that must reach that one, as NAME,
# NAME:OPTION, or NAME: where no option sets it; and what is put in the place of others on the way.
OBEYS = {
    'demo': (['demo'], 'show.run_demo', 'dataset noise_pct size epochs arch bs device seed runs runs_dir:', {}),
    'run': (['run', 'supervised', *PETS], 'runs.run_many', 'device seed runs runs_dir:--out', {}),
    'lr': (['lr', 'supervised', *PETS], 'runs.find_lr', 'device seed runs_dir', {}),
    'study': (['study', 'tinynette-50'], 'runs.run_study', 'device seed runs runs_dir', {}),
    'pseudo': (['pseudo', 'RUN', 'pets', '--out', 'x.parquet'], 'runs.run_pseudo', 'device', READ),
    'clean': (['clean', 'pets/train'], 'show.run_clean', 'noise_pct size arch bs device seed runs_dir:', {}),
    'predict': (['predict', 'pets', *RUN_OF], 'runs.open_classifier', 'device', {}),
    'probe, its data': (['probe', *RUN_OF], 'data.load_data', 'dataset noise_pct', {}),
    'probe': (['probe', *RUN_OF], 'runs.probe', 'device seed', LOADED),
    'finetune, its recipe': (['finetune', *RUN_OF], 'runs.finetune_recipe', 'dataset noise_pct', {}),
    'finetune': (['finetune', *RUN_OF], 'runs.run_many', 'device seed runs runs_dir:--out', {}),
    'leaderboard run': (['leaderboard', 'run', 'imagewoof', '--size', '128', '--epochs', '5', '--recipe', 'gce'],
                        'boards.run_cell', 'device seed runs runs_dir', {}),
    'bench': (['bench'], 'runs.bench', 'dataset arch bs device', {})}


def replace(name, new, monkeypatch):
    "Put something in the place of a public function, in the module that defines it; gives that function"
    package, name = name.split('.')
    real = getattr(importlib.import_module(f'noisy_lab.{package}'), name)
    monkeypatch.setattr(sys.modules[real.__module__], name, new)
    return real


def told(argv, target, monkeypatch):
    "What a command tells a function: the settings that it hands over, and over them its arguments by name"
    said = {}
    def fake(*args, **kwargs):
        takes = inspect.signature(real)
        call = takes.bind(*args, **kwargs).arguments
        for p in takes.parameters.values():
            if p.kind is p.VAR_KEYWORD: call |= call.pop(p.name, {})
        for o in call.values():
            if isinstance(o, Settings): said.update(vars(o))
        said.update({k: v for k, v in call.items() if v is not None})
        raise LabError('seen')
    with monkeypatch.context() as m:
        real = replace(target, fake, m)
        assert main(argv) == 2
    if isinstance(said.get('net'), str): said['device'] = said['net']
    return said


def in_layers(names, monkeypatch, lab):
    "Three times: the arguments to add, and the values that settings must have; the layers below stay as they are"
    options = dict((o.split(':') if ':' in o else (o, OPTIONS.get(o, f'--{o}'))) for o in names.split())
    monkeypatch.delenv('NOISY_LAB_RUNS_DIR')
    (lab/'settings.ini').write_text('[DEFAULT]\n' + ''.join(f'{k} = {LAYERS[k][0]}\n' for k in options))
    yield [], {k: LAYERS[k][0] for k in options}
    for k in options: monkeypatch.setenv(f'NOISY_LAB_{k.upper()}', str(LAYERS[k][1]))
    yield [], {k: LAYERS[k][1] for k in options}
    more = [str(o) for k, option in options.items() if option for o in (option, LAYERS[k][2])]
    yield more, {k: LAYERS[k][2 if option else 1] for k, option in options.items()}


@pytest.mark.parametrize('command', OBEYS)
def test_settings_reach_every_command(command, lab, monkeypatch, capsys):
    argv, target, names, fakes = OBEYS[command]
    for k, new in fakes.items(): replace(k, new, monkeypatch)
    replace('core.pick_device', lambda name='auto': name, monkeypatch)
    for more, want in in_layers(names, monkeypatch, lab):
        got = told([*argv, *more], target, monkeypatch)
        assert {k: got.get(k) for k in want} == want, (more, capsys.readouterr().err)


def test_settings_reach_the_recipe(lab, monkeypatch, capsys):
    "Those that describe the data and the scale, which a recipe leaves open"
    for more, want in in_layers('dataset noise_pct size epochs arch bs', monkeypatch, lab):
        recipe = said(['run', 'supervised', '--dry', '--json', *more], capsys)
        sections = [o for o in recipe.values() if isinstance(o, dict)]
        fields = {k: v for o in (*sections, recipe) for k, v in o.items()}
        assert {k: fields[k] for k in want} == want


def test_settings_reach_the_data_folder(lab, monkeypatch, capsys):
    monkeypatch.setenv('NOISY_LAB_DATA_DIR', str(lab/'elsewhere'))
    assert main(['data', 'list']) == 0 and capsys.readouterr().out.endswith(f"folder: {lab/'elsewhere'}\n")


def test_arguments_reach_a_study(monkeypatch):
    "A study says itself how many seeds and image-forwards it takes, unless the arguments do"
    argv = ['study', 'tinynette-50', '--runs', '5', '--budget', '100', '--only', 'a,b']
    got = told(argv, 'runs.run_study', monkeypatch)
    assert (got['runs'], got['budget'], list(got['only'])) == (5, 100, ['a', 'b'])


def test_a_benchmark_that_cannot_be_kept_is_told(tmp_path, monkeypatch, capsys):
    "Minutes of measuring are not lost with the history's place; a file of something else is refused before them"
    kept = json.loads((Path(__file__).parent.parent/'nbs/results/bench.json').read_text())[0]
    ran, res = [], {k: v for k, v in kept.items() if k not in ('date', 'commit')}
    monkeypatch.setattr('noisy_lab.runs.speed.bench', lambda *a, **k: ran.append(a) or res)
    blocked, other = tmp_path/'file', tmp_path/'other.json'
    blocked.write_text('')
    other.write_text('{}')
    assert main(['bench', '--history', str(blocked/'bench.json')]) == 2
    out, err = capsys.readouterr()
    assert 'our Learner / plain fastai' in out and 'bench.json' in err and len(ran) == 1
    assert main(['bench', '--history', str(other)]) == 2
    assert len(ran) == 1 and other.read_text() == '{}'
    assert main(['bench', '--history', str(tmp_path/'new.json')]) == 0
    assert len(json.loads((tmp_path/'new.json').read_text())) == 1
