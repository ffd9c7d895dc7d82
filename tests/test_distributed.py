"""Two processes (gloo, on the CPU) take the steps that one would: same batches, same losses, same weights."""
import json, os, subprocess, sys
from pathlib import Path

import numpy as np, pytest

CHILD = Path(__file__).parent/'distributed_child.py'


def train(method, out, n):
    out.mkdir()
    launch = [sys.executable, '-m', 'torch.distributed.run', '--standalone', f'--nproc_per_node={n}'] if n > 1 else [sys.executable]
    env = {k: v for k, v in os.environ.items() if k not in ('RANK', 'WORLD_SIZE')}
    p = subprocess.run([*launch, CHILD, method, out], capture_output=True, text=True, env={**env, 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}, timeout=300)
    assert p.returncode == 0, p.stderr[-3000:]
    return [json.loads((out/f'{method}-{r}.json').read_text()) for r in range(n)]


@pytest.mark.parametrize('method', ['sesemi', 'student'])
def test_two_processes_are_one(tmp_path, method):
    one, two = train(method, tmp_path/'one', 1)[0], train(method, tmp_path/'two', 2)
    assert len(one['losses']) == 24
    np.testing.assert_allclose(np.mean([o['losses'] for o in two], 0), one['losses'], rtol=1e-4)
    assert max(abs(a-b) for a, b in zip(two[0]['losses'], two[1]['losses'])) > 1e-3  # each has a part of its own
    for o in two: np.testing.assert_allclose(o['weights'], one['weights'], rtol=1e-3, atol=1e-4)
    assert [o['forwards'] for o in two] == [one['forwards']]*2


@pytest.mark.slow
def test_two_processes_give_the_row_of_one(tmp_path):
    cmd = ['run', 'student', '--data', 'tinynette', '--pct', '50', '--size', '32', '--epochs', '3', '--labels', '640', '--seed', '3', '--device', 'cpu', '--json', '--arch', 'test_convnext', '--set', 'drop=0.', '--set', 'view=weak', '--set', 'threshold=0.']
    env = {**{k: v for k, v in os.environ.items() if k not in ('RANK', 'WORLD_SIZE')}, 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
    here = Path(sys.executable).parent/'noisy-lab'
    rows, logs = {}, {}
    for n, launch in {1: [here], 2: [sys.executable, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2', '--no-python', here]}.items():
        p = subprocess.run([*launch, *cmd, '--out', str(tmp_path/str(n))], capture_output=True, text=True, env=env, timeout=300)
        assert p.returncode == 0, p.stderr[-3000:]
        rows[n], = json.loads(p.stdout)
        logs[n] = {f.parent.name.split('-')[2]: np.genfromtxt(f, delimiter=',', names=True) for f in (tmp_path/str(n)).glob('*/log.csv')}
        assert len(logs[n]) == 2 and not list((tmp_path/str(n)).rglob('resume.pt'))
    assert rows[2]['device'].endswith('2 processes)')
    same = lambda r: {k: v for k, v in r.items() if k not in ('seconds', 'spent', 'device') and not k.startswith(('acc', 'memorised', 'pseudo'))}
    assert same(rows[1]) == same(rows[2])
    for k in rows[1]:
        if isinstance(rows[1][k], float) and k.startswith(('acc', 'memorised', 'pseudo')): assert abs(rows[1][k]-rows[2][k]) <= .004, (k, rows[1][k], rows[2][k])  # the order of additions may turn a few images
    for m in logs[1]: np.testing.assert_allclose(logs[1][m]['train_loss'], logs[2][m]['train_loss'], rtol=1e-3)


def test_what_one_process_must_do_alone(tmp_path):
    p = subprocess.run([sys.executable, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2', '--no-python', Path(sys.executable).parent/'noisy-lab', 'run', 'elr', '--labels', '300', '--size', '16', '--epochs', '3', '--device', 'cpu', '--out', str(tmp_path)],
                       capture_output=True, text=True, env={**os.environ, 'OMP_NUM_THREADS': '1'}, timeout=300)
    assert p.returncode and p.stderr.count("run it without torchrun") >= 1 and not list(tmp_path.rglob('result.json'))
