"""Bad archives: one sentence, exit code 2, nothing left, and the good archive works afterwards."""
import gzip, http.server, json, threading
from functools import partial

import pytest
from fastai.data import external

from faults_archives import CASES, FINE, NAME, good, names, zeros
from noisy_lab.cli import main


@pytest.fixture
def place(tmp_path, monkeypatch):
    "An empty data folder, and a download folder of its own"
    for k, v in dict(NOISY_LAB_DATA_DIR='data', FASTAI_HOME='fastai').items(): monkeypatch.setenv(k, str(tmp_path/v))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(argv, capsys):
    "Exit code, and the sentence that a refused command says"
    rc = main(argv)
    out, err = capsys.readouterr()
    assert 'Traceback' not in err, err
    return rc, [o for o in err.splitlines() if o.startswith('noisy-lab: ')]


def left(place):
    "What an attempt left: everything but locks, caches of downloads and what a test made"
    made = [o for o in place.rglob('*') if o.is_file() and o.suffix not in ('.lock', '.tgz', '.ini')]
    return [o.relative_to(place).as_posix() for o in made]


def unpacked(place):
    folder = place/'data'/NAME
    return sorted(f'{NAME}/{o.relative_to(folder).as_posix()}' for o in folder.rglob('*') if o.is_file())


def test_there_are_enough(): assert len(CASES) >= 40


@pytest.mark.parametrize('case', CASES)
def test_bad_archive(case, place, capsys):
    make, says = CASES[case]
    file = place/'x.tgz'
    file.write_bytes(make())
    rc, lines = said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys)
    if rc == 0:   # a byte that was changed where nobody looks, as in the time of packing
        assert says == '' and unpacked(place) == sorted(names())
        return
    assert (rc, len(lines)) == (2, 1) and says in lines[0], lines
    assert left(place) == [] and file.is_file()
    file.write_bytes(good())
    assert said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys) == (0, [])
    assert unpacked(place) == sorted(names())


@pytest.mark.parametrize('case', FINE)
def test_good_archive(case, place, capsys):
    (place/'x.tgz').write_bytes(FINE[case]())
    assert said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys) == (0, [])
    assert unpacked(place) == sorted(names())


@pytest.fixture
def mirror(place, monkeypatch):
    "A server on this machine that hands out what a test puts into a folder"
    (place/'www').mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(place/'www'))
    external.fastai_cfg.cache_clear()   # it remembers where another test downloaded to
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv('NOISY_LAB_MIRROR', f'http://127.0.0.1:{server.server_port}')
    yield place/'www'/f'{NAME}.tgz'
    server.shutdown()
    server.server_close()
    external.fastai_cfg.cache_clear()


@pytest.mark.parametrize('case', ['web page', 'cut at 0.5', 'another data set', 'another layout', 'file twice',
                                  'empty file', '600 MB from 600 KB'])
def test_a_bad_download_is_not_kept(case, place, mirror, capsys):
    make, says = CASES[case]
    mirror.write_bytes(make())
    rc, lines = said(['data', 'get', NAME], capsys)
    assert (rc, len(lines)) == (2, 1) and says in lines[0], lines
    assert not list((place/'fastai').rglob('*.tgz')) and not unpacked(place)
    mirror.write_bytes(good())
    assert said(['data', 'get', NAME], capsys) == (0, []) and unpacked(place) == sorted(names())


def test_an_archive_that_is_not_there_is_an_error_even_if_the_folder_is(place, capsys):
    (place/'x.tgz').write_bytes(good())
    assert said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys) == (0, [])
    rc, lines = said(['data', 'get', NAME, '--archive', '/nonexistent.tgz'], capsys)
    assert rc == 2 and '/nonexistent.tgz does not exist' in lines[0]
    assert main(['data', 'get', NAME, '--archive', 'x.tgz']) == 0
    assert 'already exists; x.tgz was not unpacked' in capsys.readouterr().err


def test_a_folder_in_its_place_is_named(place, capsys):
    (place/'data'/NAME/'other').mkdir(parents=True)
    (place/'x.tgz').write_bytes(good())
    rc, lines = said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys)
    assert rc == 2 and f'it is not {NAME}: it has no folder train/; move it away' in lines[0]


def test_any_size(place, capsys):
    (place/'x.tgz').write_bytes(zeros(60)())
    assert said(['data', 'get', NAME, '--archive', 'x.tgz'], capsys)[0] == 2
    assert said(['data', 'get', NAME, '--archive', 'x.tgz', '--any-size'], capsys) == (0, [])
    assert (place/'data'/NAME/'zeros').stat().st_size == 60<<20


def test_a_full_disk_does_not_cost_the_download(place, mirror, capsys, monkeypatch):
    mirror.write_bytes(good())
    full = type('Usage', (), dict(free=100))
    monkeypatch.setattr('noisy_lab.data.archives.shutil.disk_usage', lambda path: full)
    rc, lines = said(['data', 'get', NAME], capsys)
    assert rc == 2 and 'no space left' in lines[0] and left(place) == []
    assert len(list((place/'fastai').rglob('*.tgz'))) == 1


@pytest.mark.parametrize('raw,says', [(good(), 'NOT the published archive'), (b'', 'the file is empty'),
                                      (gzip.compress(b'x', mtime=0), 'a different archive with the same name')],
                         ids=['another name', 'empty', 'another archive'])
def test_verify_fails_for_a_wrong_archive(raw, says, place, capsys):
    (place/'x.tgz').write_bytes(raw)
    rc, lines = said(['data', 'verify', NAME, 'x.tgz'], capsys)
    assert rc == 2 and says in lines[0]
    assert main(['data', 'verify', NAME, 'x.tgz', '--json']) == 2
    assert json.loads(capsys.readouterr().out)['published'] is False
