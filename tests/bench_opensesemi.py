"""SESEMI's own trainer and ours on the same work: so many steps of 64 image-forwards at 224 px with a ResNet-18.

Point it at a checkout of SESEMI's public code; its trainer is used as it is.

    git clone https://github.com/FlyreelAI/sesemi && git -C sesemi checkout de60e31
    python tests/bench_opensesemi.py sesemi --out nbs/results/bench_opensesemi.json

Both read the same photographs from a folder of JPEG files: theirs decodes each image in each epoch with DataLoader
workers, ours reads pixels that were decoded once, before the clock starts (how long that took is in the file). Both
crop, flip and change gamma, rotate four ways, make two forwards and one step of Adam. They take turns in rounds;
nothing else should run on the machine. In half precision only where the processor has fast bf16."""
import argparse, contextlib, io, logging, sys, time, warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np, torch
from torch.utils.data import ConcatDataset, DataLoader, Subset
from torchvision.datasets import ImageFolder

from noisy_lab.core import check_number, code_commit, data_dir, machine, versions, write_json
from noisy_lab.data import load_data, open_store
from noisy_lab.nets import has_fast_bf16
from noisy_lab.runs import load_recipe, make_learner, one_epoch, time_in_turn

SIZE, ARCH, ROTATED = 224, 'resnet18', 4
DEVICE = torch.device('cpu')


def their_epoch(checkout, folder, steps, bs, workers):
    "SESEMI's trainer for so many steps: a function for `time_in_turn`"
    sys.path.insert(0, str(checkout))
    import dataset, models, utils
    view = dataset.train_transforms(random_resized_crop=True, resize=256, crop_dim=SIZE, scale=(.2, 1.), p_erase=0.)
    rng, like = np.random.default_rng(0), dict(shuffle=True, num_workers=workers, drop_last=True)
    train = ImageFolder(folder/'train', view)
    pool = ConcatDataset([dataset.UnlabeledDataset(str(folder/o), view) for o in ('train', 'val')])
    pool = Subset(pool, rng.choice(len(pool), steps*bs//ROTATED, replace=False).tolist())
    unlabelled = DataLoader(pool, batch_size=bs//ROTATED, collate_fn=dataset.RotationTransformer(), **like)
    labelled = DataLoader(train, batch_size=bs, **like)
    net = models.SESEMI(ARCH, pretrained=False, labeled_classes=len(train.classes), unlabeled_classes=ROTATED)
    args = SimpleNamespace(device=DEVICE, curr_epoch=0, curr_iter=0, max_iters=10**6, warmup_iters=0, running_lr=1e-3,
                           lr=1e-3, lr_pow=.5, warmup_lr=1e-6, stop_rampup=0, loss_weight=1.)
    net = torch.nn.DataParallel(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    def f():
        with contextlib.redirect_stderr(io.StringIO()): utils.train(net, labelled, unlabelled, opt, args)
        return 2*steps*bs
    return f


def our_epoch(data, store, steps, bs, precision):
    "The lab's SESEMI recipe for so many steps: a function for `time_in_turn`"
    recipe = load_recipe('sesemi-2021-adam5').but(dataset=data.name, noise_pct=0, size=SIZE, arch=ARCH, bs=bs,
                                                  steps=steps, precision=precision)
    epoch = one_epoch(make_learner(recipe, data, store, device='cpu'))
    def f():
        epoch()
        return 2*steps*bs
    return f


def arguments():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('checkout', type=Path, help="a checkout of SESEMI's public code at de60e31")
    ap.add_argument('--out', required=True)
    ap.add_argument('--data', default='imagenette2-160', help='a data set of photographs in class folders')
    ap.add_argument('--steps', type=int, default=20)
    ap.add_argument('--rounds', type=int, default=3)
    ap.add_argument('--bs', type=int, default=32, help='labelled images per step, and as many rotated ones')
    ap.add_argument('--workers', type=int, default=torch.get_num_threads(), help="processes of their DataLoader")
    args = ap.parse_args()
    if not (args.checkout/'open_sesemi.py').is_file():
        ap.error(f"{args.checkout} is not a checkout of SESEMI's public code at de60e31; it has no open_sesemi.py")
    check_number('bs', args.bs, ROTATED, whole=True)
    return args


def main():
    args = arguments()
    logging.disable(logging.INFO)
    warnings.simplefilter('ignore', UserWarning)   # their torchvision calls are of 2021
    data = load_data(args.data, 0)
    start = time.perf_counter()
    store = open_store(data, SIZE, progress=False)
    opened = round(time.perf_counter()-start, 1)
    like = (args.steps, args.bs)
    halves = ['full', 'bf16'] if has_fast_bf16(DEVICE) else ['full']
    rivals = dict(opensesemi=their_epoch(args.checkout, data_dir()/args.data, *like, args.workers),
                  **{f'noisy_lab_{o}':our_epoch(data, store, *like, o) for o in halves})
    speed = time_in_turn(rivals, DEVICE, args.rounds, progress=None)
    ratio = {k:round(float(np.median(v/speed['opensesemi'])), 2) for k, v in speed.items() if k!='opensesemi'}
    settings = {k:v for k, v in vars(args).items() if k not in ('out', 'checkout')}
    res = dict(ratio=ratio, images_per_second={k:[round(float(o), 1) for o in v] for k, v in speed.items()},
               seconds_to_open_store=opened, settings=settings, arch=ARCH, size=SIZE,
               threads=torch.get_num_threads(), commit=code_commit(), machine=machine(), versions=versions())
    write_json(args.out, res)
    print(ratio, res['images_per_second'])


if __name__ == '__main__': sys.exit(main())
