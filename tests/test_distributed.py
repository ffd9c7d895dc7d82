"""Two processes (gloo, on the CPU) take the steps that one would: same batches, same losses, same weights."""
import json, os, subprocess, sys
from pathlib import Path

import numpy as np, pytest

CHILD = Path(__file__).parent/'distributed_child.py'
NOISY_LAB = Path(sys.executable).parent/'noisy-lab'
STUDENT = ['run', 'student', '--data', 'tinynette', '--pct', '50', '--size', '32', '--epochs', '3', '--labels', '640',
           '--seed', '3', '--device', 'cpu', '--json', '--arch', 'test_convnext',
           '--set', 'drop=0.', '--set', 'view=weak', '--set', 'threshold=0.']
ELR = ['run', 'elr', '--labels', '300', '--size', '16', '--epochs', '3', '--device', 'cpu']


def launch(n, *cmd, script=False):
    "Run a command in n processes; whatever torchrun may have set for this one is left out"
    torchrun = [sys.executable, '-m', 'torch.distributed.run', '--standalone', f'--nproc_per_node={n}']
    if n > 1: cmd = [*torchrun, *([] if script else ['--no-python']), *cmd]
    elif script: cmd = [sys.executable, *cmd]
    env = {k: v for k, v in os.environ.items() if k not in ('RANK', 'WORLD_SIZE')}
    env |= {'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
    return subprocess.run(cmd, capture_output=True, text=True, env=env, timeout=300)


def train(method, out, n):
    out.mkdir()
    p = launch(n, CHILD, method, out, script=True)
    assert p.returncode == 0, p.stderr[-3000:]
    return [json.loads((out/f'{method}-{r}.json').read_text()) for r in range(n)]


@pytest.mark.slow
@pytest.mark.parametrize('method', ['sesemi', 'student'])
def test_two_processes_are_one(tmp_path, method):
    one, two = train(method, tmp_path/'one', 1)[0], train(method, tmp_path/'two', 2)
    assert len(one['losses']) == 24
    np.testing.assert_allclose(np.mean([o['losses'] for o in two], 0), one['losses'], rtol=1e-4)
    apart = np.subtract(two[0]['losses'], two[1]['losses'])
    assert abs(apart).max() > 1e-3   # each has a part of its own
    for o in two: np.testing.assert_allclose(o['weights'], one['weights'], rtol=5e-3, atol=1e-3)
    assert [o['forwards'] for o in two] == [one['forwards']]*2


def run_student(n, out):
    "The row that n processes give, and the log of teacher and student"
    p = launch(n, NOISY_LAB, *STUDENT, '--out', str(out))
    assert p.returncode == 0, p.stderr[-3000:]
    logs = {f.parent.name.split('-')[2]: np.genfromtxt(f, delimiter=',', names=True) for f in out.glob('*/log.csv')}
    assert len(logs) == 2 and not list(out.rglob('resume.pt'))
    row, = json.loads(p.stdout)
    return row, logs


@pytest.mark.slow
def test_two_processes_give_the_row_of_one(tmp_path):
    (one, log_one), (two, log_two) = (run_student(n, tmp_path/str(n)) for n in (1, 2))
    assert two['device'].endswith('2 processes)')
    measured = [k for k in one if k.startswith(('acc', 'memorised', 'pseudo'))]
    apart = {'seconds', 'spent', 'device', *measured}
    def plain(row): return {k: v for k, v in row.items() if k not in apart}
    assert plain(one) == plain(two)
    for k in measured:   # the order of additions may turn a few images
        if isinstance(one[k], float): assert abs(one[k]-two[k]) <= .004, (k, one[k], two[k])
    for m in log_one: np.testing.assert_allclose(log_one[m]['train_loss'], log_two[m]['train_loss'], rtol=1e-3)


def test_what_one_process_must_do_alone(tmp_path):
    p = launch(2, NOISY_LAB, *ELR, '--out', str(tmp_path))
    assert p.returncode and 'run without torchrun' in p.stderr and not list(tmp_path.rglob('result.json'))


@pytest.mark.slow
def test_what_one_process_cannot_write(tmp_path):
    "The first process alone writes; what keeps it from that ends all of them, with one sentence"
    run = [*ELR[:1], 'supervised', *ELR[2:], '--out', str(tmp_path)]
    subprocess.run([NOISY_LAB, *run, '--epochs', '1'], check=True, capture_output=True)
    folder = next(tmp_path.glob('*supervised*'))
    (folder/'result.json').unlink()
    (folder/'resume.pt').mkdir()
    p = launch(2, NOISY_LAB, *run, '--epochs', '1')
    said = [o for o in p.stderr.splitlines() if o.startswith('noisy-lab: ')]
    assert p.returncode and len(said) == 1 and 'resume.pt is a folder' in said[0], p.stderr
    assert 'rank0' not in p.stderr and 'rank1' not in p.stderr, p.stderr   # how torch marks tracebacks
