"""What pools promise and a notebook cannot show: flat memory, a kill within a part, and the same rows from Ray."""
import json, os, signal, subprocess, sys

import numpy as np, pytest, torch
from PIL import Image

from noisy_lab.core import LabError
from noisy_lab.nets import create_net
from noisy_lab.runs import label_pool, ray_session, select_pool
from noisy_lab.methods import load_table

SIZE, BS, CHUNK = 16, 8, 16


@pytest.fixture(scope='module')
def files(tmp_path_factory):
    "Sixty small images"
    rng, top = np.random.default_rng(0), tmp_path_factory.mktemp('pool')
    paths = [top/f'{i:02d}.jpg' for i in range(60)]
    for path in paths: Image.fromarray(rng.integers(0, 256, (24, 24, 3), np.uint8)).save(path)
    return [(i, str(path)) for i, path in enumerate(paths)]

@pytest.fixture(scope='module')
def net(): return create_net('lab_slim_resnet', 10, seed=0)

@pytest.fixture
def one_thread():
    was = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(was)


def label(net, files, out, **kw): return label_pool(net, files, SIZE, out, bs=BS, chunk=CHUNK, **kw)

def child(code, *args, timeout=300):
    "Run code in a process of its own; a library that starts more threads must not blur what is measured"
    cmd, env = [sys.executable, '-c', code, *map(str, args)], {**os.environ, 'OMP_NUM_THREADS': '1'}
    return subprocess.run(cmd, capture_output=True, text=True, timeout=timeout, env=env)

def rows(path):
    t = load_table(path)
    return t.df.values.tolist(), np.asarray(t.probs)

def same(a, b):
    (d, p), (e, q) = rows(a), rows(b)
    assert d == e and (p == q).all()


# ---- killed

KILLED = '''
import json, os, signal, sys
from noisy_lab.runs import pools
from noisy_lab.nets.backbones import create_net
write, n = pools.pq.write_table, 0
def cut(table, path, **kw):
    global n
    n += 1
    write(table, path, **kw)
    if n==3:
        os.truncate(path, 500)
        os.kill(os.getpid(), signal.SIGKILL)
pools.pq.write_table = cut
pools.label_pool(create_net('lab_slim_resnet', 10, seed=0), json.loads(sys.argv[1]), 16, sys.argv[2], bs=8, chunk=16)
'''

@pytest.mark.skipif(not hasattr(signal, 'SIGKILL'), reason='there is no SIGKILL here')
def test_a_killed_run_resumes_to_the_same_table(net, files, tmp_path, one_thread):
    "Killed while the third of four parts was being written: two are whole, and the half one is not taken for a part"
    p = child(KILLED, json.dumps(files), tmp_path/'a.parquet')
    assert p.returncode == -signal.SIGKILL, p.stderr
    assert not (tmp_path/'a.parquet').exists()
    parts = tmp_path/'.a.parquet.parts'
    whole = sorted(o.name for o in parts.iterdir() if o.suffix == '.parquet')
    assert whole == ['part-000000.parquet', 'part-000001.parquet']
    seen = []
    hook = net.register_forward_hook(lambda m, i, o: seen.append(len(o)))
    assert label(net, files, tmp_path/'a.parquet')['made'] == 2
    hook.remove()
    assert sum(seen) == 60-2*CHUNK
    label(net, files, tmp_path/'b.parquet')
    same(tmp_path/'a.parquet', tmp_path/'b.parquet')
    assert not parts.exists()

def test_a_damaged_part_is_named(net, files, tmp_path):
    "A part whose end is whole and whose rows are not"
    with pytest.raises(LabError): label(net, [*files[:40], (99, 'gone.jpg')], tmp_path/'a.parquet')
    part = tmp_path/'.a.parquet.parts/part-000001.parquet'
    raw = bytearray(part.read_bytes())
    raw[4:400] = bytes(396)
    part.write_bytes(raw)
    with pytest.raises(LabError, match='label again'): label(net, files[:48], tmp_path/'a.parquet')


# ---- memory

MEMORY = '''
import json, sys, torch
from pathlib import Path
from noisy_lab.runs.pools import label_pool, select_pool
from noisy_lab.methods.pseudo import load_table
files, out = json.loads(sys.argv[1]), Path(sys.argv[2])
net = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(4), torch.nn.Flatten(), torch.nn.Linear(48, 1000))
def pool(n): return ((i, files[i%len(files)][1]) for i in range(n))
def peak(): return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])/1024
def go(n):
    label_pool(net, pool(n), 16, out/f'{n}.parquet', bs=64, chunk=256)
    for kw in (dict(top_k=2), dict(per_class=2), dict(threshold=.0014)):
        select_pool(out/f'{n}.parquet', out/'sel.parquet', **kw)
    return peak()
go(500)
peaks = [go(2000), go(11000)]
load_table(out/"11000.parquet")
print(json.dumps([*peaks, peak()]))
'''

@pytest.mark.skipif(not os.path.exists('/proc/self/status'), reason='there is no /proc to read the peak from')
def test_memory_is_flat(files, tmp_path):
    "A pool five times larger takes no more memory to label and select; loading its table shows that the meter works"
    p = child(MEMORY, json.dumps(files), tmp_path)
    assert p.returncode == 0, p.stderr
    small, large, loaded = json.loads(p.stdout.splitlines()[-1])
    print(f'peak {small:.0f} MB with 2,000 images, {large:.0f} MB with 11,000, {loaded:.0f} MB with that table loaded')
    # The larger pool's probabilities alone are 36 MB more.
    assert large-small < 25 and loaded-large > 75, (small, large, loaded)


# ---- Ray

def test_ray_gives_the_same_rows(net, files, tmp_path, one_thread):
    "Two workers, and a driver whose network is left alone: the same parts, the same bits, and the same selections"
    ray = pytest.importorskip('ray', reason='Ray is not installed: pip install "noisy_lab[ray]"')
    here, there, broken = (tmp_path/o for o in ('local.parquet', 'ray.parquet', 'broken.jpg'))
    broken.write_bytes(b'x')
    holed = [*files[:20], (77, str(broken)), *files[20:]]
    res = label(net, holed, here, skip_bad=True)
    assert not ray.is_initialized()
    with ray_session(2):
        again = label(net, holed, there, skip_bad=True, engine='ray', workers=2)
        assert {**again, 'path': 0} == {**res, 'path': 0}
        assert again['skipped'] == [[77, str(broken), 'is damaged or not an image']] and again['made'] == 4
        assert net.training
        same(here, there)

        for kw in (dict(top_k=7, top_p=3), dict(per_class=9, threshold=.105)):
            a = select_pool(here, tmp_path/'a.parquet', engine='local', **kw)['path']
            b = select_pool(here, tmp_path/'b.parquet', engine='ray', workers=2, **kw)['path']
            same(a, b)

        with pytest.raises(LabError, match='broken.jpg is damaged'):
            label(net, holed, tmp_path/'c.parquet', engine='ray')
        assert ray.is_initialized()   # a session that was there is not ended
    assert not ray.is_initialized()

    assert label(net, holed, there, skip_bad=True, engine='ray')['made'] == 0
    assert not ray.is_initialized()   # nothing to do: none is started

def test_ray_is_an_extra(net, files, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, 'ray', None)
    pool, ours = tmp_path/'a.parquet', r'pip install "noisy_lab\[ray\]"'
    with pytest.raises(LabError, match=ours): label(net, files, pool, engine='ray')
    label(net, files, pool)
    with pytest.raises(LabError, match=ours): select_pool(pool, tmp_path/'b.parquet', top_k=2, engine='ray')
