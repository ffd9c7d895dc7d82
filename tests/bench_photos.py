"""What fixing labels brings: `clean`, `review`, `train` on photos that nobody tuned them on, over noise seeds.

All training images of the last five classes of Imagenette get 15 % wrong labels. A reviewer who is always right is
simulated from the true labels: 100 random looks, and then the first 200 suspects. Three models per seed learn from the
labels as they came, from those without the suspects (nobody looked), and from those as reviewed; all answer the
validation images of these classes, which nobody used before and whose labels are clean. Writes one JSON file, which
nbs/84_show.photos.ipynb shows. Rows that are in the file are not computed again.

    python tests/bench_photos.py --out nbs/results/train_photos.json"""
import argparse, os, sys, time
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')
import numpy as np, pandas as pd

from bench_clean import Bench, flipped, last_five
from noisy_lab.core import Settings, data_dir, load_settings
from noisy_lab.nets import open_exported
from noisy_lab.panels import write_review
from noisy_lab.show import run_clean
from noisy_lab.suspects import TrainPlan, find_case, kept_looks, train_case
from noisy_lab.train import wilson_interval

SEEDS, RATE, SUSPECTS = (0, 1, 2), .15, 200
LABELS = dict(given='keep', without_suspects='drop', reviewed='drop')   # what becomes of undecided suspects


def noisy_csv(settings, seed, folder):
    "A CSV with wrong labels; its path, the photos' folder, the true label by path"
    data = last_five('imagenette2-160', settings)
    names = np.array(data.classes)
    y = flipped(data, 'symmetric', RATE, seed, None).df.y_obs.values
    csv = folder/f'noise-{seed}.csv'
    csv.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(dict(path=data.df.path, label=names[y])).to_csv(csv, index=False)
    return csv, data.root, dict(zip(data.df.path, names[data.oracle()]))


def review(case, truth, first=SUSPECTS, who='simulated'):
    "Random looks and the first suspects, decided on by somebody who is always right"
    write_review(case, who=who)
    given = dict(zip(case.scores.path, case.scores.given))
    log = case.edits(who)
    suspects = [p for p in case.scores.path if p not in set(kept_looks(case))][:first]
    decided = [*kept_looks(case), *suspects]
    log.edit('accept', [p for p in decided if truth[p]==given[p]])
    for c in sorted(set(truth.values())):
        wrong = [p for p in decided if truth[p]==c!=given[p]]
        if wrong: log.edit('label', wrong, c)


class HeldOut:
    "Photos that no model has seen, with their true labels"
    def __init__(self, root, classes):
        self.files = [f for c in classes for f in sorted((root/c).iterdir())]
        self.labels = np.array([f.parent.name for f in self.files])
        self.features = {}   # of a frozen network, which all models of one kind share
    def answers(self, model, frozen):
        "Class names; with features they are taken once, and each model's head answers"
        clf = open_exported(model)
        if not frozen: return np.array(clf.classes)[clf.probs(self.files)[1].argmax(1)]
        head, few = clf.net.get_classifier(), self.files[::100]
        whole = clf.probs(few)[1].argmax(1)
        if frozen not in self.features: self.features[frozen] = clf.features(self.files)[1]['pooled']
        x = self.features[frozen]
        said = (x@head.weight.detach().numpy().T+head.bias.detach().numpy()).argmax(1)
        assert (said[::100]==whole).all(), 'the head on kept features answers otherwise than the model'
        return np.array(clf.classes)[said]
    def score(self, model, frozen=''):
        right = int((self.answers(model, frozen)==self.labels).sum())
        low, high = wilson_interval(right, len(self.labels))
        return dict(acc=right/len(self.labels), low=float(low), high=float(high), n_test=len(self.labels))


def run_seed(bench, held, how, seed, cache):
    "All models of one noising, made in one way"
    csv, root, truth = noisy_csv(bench.settings, seed, cache)
    out = cache/f'seed-{seed}-{how}'
    for labels, suspects in LABELS.items():
        key = dict(set='imagenette', how=how, labels=labels, rate=RATE, seed=seed)
        if bench.has(**key): continue
        if labels=='given': run_clean(root, out, csv=csv, settings=bench.settings, progress=False)
        case = find_case(out, bench.settings)
        if labels=='reviewed': review(case, truth)
        start = time.process_time()
        plan = TrainPlan(how, suspects=suspects, before=False, seed=seed, progress=False)
        res = train_case(case, plan, bench.settings)
        spent = round(time.process_time()-start, 1)
        score = held.score(res['model'], res['arch'] if how=='features' else '')
        bench.add({**key, **score, 'n_train':res['rows'][0]['n_train'], 'cpu_seconds':spent, 'arch':res['arch'],
                   'size':res['size'], 'fixed':res['labels'], 'threads':int(os.environ['OMP_NUM_THREADS'])})


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--out', required=True)
    ap.add_argument('--how', default='features,scratch')
    ap.add_argument('--cache', default='/tmp/bench_photos', help='where pixels, features and runs are kept')
    args = ap.parse_args()
    settings = Settings(data_dir=args.cache, runs_dir=args.cache, device='cpu')
    val = data_dir(load_settings('/'))/'imagenette2-160/val'
    held = HeldOut(val, last_five('imagenette2-160', settings).classes)
    bench = Bench(args.out, settings)
    for how in args.how.split(','):
        for seed in SEEDS: run_seed(bench, held, how, seed, Path(args.cache)/'photos')


if __name__ == '__main__': sys.exit(main())
