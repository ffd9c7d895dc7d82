"""Paths and the oracle know the true labels. Training must not: it gives the same weights when both are taken away."""
from dataclasses import replace

import numpy as np, pandas as pd, pytest, torch

from noisy_lab.train import lab_learner, cross_val_probs
from noisy_lab.data import keep_labels, lab_dls, load_data, open_store
from noisy_lab.train import create_loss
from noisy_lab.nets import predict_probs
from noisy_lab.methods import DivideSplit, Mixup, make_table, select, sesemi_learner, student_learner
from test_bad_input import lab, make_folder  # the fixture and a helper


class NoOracle:
    "Fails when it is looked at"
    def __getattr__(self, name): raise AssertionError(f'training asked the oracle for {name}')
    def __getitem__(self, i): raise AssertionError('training asked the oracle')
    def __array__(self, *a, **k): raise AssertionError('training asked the oracle')


@pytest.fixture(scope='module')
def opened():
    data = keep_labels(load_data('tinynette', 50), 128)
    return data, open_store(data, 16, progress=False)


def supervised(data, store):
    return lab_learner(lab_dls(data, store, 16, 32), seed=1)

def divided(data, store):
    cbs = [DivideSplit(start=1), Mixup()]
    return lab_learner(lab_dls(data, store, 16, 32), seed=1, loss_func=create_loss('gce', 10), cbs=cbs)

def sesemi(data, store): return sesemi_learner(data, store, 16, 32, pool='train+unsup', seed=1)

def student(data, store):
    ids = data.ids('unsup')[:200]
    probs = predict_probs(supervised(data, store).model, store, ids, 16)
    return student_learner(data, store, select(make_table(ids, probs), per_class=10), 16, 32, seed=1)


def weights(learn):
    with learn.no_logging(), learn.no_bar(): learn.fit(2, 1e-3)
    return torch.cat([p.detach().flatten() for p in learn.model.parameters()])


@pytest.mark.parametrize('make', [supervised, divided, sesemi, student])
def test_training_reads_neither_paths_nor_oracle(opened, make):
    data, store = opened
    blind = replace(data, df=data.df.assign(path='no.jpg'), _y_true=NoOracle())
    assert torch.equal(weights(make(data, store)), weights(make(blind, store)))


def test_the_oracle_of_this_test_would_be_noticed(opened):
    with pytest.raises(AssertionError): replace(opened[0], _y_true=NoOracle()).flipped()


def test_labels_come_from_the_csv_and_not_from_folders(lab):
    "The folder says cat and the CSV says dog"
    csv = lab/'pets'/'noisy_pets.csv'
    df = pd.read_csv(csv)
    swap = {'cat': 'dog', 'dog': 'cat'}
    train = ~df.is_valid
    other = df.loc[train, 'path'].str.split('/').str[1].map(swap)
    for c in df:
        if c.startswith('noisy_labels_'): df.loc[train, c] = other
    df.to_csv(csv, index=False)
    data = load_data(str(lab/'pets'), 25)
    ids = data.labelled()
    folder = data.df.path[ids].str.split('/').str[1]
    assert [data.classes[y] for y in data.df.y_obs[ids]] == [swap[f] for f in folder]
    store, seen = open_store(data, 16, progress=False), []
    cross_val_probs(data, store, lambda d, s: seen.append(d) or supervised(d, store).model, 16, folds=2)
    for d in seen:
        rest = d.labelled()
        assert len(rest) == len(ids)//2
        assert (d.df.y_obs[rest] == data.df.y_obs[rest]).all()
