"""What a fastai user calls on the lab's Learner, and the lab's callbacks on fastai's: a table, each line run"""
import pickle, shutil
from dataclasses import replace
from types import SimpleNamespace

import matplotlib
matplotlib.use('agg')
import matplotlib.pyplot as plt, numpy as np, pandas as pd, pytest, torch
from fastai.callback.core import Callback
from fastai.callback.fp16 import MixedPrecision
from fastai.callback.hook import ActivationStats
from fastai.callback.mixup import CutMix, MixUp
from fastai.callback.preds import MCDropoutCallback
from fastai.callback.progress import CSVLogger, ShowGraphCallback
from fastai.callback.schedule import ParamScheduler, SchedCos, minimum, slide, steep, valley
from fastai.callback.tracker import (
    EarlyStoppingCallback, ReduceLROnPlateau, SaveModelCallback, TerminateOnNaNCallback)
from fastai.callback.training import BnFreeze, GradientAccumulation, GradientClip, ShortEpochCallback
from fastai.data.core import show_at
from fastai.interpret import ClassificationInterpretation, Interpretation
from fastai.learner import Learner, load_learner
from fastai.metrics import F1Score, accuracy, error_rate, top_k_accuracy
from fastai.torch_core import TensorCategory, TensorImage
from fastai.vision.augment import Resize, aug_transforms
from fastai.vision.core import PILImage
from fastai.vision.data import ImageDataLoaders
from fastai.vision.learner import vision_learner
from PIL import Image
from torchvision.models import resnet18

from noisy_lab.core import LabError
from noisy_lab.data import keep_labels, lab_dls, load_data, open_store
from noisy_lab.methods import ELR, Mixup, Relabel, SmallLoss
from noisy_lab.nets import create_net
from noisy_lab.runs import load_recipe, make_learner, open_data
from noisy_lab.train import Ema, EpochLog, PredictionLog, StopOnNaN, create_loss, lab_learner

pytestmark = pytest.mark.filterwarnings('ignore')


@pytest.fixture(scope='module')
def small():
    "128 labelled and 60 validation images of tinynette at 16 px"
    data = keep_labels(load_data('tinynette', 50), 128)
    few = np.concatenate([data.ids('val')[100*i:][:6] for i in range(10)])
    out = (data.df.split == 'val') & ~data.df.idx.isin(few)
    data = replace(data, df=data.df.assign(split=data.df.split.mask(out, 'test')))
    return data, open_store(data, 16, progress=False)


@pytest.fixture(scope='module')
def folder(small, tmp_path_factory):
    "Class folders with a dozen images each, for fastai's own loaders"
    data, root = small[0], tmp_path_factory.mktemp('photos')
    for split in ('train', 'val'):
        for c in ('car', 'duck', 'tree'):
            (root/split/c).mkdir(parents=True)
            for f in sorted((data.root/split/c).iterdir())[:12]: shutil.copy(f, root/split/c)
    return root


@pytest.fixture
def o(small, folder, tmp_path, monkeypatch):
    "What the lines of the table use"
    monkeypatch.chdir(tmp_path)
    data, store = small
    def make(cbs=(), **kwargs): return bare(lab_learner(lab_dls(data, store, 16, 32), cbs=cbs, path=tmp_path, **kwargs))
    def photos(workers=0):
        return ImageDataLoaders.from_folder(folder, train='train', valid='val', item_tfms=Resize(24), bs=8,
                                            num_workers=workers)
    i = int(data.ids('val')[3])
    file = data.root/data.df.path.iloc[i]
    learn = make()
    yield SimpleNamespace(data=data, store=store, make=make, photos=photos, i=i, file=file, im=Image.open(file),
                          rgb=np.array(Image.open(file).convert('RGB')), learn=learn, dls=learn.dls, root=data.root,
                          n=len(data.ids('val')), vocab=data.classes, tmp=tmp_path, folder=folder)
    plt.close('all')


def bare(learn):
    "Without a progress bar"
    learn.remove_cbs([cb for cb in learn.cbs if cb.name == 'progress'])
    return learn


def fitted(learn, n=1, lr=1e-3, **kwargs):
    with learn.no_logging(): learn.fit(n, lr, **kwargs)
    return learn


def weights(learn): return torch.cat([p.detach().flatten().clone() for p in learn.model.parameters()])

def shapes(things): return [None if t is None else tuple(t.shape) for t in things]

def same(a, b): return torch.allclose(a, b, atol=1e-6)

def axes(): return len(plt.gcf().axes)

def titles(): return [ax.get_title() for ax in plt.gcf().axes]

def done(*_): return True


def refuses(words, f):
    "Says `f` in one sentence what is wrong, with these words?"
    with pytest.raises(LabError) as e: f()
    return words in str(e.value) and '\n' not in str(e.value).split('\n\t')[-1]


class Spy(Callback):
    "Count steps of the optimiser, and keep gradients' norms and labels by `idx`"
    order = 99
    def __init__(self): self.steps, self.norms, self.labels = 0, [], {}
    def before_batch(self):
        if self.training: self.labels |= dict(zip(self.learn.idx.tolist(), self.learn.yb[0].tolist()))
    def before_step(self):
        grads = [p.grad for p in self.learn.model.parameters() if p.grad is not None]
        self.norms.append(float(torch.cat([g.flatten() for g in grads]).norm()))
    def after_step(self): self.steps += 1


# ---- data

def unique_batch(o):
    o.dls.train.show_batch(unique=True)
    return len(set(titles())) == 1 and axes() == 9

def with_transforms(o):
    o.dls.add_tfms(aug_transforms(), 'after_batch')
    x = o.dls.one_batch()[0]
    return isinstance(x, TensorImage) and len(fitted(o.learn).recorder.values) == 1

def labelled_test(o):
    files = [o.root/p for p in o.data.df.path.iloc[o.data.ids('val')[:5]]]
    x, y, idx = o.dls.test_dl(files, with_labels=True).one_batch()
    return idx.tolist() == o.data.ids('val')[:5].tolist() and y.tolist() == o.data.df.y_obs.values[idx].tolist()

DATA = {
    'dls.vocab': lambda o: list(o.dls.vocab) == o.vocab and o.dls.vocab.o2i['duck'] == o.vocab.index('duck'),
    'dls.c': lambda o: o.dls.c == 10,
    'dls.n_inp': lambda o: o.dls.n_inp == 1,
    'len(dls.train), len(dls.valid_ds)': lambda o: (len(o.dls.train), len(o.dls.valid_ds)) == (4, o.n),
    'dls.one_batch()': lambda o: shapes(o.dls.one_batch()) == [(32, 3, 16, 16), (32,), (32,)],
    'dls.valid.one_batch()': lambda o: shapes(o.dls.valid.one_batch()) == [(o.n, 3, 16, 16), (o.n,), (o.n,)],
    'dls.train_ds[0]': lambda o: [type(v) for v in o.dls.train_ds[0]] == [PILImage, TensorCategory],
    'dls.valid_ds[2:4]': lambda o: len(o.dls.valid_ds[2:4]) == 2,
    'dls.valid_ds.items': lambda o: o.dls.valid_ds.items[3] == o.file,
    'dls.valid.items': lambda o: o.dls.valid.items[3] == o.file,
    'dls.train_ds.vocab': lambda o: list(o.dls.train_ds.vocab) == o.vocab,
    'dls.valid_ds.decode(item)': lambda o: o.dls.valid_ds.decode(o.dls.valid_ds[3])[1] == 'car',
    'show_at(dls.valid_ds, 3)': lambda o: (show_at(o.dls.valid_ds, 3), titles())[1] == ['car'],
    'dls.decode_batch(b)': lambda o: o.dls.valid.decode_batch(o.dls.valid.one_batch())[3][1] == 'car',
    'dls.decode(b)': lambda o: o.dls.decode(o.dls.one_batch())[0].dtype == torch.uint8,
    'dls.show_batch()': lambda o: (o.dls.show_batch(), axes(), set(titles()) <= set(o.vocab))[1:] == (9, True),
    'dls.valid.show_batch(max_n=4)': lambda o: (o.dls.valid.show_batch(max_n=4), axes())[1] == 4,
    'dls.train.show_batch(unique=True)': unique_batch,
    'dls.test_dl([file])': lambda o: shapes(o.dls.test_dl([o.file]).one_batch()) == [(1, 3, 16, 16)],
    'dls.test_dl([PIL image])': lambda o: shapes(o.dls.test_dl([o.im]).one_batch()) == [(1, 3, 16, 16)],
    'dls.test_dl([idx])': lambda o: shapes(o.dls.test_dl([o.i]).one_batch()) == [(1, 3, 16, 16)],
    'dls.test_dl(folder)': lambda o: len(o.dls.test_dl(o.root/'val/car', bs=7)) == 15,
    'dls.test_dl(files, with_labels=True)': labelled_test,
    'dls.valid.new(bs=7)': lambda o: len(o.dls.valid.new(bs=7)) == -(-o.n//7),
    'dls.new_empty()': lambda o: len(o.dls.new_empty().train_ds) == 0,
    'dls.cpu()': lambda o: o.dls.cpu().device.type == 'cpu',
    'dls.add_tfms(aug_transforms())': with_transforms,
    'dls.add_tfms(item transforms)': lambda o: refuses('transforms of single items', lambda: (
        o.dls.add_tfms(Resize(8), 'after_item'), o.dls.one_batch()))}


# ---- predictions

def predicts(o, item):
    "The prediction of an item is that of the image in the store"
    name, number, probs = o.learn.predict(item)
    want = o.learn.get_preds()[0][3]
    return same(probs, want) and number == want.argmax() and name == o.vocab[number]

def trained_views(o):
    preds = o.learn.tta(n=3)[0]
    again, clean = o.learn.tta(n=3)[0], o.learn.get_preds()[0]
    return shapes([preds]) == [(o.n, 10)] and same(preds, again) and not same(preds, clean)

def several_views(o):
    "Each pass draws other views"
    several, plain = o.learn.tta(n=4, beta=None)[0]
    return not same(several, o.learn.tta(n=1, beta=None)[0][0]) and same(plain, o.learn.get_preds()[0])

def losses(o):
    p, y, loss = o.learn.get_preds(with_loss=True)
    return same(loss, -p[range(o.n), y].log())

def dropouts(o):
    learn = o.make(drop=.5)
    a, b = (learn.get_preds(cbs=[MCDropoutCallback()])[0] for _ in range(2))
    return not same(a, b) and same(learn.get_preds()[0], learn.get_preds()[0])

def results(o, **kwargs):
    o.learn.show_results(max_n=4, **kwargs)
    return axes() == 4 and all(set(t.split('\n')) <= set(o.vocab) for t in titles())

PREDICTIONS = {
    'learn.predict(idx)': lambda o: predicts(o, o.i),
    'learn.predict(file)': lambda o: predicts(o, o.file),
    'learn.predict(str)': lambda o: predicts(o, str(o.file)),
    'learn.predict(PIL image)': lambda o: predicts(o, o.im),
    'learn.predict(array)': lambda o: predicts(o, o.rgb),
    'learn.predict(tensor)': lambda o: predicts(o, torch.from_numpy(o.rgb).permute(2, 0, 1)),
    'learn.predict(bytes)': lambda o: predicts(o, o.file.read_bytes()),
    'learn.predict(dls.valid_ds[3][0])': lambda o: predicts(o, o.dls.valid_ds[3][0]),
    'learn.predict(with_input=True)': lambda o: o.learn.predict(o.i, with_input=True)[0].shape == (3, 16, 16),
    'learn.predict(no image)': lambda o: refuses('damaged or not an image', lambda: o.learn.predict(__file__)),
    'learn.predict(no idx)': lambda o: refuses('no image with idx', lambda: o.learn.predict(10**6)),
    'learn.get_preds()': lambda o: shapes(o.learn.get_preds()) == [(o.n, 10), (o.n,)],
    'learn.get_preds(ds_idx=0)': lambda o: shapes(o.learn.get_preds(ds_idx=0)) == [(128, 10), (128,)],
    'learn.get_preds(dl=dls.test_dl([image]))': lambda o: shapes(
        o.learn.get_preds(dl=o.dls.test_dl([o.im]))) == [(1, 10), None],
    'learn.get_preds(dl=dls.test_dl(files))': lambda o: len(
        o.learn.get_preds(dl=o.dls.test_dl(o.root/'val/car', bs=7))[0]) == 100,
    'learn.get_preds(with_input=True)': lambda o: o.learn.get_preds(with_input=True)[0].shape == (o.n, 3, 16, 16),
    'learn.get_preds(with_loss=True)': losses,
    'learn.get_preds(with_decoded=True)': lambda o: (
        (r := o.learn.get_preds(with_decoded=True)), torch.equal(r[2], r[0].argmax(1)))[1],
    'learn.get_preds(reorder=False)': lambda o: same(o.learn.get_preds(reorder=False)[0], o.learn.get_preds()[0]),
    'learn.get_preds(act=...)': lambda o: same(
        o.learn.get_preds(act=lambda x: x)[0].softmax(1), o.learn.get_preds()[0]),
    'learn.validate()': lambda o: np.isclose(
        o.learn.validate()[1], (o.learn.get_preds()[0].argmax(1) == o.learn.get_preds()[1]).float().mean()),
    'learn.validate(ds_idx=0)': lambda o: len(o.learn.validate(ds_idx=0)) == 2,
    'learn.validate(dl=dls.test_dl(..., with_labels=True))': lambda o: np.isfinite(
        o.learn.validate(dl=o.dls.test_dl(o.root/'val/car', with_labels=True))[0]),
    'learn.show_results()': results,
    'learn.show_results(ds_idx=0)': lambda o: results(o, ds_idx=0),
    'learn.tta()': trained_views,
    'learn.tta(n=4, beta=None)': several_views,
    'learn.tta(ds_idx=0, use_max=True)': lambda o: o.learn.tta(ds_idx=0, n=2, use_max=True)[0].shape == (128, 10),
    'learn.tta(batch_tfms=...)': lambda o: o.learn.tta(n=2, batch_tfms=aug_transforms())[0].shape == (o.n, 10),
    'learn.tta(dl=dls.test_dl(files))': lambda o: len(
        o.learn.tta(dl=o.dls.test_dl([o.file, o.im], with_labels=False), n=2)[0]) == 2,
    'learn.tta(item_tfms=...)': lambda o: refuses('single items', lambda: o.learn.tta(item_tfms=Resize(8))),
    'get_preds(cbs=MCDropoutCallback())': dropouts}


# ---- fits, files

def frozen(o):
    o.learn.freeze()
    was = {k: v.clone() for k, v in o.learn.model.named_parameters()}
    fitted(o.learn, lr=1e-2)
    moved = {k.split('.')[0] for k, v in o.learn.model.named_parameters() if v.ndim > 1 and not torch.equal(v, was[k])}
    return moved == {'head'}

def unfrozen(o):
    o.learn.freeze()
    o.learn.unfreeze()
    was = weights(o.learn)
    return all(p.requires_grad for p in o.learn.model.parameters()) and not same(weights(fitted(o.learn)), was)

def saved(o, **kwargs):
    was = weights(fitted(o.learn))
    o.learn.save('there', **kwargs)
    fitted(o.learn)
    return torch.equal(weights(o.learn.load('there', **kwargs)), was)

def exported(o):
    fitted(o.learn).export()
    again = load_learner(o.tmp/'export.pkl')
    files = again.get_preds(dl=again.dls.test_dl([o.file, o.im]))[0]
    same_answer = same(again.predict(o.file)[2], o.learn.predict(o.file)[2])
    return same_answer and len(files) == 2 and list(again.dls.vocab) == o.vocab

def exported_without_images(o):
    o.learn.export()
    return refuses('exported without images', lambda: load_learner(o.tmp/'export.pkl').predict(0))

def picklable(o):
    for use in (o.learn.validate, o.learn.get_preds, lambda: o.learn.tta(n=1), lambda: fitted(o.learn)):
        use()
        pickle.loads(pickle.dumps(o.learn.model))
    return not o.learn.model.backbone._forward_pre_hooks

def half(o):
    learn = fitted(o.learn.to_fp16())
    hooks = isinstance(learn.mixed_precision, MixedPrecision)
    return hooks and learn.to_fp32() is learn and not hasattr(learn, 'mixed_precision')

def rates(o, f):
    f(o.learn)
    lrs = o.learn.recorder.lrs
    return len(lrs) >= 4 and np.ptp(lrs) > 0

FITS = {
    'learn.fit(1)': lambda o: len(fitted(o.learn).recorder.values) == 1,
    'learn.fit(1, slice(...))': lambda o: len(fitted(o.learn, lr=slice(1e-5, 1e-3)).recorder.values) == 1,
    'learn.fit(3, start_epoch=2)': lambda o: len(fitted(o.learn, 3, start_epoch=2).recorder.values) == 1,
    'learn.fit_one_cycle(1)': lambda o: rates(o, lambda learn: learn.fit_one_cycle(1, 1e-3)),
    'learn.fit_flat_cos(2)': lambda o: rates(o, lambda learn: learn.fit_flat_cos(2, 1e-3)),
    'learn.fit_sgdr(1, 1)': lambda o: rates(o, lambda learn: learn.fit_sgdr(1, 1, lr_max=1e-3)),
    'learn.fine_tune(1)': lambda o: (o.learn.fine_tune(1), len(o.learn.opt.hypers))[1] == 2,
    'learn.lr_find()': lambda o: 1e-7 < o.learn.lr_find(show_plot=False).valley < 10,
    'learn.lr_find(suggest_funcs=...)': lambda o: len(
        o.learn.lr_find(suggest_funcs=(minimum, steep, valley, slide))) == 4 and axes() == 1,
    'learn.freeze()': frozen,
    'learn.unfreeze()': unfrozen,
    'learn.create_opt()': lambda o: (o.learn.create_opt(), o.learn.opt is not None)[1],
    'learn.summary()': lambda o: 'Total params' in str(o.learn.summary()),
    'learn.save(), learn.load()': saved,
    'learn.save(with_opt=False)': lambda o: saved(o, with_opt=False),
    'learn.export(), load_learner()': exported,
    'load_learner().predict(idx)': exported_without_images,
    'pickle.dumps(learn.model)': picklable,
    'learn.recorder.plot_loss()': lambda o: fitted(o.learn, 2).recorder.plot_loss(skip_start=0).lines != [],
    'learn.recorder.plot_sched()': lambda o: (o.learn.fit_one_cycle(1), o.learn.recorder.plot_sched(), axes())[2] == 2,
    'learn.recorder.metric_names': lambda o: 'accuracy' in fitted(o.learn).recorder.metric_names,
    'learn.final_record': lambda o: len(fitted(o.learn).final_record) == 3,
    'learn.metrics = [...]': lambda o: len(o.make(
        metrics=[accuracy, error_rate, top_k_accuracy, F1Score(average='macro')]).validate()) == 5,
    'learn.show_training_loop()': lambda o: o.learn.show_training_loop() is None,
    'learn.no_bar(), learn.no_logging()': lambda o: done(fitted(o.learn)),
    'learn.add_cb(), learn.remove_cb()': lambda o: not hasattr(o.learn.add_cb(Spy()).remove_cb(Spy), 'spy'),
    'learn.to_fp16(), to_fp32()': half,
    'learn.to_bf16()': lambda o: len(fitted(o.learn.to_bf16()).recorder.values) == 1,
    'learn.to_channelslast()': lambda o: len(fitted(o.learn.to_channelslast()).recorder.values) == 1,
    'learn.dls = other': lambda o: (setattr(o.learn, 'dls', o.make().dls), fitted(o.learn))[0] is None}


# ---- interpretation

def told(o, **kwargs): return ClassificationInterpretation.from_learner(o.learn, **kwargs)

def worst(o):
    t = told(o)
    loss, at, files = t.top_losses(3, items=True)
    every = o.learn.get_preds(with_loss=True)[2]
    return same(loss.as_subclass(torch.Tensor), every.topk(3)[0]) and files[0] == o.dls.valid_ds.items[at[0]]

def shown(o, f):
    f(told(o))
    return axes() == 4

def item(o):
    x, p, y, decoded, loss = told(o)[3]
    return same(p[0], o.learn.get_preds()[0][3]) and int(y) == o.vocab.index('car') and decoded[0] == p[0].argmax()

INTERPRETATION = {
    'Interpretation.from_learner(learn)': lambda o: len(Interpretation.from_learner(o.learn).losses) == o.n,
    'ClassificationInterpretation.from_learner(learn)': lambda o: list(told(o).vocab) == o.vocab,
    'from_learner(learn, ds_idx=0)': lambda o: len(told(o, ds_idx=0).losses) == 128,
    'from_learner(learn, dl=...)': lambda o: len(
        told(o, dl=o.dls.test_dl(o.root/'val/duck', with_labels=True)).losses) == 100,
    '.confusion_matrix()': lambda o: told(o).confusion_matrix().sum(1).tolist() == [6]*10,
    '.plot_confusion_matrix(normalize=True)': lambda o: (
        told(o).plot_confusion_matrix(normalize=True), titles())[1] == ['Confusion matrix'],
    '.most_confused()': lambda o: all(set(r[:2]) <= set(o.vocab) for r in told(o).most_confused()),
    '.print_classification_report()': lambda o: told(o).print_classification_report() is None,
    '.top_losses(3, items=True)': worst,
    '.plot_top_losses(4)': lambda o: shown(o, lambda t: t.plot_top_losses(4)),
    '.plot_top_losses([...])': lambda o: shown(o, lambda t: t.plot_top_losses(range(4), largest=False)),
    '.show_results([0, 1, 2, 3])': lambda o: shown(o, lambda t: t.show_results([0, 1, 2, 3])),
    '[3]': item}


# ---- fastai's callbacks

def saves_best(o):
    learn = fitted(o.learn, 2, cbs=SaveModelCallback(monitor='accuracy', fname='best'))
    best = max(v[2] for v in learn.recorder.values)
    return np.isclose(learn.validate()[1], best) and (o.tmp/'models/best.pth').is_file()

def stops(o):
    fitted(o.learn, 5, cbs=EarlyStoppingCallback('accuracy', min_delta=1., patience=1))
    return len(o.learn.recorder.values) == 2

def lowers(o):
    cb = ReduceLROnPlateau('accuracy', min_delta=1., patience=1)
    fitted(o.learn, 3, cbs=cb)
    return np.isclose(o.learn.opt.hypers[-1]['lr'], 1e-5)

def mixes(o, cb, **kwargs):
    learn = o.make(**kwargs)
    loss, plain = learn.loss_func, weights(fitted(o.make(**kwargs)))
    return not same(weights(fitted(learn, cbs=cb)), plain) and learn.loss_func is loss

def accumulates(o):
    spy = Spy()
    fitted(o.learn, cbs=[GradientAccumulation(64), spy])
    return spy.steps == 2

def clips(o):
    spy = Spy()
    fitted(o.learn, cbs=[GradientClip(.01), spy])
    return 0 < max(spy.norms) < .011

def logs(o):
    fitted(o.learn, 2, cbs=CSVLogger())
    return len(pd.read_csv(o.tmp/'history.csv')) == 2

def graph(o):
    learn = lab_learner(o.dls, path=o.tmp)
    learn.fit(2, 1e-3, cbs=ShowGraphCallback())
    return hasattr(learn, 'progress') and len(learn.recorder.values) == 2

def stops_on_nan(o):
    learn = o.make()
    learn.remove_cb(StopOnNaN)
    fitted(learn, 3, lr=1e20, cbs=TerminateOnNaNCallback())
    return learn.epoch == 0

def freezes_statistics(o):
    learn = o.make(train_bn=False)
    learn.freeze()
    statistics = learn.model.backbone.layer4[0].bn1.running_mean
    was = statistics.clone()
    fitted(learn, cbs=BnFreeze())
    return same(statistics, was)

def statistics(o):
    cb = ActivationStats(with_hist=True)
    fitted(o.learn, cbs=cb)
    return len(cb.stats) == 4

def shorter(o):
    spy = Spy()
    fitted(o.learn, cbs=[ShortEpochCallback(.5), spy])
    return spy.steps == 3   # the first that begins at half of the epoch ends it

def resumes_schedule(o):
    cb = ParamScheduler({'lr': SchedCos(1e-3, 1e-5)})
    fitted(o.learn, cbs=cb)
    return o.learn.recorder.lrs[0] == pytest.approx(1e-3) and o.learn.recorder.lrs[-1] < 5e-4

CALLBACKS = {
    'SaveModelCallback': saves_best,
    'EarlyStoppingCallback': stops,
    'ReduceLROnPlateau': lowers,
    'MixUp': lambda o: mixes(o, MixUp()),
    'CutMix': lambda o: mixes(o, CutMix()),
    'MixUp with a loss of the lab': lambda o: mixes(o, MixUp(), loss_func=create_loss('gce', 10)),
    'CutMix with a loss of the lab': lambda o: mixes(o, CutMix(), loss_func=create_loss('gce', 10)),
    'GradientAccumulation': accumulates,
    'GradientClip': clips,
    'CSVLogger': logs,
    'ShowGraphCallback': graph,
    'TerminateOnNaNCallback': stops_on_nan,
    'BnFreeze': freezes_statistics,
    'ActivationStats': statistics,
    'ParamScheduler': resumes_schedule,
    'ShortEpochCallback': shorter}


# ---- the other way round

def plain(o, cb, workers=0, **kwargs):
    return bare(vision_learner(o.photos(workers), resnet18, pretrained=False, cbs=cb, path=o.tmp, **kwargs))

def numbers(o, workers):
    "`idx` says where in fastai's dataset an image stands"
    learn = fitted(plain(o, Spy(), workers))
    labels = learn.spy.labels
    return len(labels) == 32 and all(int(learn.dls.train_ds[i][1]) == y for i, y in labels.items())

def averages(o, learn):
    fitted(learn, 2)
    return 32 <= (learn.elr.average.sum(1) > 0).sum() <= 36

def on_folders(o, **kwargs): return bare(lab_learner(o.photos(), path=o.tmp, **kwargs))

def remembers(o):
    learn = fitted(on_folders(o, cbs=[PredictionLog(36), EpochLog(), Ema(.5)]))
    return int((learn.prediction_log.pred[0] >= 0).sum()) == 32 and learn.budget_ledger.labelled == 32

def predicts_file(o):
    file = next((o.folder/'val/car').iterdir())
    return on_folders(o).predict(file)[0] in ('car', 'duck', 'tree')

def sends(o):
    fitted(on_folders(o)).export()
    file = next((o.folder/'val/car').iterdir())
    return load_learner(o.tmp/'export.pkl').predict(file)[0] in ('car', 'duck', 'tree')

def cleaner(o):
    from fastai.vision.widgets import ImageClassifierCleaner
    return refuses('RelabelStudio', lambda: ImageClassifierCleaner(o.learn))

def plain_cleaner(o):
    from fastai.vision import widgets
    list(o.dls.vocab)   # by then the lab has seen fastai's widgets
    return len(widgets._get_iw_info(on_folders(o), 0)) == 36   # what the cleaner begins with; the rest needs a notebook

def lab_batches(o, make):
    learn = bare(make(lab_dls(o.data, o.store, 16, 32)))
    fitted(learn)
    learn.show_results(max_n=4)
    return learn.predict(o.i)[0] in o.vocab and axes() == 4

OTHER_WAY = {
    'vision_learner(ImageDataLoaders, cbs=ELR)': lambda o: averages(o, plain(o, ELR(36, 3))),
    'vision_learner(ImageDataLoaders, cbs=SmallLoss)': lambda o: fitted(
        plain(o, SmallLoss(.3)), 2).log_extra == {'kept': .97},
    'vision_learner(ImageDataLoaders, cbs=Mixup)': lambda o: len(
        fitted(plain(o, Mixup(), loss_func=create_loss('ce', 3))).recorder.values) == 1,
    'vision_learner(ImageDataLoaders).fit(cbs=ELR)': lambda o: len(
        fitted(plain(o, None), cbs=ELR(36, 3)).recorder.values) == 1,
    'vision_learner(ImageDataLoaders, cbs=ELR too small)': lambda o: refuses(
        'has room for 10 images', lambda: fitted(plain(o, ELR(10, 3)))),
    'vision_learner(ImageDataLoaders, cbs=Relabel)': lambda o: refuses(
        "needs the lab's Learner", lambda: fitted(plain(o, Relabel(36, 3, start=0), loss_func=create_loss('ce', 3)))),
    'idx of fastai\'s loaders': lambda o: numbers(o, 0),
    'idx of fastai\'s loaders with workers': lambda o: numbers(o, 2),
    'lab_learner(ImageDataLoaders)': lambda o: len(fitted(on_folders(o)).recorder.values) == 1,
    'lab_learner(ImageDataLoaders, cbs=ELR)': lambda o: averages(o, on_folders(o, cbs=ELR(36, 3))),
    'lab_learner(ImageDataLoaders, cbs=logs)': remembers,
    'lab_learner(ImageDataLoaders).predict(file)': predicts_file,
    'lab_learner(ImageDataLoaders).export()': sends,
    'lab_learner(dls, function)': lambda o: refuses('must be a timm name', lambda: lab_learner(o.dls, resnet18)),
    'lab_learner(dls, network)': lambda o: len(fitted(bare(lab_learner(
        o.dls, resnet18(num_classes=10)))).recorder.values) == 1,
    'vision_learner(lab_dls, function)': lambda o: lab_batches(o, lambda dls: vision_learner(
        dls, resnet18, pretrained=False)),
    'vision_learner(lab_dls, timm name)': lambda o: lab_batches(o, lambda dls: vision_learner(
        dls, 'resnet18', pretrained=False)),
    'Learner(lab_dls, network)': lambda o: lab_batches(o, lambda dls: Learner(dls, create_net('lab_slim_resnet', 10))),
    'Learner(lab_dls, network, cbs=ELR)': lambda o: len(fitted(bare(Learner(
        o.dls, create_net('lab_slim_resnet', 10), cbs=ELR(len(o.data.df), 10)))).recorder.values) == 1,
    'ImageClassifierCleaner(learn)': cleaner,
    'ImageClassifierCleaner(of folders)': plain_cleaner}

TABLE = {**DATA, **PREDICTIONS, **FITS, **INTERPRETATION, **CALLBACKS, **OTHER_WAY}


@pytest.mark.parametrize('call', TABLE)
def test_call(call, o): assert TABLE[call](o)


def test_the_table_is_whole():
    assert len(TABLE) == sum(map(len, (DATA, PREDICTIONS, FITS, INTERPRETATION, CALLBACKS, OTHER_WAY))) >= 67


# ---- the Learners of recipes

RECIPES = ['supervised', 'gce', 'elr', 'mixup', 'co-teaching', 'small-loss', 'sesemi', 'fixmatch', 'mean-teacher']

@pytest.fixture(scope='module')
def tiny():
    def recipe(name):
        return load_recipe(name, None, (), dataset='tinynette', noise_pct=50, size=16, n_labelled=100, epochs=1, bs=32)
    return recipe, open_data(recipe('supervised'), progress=False)


@pytest.mark.parametrize('name', RECIPES)
def test_learners_of_recipes(name, tiny, o):
    "They predict, show and are exported as any other, their pools and second networks left behind"
    recipe, (data, store) = tiny
    learn = bare(make_learner(recipe(name), data, store))
    learn.path = o.tmp
    fitted(learn)
    probs = learn.predict(o.i)[2]
    learn.show_results(max_n=4)
    assert axes() == 4
    assert len(learn.get_preds(dl=learn.dls.test_dl([o.file]))[0]) == 1
    learn.export()
    assert same(load_learner(o.tmp/'export.pkl').predict(o.file)[2], probs)
    assert (o.tmp/'export.pkl').stat().st_size < 6e6
    pickle.dumps(learn.model)
    fitted(learn)
