"""What a user can get wrong: each gives one sentence that names the thing and the remedy, exit code 2, and leaves
nothing half-written. Commands run in this process; those whose point is the process itself run in their own."""
import errno, json, shutil, subprocess, sys, tarfile

import numpy as np, pandas as pd, pytest
from PIL import Image

from noisy_lab.cli import main
from noisy_lab.core import data_dir, load_settings
from noisy_lab.data import write_noise_csv, get_tinynette


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
        nothing, [*RUN, '--lr', '1e30', '--epochs', '3'], ['lower the learning rate', '1e+30']),
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


def make_archive(path, src, name):
    with tarfile.open(path, 'w:gz') as t: t.add(src, arcname=name)
    return path


def test_archive(lab, capsys):
    get = ['data', 'get', 'imagenette2-160', '--archive']
    whole = make_archive(lab/'a.tgz', lab/'pets', 'imagenette2-160')
    shutil.copy(whole, lab/'cut.tgz')
    cut(lab/'cut.tgz', .7)
    assert 'cut short' in refused([*get, 'cut.tgz'], capsys)
    assert sorted(o.name for o in (lab/'data').iterdir() if not o.name.endswith('.lock')) == ['tinynette']
    assert 'does not exist' in refused([*get, 'no.tgz'], capsys)
    assert main([*get, 'a.tgz']) == 0
    assert (lab/'data/imagenette2-160/train/cat/0.jpg').is_file()


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
    (['clean', 'nowhere'], 'nowhere does not exist'),
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
