"""Awkward folders and tables: each is used, accounted for, or refused with one sentence; every file counts once."""
import contextlib, io, json, os, shutil, subprocess, sys
from pathlib import Path

import numpy as np, pandas as pd, pytest
from PIL import Image

from awkward import CASES, LINUX, PETS, lay, pets, picture, rows, splits, table, write
from noisy_lab.cli import main
from noisy_lab.core import LabError, load_settings
from noisy_lab.data import load_data, open_store
from noisy_lab.suspects import load_labelled


@pytest.fixture
def place(tmp_path, monkeypatch):
    "A folder to work in, with data and runs of its own; what was said before may be said again"
    monkeypatch.setenv('NOISY_LAB_DATA_DIR', str(tmp_path/'data'))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path/'cache'))
    monkeypatch.delenv('NOISY_LAB_RUNS_DIR', raising=False)
    monkeypatch.setattr('noisy_lab.data.files._SAID', set())
    monkeypatch.chdir(tmp_path)
    (tmp_path/'in').mkdir()
    return tmp_path


def told(argv, capsys):
    "Exit code, what was printed, and the lines of stderr"
    capsys.readouterr()
    try: rc = main([str(o) for o in argv])
    except SystemExit as e: rc = e.code   # what the parser refuses
    out, err = capsys.readouterr()
    assert 'Traceback' not in err, err
    return rc, out, err.splitlines()


def refusal(lines):
    said = [o for o in lines if o.startswith('noisy-lab')]
    assert len(said) == 1, lines
    return said[0]


def files_in(folder):
    "Files below a folder, by their real place; links are followed once"
    return sum(len(f) for _, _, f in os.walk(folder))


def caught(f, *args, **kwargs):
    "What a function gives, or the sentence that it says"
    try: return f(*args, **kwargs)
    except LabError as e: return str(e)


def as_counts(data):
    "Training images with and without label, validation, pool: (labelled, val, unlabelled, unsup)"
    if isinstance(data, str): return data
    train = data.ids('train')
    return len(data.labelled()), len(data.ids('val')), len(train)-len(data.labelled()), len(data.ids('unsup'))


def holds(got, want):
    "Equal, or the words of a sentence"
    if isinstance(want, str): assert isinstance(got, str) and want in got, got
    else: assert got == want


def test_there_are_enough(): assert len(CASES) >= 60


@pytest.mark.parametrize('name', CASES)
def test_case(name, place, capsys, monkeypatch):
    make, want = CASES[name]
    (place/'in'/name).mkdir()
    monkeypatch.chdir(place/'in'/name)   # runs would go below it
    what = make(place/'in'/name)
    more = dict(zip(want.more[::2], want.more[1::2]))
    csv, how = more.get('--csv'), more.get('--csv-format', '')
    rc, out, lines = told(['data', 'check', what, '--json', *want.more], capsys)
    if want.error:
        assert rc == 2 and out == '' and want.error in refusal(lines), lines
        for door in (load_data, load_labelled): holds(caught(door, what, csv=csv, csv_format=how), want.error)
        return
    assert rc == 0, lines
    found = json.loads(out)
    counts = {}
    for split in found['classes'].values():
        for c, n in split.items(): counts[c] = counts.get(c, 0)+n
    assert counts == want.classes
    left = {o: sum(k['n'] for k in found['left_out'] if o in k['reason']) for o in want.left}
    assert left == want.left and sum(left.values()) == sum(k['n'] for k in found['left_out'])
    for o in want.notes: assert any(o in k for k in found['notes']), found['notes']
    if want.left: assert any('not: ' in o for o in lines), lines   # said without being asked
    if os.path.isdir(what) and 'link' not in name and not csv and 'csv' not in name:
        assert found['images']+sum(left.values()) == files_in(what)
    run = caught(load_data, what, csv=csv, csv_format=how)
    holds(as_counts(run), want.run)
    kept = caught(load_labelled, what, csv=csv, csv_format=how)
    holds(kept if isinstance(kept, str) else len(kept[0].df), want.clean)
    if want.left: strict_refuses(what, want, capsys)


def test_no_name():
    for door in (load_data, load_labelled): holds(caught(door, ''), 'no data were given')


def strict_refuses(what, want, capsys):
    rc, out, lines = told(['data', 'check', what, '--strict', *want.more], capsys)
    assert rc == 2 and 'omit --strict' in refusal(lines)


# ---- a folder that may not be read, read-only data

AS_USER = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search,-fowner']

def as_user(argv, **env):
    "Run a command as somebody whom permissions bind, root or not"
    if os.geteuid() == 0:
        if not shutil.which('setpriv'): pytest.skip('root is bound by no permissions, and there is no setpriv')
        argv = [*AS_USER, *argv]
    return subprocess.run(argv, env={**os.environ, **env}, capture_output=True, text=True)


@pytest.mark.skipif(os.name != 'posix', reason='permissions')
def test_a_folder_that_may_not_be_read_is_named(place):
    pets(place/'pets')
    (place/'pets/dog').chmod(0)
    try: p = as_user([sys.executable, '-m', 'noisy_lab.cli', 'data', 'check', 'pets'])
    finally: (place/'pets/dog').chmod(0o755)
    assert p.returncode == 2 and 'dog cannot be read (Permission denied); change its permissions' in p.stderr, p.stderr


STORE = '''
import sys
from noisy_lab.data import load_data, open_store
print(open_store(load_data(sys.argv[1]), 16, progress=False).folder)
'''

@pytest.mark.skipif(os.name != 'posix', reason='permissions')
def test_a_data_folder_that_cannot_be_written(place):
    "The cache goes to the user's; what is in the shared one is used, and nothing is written there"
    (place/'data').mkdir()
    pets(place/'data/pets')
    argv = [sys.executable, '-c', STORE, str(place/'data/pets')]
    def closed(mode):
        for o in [place/'data', *(place/'data').rglob('*')]: o.chmod(mode if o.is_dir() else 0o444)
    closed(0o555)
    try: p = as_user(argv)
    finally: closed(0o755)
    assert p.returncode == 0 and p.stdout.startswith(str(place/'cache/noisy_lab/pets')), p.stderr
    assert not (place/'data/noisy_lab_cache').exists()
    shared = as_user(argv).stdout
    assert shared.startswith(str(place/'data/noisy_lab_cache/pets'))
    closed(0o555)
    try: assert as_user(argv).stdout == shared
    finally: closed(0o755)


# ---- pixels

def test_pixels_that_nobody_agrees_on_are_named(place, capsys):
    pets(place/'pets')
    Image.fromarray(np.array([[0, 300]], np.float32)).save(place/'pets/cat/bright.tif')
    says = "cat/bright.tif has floating-point pixels beyond 0 to 1, whose brightness is not defined"
    assert says in caught(open_store, load_data('pets'), 16, progress=False)
    capsys.readouterr()
    store = open_store(load_data('pets'), 16, skip_bad=True, progress=False)
    assert len(store.bad) == 1
    assert '1 image cannot be read and is left out: cat/bright.tif.' in capsys.readouterr().err


def test_pixels_of_every_kind_in_the_store(place):
    "One grey slope in many kinds of file gives one row of values; what is transparent is white"
    slope = np.tile(np.linspace(0, 1, 64), (64, 1))
    grey = (slope*255).round().astype(np.uint8)
    as_is = Image.fromarray(grey)
    kinds = {'a.png': as_is, 'b.png': Image.fromarray((slope*65535).astype(np.uint16)), 'c.tif': as_is.convert('RGB'),
             'd.tif': Image.fromarray(slope.astype(np.float32)), 'e.png': as_is.convert('P'),
             'f.png': Image.merge('LA', [as_is, Image.new('L', as_is.size, 255)]),
             'g.png': Image.merge('LA', [Image.new('L', as_is.size), Image.fromarray(255-grey)]),
             'h.tif': Image.fromarray((slope*65535).astype('>u2'))}
    (place/'pets/cat').mkdir(parents=True)
    for name, im in kinds.items(): im.save(place/'pets/cat'/name)
    lay(place/'pets', 'dog/*.jpg')
    data = load_data('pets')
    store = open_store(data, 56, progress=False)
    for i, path in enumerate(data.df.path):
        if path.startswith('cat'): assert np.abs(store.image(i)[0].astype(int)-grey[0][:, None]).max() <= 2, path


def test_more_pixels_than_are_read(place, monkeypatch):
    pets(place/'pets')
    Image.new('L', (40, 40)).save(place/'pets/cat/huge.png')
    monkeypatch.setattr('PIL.Image.MAX_IMAGE_PIXELS', 700)
    said = caught(open_store, load_data('pets'), 16, progress=False)
    assert 'huge.png has more than the 0 million pixels that are read' in said and '--skip-bad' in said


# ---- what is said of splits and copies

def test_a_split_is_drawn_by_seed_and_said(place, capsys):
    pets(place/'pets', n=10)
    a, b = load_data('pets'), load_data('pets')
    said = capsys.readouterr().err
    assert said.count('4 of 20 were set aside: 20 % of each class, with seed 42 (--valid-pct changes the share)') == 1
    assert a.df.equals(b.df) and np.bincount(a.df.y_obs[a.ids('val')]).tolist() == [2, 2]
    half = load_data('pets', valid_pct=50)
    assert np.bincount(half.df.y_obs[half.ids('val')]).tolist() == [5, 5]
    assert 'omit --valid-pct' in caught(load_data, splits(place/'other'), valid_pct=50)
    lay(place/'one', 'cat/0.jpg', 'dog/*.jpg')
    load_data('one')
    assert 'there are no validation images of cat.' in capsys.readouterr().err
    load_data(splits(place/'new', 'train/eel/*.jpg', 'train/owl/*.jpg'))
    assert 'new: there are no validation images of eel, owl.' in capsys.readouterr().err


TINY = ['--size', '16', '--bs', '4', '--epochs', '1', '--device', 'cpu']

def scene(seed): return picture(seed, size=(96, 80))

def test_copies_across_splits_are_named(place, capsys):
    for s, k in (('train', 0), ('val', 100)):
        for c in ('cat', 'dog'):
            for i in range(5): write(place/'pets', f'{s}/{c}/{i}.jpg', scene(k+i+50*(c == 'dog')))
    write(place/'pets', 'val/dog/copy.jpg', picture(2, size=(60, 50), quality=60))
    rc, out, lines = told(['run', 'supervised', '--data', './pets', *TINY, '--json'], capsys)
    said = [o for o in lines if 'looks like training images' in o]
    assert rc == 0 and len(said) == 1 and 'val/dog/copy.jpg and train/cat/2.jpg' in said[0], lines


# ---- defaults that surprised

@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    "A run on two classes"
    top = tmp_path_factory.mktemp('trained')
    pets(top/'pets', n=6)
    with contextlib.chdir(top), contextlib.redirect_stdout(io.StringIO()):
        assert main(['run', 'supervised', '--data', './pets', '--out', 'out', *TINY]) == 0
    return next(o.parent for o in (top/'out').glob('*/result.json'))


def test_damaged_images_that_are_left_out_are_named(place, capsys, trained, monkeypatch):
    "By every command, with their number; and listed where JSON has a place for them"
    pets(place/'bad', n=6)
    write(place, 'bad/cat/zero.jpg', b'')
    write(place, 'bad/dog/half.jpg', picture(3)[:300])
    write(place, 'bad/notes.txt', 'x')
    judge = ['--folds', '2', '--epochs', '1', '--size', '16', '--device', 'cpu', '--features', 'none']
    model = ['--model', trained, '--device', 'cpu']
    commands = dict(run=['run', 'supervised', '--data', './bad', '--out', 'out', *TINY], clean=['clean', 'bad', *judge],
                    pseudo=['pseudo', trained, 'bad', '--out', 'x.csv', '--device', 'cpu'],
                    predict=['predict', 'bad', '--out', 'y.csv', *model],
                    features=['features', 'bad', '--out', 'z.npz', *model])
    for name, argv in commands.items():
        monkeypatch.setattr('noisy_lab.data.files._SAID', set())
        rc, out, lines = told([*argv, '--skip-bad', '--json'], capsys)
        assert rc == 0, lines
        found = json.loads(out, parse_constant=pytest.fail)   # NaN is not JSON
        left = {Path(o['path']).name for o in (found[0] if name == 'run' else found)['left_out']}
        assert left == {'notes.txt', *(() if name in ('predict', 'features') else ('zero.jpg', 'half.jpg'))}
        said = [o for o in lines if 'cannot be read' in o and ('zero.jpg' in o or '2 that cannot' in o)]
        assert len(said) == 1 and '2 ' in said[0], (name, lines)
        rc, _, lines = told(argv, capsys)
        assert rc == 2 and any(o in refusal(lines) for o in ('is damaged', 'or not an image')), (name, lines)
        rc, _, lines = told([*argv, '--skip-bad', '--strict', *(['--fresh'] if name == 'run' else [])], capsys)
        assert rc == 2 and refusal(lines)


def recipe_of(argv, capsys):
    rc, out, lines = told([*argv, '--dry', '--json'], capsys)
    assert rc == 0, lines
    return json.loads(out)['data']

def test_labels_of_ones_own_stay_as_they_are(place, capsys, trained):
    pets(place/'pets')
    assert recipe_of(['run', 'gce', '--data', './pets'], capsys)['noise_pct'] == 0
    assert recipe_of(['run', 'student', '--data', './pets', '--pct', '25'], capsys)['noise_pct'] == 25
    assert recipe_of(['run', 'gce'], capsys)['noise_pct'] == 50
    from noisy_lab.runs import finetune_recipe, load_recipe, make_recipe
    assert make_recipe(dataset='./pets').data.noise_pct == 0 and make_recipe().data.noise_pct == 50
    assert make_recipe(dataset='./pets', noise_pct=5).data.noise_pct == 5
    assert load_recipe('student', dataset='./pets').method.teacher.data.noise_pct == 0
    assert finetune_recipe('resnet18_swsl', './pets').data.noise_pct == 0
    result = json.loads((trained/'result.json').read_text())
    assert result['noise_pct'] == 0 and '-0pct-' in trained.name


def test_predict_with_two_classes(place, capsys, trained):
    pets(place/'new')
    write(place, 'new/notes.txt', 'x')
    rc, out, lines = told(['predict', 'new', '--model', trained, '--json'], capsys)
    assert rc == 0 and len(json.loads(out)) == 12 and any('1 file is not' in o for o in lines)
    rc, out, lines = told(['predict', 'new', '--model', trained, '--strict'], capsys)
    assert rc == 2 and 'omit --strict' in refusal(lines)
    assert told(['predict', 'new', '--model', trained, '--topk', '3'], capsys)[0] == 2
    paths = 'new/cat/0.jpg\nnew/dog/1.jpg\n'
    lists = [('list.txt', paths, 'utf-8-sig'), ('wide.txt', paths, 'utf-16'), ('list.csv', 'file\n'+paths, 'utf-8-sig'),
             ('own.csv', 'where it is\n'+paths, 'utf-8')]
    for name, text, encoding in lists:
        table(place, text, name, encoding)
        more = ['--csv-format', 'path=where it is'] if name == 'own.csv' else []
        rc, out, lines = told(['predict', name, '--model', trained, '--json', *more], capsys)
        assert rc == 0 and len(json.loads(out)) == 4, (name, lines)
    assert '--csv-format path=COLUMN' in refusal(told(['predict', 'own.csv', '--model', trained], capsys)[2])


def test_pseudo_writes_what_the_ending_says(place, capsys, trained):
    lay(place/'pool', '*.jpg', n=5)
    write(place, 'pool/film.mp4', 'x')
    rc, out, lines = told(['pseudo', trained, 'pool', '--out', 'x.csv', '--device', 'cpu', '--json'], capsys)
    assert rc == 0, lines
    df = pd.read_csv('x.csv')
    assert list(df) == ['path', 'label', 'conf', 'copies'] and len(df) == 5 and set(df.label) <= {'cat', 'dog'}
    assert [o['path'] for o in json.loads(out)['left_out']] == ['film.mp4']
    assert any('pool: 5 images are used, 1 file is not' in o for o in lines)
    rc, out, lines = told(['pseudo', trained, 'pool', '--out', 'x.json', '--device', 'cpu'], capsys)
    assert rc == 2 and 'choose .parquet or .csv' in refusal(lines)
    rc, out, lines = told(['pseudo', trained, 'pool', '--out', '/proc/x.csv', '--device', 'cpu'], capsys)
    assert rc == 2 and '/proc cannot be written' in refusal(lines)
    rc, out, lines = told(['pseudo', trained, 'pool', '--out', 'y.csv', '--device', 'cpu', '--strict'], capsys)
    assert rc == 2 and 'omit --strict' in refusal(lines) and not Path('y.csv.parquet').exists()


CELL = ['leaderboard', 'verify', 'imagenette-noise50', '--size', '128', '--epochs', '5']

@pytest.mark.parametrize('text', ['[]', '{}', '[1, 2]', '{"rows": 5}', '[{"a": 1}]', '"x"', 'null'])
def test_verify_on_other_results(place, capsys, text):
    table(place, text, 'x.json')
    rc, out, lines = told([*CELL[:3], 'x.json', *CELL[3:]], capsys)
    assert rc == 2 and 'x.json' in refusal(lines)


DEMO = ['demo', '--size', '16', '--bs', '8', '--epochs', '1', '--device', 'cpu']

def test_demo_with_one_class_and_without_a_place(place, capsys):
    lay(place/'one', 'cat/*.jpg')
    for more in ([], ['--pct', '50']):
        assert 'only one class' in refusal(told([*DEMO, '--data', './one', *more], capsys)[2])
    pets(place/'pets')
    write(place, 'file', 'x')
    for out in ('/proc/nowhere/x', 'file', 'file/x', 'pets/out'):
        rc, _, lines = told([*DEMO, '--data', './pets', '--out', out], capsys)
        assert rc == 2 and refusal(lines), lines


def test_demo_on_many_classes(place, capsys):
    "A teacher of so many classes is sure of nothing; the student takes what there is, and that is said"
    lay(place/'many', *(f'c{i:02d}/*.jpg' for i in range(60)), n=2)
    rc, out, lines = told([*DEMO, '--data', './many', '--json'], capsys)
    assert rc == 0 and any('no pseudo-label reaches 0.3, so all are kept' in o for o in lines), lines
    assert [o['method'] for o in json.loads(out)] == ['supervised', 'sesemi', 'student', 'control']
    report = next(place.rglob('report.html')).read_text()
    assert 'the teacher was confident about no image' in report


def test_two_folders_of_one_name_do_not_share_their_results(place, capsys):
    for o in ('a', 'b'): pets(place/o/'photos', n=8)
    argv = ['--folds', '2', '--epochs', '1', '--size', '16', '--bs', '4', '--device', 'cpu', '--json']
    found = [json.loads(told(['clean', f'{o}/photos', *argv], capsys)[1])['suspects'] for o in 'aba']
    assert found[0] == found[2] != found[1]


def test_an_edit_of_an_image_that_was_deleted(place):
    from noisy_lab.suspects import EditLog, apply_edits, write_corrected
    pets(place/'pets')
    log = EditLog(place/'edits.jsonl')
    log.edit('drop', 'cat/0.jpg')
    log.edit('label', 'cat/1.jpg', 'dog')
    Path('pets/cat/0.jpg').unlink()
    data, _ = load_labelled('pets')
    assert apply_edits(data, log.decided()).df.set_index('path').y_obs['cat/1.jpg'] == 1
    assert len(pd.read_csv(write_corrected(data, log.decided(), place/'x.csv'))) == 5


# ---- other people's settings, consoles

NBDEV = '''[DEFAULT]
host = github
lib_name = photos
user = me
description = 100 % mine
version = 0.0.1
nbs_path = .
'''

def test_settings_of_other_programs(place, capsys):
    (place/'project').mkdir()
    (place/'settings.ini').write_text('[DEFAULT]\nepochs = 7\n')
    for text in (NBDEV, 'x = 1', '[a]\nsize_hint = 2\n', 'not ini', ''):
        (place/'project/settings.ini').write_text(text)
        assert load_settings(place/'project', environ={}).epochs == 7
    assert capsys.readouterr().err.count('is skipped') == 1   # once for a file
    (place/'project/settings.ini').write_bytes(b'\xef\xbb\xbf[DEFAULT]\nruns_dir = 50% off\n')
    assert load_settings(place/'project', environ={}).runs_dir.endswith('50% off')


@pytest.mark.skipif(not LINUX, reason='file names')
def test_a_console_that_cannot_print_a_name(place):
    lay(place/'pets', '猫/*.jpg', 'dög/*.jpg')
    write(place/'pets', '猫/notes.txt', 'x')
    argv = [sys.executable, '-m', 'noisy_lab.cli', 'data', 'check', 'pets']
    env = {**os.environ, 'PYTHONIOENCODING': 'ascii', 'LC_ALL': 'C'}
    p = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert p.returncode == 0 and '\\u732b 3' in p.stdout and 'not used' in p.stdout, p.stderr


def test_a_tree_does_not_go_into_its_own_source(place, capsys):
    splits(place/'pets')
    assert told(['data', 'noise', 'pets', '--pct', '50'], capsys)[0] == 0
    for out in ('pets/in', 'pets', 'pets/train/../deep/er'):
        rc, _, lines = told(['data', 'tree', 'pets', out, '--pct', '50'], capsys)
        assert rc == 2 and 'choose a folder outside' in refusal(lines)
    rc, _, lines = told(['clean', 'pets', '--out', 'pets/report'], capsys)
    assert rc == 2 and 'choose a folder outside' in refusal(lines)
    assert told(['data', 'tree', 'pets', 'tree', '--pct', '50'], capsys)[0] == 0
    assert told(['data', 'audit', 'pets'], capsys)[0] == 0


NOISE = 'path,noisy_labels_0,noisy_labels_50,'

def noise_rows(labels, column='is_valid', parts=('False', 'False', 'True')):
    "A noise CSV of six images: the labels at 50 % by image"
    names = [o.split(',') for o in PETS]
    return rows(*(f'{p},{c},{labels.get(p, c)},{parts[i % 3]}' for i, (p, c) in enumerate(names)), head=NOISE+column)


@pytest.mark.parametrize('label', ['../../evil', 'a/b', '.dot', '__pycache__', 'x'*256])
def test_a_label_that_cannot_be_a_folder(place, capsys, label):
    table(pets(place/'pets'), noise_rows({'cat/0.jpg': label}))
    rc, _, lines = told(['data', 'tree', 'pets/labels.csv', 'out/tree', '--pct', '50'], capsys)
    assert rc == 2 and 'cannot be the name of a class folder' in refusal(lines)
    assert sorted(o.name for o in place.iterdir()) == ['in', 'pets']   # nothing was made, there or elsewhere


@pytest.mark.parametrize('what', ['pets/labels.csv', 'pets'])
def test_a_noise_csv_without_some_labels(place, capsys, what):
    "An image without a label is neither right nor wrong, and goes to no class folder"
    name = 'labels.csv' if '.' in what else 'noisy_x.csv'
    table(pets(place/'pets'), noise_rows({'cat/0.jpg': '', 'dog/2.jpg': ''}), name)
    for argv in (['audit', what], ['tree', what, 'tree', '--pct', '50']):
        rc, _, lines = told(['data', *argv], capsys)
        assert rc == 2 and "has no label for 'cat/0.jpg' in noisy_labels_50 (2 such rows)" in refusal(lines)
    if what == 'pets': return
    data = load_data(what, 50)
    assert as_counts(data) == (3, 1, 1, 0) and (data.df.y_obs[data.ids('val')] >= 0).all()
    assert '1 file is not: 1 for validation or tests without a label' in capsys.readouterr().err


def test_audits_count_what_is_on_disk(place, capsys):
    "Images of a test split are no training images; the truth is the column, whatever files are called"
    table(pets(place/'pets'), noise_rows({'cat/0.jpg': 'dog', 'dog/2.jpg': 'cat'}, 'split', ('train', 'val', 'test')))
    want = [dict(split='train', images=2, wrong=1, rate=.5), dict(split='val', images=2, wrong=0, rate=0.)]
    for argv in (['audit', 'pets/labels.csv', '--pct', '50'], ['tree', 'pets/labels.csv', 'tree', '--pct', '50']):
        rc, out, lines = told(['data', *argv, '--json'], capsys)
        assert [{k: o[k] for k in want[0]} for o in json.loads(out)] == want
    assert files_in('tree/train')+files_in('tree/val') == 4
    capsys.readouterr()
    assert told(['data', 'audit', 'pets/labels.csv'], capsys)[0] == 0
    splits(place/'more')
    assert told(['data', 'noise', 'more', '--pct', '50'], capsys)[0] == 0
    for argv in (['audit', 'more', '--pct', '50'], ['tree', 'more', 'tree2', '--pct', '50']):
        found = json.loads(told(['data', *argv, '--json'], capsys)[1])
        assert [(o['split'], o['images'], o['wrong']) for o in found] == [('train', 6, 3), ('val', 6, 0)]


def test_a_data_set_called_dots(place, capsys, monkeypatch):
    "Nothing is written above the data folder's cache"
    pets(place/'photos')
    monkeypatch.chdir(place/'photos/cat')
    data = load_data('..')
    assert data.name == 'photos'
    store = open_store(data, 16, progress=False)
    assert store.folder.parent == place/'data/noisy_lab_cache/photos'
