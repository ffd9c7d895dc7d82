"""Faults of disks and processes, as functions that go on finding them: disks that fill, folders that may only be read,
processes that are killed, and run folders whose files were changed.

Each case runs a command in a child of a server that has imported torch before, so it takes a second or two.
Whatever happened to it, the same command must then end with the result of a run that was left alone; or say why not, in
one sentence. `tests/test_faults_disk.py` runs a few of each, and more with `--faults-long`."""
import contextlib, ctypes, functools, hashlib, json, multiprocessing, os, random, shutil, signal, subprocess, sys
import threading, time, traceback
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from warm import SLOW

PATIENCE = 600   # seconds after which a command is taken to hang, on a machine that has more to do


# ---- children

class Writes:
    "Counts what a process does to the files below a folder; kills it, or fills the disk, at the nth time"
    KINDS = {'open', 'os.rename', 'os.remove', 'os.mkdir', 'os.rmdir', 'os.link', 'os.symlink', 'os.truncate'}
    def __init__(self, folder, kill_at=0, full_at=0):
        self.folder, self.kill_at, self.full_at, self.n = str(folder), kill_at, full_at, 0
        self.waiting = False
    def changes(self, event, args):
        "Is this a change below the folder?"
        if event not in self.KINDS or self.waiting or not args: return False
        if event == 'open' and not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT): return False
        path = args[0]
        if not isinstance(path, (str, bytes, os.PathLike)): return False
        return os.path.abspath(os.fsdecode(path)).startswith(self.folder)
    def __call__(self, event, args):
        if not self.changes(event, args): return
        self.n += 1
        if self.n == self.kill_at: os.kill(os.getpid(), signal.SIGKILL)
        if self.full_at and self.n >= self.full_at and event in ('open', 'os.mkdir'):
            raise OSError(28, 'No space left on device', os.fsdecode(args[0]))


def obey_modes():
    "Let root's process be bound by the permissions of files, as everybody else's is"
    if os.geteuid(): return
    libc = ctypes.CDLL(None, use_errno=True)
    head, data = (ctypes.c_uint32*2)(0x20080522, 0), (ctypes.c_uint32*6)()
    assert libc.capget(head, data) == 0
    for i in range(3): data[i] &= ~0b110   # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(head, data) == 0


def saved_panel(folder, file):
    "Save a panel over a data set as a page"
    from noisy_lab.data.store import open_store
    from noisy_lab.data.table import load_data
    from noisy_lab.panels.designer import NoiseDesigner
    from noisy_lab.panels.panel import save_page
    data = load_data(folder)
    save_page(NoiseDesigner(data, open_store(data, 16)), file)


def drawn(data):
    "Draw a small embedded set"
    from noisy_lab.data.tinynette import get_tinynette
    few = dict(train=dict(classes=4), val=dict(classes=2), test=dict(classes=1), unsup=dict(classes=1, strangers=1))
    get_tinynette(data, counts=few)


def noised(folder, copy):
    "Give a copy of a folder a noise CSV"
    from noisy_lab.core import atomic_dir
    from noisy_lab.data.prep import add_noise
    with atomic_dir(copy) as tmp:
        for split in ('train', 'val'): shutil.copytree(Path(folder)/split, tmp/split)
    if not list(Path(copy).glob('*.csv')): add_noise(copy, (5, 50))


OTHERS = dict(panel=saved_panel, draw=drawn, noise=noised)


def other(name, *args):
    "What is no command, answered like one"
    from noisy_lab.core import LabError
    try: OTHERS[name](*args)
    except LabError as e:
        print(f'noisy-lab: {e}', file=sys.stderr)
        return 2
    return 0


def child(argv, env, cwd, said, plan):
    "Run a command in this process, with its output in `said`.out and .err; `plan` names what is to happen to it"
    for fd, end in ((1, 'out'), (2, 'err')):
        os.dup2(os.open(f'{said}.{end}', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
    sys.stdout, sys.stderr = (open(fd, 'w', closefd=False) for fd in (1, 2))
    os.environ.update(env)
    os.chdir(cwd)
    tqdm.set_lock(threading.RLock())   # its own lock is shared among processes, and outlives those that are killed
    if plan.get('modes'): obey_modes()
    writes = Writes(plan.get('folder', '/nowhere'), plan.get('kill_at', 0), plan.get('full_at', 0))
    sys.addaudithook(writes)
    from noisy_lab.cli import main
    rc = 1
    try: rc = other(*argv[1:]) if argv[0] == 'other' else main(argv)
    except SystemExit as e: rc = e.code
    except BaseException: traceback.print_exc()
    with contextlib.suppress(OSError):
        for o in (sys.stdout, sys.stderr): o.flush()
    Path(f'{said}.n').write_text(str(writes.n))
    os._exit(rc)


@dataclass
class Ended:
    "How a command ended"
    rc:int|None        # None: it hung; negative: killed
    out:str
    err:str
    seconds:float
    writes:int         # changes to files, if it ended by itself
    @property
    def sentence(self):
        "The one sentence of a refusal, or empty if it did not end so"
        lines = [o for o in self.err.splitlines() if o.startswith('noisy-lab: ')]
        bad = self.rc != 2 or len(lines) != 1 or 'Traceback' in self.err or 'Exception ignored' in self.err
        return '' if bad else lines[0]


@dataclass
class Whole:
    "A work that was left alone"
    content:dict       # what it leaves
    answer:object      # what it says; None if it says what it had to do, which is less after a fault
    seconds:float      # how long it took
    writes:int         # changes that it made to files
    room:int           # bytes that its files take


class Lab:
    "A place with pictures, a teacher and an archive, and commands that are run in it"
    def __init__(self, root):
        self.root, self.place, self.n = Path(root), Path(root)/'place', 0
        os.environ.setdefault('OMP_NUM_THREADS', '1')
        self.ctx = multiprocessing.get_context('forkserver')
        self.ctx.set_forkserver_preload(SLOW)
        self.pets = make_pets(self.root/'pets')
        self.env = {'NOISY_LAB_DEVICE':'cpu', 'NOISY_LAB_SIZE':'16', 'NOISY_LAB_EPOCHS':'2', 'NOISY_LAB_BS':'16'}
        self.known = {}
    def start(self, argv, place, **plan):
        "Start a command whose data and runs lie in `place`"
        self.n += 1
        env = {**self.env, 'NOISY_LAB_DATA_DIR':str(place/'data'), 'NOISY_LAB_RUNS_DIR':str(place/'runs')}
        said = self.root/f'said-{self.n}'
        p = self.ctx.Process(target=child, args=([str(o) for o in argv], env, str(self.root), str(said), plan))
        p.start()
        p.said, p.began = said, time.perf_counter()
        return p
    def end(self, p, kill_after=None):
        "Wait for a command, or kill it after some seconds"
        p.join(PATIENCE if kill_after is None else kill_after)
        hung = p.is_alive() and kill_after is None
        if p.is_alive(): os.kill(p.pid, signal.SIGKILL)
        p.join()
        out, err = (Path(f'{p.said}.{o}').read_text(errors='replace') if Path(f'{p.said}.{o}').exists() else ''
                    for o in ('out', 'err'))
        n = Path(f'{p.said}.n')
        writes = int(n.read_text()) if n.exists() else 0
        for o in self.root.glob(f'{p.said.name}.*'): o.unlink()
        return Ended(None if hung else p.exitcode, out, err, time.perf_counter()-p.began, writes)
    def run(self, argv, place, kill_after=None, **plan): return self.end(self.start(argv, place, **plan), kill_after)
    def fresh(self):
        "The place, empty: always the same, for its path is in some of what is written"
        if self.place.exists(): shutil.rmtree(self.place)
        self.place.mkdir()
        return self.place
    def whole(self, name):
        "A work that was left alone"
        if name not in self.known:
            argv, place = self.argv(name), self.fresh()
            ended = self.run(argv, place, folder=place)
            assert ended.rc == 0, (name, ended)
            said = None if name in ONCE else answer(ended)
            self.known[name] = Whole(content(place), said, ended.seconds, ended.writes, room(place))
            if name == 'supervised': shutil.move(place/'runs', self.root/'runs')
        return self.known[name]
    def argv(self, name): return [o.format(lab=self) for o in WORKS[name].split()]
    @functools.cached_property
    def archive(self): return make_archive(self.root/'imagenette2-160.tgz', self.pets/'train/cat/cat_train0.png')
    @property
    def teacher(self):
        "The folder of a finished run"
        self.whole('supervised')
        return next((self.root/'runs').glob('*supervised*'))


WNIDS = ['n01440764', 'n02102040', 'n02979186', 'n03000684', 'n03028079', 'n03394916', 'n03417042', 'n03425413',
         'n03445777', 'n03888257']


def make_archive(file, photo):
    "An archive in the layout of Imagenette, of one picture"
    inside = file.with_suffix('')
    for split in ('train', 'val'):
        for c in WNIDS:
            (inside/split/c).mkdir(parents=True)
            for i in range(3): shutil.copy(photo, inside/split/c/f'{c}_{split}{i}.JPEG')
    from noisy_lab.data.prep import add_noise
    add_noise(inside, (1, 5, 25, 50)).rename(inside/'noisy_imagenette.csv')
    subprocess.run(['tar', '-C', file.parent, '-czf', file, inside.name], check=True)
    return file


def make_pets(root):
    "Pictures of three classes in train/, val/ and unsup/, and a noise CSV"
    rng = np.random.default_rng(0)
    for split, n in dict(train=24, val=6, unsup=4).items():
        for k, c in enumerate(('cat', 'dog', 'fox')):
            (root/split/c).mkdir(parents=True)
            for i in range(n):
                px = rng.integers(0, 120, (20, 20, 3), dtype=np.uint8)
                px[..., k] += 120
                Image.fromarray(px).save(root/split/c/f'{c}_{split}{i}.png')
    from noisy_lab.data.prep import add_noise
    add_noise(root, (50,))
    return root


# ---- works: commands whose results all lie in the lab's place

METHODS = ('supervised', 'student', 'sesemi', 'co-teaching', 'elr', 'prune', 'divide', 'relabel', 'fixmatch',
           'mean-teacher', 'early-stop', 'billion-scale', 'small-loss', 'mixup-sesemi', 'student-iterated',
           'student-ema')
WORKS = {k: f'run {k} --data {{lab.pets}} --pct 50 --runs 1 --json' for k in METHODS}
for k in ('divide', 'relabel'): WORKS[k] += f' --epochs 3 --set resist.{k}.start=1'
ASKING = dict(   # a teacher
    pseudo='pseudo {lab.teacher} {lab.pets}/unsup --out {lab.place}/pool.parquet --json',
    select='pseudo {lab.teacher} {lab.pets}/unsup --out {lab.place}/pool.parquet --top-k 3 --json',
    predict='predict {lab.pets}/val --model {lab.teacher} --topk 2 --out {lab.place}/answers.csv --json')
WORKS |= ASKING
WORKS['clean'] = 'clean {lab.pets}/train --out {lab.place}/clean --folds 2 --epochs 2 --json'
WORKS['demo'] = 'demo --data {lab.pets} --pct 50 --runs 1 --out {lab.place}/demo --json'
WORKS['panel'] = 'other panel {lab.pets} {lab.place}/panel.html'
ONCE = dict(     # these do nothing, or refuse, when they are done
    get='data get imagenette2-160 --archive {lab.archive} --json',
    tree='data tree {lab.pets} {lab.place}/tree --pct 50 --how copy --json',
    lessons='lessons copy {lab.place}/course --json',
    draw='other draw {lab.place}/data',
    noise='other noise {lab.pets} {lab.place}/pets')
WORKS |= ONCE


# ---- what a work leaves

def but_times(o):
    "Rows without what differs from time to time"
    if isinstance(o, dict): return {k: but_times(v) for k, v in o.items() if k not in ('seconds', 'check', 'made')}
    return [but_times(v) for v in o] if isinstance(o, list) else o


def fingerprint(file):
    "What must be equal in two files of this name"
    if file.name == 'SHA256SUMS' or file.suffix in ('.lock', '.html'): return ''
    if file.name in ('result.json', 'results.json', 'recipe.json', 'folds.json', 'case.json'):
        with contextlib.suppress(ValueError): return but_times(json.loads(file.read_text()))
    return hashlib.sha256(file.read_bytes()).hexdigest()


def content(place):
    "All files below a folder, each with what must be equal"
    return {o.relative_to(place).as_posix(): fingerprint(o) for o in sorted(place.rglob('*')) if o.is_file()}


def answer(ended):
    "What a command said, without times"
    try: return but_times(json.loads(ended.out))
    except ValueError: return ended.out


def compared(want, got):
    "Files that are wrong or missing, and files that are left over"
    wrong = [k for k in want if k not in got or got[k] != want[k]]
    return wrong, [k for k in got if k not in want]


# ---- what was found

@dataclass
class Tally:
    "What was tried, and what went wrong"
    seed:int
    kills:int = 0
    disks:int = 0        # that were full
    forbidden:int = 0    # files and folders that could not be read or written
    changed:int = 0      # files that were changed
    sentences:int = 0
    resumed:int = 0      # commands that ended right after a fault
    bad:dict = field(default_factory=dict)   # traceback, hang, wrong, leftover -> what happened
    def blame(self, kind, *what): self.bad.setdefault(kind, []).append(what)
    def refused(self, ended, *what):
        "Note how a command ended that a fault kept from its end; False if it ended right all the same"
        if ended.rc == 0: return False
        if ended.sentence: self.sentences += 1
        else: self.blame('hang' if ended.rc is None else 'traceback', *what, ended.rc, ended.err[-2000:])
        return True
    def right(self, ended, whole, place, *what, own=()):
        "Note whether a command ended as one that was left alone; `own` are files that the test changed"
        done = ' already' in ended.sentence   # which is how a work may say that nothing is left to do
        if ended.rc != 0 and not done:
            self.refused(ended, *what, 'the fault was gone')
            return self.blame('wrong', *what, ended.err)
        wrong, left = compared(whole.content, content(place))
        if whole.answer is not None and answer(ended) != whole.answer: wrong.append(f'its answer: {ended.out}')
        wrong, left = ([o for o in files if o not in own] for files in (wrong, left))
        if wrong: self.blame('wrong', *what, wrong)
        if left: self.blame('leftover', *what, left)
        self.resumed += 1
    def __str__(self):
        n = {k: len(self.bad.get(k, [])) for k in ('traceback', 'hang', 'wrong', 'leftover')}
        faults = f'{self.kills} kills, {self.disks} full disks, {self.forbidden} forbidden, {self.changed} changed'
        found = ', '.join(f'{v} {k}s' if v != 1 else f'{v} {k}' for k, v in n.items())
        return f'seed {self.seed}: {faults}; {self.sentences} sentences, {self.resumed} ended right; {found}'


def half_written(place):
    "Temporary files and folders below `place`"
    return [o.relative_to(place).as_posix() for o in place.rglob('.*') if o.name.endswith(('.tmp', '.old'))]


# ---- kills

def kill_once(lab, argv, place, whole, rng):
    "Kill a command at a random moment: before one of its changes to the disk, or at any time"
    if rng.random() < .5: return lab.run(argv, place, folder=place, kill_at=rng.randint(1, whole.writes))
    return lab.run(argv, place, kill_after=rng.uniform(0, whole.seconds))


def killed(lab, name, rng, tally):
    "Kill a work up to three times; then let it end"
    whole = lab.whole(name)
    argv, place = lab.argv(name), lab.fresh()
    for _ in range(rng.choice((1, 2, 3))):
        ended = kill_once(lab, argv, place, whole, rng)
        if ended.rc == -signal.SIGKILL: tally.kills += 1
        elif ended.rc: tally.refused(ended, 'kill', name, 'started again')
    tally.right(lab.run(argv, place), whole, place, 'kill', name)


def rivals(lab, name, rng, tally):
    "Start a work twice at once, and kill one of the two; the other ends as if it were alone"
    whole = lab.whole(name)
    argv, place = lab.argv(name), lab.fresh()
    pair = [lab.start(argv, place) for _ in range(2)]
    rng.shuffle(pair)
    ended = lab.end(pair[0], rng.uniform(0, 2*whole.seconds))
    if ended.rc == -signal.SIGKILL: tally.kills += 1
    elif ended.rc: tally.refused(ended, 'rivals', name, 'the other')
    left = lab.end(pair[1])
    again = 'another process' in left.sentence        # it may say so instead of waiting
    if again or left.rc == 0 and half_written(place): # what was killed beside it is removed by the next start
        left = lab.run(argv, place)
    tally.right(left, whole, place, 'rivals', name)


# ---- disks

@functools.cache
def can_mount():
    "May this process mount a small disk?"
    if sys.platform != 'linux' or os.geteuid(): return False
    import tempfile
    with tempfile.TemporaryDirectory() as d:
        if subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', d], capture_output=True).returncode: return False
        return subprocess.run(['umount', d], capture_output=True).returncode == 0


@contextlib.contextmanager
def disk(place, **options):
    "A disk in memory, mounted at `place`; gives a function that changes its options, for instance size or ro"
    def mount(*how, **kw):
        text = ','.join(k if v is True else f'{k}={v}' for k, v in kw.items())
        subprocess.run(['mount', '-t', 'tmpfs', '-o', ','.join([*how, text]), 'tmpfs', place], check=True)
    mount(**options)
    try: yield lambda **kw: mount('remount', **kw)
    finally: subprocess.run(['umount', '-l', place], check=True)


def room(place):
    "Bytes that the files below a folder take on a disk in memory"
    return sum(4096*(-(-o.stat().st_size//4096)+1) for o in place.rglob('*'))


def filled(lab, name, rng, tally):
    "Let a work run on a disk that is too small; then make room"
    whole = lab.whole(name)
    argv, place = lab.argv(name), lab.fresh()
    if not can_mount():
        ended = lab.run(argv, place, folder=place, full_at=rng.randint(1, whole.writes))
        note_full(tally, ended, place, name)
        tally.right(lab.run(argv, place), whole, place, 'full disk', name)
        return
    size = dict(size=max(8192, int(whole.room*rng.uniform(.02, 1.05))))
    if rng.random() < .2: size = dict(size='64m', nr_inodes=rng.randint(2, len(whole.content)+10))
    with disk(place, **size) as change:
        note_full(tally, lab.run(argv, place), place, name, size)
        change(size='64m', nr_inodes=10_000)
        tally.right(lab.run(argv, place), whole, place, 'full disk', name, size)


def note_full(tally, ended, place, name, *what):
    "Note how a command ended on a full disk"
    if not tally.refused(ended, 'full disk', name, *what): return
    tally.disks += 1
    what = ('full disk', name, *what)
    if ended.sentence and 'no space left' not in ended.sentence: tally.blame('wrong', *what, ended.err)
    if half_written(place): tally.blame('leftover', *what, half_written(place))


# ---- what may not be read or written

def read_only(lab, name, rng, tally):
    "A work in a folder that may only be read: an empty one, or one where it is done"
    whole = lab.whole(name)
    argv, place, done = lab.argv(name), lab.fresh(), rng.random() < .5
    with disk(place, size='64m') if can_mount() else contextlib.nullcontext() as change:
        if done: assert lab.run(argv, place).rc == 0
        modes = change is None or rng.random() < .5
        if modes: allow(place, 0o555, 0o444)
        else: change(ro=True)
        ended = lab.run(argv, place, modes=modes)
        tally.forbidden += 1
        if not done and ended.rc == 0: tally.blame('wrong', 'read-only', name, ended.out)
        if not tally.refused(ended, 'read-only', name, done, modes): tally.right(ended, whole, place, 'read-only', name)
        if modes: allow(place, 0o755, 0o644)
        else: change(rw=True)
        tally.right(lab.run(argv, place), whole, place, 'read-only', name, done)


def allow(place, folders, files):
    "Set the permissions of everything below a folder"
    for o in [*place.rglob('*'), place]: o.chmod(folders if o.is_dir() else files)


def interrupted(lab, name, rng):
    "A place where a work was killed, or is done"
    whole = lab.whole(name)
    argv, place = lab.argv(name), lab.fresh()
    if rng.random() < .6: kill_once(lab, argv, place, whole, rng)
    else: lab.run(argv, place)
    return place


def some_file(place, rng):
    "One of the files of runs and stores below a folder, temporary ones apart; None without any"
    def temporary(o): return any(p.endswith(('.tmp', '.old')) for p in o.relative_to(place).parts)
    files = [o for o in sorted(place.rglob('*')) if o.is_file() and not temporary(o)]
    return rng.choice(files) if files else None


def locked_out(lab, name, rng, tally):
    "A work resumes, and may not read or write one of its files, or a folder"
    whole = lab.whole(name)
    place = interrupted(lab, name, rng)
    file = some_file(place, rng)
    if file is None: return
    target = rng.choice((file, file, file.parent))
    was, now = target.stat().st_mode & 0o777, rng.choice((0, 0o444, 0o555 if target.is_dir() else 0o200))
    target.chmod(now)
    argv, what = lab.argv(name), ('locked out', name, target.relative_to(place).as_posix(), oct(now))
    tally.forbidden += 1
    ended = lab.run(argv, place, modes=True)
    if target.exists(): target.chmod(was)
    if not tally.refused(ended, *what): tally.right(ended, whole, place, *what)
    tally.right(lab.run(argv, place), whole, place, *what, 'allowed again')


# ---- what was changed

def cut(file, rng): file.write_bytes(file.read_bytes()[:rng.randint(0, max(file.stat().st_size-1, 0))])


def flip(file, rng):
    data = bytearray(file.read_bytes() or b'x')
    for _ in range(rng.choice((1, 1, 8))): data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    file.write_bytes(bytes(data))


def count_on(file, rng):
    "One digit higher: what no parser notices"
    data = bytearray(file.read_bytes() or b'x')
    digits = [i for i, o in enumerate(data) if 48 <= o < 57]
    if not digits: return flip(file, rng)
    data[rng.choice(digits)] += 1
    file.write_bytes(bytes(data))


def instead(text): return lambda file, rng: file.write_bytes(text)


def folder_instead(file, rng):
    file.unlink()
    file.mkdir()


def another(file, rng):
    "Another file of the same place"
    twin = some_file(file.parent, rng)
    if twin != file: shutil.copy(twin, file)


def of_another_version(file, rng):
    "A record with a key that has another name"
    try: d = json.loads(file.read_text())
    except ValueError: return flip(file, rng)
    if not isinstance(d, dict) or not d: return flip(file, rng)
    key = rng.choice(sorted(d))
    d[f'new_{key}'] = d.pop(key)
    file.write_text(json.dumps(d))


CHANGES = dict(cut=cut, flip=flip, count_on=count_on, gone=lambda file, rng: file.unlink(), empty=instead(b''),
               list=instead(b'[]'), dict=instead(b'{}'), null=instead(b'null'), noise=instead(bytes(range(256))*20),
               folder=folder_instead, another=another, version=of_another_version)


def changed(lab, name, rng, tally):
    "A work resumes, or is done, and one of its files is no longer what it was"
    whole = lab.whole(name)
    place = interrupted(lab, name, rng)
    file = some_file(place, rng)
    if file is None: return
    how, own = rng.choice(sorted(CHANGES)), file.relative_to(place).as_posix()
    what = ('changed', name, own, how)
    CHANGES[how](file, rng)
    tally.changed += 1
    argv = lab.argv(name)
    ended = lab.run(argv, place)
    if not tally.refused(ended, *what): tally.right(ended, whole, place, *what, own=[own])
    else:   # what is advised must help
        aside(place, file)
        tally.right(lab.run(argv, place), whole, place, *what, 'moved away')


def aside(place, file):
    "Move a file away, and if it is a run's, the run"
    run = next((o for o in file.parents if o.parent.name == 'runs'), file)
    shutil.rmtree(run) if run.is_dir() else run.unlink(missing_ok=True)


def believed(lab, name, rng, tally):
    "A work asks a teacher one of whose files is no longer what it was"
    whole = lab.whole(name)
    argv, place = lab.argv(name), lab.fresh()
    teacher = shutil.copytree(lab.teacher, lab.root/'other'/lab.teacher.name)
    file, how = some_file(teacher, rng), rng.choice(sorted(CHANGES))
    CHANGES[how](file, rng)
    tally.changed += 1
    ended = lab.run([teacher if o == str(lab.teacher) else o for o in argv], place)
    what = ('believed', name, file.name, how)
    if not tally.refused(ended, *what): tally.right(ended, whole, place, *what)
    shutil.rmtree(teacher.parent)


# ---- campaigns

FAULTS = dict(killed=killed, rivals=rivals, filled=filled, read_only=read_only, locked_out=locked_out, changed=changed,
              believed=believed)

def campaign(lab, faults, names, n, seed):
    "`n` cases of some faults in some works, each with its own seed; gives the `Tally`"
    tally = Tally(seed)
    for i in range(n):
        fault, name = faults[i % len(faults)], names[i//len(faults) % len(names)]
        FAULTS[fault](lab, name, random.Random(f'{seed}-{i}'), tally)
    return tally
