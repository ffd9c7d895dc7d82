"""Every callback of the project comes out of a range test, of a fit that broke off and of a second fit as new: weights,
buffers, optimiser, what callbacks keep, random numbers and the two epochs that follow are equal to the bit.

The cases are made from the registers of methods, so a new method is tested as soon as it has its name; a callback that
no case holds fails `test_no_callback_is_forgotten`."""
import contextlib, functools, importlib, inspect, pkgutil, random
from dataclasses import fields, replace

import numpy as np, pytest, torch
from fastai.callback.core import Callback, CancelFitException
from fastai.learner import Learner, Recorder
from fastai.losses import CrossEntropyLossFlat

import noisy_lab
from noisy_lab.core import LabError
from noisy_lab.data import StoreLoader, keep_labels, lab_dls
from noisy_lab.methods import ELR, base
from noisy_lab.methods.testing import flat_net, toy
from noisy_lab.panels.live import LiveRun
from noisy_lab.runs import WhereTrained, make_learner, make_recipe, run
from noisy_lab.train import Checkpoint, Ema, EpochBar, EpochLog, EpochSeed, PredictionLog

TINY = dict(size=16, bs=32, epochs=2, lr=8e-3, drop=.2)
# Settings that let each method do within two epochs what it does later in a long training
EARLY = dict(start=1, threshold=.12, warmup=1., ramp=.5, folds=2, noise_rate=.3, ratio=.5)


def early(cls):
    "Those of `EARLY` that a method has, and an inner recipe where it needs one"
    own = {f.name: EARLY[f.name] for f in fields(cls) if f.name in EARLY}
    inner = [f.name for f in fields(cls) if f.metadata.get('inner')]
    return own | {k: make_recipe('supervised', **{**TINY, 'epochs': 1}) for k in inner}


def beside(name, **more):
    "A recipe of something that resists label noise"
    own = {f'resist__{name}__{k}': v for k, v in early(base.find_resist(name)).items()}
    return make_recipe('supervised', resist=name, **own, **TINY, **more)


def alone(name, **more): return make_recipe(name, **{**TINY, **early(base.find_method(name)), **more})


@functools.cache
def few():
    "128 labelled images, 64 for validation and 200 without labels; what is left stands in no split"
    data, store = toy()
    data = keep_labels(data, 128)
    split = data.df.split.copy()
    rest = np.setdiff1d(data.ids('train'), data.labelled())
    for ids in (data.ids('val')[64:], data.ids('unsup')[200:], rest): split[ids] = 'none'
    return replace(data, df=data.df.assign(split=split)), store


CASES = {name: (alone, name, {}) for name in base.method_names()}
CASES |= {f'resist {name}': (beside, name, {}) for name in base.resist_names()}
CASES |= {
    'average': (alone, 'supervised', dict(ema=.9)),
    'head only': (alone, 'supervised', dict(tune='head')),
    'ranger': (alone, 'supervised', dict(opt='ranger', early_lr=.1)),
    'rmsprop': (alone, 'supervised', dict(opt='rmsprop_tf', lr=1e-3)),
    'bfloat16': (alone, 'mean_teacher', dict(precision='bf16')),
    'sizes': (alone, 'sesemi', dict(sizes=[[0, 8], [.5, 16]])),
    'joint views': (alone, 'sesemi', dict(joint=True)),
    'quiet rows': (alone, 'student', dict(model_noise='pseudo')),
    'all at once': (beside, 'elr', dict(method='sesemi', ema=.9))}


# ---- what is compared

CLOCKS = ('seconds', 'share', 'took', '_t', '_begin', '_last', '_spent')   # readings of a clock


def plain(o, depth=0):
    "Anything as what can be compared with =="
    if isinstance(o, torch.Tensor): return str(o.dtype), tuple(o.shape), plain(o.detach().cpu().float().numpy())
    if isinstance(o, np.ndarray): return o.tobytes() if o.dtype != object else str(o)
    if isinstance(o, torch.Generator): return plain(o.get_state())
    if isinstance(o, np.random.Generator): return str(o.bit_generator.state)
    if isinstance(o, StoreLoader): return o.epoch
    if hasattr(o, 'state_dict'): return plain(o.state_dict(), depth)
    if isinstance(o, dict): return {str(k): plain(v, depth) for k, v in o.items() if k not in ('learn', *CLOCKS)}
    if isinstance(o, (list, tuple, set)): return [plain(v, depth) for v in o]
    if isinstance(o, (int, float, str, bytes, type(None))): return o
    if type(o).__module__.startswith('noisy_lab.methods') and depth < 3: return plain(vars(o), depth+1)
    return type(o).__name__


def randomness(): return plain([random.getstate(), list(np.random.get_state()), torch.get_rng_state()])


def picture(learn):
    "All that training changes"
    cbs = {cb.name: plain(vars(cb)) for cb in learn.cbs if not isinstance(cb, Recorder)}
    net = learn.model
    return dict(weights=plain(net), opt=plain(learn.opt.state_dict()) if learn.opt else None, cbs=cbs,
                modes=[m.training for m in net.modules()], trainable=[p.requires_grad for p in net.parameters()],
                gradients=[plain(p.grad) for p in net.parameters()], epochs=[o.epoch for o in learn.dls.loaders],
                hooks=hooks(net), random=randomness())


def trained(learn):
    "The same after a fit, with what the recorder says; making Learners draws random numbers and reads loaders"
    values = [[float(v) for v in row if v is not None] for row in learn.recorder.values]
    return picture(learn) | dict(values=plain(values), epochs=None, random=None)


def hooks(net): return [len(m._forward_hooks)+len(m._forward_pre_hooks) for m in net.modules()]


def same(a, b):
    "Equal, or the places at which they differ"
    def diff(a, b, at):
        if isinstance(a, dict) and isinstance(b, dict):
            return [o for k in {*a, *b} for o in diff(a.get(k), b.get(k), f'{at}.{k}')]
        return [] if a == b else [at]
    found = sorted(diff(a, b, ''))
    assert not found, f'{len(found)} differ: {", ".join(found[:5])}'


def quiet(learn, epochs=2, **kwargs):
    "Fit without a table of epochs"
    with learn.no_logging(): learn.fit(epochs, **kwargs)
    return learn


def find(learn, **kwargs): return learn.lr_find(**{**dict(num_it=24, end_lr=1, show_plot=False), **kwargs})


class Case:
    "A recipe whose Learner can be made again and again, all alike, with what reports and writes added"
    def __init__(self, name, top, teacher):
        make, part, more = CASES[name]
        self.recipe, self.folder = make(part, **more), top
        self.priors = {k: teacher for k in self.recipe.inner()}
        self.after = trained(quiet(self.learner()))   # the measure of all: two epochs with nothing before

    def learner(self):
        data, store = few()
        (self.folder/'resume.pt').unlink(missing_ok=True)
        learn = make_learner(self.recipe, data, store, 3, 'cpu', priors=self.priors, folder=self.folder)
        learn.remove_cbs([o for o in learn.cbs if o.name == 'progress'])
        logs = [PredictionLog(len(data.df)), EpochLog(), LiveRun(0., False), EpochBar(), WhereTrained(dict(commit='a'))]
        return learn.add_cbs([*logs, Checkpoint(self.folder/'resume.pt')])


@pytest.fixture(scope='module')
def teacher(tmp_path_factory):
    "A finished run, to begin with or to be taught by"
    recipe = make_recipe('supervised', **{**TINY, 'epochs': 1}, n_labelled=0)
    return run(recipe, 3, tmp_path_factory.mktemp('runs'), few(), 'cpu', progress=False)


@pytest.fixture(scope='module', params=CASES)
def case(request, teacher, tmp_path_factory): return Case(request.param, tmp_path_factory.mktemp('case'), teacher)


# ---- the three ways to come out as new

def test_range_test(case):
    "Before a training and in the middle of one; nothing is written"
    learn = case.learner()
    new = picture(learn)
    find(learn)
    same(picture(learn), new)
    assert not (case.folder/'resume.pt').exists() and not hasattr(learn, 'lr_finder')
    same(trained(quiet(learn)), case.after)
    done, file = picture(learn), (case.folder/'resume.pt').read_bytes()
    find(learn)
    same(picture(learn), done)
    assert (case.folder/'resume.pt').read_bytes() == file


def test_range_test_that_breaks_off(case):
    learn = case.learner()
    new = picture(learn)
    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error): find(learn.add_cb(Fault(error, 'after_backward', 0)))
        learn.remove_cb(learn.fault)
        same(picture(learn), new)
    same(trained(quiet(learn)), case.after)


class Fault(Callback):
    "End a fit with an exception: in the second step of training, or in validation"
    order = 98
    def __init__(self, error, event, epoch, valid=False):
        self.error, self.at, self.valid, self.steps = error, epoch, valid, 0
        setattr(self, event, self.fail)

    def fail(self):
        if self.epoch < self.at or self.valid != (not self.learn.training): return
        self.steps += 1
        if self.steps > 1 or self.valid: raise self.error('a fault')


FAULTS = [(KeyboardInterrupt, 'after_backward', 1), (ValueError, 'after_pred', 0), (ValueError, 'before_step', 1),
          (CancelFitException, 'after_loss', 1), (CancelFitException, 'after_step', 0),
          (KeyboardInterrupt, 'after_pred', 0, True), (ValueError, 'after_batch', 1, True),
          (CancelFitException, 'after_loss', 0, True)]   # the last three in validation


def test_fit_that_breaks_off(case):
    "In training and in validation, by an error, by Ctrl-C and by a callback that cancels"
    learn = case.learner()
    new = picture(learn)
    weights = {k: v.clone() for k, v in learn.model.state_dict().items()}
    for fault in FAULTS:
        with contextlib.suppress(fault[0]): quiet(learn, 3, cbs=Fault(*fault))
        for k in ('hooks', 'random', 'trainable'): assert picture(learn)[k] == new[k], (fault, k)
    learn.model.load_state_dict(weights)
    same(trained(quiet(learn, reset_opt=True)), case.after)


def test_second_fit(case):
    learn = quiet(case.learner(), 3)
    learn.model.load_state_dict(case.learner().model.state_dict())
    same(trained(quiet(learn, reset_opt=True)), case.after)


# ---- what is more

def test_validation_that_breaks_off(teacher, tmp_path):
    "The network has its own weights again, not an average or a teacher's"
    for name in ('average', 'mean_teacher'):
        learn = quiet(Case(name, tmp_path, teacher).learner(), 1)
        own = plain(learn.model)
        for ask in (learn.validate, learn.get_preds):
            learn.add_cb(Fault(KeyboardInterrupt, 'after_pred', 0, True))
            with pytest.raises(KeyboardInterrupt), learn.no_bar(): ask()
            learn.remove_cb(learn.fault)
            assert plain(learn.model) == own


def test_range_test_works_where_a_method_starts_late():
    "Methods that start after some epochs refuse a training that ends before, not a range test"
    data, store = few()
    for name in ('relabel', 'divide'):
        recipe = make_recipe('supervised', resist=name, **{f'resist__{name}__start': 50}, **TINY)
        learn = make_learner(recipe, data, store, 3, 'cpu')
        learn.remove_cbs([o for o in learn.cbs if o.name == 'progress'])
        assert 1e-7 < find(learn, num_it=30).valley < 1
        with pytest.raises(LabError, match='lower start or train longer'): quiet(learn)


class Diary(Callback):
    "A user's callback, which has never heard of `reset`"
    def __init__(self): self.rows, self.counts, self.sum, self.n = [], {}, torch.zeros(1), 0

    def after_batch(self):
        self.rows.append(float(self.learn.loss))
        self.counts[self.epoch] = self.counts.get(self.epoch, 0)+1
        self.sum += 1
        self.n += 1


def test_range_test_spares_callbacks_of_users():
    data, store = few()
    learn = make_learner(make_recipe('supervised', **TINY), data, store, 3, 'cpu').add_cb(Diary())
    learn.remove_cbs([o for o in learn.cbs if o.name == 'progress'])
    find(learn)
    diary = learn.diary
    assert (diary.rows, diary.counts, diary.sum.tolist(), diary.n) == ([], {}, [0.], 0)


def test_on_a_plain_learner(tmp_path):
    "What works on fastai's own Learner begins anew in each fit there as well, after fastai's range test too"
    data, store = few()

    def plain_learner():
        cbs = [EpochSeed(0), ELR(len(data.df), data.n_cls), Ema(.9)]
        learn = Learner(lab_dls(data, store, 16, 32), flat_net(drop=.2), CrossEntropyLossFlat(), cbs=cbs, path=tmp_path)
        return learn.remove_cbs([o for o in learn.cbs if o.name == 'progress'])

    def kept(learn): return plain([learn.model, learn.elr.average, learn.ema.avg])

    fresh, tested = plain_learner(), plain_learner()
    tested.lr_find(num_it=10, end_lr=1, show_plot=False)
    for learn in (fresh, tested): quiet(learn, lr=8e-3)
    assert kept(fresh) == kept(tested)
    tested.model.load_state_dict(plain_learner().model.state_dict())
    quiet(tested, lr=8e-3, reset_opt=True)
    assert kept(fresh) == kept(tested)


def test_the_comparison_notices(teacher, tmp_path):
    "A callback that keeps something is seen when it forgets to have a `reset`, or changes what is not its own"
    case = Case('supervised', tmp_path, teacher)

    class Keeps(Callback):
        order, t = 90, 0
        def before_batch(self):
            if self.training: self.t += 1
            self.learn.xb = (self.xb[0]*(1+self.t/50),)

    def twice():
        learn = quiet(case.learner().add_cb(Keeps()), 1)
        learn.model.load_state_dict(case.learner().model.state_dict())
        return trained(quiet(learn, reset_opt=True))
    with pytest.raises(AssertionError, match='differ'): same(twice(), trained(quiet(case.learner().add_cb(Keeps()))))

    learn = case.learner()
    new = picture(learn)
    learn.dls.train.epoch += 1
    torch.rand(1)
    with pytest.raises(AssertionError, match='epochs'): same(picture(learn), new)
    assert picture(learn)['random'] != new['random']


ABSTRACT = {'ResistCallback', 'ItemAverage'}
# In a range test alone, before a training alone, and under torchrun alone, where tests/test_distributed.py has it
ELSEWHERE = {'RangeTest', 'StepBar', 'Stopwatch', 'SharedBatches'}


def all_callbacks():
    "Every class of callbacks in the package, those that tests of methods stand on aside"
    for o in pkgutil.walk_packages(noisy_lab.__path__, 'noisy_lab.'):
        if o.name.endswith(('.testing', '.cli')): continue
        mod = importlib.import_module(o.name)
        for name, cls in inspect.getmembers(mod, inspect.isclass):
            if issubclass(cls, Callback) and cls.__module__ == o.name: yield name, cls


def test_no_callback_is_forgotten(teacher, tmp_path):
    found, held = dict(all_callbacks()), set()
    for name in CASES:
        c = Case.__new__(Case)
        make, part, more = CASES[name]
        c.recipe, c.folder = make(part, **more), tmp_path
        c.priors = {k: teacher for k in c.recipe.inner()}
        held |= {type(o).__name__ for o in c.learner().cbs}
    assert found.keys()-held == ABSTRACT | ELSEWHERE
    for name, cls in found.items():
        assert not hasattr(cls, 'load_state') or hasattr(cls, 'reset'), f'{name} survives a kill but not a second fit'
