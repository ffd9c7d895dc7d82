"""A run that is killed with SIGKILL goes on with the same command and ends as if it had never been killed."""
import json, os, random, signal, subprocess, sys, time
from pathlib import Path

import pytest, torch

CMD = [Path(sys.executable).parent/'noisy-lab', 'run', '--data', 'tinynette', '--pct', '50', '--size', '16', '--epochs', '5', '--labels', '600', '--runs', '1', '--seed', '3', '--device', 'cpu', '--json']


def epochs_done(out, method):
    for f in Path(out).glob(f'*-{method}-*/resume.pt'):
        return torch.load(f, weights_only=True)['epoch']
    return 0


def finished(out):
    return {Path(f).parent.name: (json.loads(Path(f).read_text()), (Path(f).parent/'weights.safetensors').read_bytes()) for f in Path(out).glob('*/result.json')}


def but_seconds(row):
    return {k: but_seconds(v) if isinstance(v, dict) else v for k, v in row.items() if k != 'seconds'}


@pytest.mark.parametrize('method', ['sesemi', 'student'])
def test_killed_run_ends_the_same(tmp_path, method):
    whole = subprocess.run([*CMD, '--method', method, '--out', str(tmp_path/'whole')], capture_output=True, text=True)
    assert whole.returncode == 0, whole.stderr
    p = subprocess.Popen([*CMD, '--method', method, '--out', str(tmp_path/'killed')], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.time()+300
    while epochs_done(tmp_path/'killed', method) < 2 and p.poll() is None and time.time() < end: time.sleep(.02)
    assert p.poll() is None, 'the run was over before it could be killed'
    os.kill(p.pid, signal.SIGKILL)
    assert p.wait() == -signal.SIGKILL
    done = epochs_done(tmp_path/'killed', method)
    assert 2 <= done < 5 and not [k for k in finished(tmp_path/'killed') if f'-{method}-' in k]
    again = subprocess.run([*CMD, '--method', method, '--out', str(tmp_path/'killed')], capture_output=True, text=True)
    assert again.returncode == 0 and f'goes on after epoch {done} of 5' in again.stderr, again.stderr
    a, b = finished(tmp_path/'whole'), finished(tmp_path/'killed')
    assert a.keys() == b.keys() and len(a) == (2 if method == 'student' else 1)
    for k in a:
        assert but_seconds(a[k][0]) == but_seconds(b[k][0])
        assert a[k][1] == b[k][1]
    assert not list((tmp_path/'killed').rglob('*.tmp'))


@pytest.mark.slow
def test_cell_killed_three_times_ends_the_same(tmp_path):
    "A cell's run of teacher and student, killed at three random moments: the results file and the weights are those of a run that was left alone"
    cmd = [CMD[0], 'leaderboard', 'run', 'imagenette-noise50', '--size', '16', '--epochs', '36', '--recipe', 'student', '--runs', '1', '--seed', '5', '--data', 'tinynette', '--device', 'cpu', '--set', 'n_labelled=600', '--set', 'threshold=0.']
    at = lambda d: [*cmd, '--out', str(tmp_path/f'{d}.json'), '--runs-dir', str(tmp_path/d)]
    whole = subprocess.run(at('whole'), capture_output=True, text=True)
    assert whole.returncode == 0, whole.stderr
    rng, plan = random.Random(seed := random.randrange(10**6)), []
    for _ in range(3):
        before, n = epochs_in_all(tmp_path/'killed'), rng.randint(1, 5)
        p = subprocess.Popen(at('killed'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.time()+300
        while epochs_in_all(tmp_path/'killed') < before+n and p.poll() is None and time.time() < end: time.sleep(.02)
        time.sleep(rng.uniform(0, .3))
        assert p.poll() is None, f'the run was over before it could be killed (seed {seed}, {plan})'
        os.kill(p.pid, signal.SIGKILL); p.wait()
        plan.append(epochs_in_all(tmp_path/'killed'))
        assert not (tmp_path/'killed.json').exists()
    again = subprocess.run(at('killed'), capture_output=True, text=True)
    assert again.returncode == 0 and 'goes on after epoch' in again.stderr, again.stderr
    a, b = (json.loads((tmp_path/f'{d}.json').read_text()) for d in ('whole', 'killed'))
    rows = [but_seconds(r.pop('rows')[0]) for r in (a, b)]
    assert a == b and a['complete'] and rows[0] == rows[1], (seed, plan)
    weights = [{k: v[1] for k, v in finished(tmp_path/d).items()} for d in ('whole', 'killed')]
    assert weights[0] == weights[1] and len(weights[0]) == 2


def epochs_in_all(out):
    "Epochs that finished runs and the state to go on from hold"
    done = sum(r['spent'][k]['epochs'] for k, (r, _) in finished(out).items())
    for f in Path(out).glob('*/resume.pt'):
        try: done += torch.load(f, weights_only=True)['epoch'] if not (f.parent/'result.json').exists() else 0
        except FileNotFoundError: pass
    return done
