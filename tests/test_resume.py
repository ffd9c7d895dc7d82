"""A run that is killed with SIGKILL resumes with the same command and ends as if it had never been killed."""
import json, os, random, signal, subprocess, sys, time
from pathlib import Path

import pytest, torch

NOISY_LAB = Path(sys.executable).parent/'noisy-lab'
RUN = [NOISY_LAB, 'run', '--data', 'tinynette', '--pct', '50', '--size', '16', '--epochs', '5', '--labels', '600',
       '--runs', '1', '--seed', '3', '--device', 'cpu', '--json']
CELL = [NOISY_LAB, 'leaderboard', 'run', 'imagenette-noise50', '--data', 'tinynette', '--size', '16', '--epochs', '36',
        '--recipe', 'student', '--runs', '1', '--seed', '5', '--device', 'cpu', '--set', 'n_labelled=600',
        '--set', 'threshold=0.', '--set', 'sizes=[[0, 8], [.4, 12], [.7, 16]]']


def done_right(cmd):
    "Run a command to its end; what it says on the side"
    p = subprocess.run(cmd, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    return p.stderr


def started(cmd): return subprocess.Popen(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(p, ready):
    "Until `ready()`, or the process is over, or five minutes have passed"
    end = time.time()+300
    while not ready() and p.poll() is None and time.time() < end: time.sleep(.02)


def kill(p, why=''):
    "Kill a process that must still run"
    assert p.poll() is None, f'the run was over before it could be killed {why}'
    os.kill(p.pid, signal.SIGKILL)
    assert p.wait() == -signal.SIGKILL


def epochs_done(out, method):
    "Epochs in the state that a run of this method would resume from"
    for f in Path(out).glob(f'*-{method}-*/resume.pt'):
        return torch.load(f, weights_only=True)['epoch']
    return 0


def finished(out):
    "Result and weights of each finished run, by the name of its folder"
    folders = [o.parent for o in Path(out).glob('*/result.json')]
    def read(o): return json.loads((o/'result.json').read_text()), (o/'weights.safetensors').read_bytes()
    return {o.name: read(o) for o in folders}


def epochs_in_all(out):
    "Epochs that finished runs and the state to resume from hold"
    done = sum(r['spent'][k]['epochs'] for k, (r, _) in finished(out).items())
    for f in Path(out).glob('*/resume.pt'):
        if (f.parent/'result.json').exists(): continue
        try: done += torch.load(f, weights_only=True)['epoch']
        except FileNotFoundError: pass   # its run has just ended
    return done


def but_seconds(row):
    return {k: but_seconds(v) if isinstance(v, dict) else v for k, v in row.items() if k != 'seconds'}


@pytest.mark.parametrize('method', ['sesemi', pytest.param('student', marks=pytest.mark.slow)])
def test_killed_run_ends_the_same(tmp_path, method):
    whole, killed = tmp_path/'whole', tmp_path/'killed'
    def run(out): return [*RUN, '--method', method, '--out', str(out)]
    done_right(run(whole))

    p = started(run(killed))
    wait_for(p, lambda: epochs_done(killed, method) >= 2)
    kill(p)
    done = epochs_done(killed, method)
    assert 2 <= done < 5 and not [k for k in finished(killed) if f'-{method}-' in k]

    assert f'after epoch {done} of 5' in done_right(run(killed))
    a, b = finished(whole), finished(killed)
    assert a.keys() == b.keys() and len(a) == (2 if method == 'student' else 1)
    for k in a:
        assert but_seconds(a[k][0]) == but_seconds(b[k][0])
        assert a[k][1] == b[k][1]
    assert not list(killed.rglob('*.tmp'))


@pytest.mark.slow
def test_cell_killed_three_times_ends_the_same(tmp_path):
    "A teacher and its student, three sizes each, killed at random moments: all is as in a run that was left alone"
    seed = random.randrange(10**6)
    rng, plan = random.Random(seed), []
    whole, killed = tmp_path/'whole', tmp_path/'killed'
    def run(out): return [*CELL, '--out', str(out.with_suffix('.json')), '--runs-dir', str(out)]
    done_right(run(whole))

    for _ in range(3):
        goal = epochs_in_all(killed)+rng.randint(1, 5)
        p = started(run(killed))
        wait_for(p, lambda: epochs_in_all(killed) >= goal)
        time.sleep(rng.uniform(0, .3))
        kill(p, f'(seed {seed}, {plan})')
        plan.append(epochs_in_all(killed))
        assert not killed.with_suffix('.json').exists()

    assert 'after epoch' in done_right(run(killed))
    a, b = (json.loads(o.with_suffix('.json').read_text()) for o in (whole, killed))
    rows = [but_seconds(o.pop('rows')[0]) for o in (a, b)]
    assert a == b and a['complete'] and rows[0] == rows[1], (seed, plan)
    weights = [{k: v[1] for k, v in finished(o).items()} for o in (whole, killed)]
    assert weights[0] == weights[1] and len(weights[0]) == 2
