"""clean, review, train, predict, and export: from a folder of photos to a model without a line of Python, each command
ending with the next. Quick, on made-up photos and a small network of its own; the panel in a browser is slow."""
import json, shlex, shutil, signal, subprocess, sys
from pathlib import Path

import numpy as np, pandas as pd, pytest
from PIL import Image

from browser import (
    CHROMIUM, VIEWPORT, Book, card, facts, grid, key, launch, press, shot, until, wait_for_server)
from conftest import free_port
from noisy_lab.cli import main
from noisy_lab.data import load_data
from noisy_lab.nets import model_facts
from noisy_lab.suspects import find_case, kept_looks
from test_bad_input import lab, left_behind, but_pixels  # the fixture and helpers
from test_cli import in_layers, replace, told

CLASSES = ['blue', 'green', 'red']
TINY = ['--size', '16', '--epochs', '1', '--device', 'cpu']
CLEAN = ['--features', 'none', '--folds', '2', *TINY]
TRAIN = ['--how', 'scratch', '--suspects', 'keep', *TINY]   # such networks suspect nearly everything


def make_photos(root, n=16, wrong=3):
    "Photos of one colour a class; the first few of each lie in the next class's folder. Gives the truth by path"
    rng, truth = np.random.default_rng(0), {}
    for k, c in enumerate(CLASSES):
        for i in range(n):
            label = CLASSES[(k+1) % 3] if i < wrong else c
            pixels = rng.integers(0, 90, (40, 40, 3))
            pixels[..., 2-k] += 150
            file = root/label/f'{c}{i:02d}.png'
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(file)
            truth[f'{label}/{file.name}'] = c
    return truth


def text(argv, capsys):
    "What a command that works prints"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert rc == 0, err
    return out


def told_json(argv, capsys): return json.loads(text([*argv, '--json'], capsys))


def refused(argv, capsys):
    "The one line of a command that does not work"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert (rc, out) == (2, '') and err.count('\n') == 1, err
    return err


def next_of(out):
    "The command that an answer ends with, as the shell would part it"
    last = out.rstrip().splitlines()[-1]
    assert last.startswith('next: noisy-lab '), out
    return shlex.split(last)[2:]


def look(path, truth, n):
    "A person who looks at the random looks and at some suspects, and is always right"
    case = find_case(path)
    log = case.edits('anna', CLASSES)
    for p in [*kept_looks(case), *case.scores.path[:n]]:
        if truth[p] == p.split('/')[0]: log.edit('accept', p)
        else: log.edit('label', p, truth[p])
    return log.decided()


def test_from_a_folder_to_predictions(lab, capsys):
    truth = make_photos(lab/'photos')
    assert next_of(text(['clean', 'photos/', *CLEAN], capsys)) == ['review', 'photos/']
    report = (lab/'out/clean-photos/report.html').read_text(encoding='utf8')
    suspects = pd.read_csv(lab/'out/clean-photos/suspects.csv').path
    assert all(f'href="{(lab/"photos"/p).resolve().as_uri()}"' in report for p in suspects)

    text(['review', 'photos', '--no-lab', '--looks', '9', '--who', 'anna'], capsys)
    decided = look('photos', truth, 6)
    state = told_json(['review', 'photos', '--status'], capsys)
    assert (state['decided'], state['looks_done'], state['people']) == (len(decided), 9, ['anna'])
    assert state['relabelled'] == (decided.do == 'label').sum()
    assert next_of(text(['review', 'photos', '--status'], capsys)) == ['train', 'photos']

    how = ['train', 'photos/', *TRAIN]
    row = told_json(how, capsys)['rows'][0]
    assert row['valid']['before']['n'] == row['valid']['after']['n'] == row['n_valid'] and row['n_looks'] <= 9
    assert next_of(text(how, capsys)) == ['predict', 'NEW/', '--model', 'photos']

    (lab/'new').mkdir()
    for f in list((lab/'photos/red').iterdir())[:4]: shutil.copy(f, lab/'new')
    found = told_json(['predict', 'new', '--model', 'photos'], capsys)   # in a folder that has photos/, too
    assert len(found) == 4*3 and {o['label'] for o in found} == set(CLASSES)


def test_what_is_handed_on(lab, capsys):
    truth = make_photos(lab/'photos')
    text(['clean', 'photos', *CLEAN], capsys)
    text(['review', 'photos', '--no-lab', '--looks', '48'], capsys)   # every one of them
    look('photos', truth, 0)
    find_case('photos').edits('anna').edit('drop', 'red/red05.png')
    text(['train', 'photos', *TRAIN], capsys)
    done = told_json(['export', 'photos', '--how', 'copy'], capsys)
    assert (done['images'], done['relabelled'], done['dropped'], done['suspects']) == (47, 9, 1, 0)
    images = lab/'photos-fixed/images'
    kept = sorted(o.relative_to(images).as_posix() for o in images.rglob('*.png'))
    assert kept == sorted(f'{c}/{c}{i:02d}.png' for c in CLASSES for i in range(16) if (c, i) != ('red', 5))
    data = load_data(lab/'photos-fixed/labels.csv', 0)
    about = model_facts(lab/'out/clean-photos/model')
    assert len(data.ids('val')) == len(about['valid']) == done['valid'] and data.classes == CLASSES
    assert told_json(['predict', 'photos-fixed/images/red', '--model', 'photos-fixed/model', '--topk', '1'], capsys)
    assert 'is not an export' in refused(['export', 'photos', '--out', 'out'], capsys)


BEFORE_CLEAN = [[command, 'my photos'] for command in ('review', 'train', 'export')]
BEFORE_CLEAN += [['review', 'my photos', '--status']]

@pytest.mark.parametrize('argv', BEFORE_CLEAN, ids=' '.join)
def test_the_command_before_is_named(argv, lab, capsys):
    make_photos(lab/'my photos', 4, 1)
    assert refused(argv, capsys).endswith("do that first: noisy-lab clean 'my photos'\n")
    assert but_pixels(left_behind(lab)) == []


WRONG = [(['clean', 'photos', '--folds', '40', *CLEAN[4:]], 'fewer than the 40 folds'),
         (['train', 'photos', '--how', 'features', '--epochs', '3'], '--how scratch'),
         (['review', 'photos', '--who', ' ', '--no-lab'], '--who'),
         (['predict', 'photos', '--model', 'other'], 'noisy-lab train other'),
         (['export', 'photos', '--out', 'photos/here'], 'is among the photos')]

@pytest.mark.parametrize('argv,says', WRONG, ids=lambda o: ' '.join(o) if isinstance(o, list) else '')
def test_what_can_be_put_right(argv, says, lab, capsys):
    make_photos(lab/'photos', 6, 1)
    (lab/'other').mkdir()
    if argv[0] != 'clean': text(['clean', 'photos', *CLEAN], capsys)
    before = {o for o in lab.rglob('*') if 'noisy_lab_cache' not in o.parts}
    assert says in refused(argv, capsys)
    new = {o.name for o in lab.rglob('*') if 'noisy_lab_cache' not in o.parts and o not in before}
    assert new <= {'.cases.lock', 'out', 'looks.json'}, new


def test_two_folders_of_one_name(lab, capsys):
    truth = {who: make_photos(lab/who/'photos', 8, 1) for who in ('anna', 'ben')}
    for who in truth:
        text(['clean', f'{who}/photos', *CLEAN], capsys)
        text(['review', f'{who}/photos', '--no-lab', '--looks', '5', '--who', who], capsys)
    assert {find_case(f'{who}/photos').folder.name for who in truth} == {'clean-photos', 'clean-photos-2'}
    look('ben/photos', truth['ben'], 0)
    decided = [told_json(['review', f'{who}/photos', '--status'], capsys)['decided'] for who in truth]
    assert decided == [0, 5]
    for who in truth: text(['train', f'{who}/photos', *TRAIN], capsys)
    assert 'give one of these folders' in refused(['predict', 'anna', '--model', 'photos'], capsys)
    assert told_json(['predict', 'anna', '--model', 'ben/photos', '--topk', '1'], capsys)
    assert 'holds findings' in refused(['clean', 'anna/photos', '--out', 'out/clean-photos-2', *CLEAN], capsys)


def test_deleted_and_new_photos_are_told(lab, capsys):
    truth = make_photos(lab/'photos')
    text(['clean', 'photos', *CLEAN], capsys)
    text(['review', 'photos', '--no-lab', '--looks', '8'], capsys)
    decided = look('photos', truth, 0)
    find_case('photos').edits('anna').edit('drop', decided.index[0])
    (lab/'photos'/decided.index[0]).unlink()   # dropped, and then thrown away
    shutil.copy(lab/'photos'/decided.index[1], lab/'photos/red/new.png')
    state = told_json(['review', 'photos', '--status'], capsys)
    assert (state['decided'], state['looks'], state['images']) == (7, 7, 48)
    assert ' '.join(state['notes']).count('noisy-lab clean') == 3
    assert told_json(['train', 'photos', *TRAIN], capsys)['labels']['images'] == 48


OBEYS = {'review': (['review', 'pets'], 'panels.open_review', 'device runs_dir:'),
         'train': (['train', 'pets'], 'suspects.train_case', 'seed runs device runs_dir:'),
         'export': (['export', 'pets'], 'suspects.export_photos', 'seed runs_dir:')}

@pytest.mark.parametrize('command', OBEYS)
def test_settings_reach_every_command(command, lab, monkeypatch, capsys):
    argv, target, names = OBEYS[command]
    text(['clean', 'pets/train', *CLEAN], capsys)
    case = find_case('pets/train')
    replace('suspects.find_case', lambda path, settings=None: case, monkeypatch)
    monkeypatch.setattr('os.geteuid', lambda: 1000)   # JupyterLab does not start for root
    for more, want in in_layers(names, monkeypatch, lab):
        got = told([*argv, *more], target, monkeypatch)
        assert {k: got.get(k) for k in want} == want, (more, capsys.readouterr().err)


JUPYTER = 'import os, sys; print(os.getcwd(), *(os.environ[f"NOISY_LAB_{k}"] for k in ("DATA_DIR", "RUNS_DIR"))); '

@pytest.mark.parametrize('rc', [0, 3])
def test_review_waits_and_tells(rc, lab, monkeypatch, capfd):
    "JupyterLab works in the case's folder with the command's settings; afterwards comes what was decided"
    make_photos(lab/'photos', 6, 1)
    monkeypatch.setenv('NOISY_LAB_RUNS_DIR', 'out')   # relative to where the command runs
    text(['clean', 'photos', *CLEAN], capfd)
    command = [sys.executable, '-c', f'{JUPYTER}sys.exit({rc})']
    replace('course.jupyter_command', lambda *args: command, monkeypatch)
    assert main(['review', 'photos', '--looks', '4']) == (2 if rc else 0)
    out, err = capfd.readouterr()
    assert ' '.join(map(str, (lab/'out/clean-photos', lab/'data', lab/'out'))) in out
    assert 'ended with code 3' in err if rc else next_of(out) == ['review', 'photos']


# ---- in a browser

@pytest.fixture
def reviewed(lab, capsys):
    "`noisy-lab review` as a process of its own: its address and the case; ended like by a closing terminal"
    make_photos(lab/'photos')
    text(['clean', 'photos', *CLEAN], capsys)
    port = free_port()
    argv = ['review', 'photos', '--looks', '6', '--who', 'anna', '--no-browser', '--port', str(port)]
    extra = ['--', '--allow-root', '--IdentityProvider.token=']
    with open(lab/'lab.log', 'w') as f:
        command = [sys.executable, '-m', 'noisy_lab.cli', *argv, *extra]
        p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=f, text=True)
        try:
            wait_for_server(p, f'http://127.0.0.1:{port}', lab/'lab.log', 240)
            yield f'http://127.0.0.1:{port}', find_case('photos'), p
        finally:
            p.terminate()   # which ends JupyterLab, too
            p.wait(60)


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason='there is no chromium')
def test_review_in_a_browser(reviewed, lab):
    why = 'playwright is not installed: pip install -e ".[browser]"'
    sync_api = pytest.importorskip('playwright.sync_api', reason=why)
    url, case, process = reviewed
    looks, log = kept_looks(case), case.folder/'edits.jsonl'
    with sync_api.sync_playwright() as p:
        page = launch(p).new_page(viewport=VIEWPORT)
        book = Book((url, case.folder), page, 'review.ipynb')
        book.run_all()
        page.wait_for_selector('.nl-card', timeout=120000)
        until(lambda: facts(page)['random looks'], '0 of 6')
        assert 'maybe' not in card(page, 0).inner_text()   # no hints where people are to decide for themselves
        grid(page).focus()
        press(page, 's', '1', '2', 'x', 'Enter', 'Enter')   # S does nothing here
        until(lambda: facts(page)['random looks'], '5 of 6')
        press(page, 'u')   # which leads back to the image
        until(lambda: facts(page)['random looks'], '4 of 6')
        press(page, 'Enter', '3')
        until(lambda: facts(page)['random looks'], '6 of 6')
        page.wait_for_function("document.body.innerText.includes('All random looks are done')")
        did = [json.loads(o) for o in log.read_text().splitlines()]
        stands = [(o['do'], o.get('label', '')) for o in did if o['do'] not in ('undo', 'redo')]
        assert [o['paths'] for o in did if o['do'] != 'undo'][:3] == [[o] for o in looks[:3]]
        assert stands[:3] == [('label', 'blue'), ('label', 'green'), ('drop', '')] and did[-1]['who'] == 'anna'
        shot(page, 'review_looks')

        key(page, 'suspects').click()
        first = next(o for o in case.scores.itertuples() if o.path not in looks)
        until(lambda: 'maybe' in card(page, 0).inner_text(), True)
        n = len(did)
        press(page, 's')
        until(lambda: len(log.read_text().splitlines()), n+1)
        last = json.loads(log.read_text().splitlines()[-1])
        assert (last['paths'], last['label']) == ([first.path], first.suggested)
        shot(page, 'review_suspects')
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert 'decided by anna: 7' in out and next_of(out) == ['train', 'photos']
