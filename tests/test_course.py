"""The course from outside: its commands, copies that keep what a learner changed, progress under two processes, JupyterLab."""
import json, os, re, signal, socket, subprocess, sys, time, urllib.error, urllib.request
from pathlib import Path

import pytest

from noisy_lab.cli import main
from noisy_lab.course import change_progress, read_progress, MANIFEST, copy_lessons, course_dir, is_reference


@pytest.fixture
def away(tmp_path, monkeypatch):
    "An empty folder to work in, without settings of the environment"
    for k in [o for o in os.environ if o.startswith('NOISY_LAB_')]: monkeypatch.delenv(k)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(argv, capsys):
    "Exit code, output and error output of a command"
    rc = main(argv)
    return rc, *capsys.readouterr()


def test_imports_no_torch():
    code = 'import noisy_lab.course.progress, noisy_lab.course.lessons, sys; noisy_lab.course.lessons.list_lessons(); print({"torch", "fastai", "pandas", "matplotlib"} & set(sys.modules))'
    assert subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True).stdout.strip() == 'set()'


def test_two_processes_note_everything(away):
    "Each notes 40 passes; none is lost, and the file is whole whenever it is read"
    code = "import sys; from noisy_lab.course.progress import change_progress\nfor i in range(40): assert not change_progress(lambda d: d['predicted'].update({sys.argv[1]+str(i): i}), 'progress.json')"
    ps = [subprocess.Popen([sys.executable, '-c', code, k]) for k in 'ab']
    file = away/'progress.json'
    while any(p.poll() is None for p in ps):
        if file.exists(): json.loads(file.read_text())
    assert [p.returncode for p in ps] == [0, 0] and len(read_progress(file)['predicted']) == 80


def test_damaged_progress_is_moved_aside(away, capsys):
    (away/'runs').mkdir(); (away/'runs/progress.json').write_text('{"exercises": {"01"')
    rc, out, err = said(['lessons', '--json'], capsys)
    assert rc == 0 and isinstance(json.loads(out), list) and err.count('\n') == 1 and 'was damaged: it is kept as progress.damaged1.json' in err
    assert (away/'runs/progress.damaged1.json').read_text() == '{"exercises": {"01"'


@pytest.mark.skipif(os.name != 'posix' or not hasattr(os, 'geteuid') or os.geteuid() == 0, reason='root may write everywhere')
def test_read_only_runs(away):
    (away/'runs').mkdir(); (away/'runs').chmod(0o555)
    assert 'no permission' in change_progress(lambda d: None, away/'runs/progress.json')


def test_copy_and_list(away, capsys):
    rc, out, err = said(['lessons', 'copy', 'mine'], capsys)
    assert rc == 0 and err == '' and 'noisy-lab lab mine' in out
    for nb in (away/'mine/lessons').glob('[0-9][0-9]_*.ipynb'):
        cells = json.loads(nb.read_text(encoding='utf8'))['cells']
        assert not any(is_reference(c) or c.get('outputs') for c in cells), nb.name
    assert (away/'mine/settings.ini').is_file() and list((away/'mine').glob('[0-9]*.ipynb')) and not (away/'mine/runs').exists()
    rows, theirs = (json.loads(said(['lessons', '--json', *o], capsys)[1]) for o in ([], ['--folder', 'mine']))
    assert [o['title'] for o in rows] == [o['title'] for o in theirs] and len(rows) == len(list((course_dir()/'lessons').glob('[0-9][0-9]_*.ipynb')))
    if rows:
        change_progress(lambda d: d['exercises'].update({rows[0]['lesson']: {k: dict(tries=1, passed='2026-01-01T00:00:00Z') for k in rows[0]['checks']}}), away/'mine/runs/progress.json')
        first = json.loads(said(['lessons', '--json', '--folder', 'mine'], capsys)[1])[0]
        assert first['state'] == 'done' and first['passed'] == len(first['checks']) and rows[0]['passed'] == 0


def test_an_update_keeps_what_was_changed(away, capsys):
    copy_lessons('mine')
    mine = away/'mine/00_core.ipynb'; mine.write_text('my own')
    theirs = away/'mine/lessons/index.ipynb'
    (away/'mine/10_data.noise.ipynb').unlink()
    m = json.loads((away/'mine'/MANIFEST).read_text()); old = theirs.read_bytes()
    theirs.write_bytes(b'as an earlier version was')   # a file that was delivered and not touched since
    from hashlib import sha256
    m['files'].update({'lessons/index.ipynb': sha256(b'as an earlier version was').hexdigest(), '00_core.ipynb': sha256(b'earlier').hexdigest()})
    (away/'mine'/MANIFEST).write_text(json.dumps(m))
    rc, out, _ = said(['lessons', 'copy', 'mine'], capsys)
    assert rc == 0 and '1 new files, 1 brought up to date' in out and 'left alone' in out and '00_core.ipynb' in out
    assert mine.read_text() == 'my own' and theirs.read_bytes() == old and (away/'mine/10_data.noise.ipynb').is_file()


def test_a_copy_that_is_stopped_halfway_goes_on(away, monkeypatch):
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
    assert res['kept'] == [] and len(res['new']) > 5 and not [o for o in (away/'mine').rglob('*.tmp')]


@pytest.mark.parametrize('argv,words', [
    (['lessons', 'copy', 'full'], 'is not empty'), (['lessons', 'copy', 'full/file'], 'is a file'), (['lessons', 'copy', 'full/file/x'], 'full/file'), (['lessons', '--folder', 'full'], 'holds no lessons'), (['lab', 'full'], 'holds no lessons'), (['lab', '--port', '0'], 'not between'),
    (['lessons', 'copi', 'x'], 'copy')])
def test_bad_input_is_one_sentence(argv, words, away, capsys):
    (away/'full').mkdir(); (away/'full/file').write_text('x')
    try: rc = main(argv)
    except SystemExit as e: rc = e.code
    err = capsys.readouterr().err.strip().splitlines()[-1]
    assert rc == 2 and words in err and sorted(o.name for o in away.rglob('*')) == ['file', 'full']


def test_lab_needs_a_free_port(away, capsys):
    copy_lessons('mine')
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0)); s.listen(); port = s.getsockname()[1]
        rc, _, err = said(['lab', 'mine', '--port', str(port), '--', '--no-browser'], capsys)
    assert rc == 2 and f'port {port} is taken' in err and err.count('\n') == 1


@pytest.mark.slow
def test_lab_starts_here_with_a_token_and_stops(away):
    copy_lessons('mine')
    with socket.socket() as s: s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]
    env = {**os.environ, 'JUPYTER_CONFIG_DIR': str(away/'config'), 'JUPYTER_DATA_DIR': str(away/'data'), 'JUPYTER_RUNTIME_DIR': str(away/'runtime')}
    env = {k: v for k, v in env.items() if k != 'JUPYTER_TOKEN'}
    p = subprocess.Popen([Path(sys.executable).parent/'noisy-lab', 'lab', 'mine', '--port', str(port), '--', '--no-browser', '--allow-root'], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, m = '', None
    try:
        for line in p.stdout:
            said += line
            if (m := re.search(r'http://127\.0\.0\.1:(\d+)(/lab/tree/lessons/index\.ipynb)\?token=(\w{20,})', said)): break
        assert m and int(m[1]) == port, said
        get = lambda token: json.load(urllib.request.urlopen(f'http://127.0.0.1:{port}/api/contents/lessons?token={token}', timeout=20))
        end = time.time()+30
        while time.time() < end:
            with socket.socket() as s:
                if not s.connect_ex(('127.0.0.1', port)): break
            time.sleep(.1)   # it says where it is a moment before it is there
        assert 'index.ipynb' in [o['name'] for o in get(m[3])['content']]
        with pytest.raises(urllib.error.HTTPError) as e: get('')
        assert e.value.code == 403
        other = next((o[4][0] for o in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET) if not o[4][0].startswith('127.')), None)
        if other:   # another address of this machine
            with socket.socket() as s: assert s.connect_ex((other, port))
        again = subprocess.run([Path(sys.executable).parent/'noisy-lab', 'lab', 'mine', '--port', str(port)], env=env, capture_output=True, text=True)
        assert again.returncode == 2 and 'is taken' in again.stderr
    finally: p.send_signal(signal.SIGTERM); rest = p.communicate(timeout=60)[0]
    assert p.returncode == 0, rest
    with socket.socket() as s: assert s.connect_ex(('127.0.0.1', port))
