"""What a user can get wrong: each gives one sentence that names the thing and the remedy, exit code 2, and leaves
nothing half-written. Commands run in this process; those whose point is the process itself run in their own."""
import ast, dataclasses, errno, json, numbers, shutil, subprocess, sys, tarfile
from pathlib import Path

import numpy as np, pandas as pd, pytest, torch
from PIL import Image

from noisy_lab import methods
from noisy_lab.cli import main
from noisy_lab.core import LabError, Settings, data_dir, load_settings, make_record
from noisy_lab.data import DATASETS, StrongView, get_tinynette, write_noise_csv
from noisy_lab.nets import batch_probs, create_net
from noisy_lab.panels import make_selection
from noisy_lab.runs import SECTIONS, Labelling, Selection, make_recipe
from noisy_lab.suspects import JudgePlan
from noisy_lab.train import Ema, Rates, create_loss, fit_schedule, knn_predict


def make_folder(root, n=8, classes=('cat', 'dog')):
    "A small data set with a noise CSV"
    rng = np.random.default_rng(0)
    for s in ('train', 'val'):
        for c in classes:
            (root/s/c).mkdir(parents=True)
            for i in range(n):
                pixels = rng.integers(0, 255, (40, 40, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root/s/c/f'{i}.jpg')
    paths = sorted(p.relative_to(root).as_posix() for p in root.rglob('*.jpg'))
    labels = [p.split('/')[1] for p in paths]
    is_val = [p.startswith('val') for p in paths]
    write_noise_csv(root/'noisy_pets.csv', paths, labels, is_val, pcts=(25, 50))
    return root


@pytest.fixture
def lab(tmp_path, monkeypatch):
    "A folder to work in, with a data folder of its own that links to the embedded set"
    real = get_tinynette(data_dir(load_settings('/')), 'tinynette')
    (tmp_path/'data').mkdir()
    (tmp_path/'data'/'tinynette').symlink_to(real)
    monkeypatch.setenv('NOISY_LAB_DATA_DIR', str(tmp_path/'data'))
    monkeypatch.setenv('NOISY_LAB_RUNS_DIR', str(tmp_path/'out'))
    monkeypatch.chdir(tmp_path)
    make_folder(tmp_path/'pets')
    return tmp_path


RUN = ['run', '--data', './pets', '--pct', '50', '--size', '16', '--epochs', '1', '--runs', '1', '--bs', '4',
       '--device', 'cpu']
MADE = {'result.json', 'results.json', 'report.html', 'weights.safetensors', 'pixels', 'meta.npz'}


def left_behind(lab):
    "Files that look finished or half-finished: results, reports, stores, temporary ones"
    bad = [p for p in lab.rglob('*') if p.name in MADE or p.name.endswith('.tmp')]
    return [p.relative_to(lab).as_posix() for p in bad]


def but_pixels(files):
    "The decoded pixels of a good data set may stay when something later was refused"
    return [o for o in files if not o.startswith('data/noisy_lab_cache')]


def refused(argv, capsys):
    "The one line that a refused command says"
    rc = main(argv)
    out, err = capsys.readouterr()
    lines = [o for o in err.splitlines() if o.startswith('noisy-lab: ')]
    assert rc == 2 and len(lines) == 1 and 'Traceback' not in err, (rc, out, err)
    assert out == '' or not out.lstrip().startswith(('{', '['))
    return lines[0]


def edit_csv(lab, f):
    csv = lab/'pets'/'noisy_pets.csv'
    f(pd.read_csv(csv)).to_csv(csv, index=False)


def set_label(df):
    df.loc[3, 'noisy_labels_50'] = 'cow'
    return df


def set_path(df):
    df.loc[3, 'path'] = 'train/cat/nowhere.jpg'
    return df


def cut(path, share=.5):
    b = path.read_bytes()
    path.write_bytes(b[:int(len(b)*share)])


def nothing(lab): "Spoil nothing: the command itself is wrong"

def drop_column(lab): edit_csv(lab, lambda t: t.drop(columns='path'))

def drop_rows(lab): edit_csv(lab, lambda t: t.iloc[:-5])

def write(name, text): return lambda lab: (lab/name).write_text(text)


# Each case: what is spoilt, the command, what its sentence must say.
CASES = {
    'unknown data set': (
        nothing, ['run', '--data', 'imagenete2-160'],
        ["no data set 'imagenete2-160'", "did you mean 'imagenette2-160'"]),
    'folder that is not there': (
        nothing, ['run', '--data', './nowhere'], ['nowhere does not exist']),
    'no train': (
        lambda lab: shutil.rmtree(lab/'pets/train'), RUN, ['has no folder train/', 'train/CLASS/']),
    'missing column': (
        drop_column, RUN, ["no column 'path'"]),
    'unknown label': (
        lambda lab: edit_csv(lab, set_label), RUN, ["unknown label 'cow' in noisy_labels_50", 'class folders']),
    'path that is not there': (
        lambda lab: edit_csv(lab, set_path), RUN, ["'train/cat/nowhere.jpg' does not exist"]),
    'rows missing': (
        drop_rows, RUN, ['has no row', '5 such rows']),
    'pct not in the CSV': (
        nothing, [*RUN, '--pct', '40'], ['no 40 % column', '0, 25, 50']),
    'truncated JPEG': (
        lambda lab: cut(lab/'pets/train/cat/3.jpg'), RUN, ['train/cat/3.jpg is damaged', '--skip-bad']),
    'image that is text': (
        write('pets/val/dog/0.jpg', 'hello'), RUN, ['val/dog/0.jpg is damaged']),
    'unknown backbone': (
        nothing, [*RUN, '--arch', 'resnt18'], ["no backbone 'resnt18'", "'resnet18'"]),
    'NaN loss': (
        nothing, [*RUN, '--lr', '1e4', '--epochs', '3', '--set', 'opt=sgd'], ['lower the learning rate', '10000']),
    'recipe with a typo': (
        write('r.json', '{"epochz": 3}'), [*RUN, '--recipe', 'r.json'], ["no field 'epochz'", "'epochs'"]),
    'settings with a typo': (
        write('settings.ini', '[DEFAULT]\nepoch = 3\n'), RUN, ['settings.ini', "no setting 'epoch'", "'epochs'"]),
    'no such device': (
        nothing, [*RUN, '--device', 'gpu'], ["no device 'gpu'"]),
    'demo on a bad CSV': (
        lambda lab: edit_csv(lab, set_label), ['demo', *RUN[1:]], ["unknown label 'cow'"]),
    'audit without CSV': (
        lambda lab: (lab/'pets/noisy_pets.csv').unlink(), ['data', 'audit', './pets'], ['has no noise CSV']),
}
AFTER_DECODING = {'unknown backbone', 'NaN loss', 'no such device'}


@pytest.mark.parametrize('case', CASES)
def test_one_sentence_and_nothing_left(case, lab, capsys):
    spoil, argv, says = CASES[case]
    spoil(lab)
    line = refused(argv, capsys)
    for s in says: assert s in line, line
    files = left_behind(lab)
    assert (but_pixels(files) if case in AFTER_DECODING else files) == []


def test_the_same_command_without_the_mistake_works(lab, capsys):
    assert main([*RUN, '--json']) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert row['dataset'] == 'pets' and row['noise_pct'] == 50 and len(left_behind(lab)) == 4
    assert main(['data', 'audit', './pets', '--json']) == 0
    assert [r['wrong'] for r in json.loads(capsys.readouterr().out)] == [4, 0, 8, 0]


def test_skip_bad_leaves_the_image_out(lab, capsys):
    cut(lab/'pets/train/cat/3.jpg')
    assert main([*RUN, '--json', '--skip-bad']) == 0
    assert json.loads(capsys.readouterr().out)[0]['n_labelled'] == 15


def make_archive(path, name):
    "An archive of a registered data set, with a few images in each of its classes"
    src = path.with_suffix('.src')
    if not src.exists(): make_folder(src, 2, DATASETS[name].train)
    with tarfile.open(path, 'w:gz') as t: t.add(src, arcname=name)
    return path


def test_archive(lab, capsys):
    get = ['data', 'get', 'imagenette2-160', '--archive']
    whole = make_archive(lab/'a.tgz', 'imagenette2-160')
    shutil.copy(whole, lab/'cut.tgz')
    cut(lab/'cut.tgz', .7)
    assert 'cut short' in refused([*get, 'cut.tgz'], capsys)
    assert sorted(o.name for o in (lab/'data').iterdir() if not o.name.endswith('.lock')) == ['tinynette']
    assert 'does not exist' in refused([*get, 'no.tgz'], capsys)
    assert main([*get, 'a.tgz']) == 0
    assert (lab/'data/imagenette2-160/train/n01440764/0.jpg').is_file()


def test_damaged_noise_csv_of_a_full_size_set_is_found(lab, capsys):
    (lab/'pets/noisy_more.csv').write_text('path,noisy_labels_50,is_valid\n')
    assert 'more than one noise CSV' in refused(RUN, capsys)


CHILD = '''
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from noisy_lab.cli import main
sys.exit(main(sys.argv[1:]))
'''


def test_disk_full_while_decoding(lab):
    "The kernel refuses to let any file grow beyond 20 kB, as a full disk would"
    p = subprocess.run([sys.executable, '-c', CHILD, *RUN], capture_output=True, text=True)
    assert p.returncode == 2 and 'no space left on the disk' in p.stderr and 'Traceback' not in p.stderr, p.stderr
    assert left_behind(lab) == []


def test_disk_full_while_saving(lab, capsys, monkeypatch):
    "The disk fills up when the weights are to be written, after training"
    def full(*args, **kwargs): raise OSError(errno.ENOSPC, 'No space left on device')
    monkeypatch.setattr('noisy_lab.runs.engine.save', full)
    assert 'no space left' in refused(RUN, capsys)
    assert but_pixels(left_behind(lab)) == []
    monkeypatch.undo()
    monkeypatch.setenv('NOISY_LAB_DATA_DIR', str(lab/'data'))
    monkeypatch.chdir(lab)
    assert main([*RUN, '--out', 'out']) == 0


RECIPES = [
    (['run', 'sesmi'], "no recipe 'sesmi'; did you mean 'sesemi'"),
    (['run', 'gce', '--set', 'loss_args.qq=.5', *RUN[1:]], "no argument 'qq'"),
    (['run', 'gce', '--set', 'loss_args.q=7', *RUN[1:]], 'q of GCE must lie in [0, 1], got 7'),
    (['run', 'gce', '--set', 'lr'], 'write field=value'),
    (['run', 'gce', '--set', 'teacher.epochs=3'], 'has no teacher'),
    (['run', 'elr', '--set', 'resist=elf', *RUN[1:]], "did you mean 'elr'"),
    (['run', 'student', '--budget', '10', *RUN[1:]], 'are too few for'),
    (['study', 'tinynete-50'], "did you mean 'tinynette-50'"),
    (['study', 'tinynette-50', '--only', 'sesmi'], "no method 'sesmi'; did you mean 'sesemi'"),
    (['pseudo', 'pets', 'pets', '--out', 'pool.parquet'], 'it has no recipe.json'),
    (['clean', 'pets/train/cat'], 'pets/train/cat/0.jpg is not in a class folder (8 such images)'),
    (['clean', 'nowhere'], "no data set 'nowhere'"),
    (['clean', './nowhere'], 'nowhere does not exist'),
]


@pytest.mark.parametrize('argv,says', RECIPES, ids=[' '.join(a[:4]) for a, _ in RECIPES])
def test_recipes_and_commands(lab, capsys, argv, says):
    assert says in refused(argv, capsys)
    assert but_pixels(left_behind(lab)) == []


def test_recipe_file_that_is_broken(lab, capsys):
    (lab/'mine.toml').write_text('about = "x"\nloss = \n')
    assert 'not valid TOML' in refused(['run', 'mine.toml'], capsys)
    (lab/'mine.toml').write_text('about = "x"\nlosss = "gce"\n')
    assert "no field 'losss'; did you mean 'loss'" in refused(['run', 'mine.toml'], capsys)
    (lab/'mine.toml').write_text('about = "x"\nbase = "mine.toml"\n')
    assert 'builds on itself' in refused(['run', 'mine.toml'], capsys)


# ---- numbers: one range per field, stated where the field is declared

def parts():
    "Name -> the records that hold what a user may set"
    known = {k: methods.find_method(k) for k in methods.method_names()}
    known |= {k: methods.find_resist(k) for k in methods.resist_names()}
    return known | SECTIONS | dict(settings=Settings, selection=Selection, labelling=Labelling, plan=JudgePlan,
                                   rates=Rates, strong=StrongView)


def is_number(f): return {int, float} & {f.type, *getattr(f.type, '__args__', ())}


NUMERIC = [(k, f) for k, cls in parts().items() for f in dataclasses.fields(cls) if is_number(f) and not (
           k == 'labelling' and f.name == 'round')]   # an origin, not a setting

@pytest.mark.parametrize('name,f', NUMERIC, ids=[f'{k}.{f.name}' for k, f in NUMERIC])
def test_every_number_has_a_range(name, f):
    "Both ends are finite: what is not a number, not finite or beyond an end is refused with the field's name"
    cls, whole = parts()[name], float not in {f.type, *getattr(f.type, '__args__', ())}
    lo, hi = f.metadata['lo'], f.metadata.get('below') if f.metadata.get('hi') is None else f.metadata['hi']
    assert lo is not None and (hi is not None or whole), 'state a range: within(default, lo, hi)'
    needed = {o.name: o.metadata['lo'] for o in dataclasses.fields(cls) if o.default is dataclasses.MISSING
              and o.default_factory is dataclasses.MISSING}
    beyond = [lo-1, 2**63, 1e308] if hi is None else [lo-1, 2*hi+1, 2**63, 1e308]
    for bad in (*beyond, float('nan'), float('inf'), -float('inf'), 'x', True, [], 10**400):
        with pytest.raises(LabError, match=f.name): make_record(cls, needed | {f.name: bad}, name)
    make_record(cls, needed | {f.name: lo}, name) if name != 'selection' else None


TABLE = methods.make_table([0, 1], np.array([[.9, .1], [.4, .6]], np.float32))
NET = torch.nn.Linear(4, 2)
X = np.eye(4)
BELOW = (-1, float('nan'), float('inf'), -1e9, None, 'x')

# What takes a number outside of a recipe, and further values that are too high for it.
CALLS = {
    'temperature of retemper': (lambda v: methods.retemper(TABLE, v), [0, 1e9]),
    'temperature of make_selection': (lambda v: make_selection(TABLE, temperature=v), [0, 1e9]),
    'temperature of batch_probs': (lambda v: batch_probs(NET, torch.zeros(1, 4), v), [0, 1e9]),
    'threshold of make_selection': (lambda v: make_selection(TABLE, threshold=v), [1.1]),
    'threshold of select': (lambda v: methods.select(TABLE, threshold=v), [1.1]),
    'per_class of select': (lambda v: methods.select(TABLE, per_class=v), [2.5, 2**70]),
    'max_copies of select': (lambda v: methods.select(TABLE, per_class=1, max_copies=v), [0, 1.5]),
    'K of top_k': (lambda v: methods.top_k(TABLE, v), [0, 1.5]),
    'P of top_k': (lambda v: methods.top_k(TABLE, 1, v), [0, 1.5]),
    'magnitude of StrongView': (lambda v: StrongView(32, magnitude=v), [31]),
    'n_ops of StrongView': (lambda v: StrongView(32, n_ops=v), [101, 1.5]),
    'ratio of student_learner': (lambda v: methods.student_learner(None, None, TABLE, 32, ratio=v), [1e9]),
    'weight of PseudoBatch': (lambda v: methods.PseudoBatch(None, weight=v), [1e9]),
    'labelled_weight of PseudoBatch': (lambda v: methods.PseudoBatch(None, labelled_weight=v), [1e9]),
    'weight of FixMatch': (lambda v: methods.FixMatch(None, weight=v), [1e9]),
    'threshold of FixMatch': (lambda v: methods.FixMatch(None, threshold=v), [1.1]),
    'decay of MeanTeacher': (lambda v: methods.MeanTeacher(None, decay=v), [1]),
    'weight of Sesemi': (lambda v: methods.Sesemi(None, weight=v), [1e9]),
    'lam of ELR': (lambda v: methods.ELR(4, 2, lam=v), [1e9]),
    'alpha of Mixup': (lambda v: methods.Mixup(v), [0, 1e9]),
    'temperature of DivideSplit': (lambda v: methods.DivideSplit(temperature=v), [0, 1e9]),
    'momentum of Relabel': (lambda v: methods.Relabel(4, 2, momentum=v), [1]),
    'q of gce': (lambda v: create_loss('gce', 2, q=v), [1.1]),
    'alpha of sce': (lambda v: create_loss('sce', 2, alpha=v), [1e9]),
    'lr of fit_schedule': (lambda v: fit_schedule(None, 1, v), [1e9]),
    'epochs of fit_schedule': (lambda v: fit_schedule(None, v, .1), [0, 1.5]),
    'drop of create_net': (lambda v: create_net('lab_slim_resnet', 2, drop=v), [1]),
    'drop_path of create_net': (lambda v: create_net('lab_slim_resnet', 2, drop_path=v), [1]),
    'k of knn_predict': (lambda v: knn_predict(X, np.arange(4), X, v), [0, 1.5]),
    'epochs of a recipe': (lambda v: make_recipe(epochs=v), [0, 10**6, 1.5]),
    'seed of the settings': (lambda v: load_settings('/', environ={}, seed=v), [2**63, 1.5]),
}

@pytest.mark.parametrize('call', CALLS)
def test_numbers_of_functions(call):
    work, high = CALLS[call]
    for bad in (*BELOW, *high):
        if bad is None and call.startswith('seed'): continue   # not given
        with pytest.raises(LabError): work(bad)


def test_harmless_numbers_pass():
    "The checks are not simply shut"
    assert methods.retemper(TABLE, 2).df.conf.max() < .9
    assert len(methods.top_k(TABLE, np.int64(1)).df) == 2
    assert isinstance(make_recipe(epochs=3.0, lr=1).train.epochs, numbers.Real)
    assert load_settings('/', environ=dict(NOISY_LAB_NOISE_PCT='5')).noise_pct == 5.


@pytest.mark.parametrize('name', ['cpu:9', 'cpu:x', 'cuda:99', 'tpu', '', 'CPU', 'cpu:-1', 'cpu:1e3'])
def test_devices(name, lab, capsys):
    from noisy_lab.core import pick_device
    with pytest.raises(LabError, match='device'): pick_device(name)


# ---- messages

def test_messages_are_sentences(root):
    "What follows the nearest names is handed to `nearest`, which knows whether a full stop is needed"
    bad, seen = [], 0
    for path in sorted((root/'noisy_lab').rglob('*.py')):
        for node in ast.walk(ast.parse(path.read_text(encoding='utf8'))):
            if not isinstance(node, ast.JoinedStr): continue
            calls = [i for i, o in enumerate(node.values) if isinstance(o, ast.FormattedValue)
                     and any(getattr(n, 'id', '') == 'nearest' for n in ast.walk(o.value))]
            seen += len(calls)
            bad += [f'{path.name}:{node.lineno}' for i in calls if i+1 < len(node.values)]
    assert seen > 20 and not bad, bad


def test_what_a_message_says(lab, capsys):
    assert refused(['run', 'zzzz'], capsys) == ("noisy-lab: there is no recipe 'zzzz'. See: noisy-lab recipes; "
                                                'a file must end in .toml or .json')
    assert refused(['leaderboard', 'show', 'imagewof'], capsys).startswith(
        "noisy-lab: there is no leaderboard 'imagewof'; did you mean 'imagewoof' or ")
    assert refused(['run', '\x1b[31mred'], capsys).isprintable()


def out_of_parser(argv, capsys):
    "The one line that the parser says"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert rc == 2 and not out and err.startswith('noisy-lab: ') and err.count('\n') == 1
    return err


@pytest.mark.parametrize('argv,says', [
    (['run', '--size', '9999999'], 'argument --size: it must lie in [8, 2048], got 9999999'),
    (['run', '--seed', '-1'], 'argument --seed: it must be at least 0, got -1'),
    (['run', '--seed', str(2**63)], 'argument --seed: it must lie in [0, 9007199254740992]'),
    (['run', '--lr', 'nan'], 'argument --lr: it must be a finite number, got nan'),
    (['run', '--out', ''], 'argument --out: it must not be empty'),
    (['run', '--data', ' '], 'argument --data: it must not be empty'),
    (['run', '--out', 'x'*256], 'is longer than a name can be'),
    (['run', '--out', 'pets/train/cat/0.jpg'], 'is a file; give the name of a folder'),
    (['run', '--out', 'pets/train/cat/0.jpg/x'], 'is a file, but a folder is needed there'),
    (['study', 'tinynette-50', '--out', 'pets'], "'pets' is a folder; give the name of a file to write"),
    (['study', 'tinynette-50', '--out', '/dev/null'], "'/dev/null' is a device or a pipe"),
    (['nonsense'], "invalid choice: 'nonsense'"),
    (['data', 'noise', 'pets', '--pct', '5,nan'], 'argument --pct: it must be a finite number'),
], ids=lambda o: ' '.join(o)[:30] if isinstance(o, list) else '')
def test_the_parser_says_one_sentence(argv, says, lab, capsys):
    assert says in out_of_parser(argv, capsys)


def test_a_hole_in_the_machine_is_a_sentence(lab, capsys, monkeypatch):
    "What the system refuses, and no memory; a fault of ours keeps its traceback"
    def raises(e): return lambda args: (_ for _ in ()).throw(e)
    for e, says in [(OSError(errno.ENAMETOOLONG, 'File name too long', 'x'*300), 'cannot be used (File name too long)'),
                    (MemoryError(), 'not enough memory'), (RuntimeError('Symlink loop from x'), 'leads to itself'),
                    (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 'not enough memory')]:
        monkeypatch.setattr('noisy_lab.cli._recipes', raises(e))
        assert says in refused(['recipes'], capsys)
    monkeypatch.setattr('noisy_lab.cli._recipes', raises(RuntimeError('a fault of ours')))
    with pytest.raises(RuntimeError): main(['recipes'])


@pytest.mark.parametrize('argv', [
    ['predict', 'a.png', '--out', 'mine/answers.csv'], ['data', 'tree', 'pets', 'mine/a/b', '--pct', '5']])
def test_outputs_in_a_folder_that_nobody_may_enter(lab, capsys, monkeypatch, argv):
    def locked(self, **kwargs): raise PermissionError(13, 'Permission denied', str(self))
    monkeypatch.setattr(Path, 'stat', locked)
    assert 'cannot be reached (permission denied); change the permissions' in out_of_parser(argv, capsys)
