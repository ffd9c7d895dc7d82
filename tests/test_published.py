"""Published recipes are what their sources say, and one that is changed is noticed."""
import json, shutil

import pytest, torch

from noisy_lab.cli import main
from noisy_lab.core import Settings
from noisy_lab.data import NOISY_STUDENT_OPS, OPS, load_data, open_store
from noisy_lab.methods import parts_of
from noisy_lab.nets import create_net
from noisy_lab.runs import (
    at_budget, cookbook, list_recipes, load_net, load_recipe, make_learner, make_recipe, planned_forwards, recipe_hash,
    recipe_value, run, source_faults, source_rows)

S = Settings()
STUDENTS = [f'noisy-student-{o}' for o in ('b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'l2')]
PUBLISHED = [o['name'] for o in list_recipes() if o['name'].startswith(('noisy-student-', 'sesemi-2021-', 'fastai-20'))]
EVERYONE = {'final rate', 'operations', 'label smoothing', 'net.drop', 'net.block_drop', 'net.bn_momentum',
            'net.arch', 'train.bs', 'train.lr', 'train.wd', 'train.opt', 'train.sched', 'train.ema', 'train.epochs',
            'train.view', 'view.scale', 'data.noise_pct'}
TAUGHT = {'net.bn_eps', 'net.survival', 'train.sched_args.every', 'method.ratio', 'method.weight', 'method.threshold',
          'method.per_class', 'method.soft', 'more images per step', 'method.teacher.train.epochs'}


# ---- the table

def test_all_recipes_are_as_the_table_says():
    rows = source_rows()
    assert len(rows) > 600 and source_faults(rows) == []


def test_no_field_is_named_twice():
    named = [(o['recipe'], o['field']) for o in source_rows()]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize('name', PUBLISHED)
def test_a_published_recipe_has_its_rows(name):
    have = {o['field'] for o in source_rows(name)}
    noisy = name.startswith(('sesemi-2021-adam', 'sesemi-2021-sgd', 'fastai-2021'))   # the board says how noisy
    want = EVERYONE - {'data.noise_pct'} if noisy else EVERYONE
    if name in STUDENTS: want = want | TAUGHT
    if name.startswith('sesemi'): want = want | {'more images per step', 'train.steps', 'method.pool', 'method.weight'}
    assert not want - have, want - have


CHANGES = [('noisy-student-b0', 'every = 4.8', 'every = 2.4', 'every'),
           ('noisy-student-b0', 'every = 4.8', 'every = 2.4', 'final rate'),
           ('noisy-student-b0', 'bn_momentum = 0.01', 'bn_momentum = 0.1', 'net.bn_momentum'),
           ('noisy-student-b0', 'bn_eps = 1e-3', 'bn_eps = 1e-5', 'net.bn_eps'),
           ('noisy-student-b0', 'sched_args = {every = 4.8}\nview = "noisy_student"', 'view = "crop"', 'train.view'),
           ('noisy-student-b0', 'survival = 0.8\nbn', 'survival = 0.2\nbn', 'net.block_drop'),
           ('noisy-student-b0', 'ema = 0.9999\nloss = "smooth"\nloss_args = {eps = 0.1}\n\n[method]',
            'loss = "ce"\n\n[method]', 'label smoothing'),
           ('noisy-student-b0', 'noise_pct = 0', '', 'data.noise_pct'),
           ('noisy-student-b0', 'epochs = 350', 'epochs = 700', 'method.teacher.train.epochs'),
           ('noisy-student-b3', 'magnitude = 12', 'magnitude = 10', 'train.magnitude'),
           ('noisy-student-b3', 'n_ops = 2\n', '', 'operations'),
           ('noisy-student-b5', 'ratio = 3.0', 'ratio = 2.0', 'more images per step'),
           ('noisy-student-b7', 'drop = 0.5\n\n[train]', 'drop = 0.2\n\n[train]', 'net.drop'),
           ('sesemi-2021-adam5', 'steps = 558', 'steps = 98', 'train.steps'),
           ('sesemi-2021-sgd80', 'wd = 5e-4', 'wd = 5e-3', 'train.wd'),
           ('sesemi-2021-wang-sgd80', 'train+unsup+val', 'train+unsup', 'method.pool'),
           ('fastai-2021-baseline', '0.95, 0.99', '0.9, 0.99', 'optimiser.mom'),
           ('fixmatch', 'threshold = 0.95', 'threshold = 0.9', 'method.threshold'),
           ('billion-scale', 'stages = "two"', 'stages = "joint"', 'method.stages')]

@pytest.mark.parametrize('name, old, new, field', CHANGES, ids=[f'{o[0]}-{o[3]}' for o in CHANGES])
def test_a_changed_recipe_is_noticed(name, old, new, field, tmp_path, monkeypatch):
    folder = tmp_path/'recipes'
    shutil.copytree(cookbook.FOLDER, folder)
    monkeypatch.setattr(cookbook, 'FOLDER', folder)
    file = folder/f'{name}.toml'
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    said = source_faults(source_rows(name))
    assert any(field in o for o in said), said


def test_what_the_schedule_comes_to():
    "The rate falls by 3 % every 4.8 epochs of 700, or every 2.4 of 350: 145 times"
    for name in STUDENTS:
        assert recipe_value(load_recipe(name, S), 'final rate') == pytest.approx(.128*.97**145)


def test_operations_that_the_code_names():
    "Noisy Student's are 16; the default ones are what they were"
    assert len(NOISY_STUDENT_OPS) == 16 and {'cutout', 'solarize_add', 'equalize'} <= set(NOISY_STUDENT_OPS)
    assert OPS == ('brightness', 'contrast', 'saturation', 'sharpness', 'posterize', 'solarize', 'autocontrast',
                   'invert', 'rotate', 'shear_x', 'shear_y', 'translate_x', 'translate_y', 'identity')


def test_noise_is_pinned():
    for name in STUDENTS:
        r = load_recipe(name, Settings(noise_pct=50))
        assert (r.data.noise_pct, r.method.teacher.data.noise_pct) == (0, 0)


# ---- hashes: runs are found again

HASHES = {
    'supervised':'44136fa355', 'student':'cccabb22a8', 'student-fixres':'4e77500d24', 'semi-weakly':'ba9775b90a',
    'mixup-sesemi':'4dd0def203', 'prune':'d8289eae8f', 'fixmatch':'1db2ba39f7', 'mean-teacher':'96f2900e5c',
    'sesemi-2021-adam5':'dbaeaacdbf', 'sesemi-2021-wang-sgd80':'d08e4b4142', 'fastai-2021-baseline':'38c5a9dc51'}

@pytest.mark.parametrize('name', HASHES)
def test_a_recipe_keeps_its_hash(name):
    "A new field that a recipe does not use leaves its runs where they are"
    assert recipe_hash(load_recipe(name, S)) == HASHES[name]


# ---- BatchNorm

def norms(net):
    "Momentum and eps of every BatchNorm, each once"
    return {(m.momentum, m.eps) for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)}


@pytest.fixture(scope='module')
def opened():
    data = load_data('tinynette', 50)
    return data, open_store(data, 16, progress=False)

SMALL = dict(size=16, n_labelled=64, epochs=1, bs=32)
QUIET = dict(bn_momentum=.01, bn_eps=1e-3)


def test_batchnorm_reaches_every_network(opened, tmp_path):
    "The learner's, a second one's, a teacher's, a start's, and one that is read again"
    data, store = opened
    learn = make_learner(make_recipe(**SMALL, **QUIET, resist='co_teaching'), data, store)
    assert norms(learn.model) == norms(learn.co_teaching.second.net) == {(.01, 1e-3)}
    plain = make_learner(make_recipe(**SMALL), data, store).model
    assert norms(plain) == norms(create_net('resnet18', 2)) == {(.1, 1e-5)}

    start = make_recipe(**SMALL, **QUIET)
    done = run(make_recipe(**SMALL, **QUIET, start=start), data=opened, runs_dir=tmp_path, device='cpu', progress=False)
    assert norms(load_net(done, 10)) == {(.01, 1e-3)}
    r = load_recipe('student', S, ['bn_momentum=0.01'])
    assert r.method.teacher.net.bn_momentum == .01


BAD = [('bn_momentum', 1.5), ('bn_momentum', -.1), ('bn_momentum', 'nan'), ('bn_eps', 1.)]

@pytest.mark.parametrize('field, bad', BAD)
def test_batchnorm_has_a_range(field, bad, capsys):
    assert main(['run', '--set', f'{field}={bad}', '--dry']) == 2
    assert field in capsys.readouterr().err


# ---- how --epochs and --budget reach recipes inside

def trees(r):
    "A recipe and all inside it"
    inside = [v for o in parts_of(r) for v in o.inner().values()] + [r.start]*(r.start is not None)
    return [r, *(o for i in inside for o in trees(i))]


def dry(capsys, *args):
    "The recipe that a command would run"
    assert main(['run', *args, '--dry', '--json']) == 0
    return json.loads(capsys.readouterr().out)


def test_epochs_reach_every_training(capsys):
    d = dry(capsys, 'student-fixres', '--epochs', '1')
    assert [o['train']['epochs'] for o in (d, d['start'], d['start']['method']['teacher'])] == [1, 1, 1]
    d = dry(capsys, 'student-fixres', '--epochs', '1', '--set', 'start.epochs=4')
    assert [o['train']['epochs'] for o in (d, d['start'])] == [1, 4]
    for o in list_recipes(): assert {r.train.epochs for r in trees(load_recipe(o['name'], S, epochs=7))} == {7}


def test_a_budget_reaches_every_training(opened):
    "A quarter for each recipe inside, whatever epochs the files say"
    for name in ('student-fixres', 'noisy-student-b0', 'semi-weakly'):
        sets = ['size=16', 'arch=lab_slim_resnet', 'bs=32', 'noise_pct=50', 'sched_args={}', 'sched=flat_cos']
        if name=='noisy-student-b0': sets.append('teacher.sched_args={}')
        r = at_budget(load_recipe(name, S, sets), 400_000, opened[0])
        assert .85*400_000 < planned_forwards(r, opened[0])['total'] <= 404_000
        inner = r.start or r.method.teacher
        assert planned_forwards(inner, opened[0])['total'] <= 101_000


# ---- a student that is smaller than its teacher

def test_a_smaller_student_gets_a_word(capsys):
    cookbook._say.cache_clear()
    args = ['run', 'student', '--dry', '--set']
    assert main([*args, 'teacher.arch=lab_wide_resnet']) == 0
    said = capsys.readouterr().err
    assert said.count('\n') == 1 and 'student lab_slim_resnet (0.3 M parameters) is smaller than its teacher' in said
    assert main([*args, 'arch=lab_wide_resnet']) == 0 and capsys.readouterr().err == ''


def test_a_smaller_student_gets_its_word_in_python(opened, tmp_path, capsys):
    "Before its teacher is trained"
    cookbook._say.cache_clear()
    r = make_recipe('student', **SMALL, threshold=0., teacher=make_recipe(**SMALL, arch='lab_wide_resnet'))
    run(r, data=opened, runs_dir=tmp_path, device='cpu', progress=False)
    assert capsys.readouterr().err.startswith('student: the student lab_slim_resnet')
