"""What kept memory, the quick Mish and the quick convolution save in a training step on a processor.

Each variant runs in a process of its own, in turns.

    python tests/bench_memory.py --seconds 4 --out bench_memory.json
"""
import argparse, json, os, subprocess, sys
from pathlib import Path

import numpy as np, torch

from noisy_lab.core import code_commit, kept_memory, machine, versions, write_json
from noisy_lab.nets import QuickConv, QuickMish, has_fast_bf16
from noisy_lab.runs import bare_step, timed
from noisy_lab.runs.speed import peak_kb

# glibc's settings are left alone where one of them is set, to what it would be anyway
VARIANTS = dict(kept={}, given_back=dict(MALLOC_ARENA_MAX=str(8*(os.cpu_count() or 1))), torch_mish={}, torch_conv={})


def child(variant, arch, size, bs, seconds):
    "Images per second, and the peak of memory, of bare steps in this process"
    if variant=='torch_mish': QuickMish.forward = torch.nn.Mish.forward
    if variant=='torch_conv': QuickConv.forward = torch.nn.Conv2d.forward
    device = torch.device('cpu')
    step = bare_step(arch, 10, size, bs, device, 1, half=has_fast_bf16(device))
    with kept_memory():
        step()
        steps = max(2, round(seconds*timed(step, device)/bs))
        return dict(speed=timed(lambda: sum(step() for _ in range(steps)), device), peak_mb=peak_kb()/1024)


def measured(variant, arch, size, args):
    "`child` in a process of its own"
    call = f'child({variant!r}, {arch!r}, {size}, {args.bs}, {args.seconds})'
    code = f'import json; from bench_memory import child; print(json.dumps({call}))'
    p = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, cwd=Path(__file__).parent,
                       env={**os.environ, **VARIANTS[variant]})
    if p.returncode: sys.exit(p.stderr)
    return json.loads(p.stdout.splitlines()[-1])


def row_of(arch, size, args):
    "A network's variants, round by round"
    names = ['kept', 'given_back', 'torch_mish' if arch.startswith('fastai') else 'torch_conv']
    rounds = [{k: measured(k, arch, size, args) for k in names} for _ in range(args.rounds)]
    speed = {k: [round(o[k]['speed'], 1) for o in rounds] for k in names}
    ratio = {k: round(float(np.median(np.divide(speed['kept'], speed[k]))), 2) for k in names[1:]}
    peak = {k: round(float(np.median([o[k]['peak_mb'] for o in rounds]))) for k in names}
    return dict(arch=arch, size=size, kept_over=ratio, images_per_second=speed, peak_mb=peak)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--out', required=True)
    ap.add_argument('--rounds', type=int, default=3)
    ap.add_argument('--seconds', type=float, default=8., help='seconds of steps in a round')
    ap.add_argument('--bs', type=int, default=64)
    ap.add_argument('--cases', nargs='+', metavar='NET:PX', default=['resnet10t:128', 'fastai_xse_resnext50:128'])
    args = ap.parse_args()
    cases = [(o.split(':')[0], int(o.split(':')[1])) for o in args.cases]
    half = has_fast_bf16(torch.device('cpu'))
    write_json(args.out, dict(
        rows=[row_of(*o, args) for o in cases],
        settings=dict(bs=args.bs, rounds=args.rounds, seconds=args.seconds, precision='bf16' if half else 'fp32'),
        threads=torch.get_num_threads(), machine=machine(), versions=versions(), commit=code_commit()))


if __name__ == '__main__': main()
