"""Trains for a few steps, alone or as one of several processes, and writes the loss of each step.

Run by test_distributed.py."""
import json, sys
from pathlib import Path

import numpy as np, torch, torch.nn as nn
from fastai.callback.core import Callback
from fastai.torch_core import rank_distrib

from noisy_lab.data import keep_labels, load_data, open_store
from noisy_lab.train import shared_batches
from noisy_lab.nets import LabNet
from noisy_lab.methods import make_table, select, sesemi_learner, student_learner


class Net(nn.Sequential):
    "A backbone whose normalisation does not look at the rest of the batch"
    num_features = 16

    def __init__(self):
        def block(n_in): return nn.Conv2d(n_in, 16, 3, 2), nn.GroupNorm(4, 16), nn.ReLU()
        super().__init__(*block(3), *block(16), nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Losses(Callback):
    order = 90
    def before_fit(self): self.values = []
    def after_batch(self):
        if self.training: self.values.append(float(self.learn.loss_grad.detach()))


def learner(method):
    data = keep_labels(load_data('tinynette', 50), 400)
    store = open_store(data, 16, progress=False)
    torch.manual_seed(0)
    net, losses = LabNet(Net(), 10), Losses()
    kw = dict(arch=net, bs=32, seed=1, cbs=[losses], lr=.01)
    if method == 'sesemi': return sesemi_learner(data, store, 16, drop=0., **kw), losses
    ids = data.ids('unsup')[:500]
    probs = np.random.default_rng(0).dirichlet(np.ones(10), len(ids)).astype(np.float32)
    return student_learner(data, store, select(make_table(ids, probs)), 16, ratio=2, **kw), losses


if __name__ == '__main__':
    method, out = sys.argv[1], Path(sys.argv[2])
    torch.set_num_threads(1)
    learn, losses = learner(method)
    with shared_batches(learn, cpu=True), learn.no_logging(), learn.no_bar(): learn.fit(2)
    weights = [float(p.double().sum()) for p in learn.model.parameters()]
    said = dict(losses=losses.values, weights=weights, forwards=learn.budget_ledger.image_forwards)
    (out/f'{method}-{rank_distrib()}.json').write_text(json.dumps(said))
