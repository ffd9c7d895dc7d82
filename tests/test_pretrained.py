"""Published weights from a hub: a server on this machine with the hub's own layout, and the hub's own client."""
import hashlib, http.server, json, os, subprocess, sys, threading
from pathlib import Path

import pandas as pd, pytest, timm, torch
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data import create_transform, resolve_data_config

from noisy_lab.cli import main
from noisy_lab.core import data_dir, load_settings
from noisy_lab.data import load_data
from noisy_lab.nets import decoded, model_transform, open_image
from noisy_lab.runs import open_classifier
from test_bad_input import lab, left_behind, refused  # the fixture and helpers

NAME = 'resnet18.fb_swsl_ig1b_ft_in1k'
HUB_PATH = f'/timm/{NAME}/resolve/main/'


@pytest.fixture(scope='module')
def weights(tmp_path_factory):
    "Random weights, in a folder as a hub repository has it"
    folder = tmp_path_factory.mktemp('mirror')/NAME
    folder.mkdir()
    torch.manual_seed(0)
    save_file(timm.create_model(NAME).state_dict(), folder/'model.safetensors')
    return folder


@pytest.fixture
def hub(weights):
    "A server that answers like the hub for one repository; gives its address and the requests it had"
    body, seen = (weights/'model.safetensors').read_bytes(), []

    class Hub(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args): pass
        def answer(self, send):
            seen.append((self.command, self.path))
            there = self.path == HUB_PATH+'model.safetensors'
            self.send_response(200 if there else 404)
            if there:
                self.send_header('ETag', f'"{hashlib.sha256(body).hexdigest()}"')
                self.send_header('X-Repo-Commit', 'a'*40)
            else: self.send_header('X-Error-Code', 'EntryNotFound')
            self.send_header('Content-Length', str(len(body) if there else 0))
            self.end_headers()
            if there and send: self.wfile.write(body)
        def do_HEAD(self): self.answer(False)
        def do_GET(self): self.answer(True)

    s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hub)
    threading.Thread(target=s.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{s.server_port}', seen
    s.shutdown()


def shell(lab, hub_url, *argv):
    "noisy-lab in a process of its own, whose hub is `hub_url` and whose hub cache is empty at first"
    quiet = {k: '1' for k in ('HF_HUB_DISABLE_XET', 'HF_HUB_DISABLE_TELEMETRY', 'OMP_NUM_THREADS')}
    env = {**os.environ, 'HF_ENDPOINT': hub_url, 'HF_HOME': str(lab/'hf'), **quiet}
    env = {k:v for k, v in env.items() if k.lower() not in ('http_proxy', 'https_proxy', 'all_proxy', 'hf_hub_offline')}
    lab_command = [Path(sys.executable).parent/'noisy-lab', *argv]
    return subprocess.run(lab_command, capture_output=True, text=True, env=env, cwd=lab)


def test_from_a_hub(lab, hub, weights):
    url, seen = hub
    image = lab/'pets/train/cat/0.jpg'
    p = shell(lab, url, 'predict', str(image), '--model', 'resnet18_swsl', '--topk', '3', '--json')
    assert p.returncode == 0, p.stderr
    rows = json.loads(p.stdout)
    assert ('GET', HUB_PATH+'model.safetensors') in seen
    net = timm.create_model(NAME).eval()
    net.load_state_dict(load_file(weights/'model.safetensors'))
    with torch.no_grad(): want = net(model_transform(NAME)(open_image(image))[None]).softmax(1)[0].topk(3)
    assert [r['class'] for r in rows] == want.indices.tolist()
    assert [r['prob'] for r in rows] == pytest.approx(want.values.tolist(), abs=2e-6)
    n = len(seen)
    again = shell(lab, url, 'predict', str(image), '--model', NAME, '--topk', '3', '--json')
    assert json.loads(again.stdout) == rows and len(seen) == n  # from the cache, the hub is not asked again


def test_without_network(lab):
    p = shell(lab, 'http://no-such-host.invalid', 'predict', str(lab/'pets/train/cat/0.jpg'), '--model', 'resnet50_ssl')
    assert p.returncode == 2 and p.stderr.strip().count('\n') == 0, p.stderr
    for o in ('resnet50.fb_ssl_yfcc100m_ft_in1k', '/resolve/main/model.safetensors', '--weights', 'weights_dir'):
        assert o in p.stderr


def test_from_a_mirror_folder(lab, weights, monkeypatch, capsys):
    monkeypatch.setenv('NOISY_LAB_WEIGHTS_DIR', str(weights.parent))
    assert main(['predict', './pets/val', '--model', 'swsl_resnet18', '--topk', '2', '--out', 'top.csv', '--json']) == 0
    assert json.loads(capsys.readouterr().out)['images'] == 16
    top = pd.read_csv(lab/'top.csv')
    assert len(top) == 32 and list(top) == ['path', 'rank', 'class', 'label', 'prob']
    assert (top.groupby('path').prob.sum() <= 1).all()


def test_whole_path_on_a_folder(lab, weights, capsys):
    "Features, probes, one epoch of finetuning, and its run as a classifier"
    w = ['--weights', str(weights), '--data', './pets', '--pct', '50', '--size', '32', '--device', 'cpu', '--json']
    assert main(['probe', '--model', NAME, *w]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [r['features'] for r in rows][-1] == 'pooled'
    assert all(0 <= r['knn'] <= 1 and r['n_train'] == 16 for r in rows)
    assert main(['finetune', '--model', 'resnet18_swsl', '--epochs', '1', '--bs', '4', '--runs', '1', *w]) == 0
    out, err = capsys.readouterr()
    row = json.loads(out)[0]
    said = [row[k] for k in ('pretrained', 'contaminated', 'noncommercial', 'licence')]
    assert said == [True, False, True, 'cc-by-nc-4.0']
    assert 'not for commercial use' in err
    run = next(o.parent for o in (lab/'out').rglob('result.json'))
    assert main(['predict', './pets/val', '--model', str(run), '--topk', '2', '--json']) == 0
    assert {r['label'] for r in json.loads(capsys.readouterr().out)} == {'cat', 'dog'}


def test_whole_path_on_imagenette(lab, weights, monkeypatch, capsys):
    "The same on real Imagenette, where it is at hand"
    monkeypatch.delenv('NOISY_LAB_DATA_DIR')
    root = data_dir(load_settings('/'))/'imagenette2-160'
    if not root.is_dir(): pytest.skip('imagenette2-160 is not on this machine')
    images = [str(o) for o in sorted((root/'val/n01440764').iterdir())[:4]]
    assert main(['predict', *images, '--model', NAME, '--weights', str(weights), '--json']) == 0
    assert len(json.loads(capsys.readouterr().out)) == 20
    clf = open_classifier(NAME, weights)
    transform = create_transform(**resolve_data_config({}, model=clf.net))
    with Image.open(images[0]) as im: want = transform(im.convert('RGB'))
    assert torch.equal(next(decoded(images[:1], clf.transform, 1))[1][0], want)
    wide = dict(stage1=64, stage2=64, stage3=128, stage4=256, stage5=512, pooled=512)
    shapes = {k: v.shape for k, v in clf.features(images, stages=True)[1].items()}
    assert shapes == {k: (4, n) for k, n in wide.items()}
    w = ['--weights', str(weights), '--data', 'imagenette2-160', '--pct', '50', '--device', 'cpu', '--size', '32',
         '--json']
    assert main(['finetune', '--model', NAME, '--epochs', '1', '--labels', '100', '--runs', '1', *w]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)[0]['contaminated'] and "on which these weights were trained" in err


def test_bad_weights(lab, weights, capsys):
    good = (weights/'model.safetensors').read_bytes()
    def ask(*argv): return refused(['predict', './pets/val', '--device', 'cpu', *argv], capsys)
    (lab/'cut.safetensors').write_bytes(good[:len(good)//2])
    assert 'cut short' in ask('--model', NAME, '--weights', 'cut.safetensors')
    assert 'does not hold the weights of resnet50' in ask('--model', 'resnet50_swsl', '--weights', str(weights))
    assert 'do not exist' in ask('--model', NAME, '--weights', 'gone.pth')
    assert "did you mean 'resnet18_swsl'" in ask('--model', 'resnet18_swls')
    assert 'should end in' in ask('--model', NAME, '--weights', 'pets/noisy_pets.csv')
    torch.save(dict(state=Evil(str(lab/'ran'))), lab/'evil.pth')
    assert 'code that would run' in ask('--model', NAME, '--weights', 'evil.pth') and not (lab/'ran').exists()
    with open(lab/'evil.pth', 'rb') as f: torch.load(f, weights_only=False)
    assert (lab/'ran').exists()  # it would have


class Evil:
    "Writes a file when it is unpickled"
    def __init__(self, path): self.path = path
    def __reduce__(self): return (Path.touch, (Path(self.path),))


def test_bad_images(lab, weights, capsys):
    argv = ['predict', './pets/val', '--model', NAME, '--weights', str(weights), '--device', 'cpu']
    (lab/'pets/val/cat/9.jpg').write_bytes((lab/'pets/val/cat/0.jpg').read_bytes()[:99])
    assert '9.jpg is damaged' in refused([*argv, '--out', 'top.csv'], capsys)
    assert not (lab/'top.csv').exists() and left_behind(lab) == []
    assert main([*argv, '--out', 'top.csv', '--skip-bad', '--topk', '1']) == 0 and len(pd.read_csv(lab/'top.csv')) == 16
    capsys.readouterr()
    assert 'does not exist' in refused(['predict', 'gone.jpg', *argv[2:]], capsys)
    assert 'topk must lie in 1 to 1000' in refused([*argv, '--topk', '1001'], capsys)


def test_models_table(capsys):
    assert main(['models', '--json', '--no-counts']) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 23 and sum('swsl' in r['name'] for r in rows) == 6
    assert main(['models', '--family', 'ssl', '--no-counts', '--recipes']) == 0
    assert 'YFCC100M' in capsys.readouterr().out
