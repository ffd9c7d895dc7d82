"""How good `noisy-lab clean` is on photos that nobody tuned it on.

Wrong labels of our own making are found by features and by networks that are trained on the folder, and counted with
and without random looks. Writes one JSON file, which nbs/84_show.clean.ipynb shows.

    python tests/bench_clean.py --out nbs/results/clean_photos.json
    python tests/bench_clean.py --only cifar --folder cifar=FOLDER --out nbs/results/clean_photos.json

The way to judge was chosen on the first five classes of Imagenette and Imagewoof and on other seeds (100 and above);
160 px, among 128, 160, 192 and 224, and the sum of probabilities on images 400 to 699 of each class of CIFAR-10's
test part, with seeds 100 to 102.
What is reported are the last five classes of each, drawings, and folders that are given. Rows that are in the file are
not computed again; --trained adds networks that are trained on the folder, which takes long."""
import argparse, os, sys, time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')
import numpy as np, torch
from scipy import stats

from noisy_lab.core import Settings, code_commit, data_dir, load_settings, machine, read_json, versions, write_json
from noisy_lab.data import flip_exactly, load_data, pair_matrix
from noisy_lab.nets import weights_flags
from noisy_lab.suspects import (
    JudgePlan, count_by_looks, find_suspects, frozen_cross_val, judge_labels, load_labelled, logistic_probs,
    neighbour_probs)
from noisy_lab.train import (
    confident_joint, detection_scores, label_scores, stratified_folds, true_posterior, wilson_interval,
    wrong_probability)

KINDS, RATES, SEEDS = ('symmetric', 'pair', 'confusion'), (.05, .15, .3, .5), (0, 1, 2)


# ---- data

def keep_classes(data, names):
    "The images of some classes only"
    old = [data.classes.index(o) for o in names]
    df = data.df[data.df.y_obs.isin(old)].reset_index(drop=True)
    y = df.y_obs.map({o: i for i, o in enumerate(old)}).values
    df = df.assign(idx=np.arange(len(df)), y_obs=y)
    return replace(data, classes=list(names), df=df, _y_true=y)


def last_five(name, settings):
    "All training images of the last five classes of a data set of the registry, with their true labels"
    data, _ = load_labelled(data_dir(load_settings('/'))/name/'train', settings=settings)
    return replace(keep_classes(data, data.classes[-5:]), name=f'{name}-last5')


def drawings(settings):
    "The labelled training images of the embedded set, with their true labels"
    data = load_data('tinynette')
    train = replace(data, df=data.df[data.df.split=='train'].reset_index(drop=True))
    return replace(keep_classes(train, data.classes), name='tinynette-train')


def folder_of(path, name, settings):
    "A folder of class folders that are right, 300 images of each class"
    data, _ = load_labelled(path, settings=settings)
    first = data.df.groupby('y_obs').head(300).reset_index(drop=True)
    return replace(keep_classes(replace(data, df=first), data.classes), name=name)


def confusions(x, y, n_cls):
    "Which class goes to which, by the likeness of their mean features"
    m = np.stack([x[y==k].mean(0) for k in range(n_cls)])
    m = m-m.mean(0)
    m = m/np.linalg.norm(m, axis=1, keepdims=True)
    T = np.exp(4*(m@m.T))
    np.fill_diagonal(T, 0)
    return T/T.sum(1, keepdims=True)


def flipped(data, kind, rate, seed, shape):
    "The data set with wrong labels; its true ones are the oracle"
    T = dict(symmetric=None, pair=pair_matrix(data.n_cls, .5), confusion=shape)[kind]
    y = flip_exactly(data.oracle(), data.n_cls, rate, seed, T)
    return replace(data, df=data.df.assign(y_obs=y), noise_pct=100*rate)


# ---- what is measured

def ranking_scores(score, suggested, y_true, y_obs):
    "Precision at 50, 100 and the true number, average precision, suggestions that are right among the first 100 found"
    wrong, order = y_obs!=y_true, np.argsort(-score, kind='stable')
    def at(k): return float(wrong[order[:k]].mean())
    n, found = int(wrong.sum()), order[:100][wrong[order[:100]]]
    return dict(p50=at(50), p100=at(100), p_true=at(n), ap=detection_scores(score, wrong)['average_precision'],
                suggestions=float((suggested[found]==y_true[found]).mean()), n_wrong=n)


def judged_row(data, plan, settings, out):
    "One noising, judged: figures and the probabilities"
    wall, cpu = time.perf_counter(), time.process_time()
    judged = judge_labels(data, plan, out, settings)
    found = find_suspects(data=data, **judged.beliefs)
    t, est = found.table.sort_values('idx'), found.estimate
    number = {c: i for i, c in enumerate(data.classes)}
    scores = ranking_scores(t.p_wrong.values, t.suggested.map(number).values, data.oracle(), data.df.y_obs.values)
    count = {k: round(float(est[k]), 1) for k in ('wrong', 'wrong_low', 'at_most', 'joint')}
    spent = dict(seconds=round(time.perf_counter()-wall, 1), cpu_seconds=round(time.process_time()-cpu, 1))
    return {**scores, **count, **spent, 'n': len(t)}, judged, t.p_wrong.values


def compared(x, data, y_true):
    "Average precision and precision at 100 of each way to score the same noising"
    y, K = data.df.y_obs.values, data.n_cls
    fold = stratified_folds(y, 4)
    view = frozen_cross_val(x, np.arange(len(y)), y, data.classes)
    once, near, r = logistic_probs(x, y, K, fold), neighbour_probs(x, y, K), view.rate['rate']
    def p(T): return wrong_probability(true_posterior(view.cv.probs, y, r, view.cv.fold, T), y)
    score = dict(neighbours=label_scores(near, y)['self_confidence'], logistic=label_scores(once, y)['self_confidence'],
                 margin=label_scores(once, y)['margin'],
                 combined=label_scores(once, y)['self_confidence']*label_scores(near, y)['self_confidence'],
                 twice=p(None), twice_and_channel=p(view.channel_at(r)))
    return {k: {m: v for m, v in ranking_scores(s, y_true, y_true, y).items() if m in ('p100', 'ap')}
            for k, s in score.items()}


def hoc_rate(x, y, K):
    "The noise rate by higher-order consensus of each image and its two nearest neighbours (Zhu et al. 2021)"
    z = x-x.mean(0)
    z = z/np.linalg.norm(z, axis=1, keepdims=True)
    near = z@z.T
    np.fill_diagonal(near, -2)
    two = np.argpartition(-near, 2, axis=1)[:,:2]
    C = np.zeros((K, K, K))
    np.add.at(C, (y, y[two[:,0]], y[two[:,1]]), 1/len(y))
    want = torch.tensor(C)
    A = (torch.eye(K, dtype=torch.float64)*(np.log(K-1)+1)).requires_grad_()
    b = torch.zeros(K, dtype=torch.float64, requires_grad=True)
    opt = torch.optim.LBFGS([A, b], max_iter=300, line_search_fn='strong_wolfe', tolerance_change=1e-12)
    def step():
        opt.zero_grad()
        T, p = A.softmax(1), b.softmax(0)
        off = [(p@T-want.sum((1, 2)))*K**.5, (torch.einsum('k,ki,kj->ij', p, T, T)-want.sum(2))*K,
               (torch.einsum('k,ki,kj,kl->ijl', p, T, T, T)-want)*K**1.5]
        loss = sum((o**2).sum() for o in off)
        loss.backward()
        return loss
    opt.step(step)
    with torch.no_grad(): return float((b.softmax(0)*(1-A.softmax(1).diagonal())).sum())


def by_formula(p, wrong, sample):
    "Prediction-powered inference: the mean score plus the mean of its error, with a t interval"
    m, off = len(sample), wrong[sample]-p[sample]
    half = stats.t.ppf(.975, m-1)*off.std(ddof=1)/m**.5
    middle = p.mean()+off.mean()
    return middle, middle-half, middle+half


def looked(p, wrong, looks, times=200):
    "How often 95 % intervals of random looks hold, how wide they are and the median error, by three ways to count"
    rng, n, t, got = np.random.default_rng(0), len(p), wrong.mean(), {}
    for _ in range(times):
        sample = rng.permutation(n)[:looks]
        outcome = np.full(n, np.nan)
        outcome[sample] = wrong[sample]
        c = count_by_looks(p, outcome, sample, draws=1000, seed=int(rng.integers(2**31)))
        plain = wrong[sample].mean()
        ends = dict(layers=(c.wrong/n, c.low/n, c.high/n), formula=by_formula(p, wrong, sample),
                    no_score=(plain, *wilson_interval(wrong[sample].sum(), looks)))
        for k, (v, lo, hi) in ends.items(): got.setdefault(k, []).append((lo<=t+1e-9 and t<=hi+1e-9, hi-lo, abs(v-t)/t))
    return {k: dict(holds=float(np.mean([o[0] for o in v])), width=float(np.mean([o[1] for o in v])),
                    error=float(np.median([o[2] for o in v]))) for k, v in got.items()}


# ---- the run

class Bench:
    "Rows in a file, each computed once"
    def __init__(self, out, settings):
        self.out, self.settings = Path(out), settings
        self.rows = read_json(out)['rows'] if self.out.is_file() else []
    def has(self, **key): return any(all(r.get(k)==v for k, v in key.items()) for r in self.rows)
    def add(self, row):
        self.rows.append(row | dict(commit=code_commit()))
        write_json(self.out, dict(rows=self.rows, machine=machine(), versions=versions()))
        print({k: row[k] for k in row if not isinstance(row[k], dict)}, flush=True)


def run_set(bench, name, data, trained, tmp):
    "Everything about one set of images"
    plan, first, x = JudgePlan(progress=False), flipped(data, 'symmetric', .15, 0, None), None
    for seed in SEEDS:
        key = dict(set=name, what='clean', by='features', kind='symmetric', rate=.15, seed=seed)
        if not bench.has(**key):
            row, judged, _ = judged_row(flipped(data, 'symmetric', .15, seed, None), plan, bench.settings, tmp)
            seen = weights_flags(judged.frozen.name, data.classes)['contaminated']
            bench.add({**key, **row, 'classes': data.n_cls, 'contaminated': seen, 'features': judged.frozen.name})
        key['by'] = 'trained'
        if seed<trained and not bench.has(**key):
            one = replace(plan, features='none')
            row, *_ = judged_row(flipped(data, 'symmetric', .15, seed, None), one, bench.settings, tmp/f'{name}-{seed}')
            bench.add({**key, **row, 'classes': data.n_cls, 'contaminated': False, 'features': None})
    x = features_of(first, plan, bench.settings)
    shape = confusions(x, data.oracle(), data.n_cls)
    for kind in KINDS:
        for rate in RATES: compare_row(bench, name, data, x, kind, rate, shape)


def features_of(data, plan, settings):
    "Features of a set, from where they are kept"
    from noisy_lab.data import open_store
    from noisy_lab.runs import kept_features
    from noisy_lab.suspects import FEATURES_SIZE, open_features
    net, _ = open_features('auto', settings)
    return kept_features(net.net, open_store(data, FEATURES_SIZE, progress=False, settings=settings), FEATURES_SIZE,
                         net.crop)


def compare_row(bench, name, data, x, kind, rate, shape):
    "Scores, counts and looks of one noising"
    key = dict(set=name, what='compare', kind=kind, rate=rate, seed=10)
    if bench.has(**key): return
    noisy = flipped(data, kind, rate, 10, shape)
    y, true = noisy.df.y_obs.values, data.oracle()
    view = frozen_cross_val(x, np.arange(len(y)), y, data.classes)
    r = view.rate['rate']
    p = wrong_probability(true_posterior(view.cv.probs, y, r, view.cv.fold, view.channel_at(r)), y)
    Q, wrong = confident_joint(view.cv.probs, y)[1], (y!=true).astype(float)
    counts = dict(true=float(wrong.mean()), anchors=r, low=view.rate["low"], high=view.rate["high"],
                  joint=float(1-Q.trace()/Q.sum()), hoc=hoc_rate(x, y, data.n_cls), sum_p=float(p.mean()))
    bench.add({**key, 'n': len(y), 'scores': compared(x, noisy, true), 'counts': counts,
               'looks': {str(m): looked(p, wrong, m) for m in (50, 100)}})


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--out', required=True)
    ap.add_argument('--only', default='imagenette,imagewoof,drawings')
    ap.add_argument('--folder', action='append', default=[], metavar='NAME=FOLDER')
    ap.add_argument('--trained', type=int, default=0, metavar='N', help='noise seeds for trained networks')
    ap.add_argument('--cache', default='/tmp/bench_clean', help='where pixels, features and folds are kept')
    args = ap.parse_args()
    settings = Settings(data_dir=args.cache, runs_dir=args.cache, device='cpu')
    bench = Bench(args.out, settings)
    sets = dict(imagenette=lambda: last_five('imagenette2-160', settings),
                imagewoof=lambda: last_five('imagewoof2-160', settings), drawings=lambda: drawings(settings))
    for o in args.folder:
        name, path = o.split('=', 1)
        sets[name] = lambda name=name, path=path: folder_of(path, name, settings)
    for name in args.only.split(','): run_set(bench, name, sets[name](), args.trained, Path(args.cache)/'folds')


if __name__ == '__main__': sys.exit(main())
