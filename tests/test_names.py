"""Names of files and classes are data: no spreadsheet computes them, no terminal obeys them, and what is read is what
was written."""
import csv, io, re, subprocess, sys
from contextlib import redirect_stderr
from pathlib import Path

import numpy as np, pandas as pd, pytest, torch
from PIL import Image
from tqdm import tqdm

import noisy_lab.cli as cli
from noisy_lab.cli import main
from noisy_lab.data import load_data, read_noise_csv
from noisy_lab.nets import Classifier, create_net, plain_transform
from noisy_lab.runs import iter_files
from noisy_lab.suspects import EditLog, apply_edits, load_labelled, write_corrected
from test_bad_input import lab  # the fixture

FORMULAS = ['=1+1', '+2', '-3', '@SUM(A1)', '\t=1', "'=1"]
CODES = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f]')


def folder(root, names, splits=('train', 'val'), n=4):
    "Class folders whose names are formulas"
    rng = np.random.default_rng(0)
    for s in splits:
        for name in names:
            (root/s/name).mkdir(parents=True)
            for i in range(n):
                px = rng.integers(0, 255, (20, 20, 3), dtype=np.uint8)
                Image.fromarray(px).save(root/s/name/f'{name}{i}.png')
    return root


def cells(file):
    "Every cell of a CSV as a spreadsheet sees it"
    with open(file, newline='', encoding='utf8') as f: return [o for row in csv.reader(f) for o in row]


def no_formula(file):
    bad = [o for o in cells(file) if o[:1] in ('=', '+', '@', '\t', '\r', '\n') or o[:1] == '-' and not number(o)]
    assert bad == [], bad


def number(text):
    try: return float(text) < 0
    except ValueError: return False


def test_noise_csv(tmp_path, capsys):
    root = folder(tmp_path/'odd', FORMULAS)
    assert main(['data', 'noise', str(root), '--pct', '25']) == 0
    file = Path(capsys.readouterr().out.strip())
    labels = [o for o in cells(file) if o.lstrip("'") in [f.lstrip("'") for f in FORMULAS]]
    assert labels and all(o[0] == "'" for o in labels)
    assert set(read_noise_csv(file).noisy_labels_0) == set(FORMULAS)
    data = load_data(root, 25)
    assert set(data.classes) == set(FORMULAS) and len(data.flipped()) == round(.25*len(data.labelled()))


def test_suspects_csv(lab, capsys):
    root = folder(lab/'odd', FORMULAS[:4], [''], 8)
    assert main(['clean', str(root), '--out', 'found', '--epochs', '1', '--size', '16', '--folds', '2', '--top', '20',
                 '--device', 'cpu']) == 0
    capsys.readouterr()
    no_formula('found/suspects.csv')
    found = pd.read_csv('found/suspects.csv', dtype=str, keep_default_na=False)
    assert set(found.given) <= {f"'{o}" for o in FORMULAS[:4]} and found.path.str.startswith("'").all()


def test_prediction_csv(lab):
    photos = [lab/f'{o}.png' for o in FORMULAS]
    for o in photos: Image.new('RGB', (20, 20)).save(o)
    clf = Classifier(create_net('lab_slim_resnet', 4, seed=0), FORMULAS[:4], plain_transform(16))
    clf.predict_csv([o.name for o in photos], 'top.csv', topk=4)
    assert set(cells('top.csv')) >= {"'=1+1.png", "''=1.png", "'=1+1", "'@SUM(A1)"}
    no_formula('top.csv')
    assert [Path(p).name for _, p in iter_files('top.csv')][::4] == [o.name for o in photos]


def test_corrected_csv(tmp_path):
    data = load_data(folder(tmp_path/'odd', FORMULAS))
    log = EditLog(tmp_path/'log.jsonl', 'anna', data.classes)
    log.edit('label', data.df.path[0], '=1+1')
    file = write_corrected(data, log.decided(), tmp_path/'corrected.csv')
    no_formula(file)
    back = load_data(data.root, csv=file)
    assert back.df.y_obs.tolist() == apply_edits(data, log.decided()).df.y_obs.tolist()


@pytest.mark.parametrize('read', [load_data, lambda o: load_labelled(o)[0]], ids=['run', 'clean'])
def test_label_csv(read, tmp_path):
    "A CSV that somebody saved from a spreadsheet, with the apostrophes; and one that was never escaped"
    root = folder(tmp_path/'odd', ['a'], [''], 6)
    names = sorted(o.name for o in (root/'a').iterdir())
    for said, want in (("'=cat", '=cat'), ('=cat', '=cat'), ("'tis", "'tis")):
        table = pd.DataFrame(dict(path=[f'a/{o}' for o in names], label=[said, 'dog']*3))
        table.to_csv(root/'labels.csv', index=False)
        assert set(read(root/'labels.csv').classes) == {want, 'dog'}


def test_every_csv_is_escaped(root):
    "Whoever writes a table of names calls the one function; logs of numbers are named here"
    numbers = {'noisy_lab/runs/engine.py', 'noisy_lab/data/tinynette.py'}
    writes = re.compile(r'\.to_csv\(|csv\.writer\(|DictWriter\(')
    files = {o.relative_to(root).as_posix(): o.read_text() for o in (root/'noisy_lab').rglob('*.py')}
    found = {k for k, text in files.items() if writes.search(text)}
    assert found - numbers == {k for k in found if re.search(r'escape_cell\(|map\(escape_cell', files[k])}
    reads = {k for k, text in files.items() if re.search(r'read_csv\([^)]*dtype=str', text) and k not in numbers}
    assert {k for k in reads if 'unescape_cell' not in files[k]} == set()


EVIL = 'a\x1b[2J\x1b]0;owned\x07\r\x9b31mb'

def run(*argv, **env):
    "noisy-lab in a process of its own: what its terminal gets, as bytes"
    p = subprocess.run([sys.executable, '-m', 'noisy_lab.cli', *argv], capture_output=True, env=env or None)
    return p.returncode, p.stdout, p.stderr


def test_terminal_gets_no_codes(lab):
    root = folder(lab/EVIL, [EVIL, 'line\nbreak'], [''], 8)
    quick = ['--epochs', '1', '--size', '16', '--folds', '2', '--device', 'cpu']
    rc, out, err = run('clean', str(root), '--out', 'found', *quick)
    assert rc == 0, err
    assert not CODES.search(out.decode()) and '\\x1b[2J' in out.decode() and 'line\\nbreak' in out.decode()
    notices = b''.join(o for o in err.splitlines(True) if not o.startswith(b'\r'))
    assert b'_[2J' in notices and not CODES.search(notices.decode().replace('\r', '').replace('\x1b[A', ''))


@pytest.mark.parametrize('argv', [
    ['clean', f'nowhere/{EVIL}'], ['predict', f'{EVIL}.jpg', '--model', EVIL], ['run', '--data', f'./{EVIL}'],
    ['data', 'audit', EVIL], ['demo', f'-{EVIL}'], [EVIL], ['docs', '--no-build', '--out', EVIL]])
def test_refusals_get_no_codes(lab, argv):
    rc, out, err = run(*argv)
    assert rc == 2 and out == b'' and not CODES.search(err.decode()) and b'\\x1b[2J' in err
    assert err.count(b'\nnoisy-lab: ') + err.startswith(b'noisy-lab: ') == 1 or b'usage' in err


def test_progress_bars_move(capsys):
    "A bar finds its line as it always did; the name in it shows its codes"
    raw, shown = io.StringIO(), io.StringIO()
    for stream in (raw, cli._Shown(shown)):
        for _ in tqdm([1], file=stream, desc='outer'):
            for _ in tqdm([1, 2], file=stream, desc='inner', mininterval=0, leave=False): pass
    moves = re.compile('\x1b\\[A|[\r\n]')
    assert '\x1b[A' in raw.getvalue() and moves.findall(shown.getvalue()) == moves.findall(raw.getvalue())
    with redirect_stderr(shown): list(tqdm([1], file=cli._Shown(shown), desc=f'x{EVIL}'))
    assert not CODES.search(shown.getvalue().replace('\r', '').replace('\x1b[A', ''))


def test_console_without_letters():
    "What an encoding lacks is written as a code"
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding='ascii')
    print('Übung 猫', file=cli._Shown(ascii_only), flush=True)
    assert ascii_only.buffer.getvalue() == b'\\xdcbung \\u732b\n'


def test_docs_needs_a_site(root, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(root)
    for name in ('nope', 'empty'):
        if name == 'empty': (tmp_path/name).mkdir()
        assert main(['docs', '--no-build', '--out', str(tmp_path/name)]) == 2
        assert 'holds no site' in capsys.readouterr().err
    (tmp_path/'empty/index.html').write_text('home')
    assert main(['docs', '--no-build', '--out', str(tmp_path/'empty')]) == 0
