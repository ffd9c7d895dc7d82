"""A run leaves the lab: for timm in a process that has never heard of it, as a graph; and images come by address"""
import http.server, importlib.util, json, subprocess, sys, threading

import numpy as np, pytest, timm, torch

from noisy_lab.cli import main
from noisy_lab.data import load_data
from noisy_lab.nets import FORMATS
from noisy_lab.runs import find_run, load_net, open_classifier

ONNX = importlib.util.find_spec('onnxruntime') is not None


@pytest.fixture(scope='module')
def runs(tmp_path_factory):
    "A run of a network of timm's own, and one of the lab's with a rotation head"
    out = tmp_path_factory.mktemp('runs')
    base = ['--data', 'tinynette', '--pct', '0', '--size', '32', '--epochs', '1', '--labels', '64', '--bs', '32']
    assert main(['run', 'supervised', *base, '--arch', 'resnet18', '--out', str(out/'timm'), '--device', 'cpu']) == 0
    assert main(['run', 'sesemi', *base, '--out', str(out/'lab'), '--device', 'cpu']) == 0
    return out


@pytest.fixture(scope='module')
def photo():
    data = load_data('tinynette')
    return data.root/data.df.path.iloc[data.ids('val')[0]]


def told(capsys, *argv):
    "What a command answers as JSON"
    capsys.readouterr()
    assert main([str(o) for o in argv] + ['--json']) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *argv):
    "The one sentence of a command that fails"
    capsys.readouterr()
    assert main([str(o) for o in argv]) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith('noisy-lab: ') and 'Traceback' not in said
    return said


X = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(5))

def logits(run): return load_net(run, None)(X).detach()


# What a stranger does: only timm and torch, in another folder
STRANGER = """
import sys, timm, torch
folder, n = sys.argv[1], int(sys.argv[2])
x = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(5))
nets = [timm.create_model(f'local-dir:{folder}', pretrained=True),
        timm.create_model('resnet18', checkpoint_path=f'{folder}/model.safetensors', num_classes=n)]
timm.models.save_for_hf(nets[0], f'{folder}/again', safe_serialization=True)
nets.append(timm.create_model(f'local-dir:{folder}/again', pretrained=True))
view = timm.data.create_transform(**timm.data.resolve_model_data_config(nets[0]), is_training=False)
assert not [m for m in sys.modules if m.startswith('noisy_lab')]
torch.save([o.eval()(x) for o in nets], f'{folder}/logits.pt')
print(nets[0].pretrained_cfg['label_names'], nets[0].pretrained_cfg['input_size'], view)
"""

def test_timm_reads_it_without_the_lab(runs, tmp_path, capsys):
    res = told(capsys, 'export', runs/'timm', '--out', tmp_path/'net')
    assert res['path'] == str(tmp_path/'net') and res['difference'] < 1e-5
    p = subprocess.run([sys.executable, '-W', 'ignore', '-c', STRANGER, str(tmp_path/'net'), '10'], cwd=tmp_path,
                       env={'PATH': '/usr/bin', 'OMP_NUM_THREADS': '1'}, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    want = logits(find_run(runs/'timm'))
    for got in torch.load(tmp_path/'net/logits.pt', weights_only=True): assert torch.allclose(got, want, atol=1e-5)
    assert "'umbrella'" in p.stdout and '32, 32' in p.stdout and '0.4850' in p.stdout


@pytest.mark.parametrize('to', [o for o in FORMATS if o != 'onnx' or ONNX])
@pytest.mark.parametrize('which', ['timm', 'lab'])
def test_every_format_gives_the_same_logits(runs, which, to, tmp_path, capsys):
    res = told(capsys, 'export', runs/which, '--to', to, '--out', tmp_path/'net')
    file = str(tmp_path/'net'/FORMATS[to])
    run = find_run(runs/which)
    if to == 'timm': got = timm.create_model(f'local-dir:{tmp_path}/net', pretrained=True).eval()(X)
    elif to == 'torchscript': got = torch.jit.load(file)(X)
    elif to == 'pt2': got = torch.export.load(file).module()(X)
    else:
        import onnxruntime
        got = torch.from_numpy(onnxruntime.InferenceSession(file).run(None, {'images': X.numpy()})[0])
    assert torch.allclose(got, logits(run), atol=1e-4) and res['format'] == to
    config = json.loads((tmp_path/'net/config.json').read_text())
    assert config['label_names'] == run.result['classes'] and config['noisy_lab']['acc_last'] == run.result['acc_last']


def test_where_it_goes(runs, tmp_path, capsys):
    run = find_run(runs/'lab')
    assert told(capsys, 'export', run.folder)['path'] == str(run.folder/'timm')
    told(capsys, 'export', run.folder)   # again, in its own place
    assert told(capsys, 'run', run.folder)[0]['acc_last'] == run.result['acc_last']   # the run is whole
    (tmp_path/'photos').mkdir()
    (tmp_path/'photos/a.jpg').write_bytes(b'dear')
    assert 'choose another folder with --out' in refused(capsys, 'export', run.folder, '--out', tmp_path/'photos')
    assert (tmp_path/'photos/a.jpg').read_bytes() == b'dear'
    assert 'is not a run folder' in refused(capsys, 'export', tmp_path)
    assert 'is not a run folder' in refused(capsys, 'export', tmp_path/'gone')
    assert [o.name for o in tmp_path.iterdir()] == ['photos']


@pytest.mark.skipif(ONNX, reason='onnxruntime is installed')
def test_onnx_is_an_extra(runs, tmp_path, capsys):
    said = refused(capsys, 'export', runs/'lab', '--to', 'onnx', '--out', tmp_path/'x')
    assert 'pip install "noisy_lab[export]"' in said
    assert not list(tmp_path.iterdir())


def test_predict_with_a_run_and_with_what_was_exported(runs, photo, tmp_path, capsys):
    run = find_run(runs/'timm')
    told(capsys, 'export', run.folder, '--out', tmp_path/'net')
    rows = [told(capsys, 'predict', photo, '--model', o, '--topk', 10) for o in (run.folder, tmp_path/'net')]
    assert [(r['label'], round(r['prob'], 4)) for r in rows[0]] == [(r['label'], round(r['prob'], 4)) for r in rows[1]]
    assert {r['label'] for r in rows[0]} == set(run.result['classes'])


def test_features(runs, photo, tmp_path, capsys):
    run = find_run(runs/'lab')
    res = told(capsys, 'features', photo.parent, '--model', run.folder, '--out', tmp_path/'f.npz', '--stages')
    assert res['images'] == 100 and res['shapes']['pooled'] == [100, 128]
    with np.load(tmp_path/'f.npz') as z:
        assert sorted(z) == ['path', 'pooled', *(f'stage{i}' for i in range(1, 6))]
        at = list(z['path']).index(str(photo))
        want = open_classifier(run.folder).features(photo)[1]['pooled'][0]
        assert np.allclose(z['pooled'][at], want, atol=1e-5)
    said = refused(capsys, 'features', photo, '--model', run.folder, '--out', tmp_path/'f.csv')
    assert 'choose f.npz' in said and not (tmp_path/'f.csv').exists()


# ---- addresses

@pytest.fixture(scope='module')
def web(photo):
    "A server with an image, a page, half an image, and nothing"
    answers = {'/dog.jpg': photo.read_bytes(), '/page': b'<html>no image</html>', '/half': photo.read_bytes()}

    class Answers(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args): pass
        def do_GET(self):
            if self.path == '/moved':
                self.send_response(302)
                self.send_header('Location', '/dog.jpg')
                return self.end_headers()
            body = answers.get(self.path)
            self.send_response(200 if body else 404)
            if body: self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            if body: self.wfile.write(body[:300] if self.path == '/half' else body)

    s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answers)
    threading.Thread(target=s.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{s.server_port}'
    s.shutdown()


def test_predict_takes_an_address(runs, web, photo, capsys):
    model = find_run(runs/'lab').folder
    rows = told(capsys, 'predict', f'{web}/dog.jpg', photo, f'{web}/moved', '--model', model, '--topk', 1)
    assert [r['path'] for r in rows] == [f'{web}/dog.jpg', str(photo), f'{web}/moved']
    assert len({(r['label'], r['prob']) for r in rows}) == 1


@pytest.mark.parametrize('path,words', [
    ('/gone', 'cannot be fetched (404 Not Found)'), ('/half', 'cannot be fetched (the answer is cut short)'),
    ('/page', 'is damaged or no')])
def test_a_bad_address_is_one_sentence(runs, web, photo, path, words, tmp_path, capsys):
    model = find_run(runs/'lab').folder
    said = refused(capsys, 'predict', f'{web}{path}', '--model', model, '--out', tmp_path/'x.csv')
    assert words in said and f'{web}{path}' in said and not list(tmp_path.iterdir())
    rows = told(capsys, 'predict', f'{web}{path}', photo, '--model', model, '--topk', 1, '--skip-bad')
    assert [r['path'] for r in rows] == [str(photo)]


def test_nobody_answers(runs, web, capsys):
    model = find_run(runs/'lab').folder
    assert 'cannot be fetched' in refused(capsys, 'predict', 'http://127.0.0.1:1/a.jpg', '--model', model)
    assert 'does not exist' in refused(capsys, 'predict', 'ftp://127.0.0.1/a.jpg', '--model', model)
