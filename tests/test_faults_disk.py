"""Disks that fill, folders that may only be read, processes that are killed, run folders that were changed: nothing is
half-written or believed wrongly, each refusal is one sentence, and the same command ends right once the fault is gone.

`pytest -n 0 tests/test_faults_disk.py --faults-long` goes on for minutes, with a seed of its own each time; to see a
case again, set FAULTS_SEED to the one that was printed."""
import os, random, subprocess, sys
from pathlib import Path

import pytest

import faults_disk as fd
from faults_disk import Lab, campaign

NOISY_LAB = Path(sys.executable).parent/'noisy-lab'


@pytest.fixture(scope='module')
def lab(tmp_path_factory):
    "A lab whose server has imported everything"
    lab = Lab(tmp_path_factory.mktemp('faults'))
    assert lab.run(['data', 'list'], lab.fresh()).rc == 0
    return lab


@pytest.fixture
def find(lab, request, capsys):
    "Look for faults of some kinds in some works: so many cases, or more with --faults-long. Gives the `Tally`"
    long = request.config.getoption('--faults-long', False)
    seed = int(os.environ.get('FAULTS_SEED') or (random.randrange(10**6) if long else 0))
    def find(faults, names, n, n_long):
        tally = campaign(lab, faults.split(), names, n_long if long else n, seed)
        with capsys.disabled(): print(f'\n{", ".join(faults.split())}: {tally}')
        cases = [' | '.join(map(str, o)) for kind in tally.bad.values() for o in kind]
        assert not tally.bad, '\n'.join([str(tally), *cases])
        return tally
    return find


QUICK = ('supervised', 'student', 'prune', 'get', 'clean', 'predict')   # works of a second or two


def test_killed(find, request):
    long = request.config.getoption('--faults-long', False)
    tally = find('killed', list(fd.WORKS) if long else QUICK, 9, 90)
    assert tally.kills >= (100 if long else 5)


def test_rivals(find): find('rivals', ('supervised', 'predict', 'get', 'prune', 'noise'), 3, 40)


def test_full_disks(find, request):
    long = request.config.getoption('--faults-long', False)
    tally = find('filled', list(fd.WORKS) if long else (*QUICK, 'pseudo', 'lessons', 'panel', 'tree'), 10, 80)
    assert tally.disks >= (30 if long else 4)


def test_forbidden(find): find('read_only locked_out', (*QUICK, 'pseudo'), 8, 80)


def test_changed_files(find): find('changed', ('supervised', 'student', 'prune', 'panel', 'pseudo'), 10, 120)


def test_changed_teachers(find): find('believed', list(fd.ASKING), 4, 40)


def test_image_that_may_not_be_read(lab):
    image, place = lab.pets/'val/cat/cat_val0.png', lab.fresh()
    image.chmod(0)
    try:
        for name in ('supervised', 'predict'):
            ended = lab.run(lab.argv(name), place, modes=True)
            assert f'{image} cannot be opened (no permission)' in ended.sentence, (name, ended)
    finally: image.chmod(0o644)


def test_answer_on_a_full_disk():
    if not os.path.exists('/dev/full'): pytest.skip('needs /dev/full')
    with open('/dev/full', 'w') as full:
        p = subprocess.run([NOISY_LAB, 'data', 'list'], stdout=full, stderr=subprocess.PIPE, text=True)
    assert p.returncode == 2 and p.stderr == 'noisy-lab: no space left on a disk: free some space\n', p.stderr


def test_links_between_disks(lab, tmp_path):
    if not fd.can_mount(): pytest.skip('needs to mount a disk')
    with fd.disk(tmp_path, size='8m'):
        tree = ['data', 'tree', lab.pets, tmp_path/'tree', '--pct', '50', '--how']
        ended = lab.run([*tree, 'hardlink'], lab.fresh())
        assert 'cannot be a hardlink' in ended.sentence and ended.sentence.endswith('use --how copy')
        assert not list(tmp_path.iterdir())
        assert lab.run([*tree, 'copy'], lab.fresh()).rc == 0


def test_a_file_where_a_folder_should_go(lab):
    for name, part in dict(get='data/imagenette2-160', supervised='data/noisy_lab_cache', demo='demo').items():
        argv, file = lab.argv(name), lab.fresh()/part
        file.parent.mkdir(exist_ok=True)
        file.write_text('mine')
        ended = lab.run(argv, lab.place)
        assert str(file) in ended.sentence, (name, ended)
        assert file.read_text() == 'mine' and not fd.half_written(lab.place)
