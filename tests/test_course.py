"""The course from outside: its commands, copies that keep what a learner changed, progress under two processes,
JupyterLab."""
import json, os, re, signal, socket, subprocess, sys, time, urllib.error, urllib.request
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import free_port
from noisy_lab.cli import main
from noisy_lab.course import change_progress, read_progress, MANIFEST, copy_lessons, course_dir, is_reference

NUMBERED = '[0-9][0-9]_*.ipynb'


@pytest.fixture
def away(tmp_path, monkeypatch):
    "An empty folder to work in, without settings of the environment"
    for k in list(os.environ):
        if k.startswith('NOISY_LAB_'): monkeypatch.delenv(k)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(argv, capsys):
    "Exit code, output and error output of a command"
    rc = main(argv)
    return rc, *capsys.readouterr()


def said_json(argv, capsys): return json.loads(said(argv, capsys)[1])


def test_imports_no_torch():
    code = """
import noisy_lab.course.progress, noisy_lab.course.lessons, sys
noisy_lab.course.lessons.list_lessons()
print({"torch", "fastai", "pandas", "matplotlib"} & set(sys.modules))
"""
    res = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert res.stdout.strip() == 'set()'


# ---- progress

NOTES_40 = """
import sys
from noisy_lab.course.progress import change_progress
for i in range(40):
    assert not change_progress(lambda d: d['predicted'].update({sys.argv[1]+str(i): i}), 'progress.json')
"""

def test_two_processes_note_everything(away):
    "Each notes 40 passes; none is lost, and the file is whole whenever it is read"
    ps = [subprocess.Popen([sys.executable, '-c', NOTES_40, k]) for k in 'ab']
    file = away/'progress.json'
    while any(p.poll() is None for p in ps):
        if file.exists(): json.loads(file.read_text())
    assert [p.returncode for p in ps] == [0, 0]
    assert len(read_progress(file)['predicted']) == 80


def test_damaged_progress_is_moved_aside(away, capsys):
    (away/'runs').mkdir()
    (away/'runs/progress.json').write_text('{"exercises": {"01"')
    rc, out, err = said(['lessons', '--json'], capsys)
    assert rc == 0 and isinstance(json.loads(out), list)
    assert err.count('\n') == 1 and 'was damaged: it is kept as progress.damaged1.json' in err
    assert (away/'runs/progress.damaged1.json').read_text() == '{"exercises": {"01"'


is_root = os.name != 'posix' or not hasattr(os, 'geteuid') or os.geteuid() == 0

@pytest.mark.skipif(is_root, reason='root may write everywhere')
def test_read_only_runs(away):
    (away/'runs').mkdir()
    (away/'runs').chmod(0o555)
    assert 'no permission' in change_progress(lambda d: None, away/'runs/progress.json')


# ---- copies

def test_copy(away, capsys):
    rc, out, err = said(['lessons', 'copy', 'mine'], capsys)
    assert rc == 0 and err == '' and 'noisy-lab lab mine' in out
    for nb in (away/'mine/lessons').glob(NUMBERED):
        cells = json.loads(nb.read_text(encoding='utf8'))['cells']
        assert not any(is_reference(c) or c.get('outputs') for c in cells), nb.name
        assert not any('#| ' in ''.join(c['source']) for c in cells if c['cell_type'] == 'code'), nb.name
    assert (away/'mine/settings.ini').is_file() and list((away/'mine').glob('[0-9]*.ipynb'))
    assert not (away/'mine/runs').exists()


def test_list(away, capsys):
    copy_lessons('mine')
    rows = said_json(['lessons', '--json'], capsys)
    theirs = said_json(['lessons', '--json', '--folder', 'mine'], capsys)
    assert [o['title'] for o in rows] == [o['title'] for o in theirs]
    assert len(rows) == len(list((course_dir()/'lessons').glob(NUMBERED))) > 0

    passed = {k: dict(tries=1, passed='2026-01-01T00:00:00Z') for k in rows[0]['checks']}
    change_progress(lambda d: d['exercises'].update({rows[0]['lesson']: passed}), away/'mine/runs/progress.json')
    first = said_json(['lessons', '--json', '--folder', 'mine'], capsys)[0]
    assert first['state'] == 'done' and first['passed'] == len(first['checks'])
    assert said_json(['lessons', '--json'], capsys)[0]['passed'] == 0


def test_an_update_keeps_what_was_changed(away, capsys):
    copy_lessons('mine')
    mine, theirs, gone = (away/'mine'/o for o in ('00_core.ipynb', 'lessons/index.ipynb', '10_data.noise.ipynb'))
    newest = theirs.read_bytes()
    mine.write_text('my own')
    gone.unlink()
    earlier = b'as an earlier version was'   # a file that was delivered and not touched since
    theirs.write_bytes(earlier)
    m = json.loads((away/'mine'/MANIFEST).read_text())
    m['files'].update({'lessons/index.ipynb': sha256(earlier).hexdigest(),
                       '00_core.ipynb': sha256(b'earlier').hexdigest()})
    (away/'mine'/MANIFEST).write_text(json.dumps(m))

    rc, out, _ = said(['lessons', 'copy', 'mine'], capsys)
    assert rc == 0 and '1 new files, 1 updated' in out
    assert 'left alone' in out and '00_core.ipynb' in out
    assert mine.read_text() == 'my own' and theirs.read_bytes() == newest and gone.is_file()


def test_an_update_carries_answers_over(away, capsys):
    "A lesson of an older version that was worked in: the new one, with the learner's answer; the old one aside"
    copy_lessons('mine')
    file = next((away/'mine/lessons').glob('01_*.ipynb'))
    nb = json.loads(file.read_text(encoding='utf8'))
    at = next(i for i, c in enumerate(nb['cells']) if 'check_really_wrong(my' in ''.join(c['source']))
    nb['cells'] = [nb['cells'][0], nb['cells'][at]]
    file.write_text(json.dumps(nb))
    m = json.loads((away/'mine'/MANIFEST).read_text())
    # the older version, as it was delivered
    m['files'][f'lessons/{file.name}'] = sha256(file.read_bytes()).hexdigest()
    (away/'mine'/MANIFEST).write_text(json.dumps(m))
    answer = 'def my_really_wrong(rate, n_cls): return rate/2\ncheck_really_wrong(my_really_wrong)'
    nb['cells'][1]['source'] = answer
    file.write_text(json.dumps(nb))

    rc, out, _ = said(['lessons', 'copy', 'mine'], capsys)
    assert rc == 0 and 'with your answers' in out and f'lessons/{file.name}' in out
    cells = [''.join(c['source']) for c in json.loads(file.read_text(encoding='utf8'))['cells']]
    assert len(cells) > 20 and answer in cells
    assert 'def my_really_wrong(rate, n_cls):\n    raise' not in '\n'.join(cells)
    assert json.loads((file.parent/'before_update'/file.name).read_text()) == nb
    assert '0 updated' in said(['lessons', 'copy', 'mine'], capsys)[1]


def test_lab_as_root_is_one_sentence(away, capsys, monkeypatch):
    copy_lessons('mine')
    monkeypatch.setattr(os, 'geteuid', lambda: 0, raising=False)
    monkeypatch.setattr(os, 'execv', lambda *args: pytest.fail('JupyterLab was started'))
    rc, out, err = said(['lab', 'mine'], capsys)
    assert rc == 2 and err.count('\n') == 1 and 'does not start for root' in err and '-- --allow-root' in err


def test_a_copy_that_is_stopped_halfway_is_completed(away, monkeypatch):
    import noisy_lab.course.lessons as les
    deliver, n = les._deliver, []
    def stops(*args):
        n.append(1)
        if len(n) == 5: raise KeyboardInterrupt
        return deliver(*args)
    with monkeypatch.context() as m, pytest.raises(KeyboardInterrupt):
        m.setattr(les, '_deliver', stops)
        copy_lessons('mine')
    res = copy_lessons('mine')
    assert res['kept'] == [] and len(res['new']) > 5
    assert not [o for o in (away/'mine').rglob('*.tmp')]


@pytest.mark.parametrize('argv,words', [
    (['lessons', 'copy', 'full'], 'is not empty'),
    (['lessons', 'copy', 'full/file'], 'is a file'),
    (['lessons', 'copy', 'full/file/x'], 'is a file'),
    (['lessons', '--folder', 'full'], 'holds no lessons'),
    (['lab', 'full'], 'holds no lessons'),
    (['lab', '--port', '0'], 'lie in [1, 65535]'),
    (['lessons', 'copi', 'x'], 'copy')])
def test_bad_input_is_one_sentence(argv, words, away, capsys):
    (away/'full').mkdir()
    (away/'full/file').write_text('x')
    try: rc = main(argv)
    except SystemExit as e: rc = e.code
    err = capsys.readouterr().err.strip().splitlines()[-1]
    assert rc == 2 and words in err
    assert sorted(o.name for o in away.rglob('*')) == ['file', 'full']


# ---- JupyterLab

def listens(port, host='127.0.0.1'):
    with socket.socket() as s: return s.connect_ex((host, port)) == 0


def test_lab_needs_a_free_port(away, capsys):
    copy_lessons('mine')
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        s.listen()
        port = s.getsockname()[1]
        rc, _, err = said(['lab', 'mine', '--port', str(port), '--', '--no-browser'], capsys)
    assert rc == 2 and f'port {port} is taken' in err and err.count('\n') == 1


def lab_env(folder):
    "The environment with Jupyter's folders elsewhere, and without a token"
    own = {f'JUPYTER_{k}_DIR': str(folder/k.lower()) for k in ('CONFIG', 'DATA', 'RUNTIME')}
    return {k: v for k, v in {**os.environ, **own}.items() if k != 'JUPYTER_TOKEN'}


def announced(p):
    "What JupyterLab prints until it says where it is: port, path and token, and the text"
    said, m = '', None
    for line in p.stdout:
        said += line
        m = re.search(r'http://127\.0\.0\.1:(\d+)(/lab/tree/lessons/index\.ipynb)\?token=(\w{20,})', said)
        if m: break
    assert m, said
    return int(m[1]), m[3], said


def other_address():
    "An address of this machine that is not the loopback, or None"
    found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    return next((o[4][0] for o in found if not o[4][0].startswith('127.')), None)


def wait_for(port, seconds=30):
    "It says where it is a moment before it is there"
    end = time.time()+seconds
    while time.time() < end and not listens(port): time.sleep(.1)


@pytest.mark.slow
def test_lab_starts_here_with_a_token_and_stops(away):
    copy_lessons('mine')
    port, env = free_port(), lab_env(away)
    command = [Path(sys.executable).parent/'noisy-lab', 'lab', 'mine', '--port', str(port)]
    p = subprocess.Popen([*command, '--', '--no-browser', '--allow-root'], env=env, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    def get(token):
        url = f'http://127.0.0.1:{port}/api/contents/lessons?token={token}'
        return json.load(urllib.request.urlopen(url, timeout=20))
    try:
        at, token, text = announced(p)
        assert at == port, text
        wait_for(port)
        assert 'index.ipynb' in [o['name'] for o in get(token)['content']]
        with pytest.raises(urllib.error.HTTPError) as e: get('')
        assert e.value.code == 403
        if other := other_address(): assert not listens(port, other)
        again = subprocess.run([*command, '--', '--allow-root'], env=env, capture_output=True, text=True)
        assert again.returncode == 2 and 'is taken' in again.stderr
    finally:
        p.send_signal(signal.SIGTERM)
        rest = p.communicate(timeout=60)[0]
    assert p.returncode == 0, rest
    assert not listens(port)
