"""Bad input for every argument of every command: what is wrong with it is generated, the arguments are found by walking
the parser, so that a new command is covered without a line here.

Each input must end with exit code 2 and one sentence, or be fine (0, or the work would begin); never with a traceback,
never with a hang, and a refusal leaves nothing behind. `python tests/faults_cli.py` prints figures and what was wrong:
`--only WORD` tries the inputs with that word in their names, `--n 9999` more of each kind."""
import argparse, contextlib, copy, io, itertools, json, os, random, re, shlex, shutil, signal, stat, sys, tempfile
import time, traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

SECONDS = 20   # for one input; more is a hang


# ---- the parser: its commands, their arguments, and a line for each that would work

def commands(parser, words=()):
    "Every command as (words, parser); one with commands of its own counts if it does something by itself"
    if 'f' in parser._defaults: yield words, parser
    for group in (o for o in parser._actions if isinstance(o, argparse._SubParsersAction)):
        for name, sub in group.choices.items(): yield from commands(sub, (*words, name))


def arguments(parser):
    "The arguments that take a value"
    skip = (argparse._SubParsersAction, argparse._HelpAction, argparse._VersionAction)
    return [o for o in parser._actions if not isinstance(o, skip) and o.nargs != 0]


def flags(parser):
    "Options without a value"
    return [o for o in parser._actions if o.nargs == 0 and not isinstance(o, argparse._HelpAction)]


# What stands in an example for something slow, or for more than small data give.
LIGHT = {'tinynette-50': 's.toml', 'resnet50_swsl': 'runs/FOLDER', '0.5': '0.1'}

def example(words, parser):
    "The command of the parser's example as dest -> texts; None where the example is of another command"
    tokens = shlex.split(parser.epilog.partition('example: ')[2])[1:]
    if tokens[:len(words)] != list(words): return None
    raw = copy.deepcopy(parser)
    for o in raw._actions:
        o.required, was = False, o.type
        o.type, o.default = str if was else None, None
        if isinstance(o, argparse._SubParsersAction): raw._actions.remove(o)
    known = raw.parse_known_args([LIGHT.get(o, o) for o in tokens[len(words):] if o != '--'])[0]
    texts = {k: v if isinstance(v, list) else [v] for k, v in vars(known).items() if isinstance(v, (str, list))}
    return {o.dest: texts[o.dest] for o in arguments(parser) if o.dest in texts}


def line(words, parser, given):
    "The command line that gives these values: positional ones in order, options before them"
    options = [f'{o.option_strings[-1]}={v}' for o in arguments(parser) for v in given.get(o.dest, ())
               if o.option_strings]
    plain = [v for o in arguments(parser) for v in given.get(o.dest, ()) if not o.option_strings]
    return [*words, *options, *(['--'] if any(v.startswith('-') for v in plain) else []), *plain]


# ---- a laboratory: small data, a run, results, everything that examples name, and things that are not what they seem

def pictures(folder, n=3, classes=('cat', 'cow', 'dog'), splits=('train', 'val')):
    "A small data set"
    rng = np.random.default_rng(0)
    for s, c, i in itertools.product(splits, classes, range(n)):
        (folder/s/c).mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (24, 24, 3), dtype=np.uint8)).save(folder/s/c/f'{s}{c}{i}.jpg')
    return folder


def with_noise(folder):
    "The same with a noise CSV"
    from noisy_lab.data import write_noise_csv
    paths = sorted(o.relative_to(folder).as_posix() for o in folder.rglob('*.jpg'))
    labels, is_val = [o.split('/')[1] for o in paths], [o.startswith('val') for o in paths]
    write_noise_csv(folder/f'noisy_{folder.name}.csv', paths, labels, is_val, (25, 50))
    return folder


STUDY = '''about = "x"
budget = 200
dataset = "./photos"
size = 16
bs = 4
[[method]]
name = "supervised"
[[method]]
name = "sesemi"
[[claim]]
text = "t"
better = "sesemi"
than = "supervised"
'''

def finished_run(lab):
    "A finished run, as the examples call it, and results of a cell made of it"
    from noisy_lab.boards import image_counts, right_bits
    from noisy_lab.runs import make_recipe, run
    recipe = make_recipe('supervised', dataset='./photos', size=16, bs=4, epochs=1, noise_pct=50.)
    done = run(recipe, 0, lab/'runs', device='cpu', progress=False)
    for name in ('FOLDER', 'A-s0', 'A-s1'): shutil.copytree(done.folder, lab/'runs'/name)
    row = {k: v for k, v in done.result.items() if k not in ('spent', 'classes')}
    row |= right_bits(done) | image_counts(done.items)
    cell = dict(board='imagenette-noise50', size=128, epochs=5, recipe='x', cell=True, settings={}, complete=True)
    rows = [row | dict(seed=s) for s in range(2)]
    for name in ('results', 'ours', 'baseline'): (lab/f'{name}.json').write_text(json.dumps(cell | dict(rows=rows)))
    (lab/'mine.json').write_text((done.folder/'recipe.json').read_text())
    (lab/'mine.toml').write_text('about = "x"\nmethod = "supervised"\n[train]\nepochs = 1\n')


def notebook(path):
    "A lesson that holds nothing"
    first = dict(cell_type='markdown', id='a', metadata={}, source=['# 01 · x\n', '\n', '> y'])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(cells=[first], metadata={}, nbformat=4, nbformat_minor=5)))


SUFFIXES = ('json', 'toml', 'csv', 'tgz', 'jpg', 'safetensors', 'parquet')

def traps(lab):
    "What stands under a name that should lead to something else"
    (lab/'odd').mkdir()
    (lab/'odd/empty').mkdir()
    (lab/'odd/file').write_text('text')
    (lab/'odd/binary').write_bytes(bytes(range(256)))
    (lab/'odd/nothing').write_text('')
    (lab/'odd/loop').symlink_to('loop')
    (lab/'odd/gone').symlink_to('nowhere')
    (lab/'odd/secret').symlink_to('/proc/self/mem')   # a file that nobody can read, root neither
    os.mkfifo(lab/'odd/pipe')
    for o in SUFFIXES: shutil.copy(lab/'odd/binary', lab/f'odd/b.{o}')


def make_lab(lab):
    "Everything that an example names, below a folder"
    lab.mkdir(parents=True, exist_ok=True)
    for o in ('data', 'home', 'tmp'): (lab/o).mkdir()
    with inside(lab):
        pictures(lab/'photos')
        nette = with_noise(pictures(lab/'imagenette2-160'))
        woof = with_noise(pictures(lab/'imagewoof2-160', classes=('pug', 'hound', 'corgi')))
        for o in (nette, woof): shutil.copytree(o, lab/'data'/o.name)
        shutil.make_archive(lab/'imagenette2-160', 'gztar', lab, 'imagenette2-160')
        (lab/'imagenette2-160.tar.gz').rename(lab/'imagenette2-160.tgz')
        shutil.copy(lab/'photos/train/cat/traincat0.jpg', lab/'dog.jpg')
        (lab/'s.toml').write_text(STUDY)
        for o in ('index', '01_x'): notebook(lab/f'home/course/lessons/{o}.ipynb')
        finished_run(lab)
    traps(lab)
    return lab


@contextlib.contextmanager
def inside(lab):
    "Work in the laboratory: its data, runs, home and temporary files, no network"
    env = dict(HOME=lab/'home', FASTAI_HOME=lab/'home/.fastai', HF_HOME=lab/'home/hf', TORCH_HOME=lab/'home/torch',
               XDG_CACHE_HOME=lab/'home/cache', TMPDIR=lab/'tmp', NOISY_LAB_DATA_DIR=lab/'data',
               NOISY_LAB_RUNS_DIR=lab/'runs', NOISY_LAB_MIRROR='http://127.0.0.1:9', NOISY_LAB_DEVICE='cpu',
               NOISY_LAB_DATASET='./photos', NOISY_LAB_SIZE=16, NOISY_LAB_BS=4, NOISY_LAB_EPOCHS=1)
    env = {k: str(v) for k, v in env.items()} | dict(HF_HUB_OFFLINE='1')
    own_tmp = mock.patch.object(tempfile, 'tempdir', str(lab/'tmp'))
    with contextlib.chdir(lab), mock.patch.dict(os.environ, env), own_tmp: yield


def outlook(lab):
    "What lies below a folder: path -> what it is, its length and time of change"
    res = {}
    for folder, names, files in os.walk(lab):
        for o in (*names, *files):
            s = os.lstat(os.path.join(folder, o))
            plain = stat.S_ISREG(s.st_mode)
            res[os.path.relpath(os.path.join(folder, o), lab)] = (s.st_mode, s.st_size if plain else 0,
                                                                 s.st_mtime_ns if plain else 0)
    return res


# What may stay: decoded pixels, locks, caches of libraries, and a pool's table from which another selection can be made
KEPT = re.compile(r'(^|/)(data/noisy_lab_cache($|/)|home/|[^/]*\.lock$|[^/]*\.all\.parquet$)')
TEMPORARY = re.compile(r'(^tmp/)|(^|/)\.[^/]+\.(tmp|parts|old|[a-z0-9_]{8})$')

def changed(before, after): return sorted(o for o in {*before, *after} if before.get(o) != after.get(o))


class Lab:
    "A laboratory that can be put back as it was"
    def __init__(self, folder):
        self.folder, self.pristine = make_lab(Path(folder)/'lab'), Path(folder)/'pristine'
        shutil.copytree(self.folder, self.pristine, symlinks=True, ignore=shutil.ignore_patterns('odd'))
        self.view = outlook(self.folder)
    def restore(self):
        "Undo what a command changed; the pixels that it decoded may stay"
        for o in changed(self.view, outlook(self.folder)):
            if KEPT.search(o): continue
            path, was = self.folder/o, self.pristine/o
            if o.split('/')[0] == 'odd': continue
            remove(path)
            if was.is_dir() and not was.is_symlink(): shutil.copytree(was, path, symlinks=True, dirs_exist_ok=True)
            elif os.path.lexists(was):
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(was, path, follow_symlinks=False)
        if any(o.split('/')[0] == 'odd' for o in changed(self.view, outlook(self.folder))):
            shutil.rmtree(self.folder/'odd')
            traps(self.folder)
            self.view = {k: v for k, v in self.view.items() if k.split('/')[0] != 'odd'}
            self.view |= {k: v for k, v in outlook(self.folder).items() if k.split('/')[0] == 'odd'}


def remove(path):
    if path.is_dir() and not path.is_symlink(): shutil.rmtree(path)
    elif os.path.lexists(path): path.unlink()


# ---- one input

@dataclass
class Case:
    "An input: the command line, and what is wrong around it"
    name: str
    argv: list
    env: dict = field(default_factory=dict)
    spoil: object = None   # `spoil(folder)`: put something wrong into the laboratory

class Reached(BaseException): "The work would begin, so the input was taken for good"
class Hang(BaseException): "It took too long"

def reached(*args, **kwargs): raise Reached()
def too_long(*args): raise Hang()

WORK = ('noisy_lab.train.learner.LabLearner.fit', 'noisy_lab.site.build_offline', 'noisy_lab.runs.speed.time_in_turn',
        'noisy_lab.runs.speed.memory_growth', 'noisy_lab.runs.transfer.dataset_features',
        'noisy_lab.nets.pretrained.model_costs', 'noisy_lab.boards.cells.forward_seconds', 'os.execv',
        'socketserver.BaseServer.serve_forever')

@contextlib.contextmanager
def no_work():
    "Nothing is trained, built, served or measured: where that would begin, the input is good"
    with contextlib.ExitStack() as stack:
        for o in WORK: stack.enter_context(mock.patch(o, reached))
        yield


@dataclass
class Outcome:
    case: Case
    kind: str       # sentence, fine, unclear, traceback, hang
    said: str
    left: list
    seconds: float
    @property
    def ok(self): return self.kind in ('sentence', 'fine') and not self.left


def is_json(text):
    "Is it an answer for programs? `data verify --json` gives one even where the archive is a wrong one"
    try: return isinstance(json.loads(text), dict)
    except ValueError: return False


def verdict(rc, out, err):
    "What an exit code and two streams amount to"
    said = [o for o in err.splitlines() if o.startswith('noisy-lab')]
    if 'Traceback' in err or rc not in (0, 2): return 'traceback' if 'Traceback' in err else 'unclear'
    if rc == 0: return 'fine'
    whole = len(said) == 1 and (not out or is_json(out)) and err.rstrip().endswith(said[0].rstrip())
    return 'sentence' if whole and said[0].isprintable() else 'unclear'


def call(argv):
    "Run a command in this process: what it amounts to, and what it said"
    from noisy_lab.cli import main
    out, err = io.StringIO(), io.StringIO()
    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        typed = mock.patch.object(sys, 'argv', ['', *argv])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), typed:
            try: rc = main(list(argv))
            except SystemExit as e: rc = e.code
        return verdict(rc, out.getvalue(), err.getvalue()), err.getvalue() or out.getvalue()
    except Reached: return 'fine', 'the work would begin'
    except Hang: return 'hang', traceback.format_exc()
    except BaseException: return 'traceback', traceback.format_exc()
    finally: signal.setitimer(signal.ITIMER_REAL, 0)


def attempt(lab, case):
    "Run one input, look at what it left, and put everything back"
    with inside(lab.folder), mock.patch.dict(os.environ, case.env):
        if case.spoil: case.spoil(lab.folder)
        before, start = outlook(lab.folder), time.perf_counter()
        kind, said = call(case.argv)
        seconds = time.perf_counter()-start
        new = [o for o in changed(before, outlook(lab.folder)) if not KEPT.search(o)]
        left = new if kind == 'sentence' else [o for o in new if TEMPORARY.search(o)]
        if new or case.spoil: lab.restore()
    return Outcome(case, kind, said, left, seconds)


# ---- what can be wrong

LONG = 'x'*300
TEXTS = ['', ' ', 'x', LONG, f'{LONG}/x', 'é😀', '\x1b[31mred', 'a\nb', '\udcff', "it's", '%s{x}', '*', '~nosuch/x',
         '-', '.', 'odd/..', 'None', '[]', '{}', 'a,b', ',', '=', 'a=b', 'photos/../photos']
NUMBERS = ['nan', 'inf', '-inf', '1e999', '-1', '0', '-1e-9', '1e-400', '2.5', str(2**63), str(2**64), '9'*400,
           '9'*5000, '9999999', '0x10', '1,5', '½', '²', '1_0', 'cpu:9', 'cuda:99', 'true']
PLACES = ['nowhere', 'nowhere/x.json', 'odd', 'odd/empty', 'odd/file', 'odd/file/x', 'odd/binary', 'odd/nothing',
          'odd/loop', 'odd/gone', 'odd/secret', 'odd/pipe', '/proc/x', '/proc/self/x.csv', '/proc/self/mem', '/sys/x',
          '/dev/null/x', *(f'odd/b.{o}' for o in SUFFIXES), 'photos', 'photos/train', 'runs/FOLDER', 'dog.jpg',
          'mine.toml', 'results.json', 'imagenette2-160/noisy_imagenette2-160.csv']
VALUES = [*TEXTS, *NUMBERS, *PLACES]
JUNK = [None, [], {}, 'x', '', -1, 0, 1e308, float('nan'), float('inf'), 2**70, True, [[]], {'x': {}}, [1, 'x'], 'a\0b',
        LONG, '\x1b[31m', -1e-9, .5, 10**400]
BYTES = {'empty': b'', 'spaces': b' \n\n', 'binary': bytes(range(256)), 'list': b'[]', 'table': b'{}', 'null': b'null',
         'number': b'3', 'text': b'"x"', 'half a brace': b'{"a": ', 'deep': b'['*100_000,
         'deep tables': b'{"a":'*20_000,
         'NaN': b'{"a": NaN}', 'BOM': b'\xef\xbb\xbf{}', 'UTF-16': '{}'.encode('utf16'), 'line': b'a,b\n1\n"2,3\n',
         'path': b'path\nnowhere.jpg\n', 'path and label': b'path,label,is_valid\ndog.jpg,,maybe\n',
         'long number': b'{"a": ' + b'9'*5000 + b'}'}

# Commands beyond the examples, for what they read.
MORE = [['run', 'runs/FOLDER', '--dry'], ['run', 'mine.json', '--dry'], ['run', 'mine.toml'], ['study', 's.toml'],
        ['run', 'supervised', '--data', './photos'], ['predict', 'dog.jpg', '--model', 'runs/FOLDER', '--topk', '1'],
        ['predict', 'photos', '--model', 'runs/FOLDER', '--topk', '1', '--out', 'p.csv', '--skip-bad'],
        ['leaderboard', 'show', 'imagenette-noise50', 'results.json'], ['lessons', '--folder', 'home/course'],
        ['clean', 'imagenette2-160/noisy_imagenette2-160.csv'], ['data', 'audit', './imagenette2-160', '--by-class'],
        ['run', 'supervised', '--data', 'imagenette2-160', '--csv', 'imagenette2-160/noisy_imagenette2-160.csv'],
        ['pseudo', 'runs/FOLDER', 'photos/', '--out', 'p.parquet', '--top-k', '2'],
        ['finetune', '--model', 'resnet18_swsl', '--weights', 'odd/b.safetensors', '--data', './photos']]


def argument_cases(parser):
    "Each argument of each command with each value"
    for words, sub in commands(parser):
        base = example(words, sub) or {}
        for a, v in itertools.product(arguments(sub), VALUES):
            given = base | {a.dest: [*(base.get(a.dest, [])[:1] if a.nargs in ('+', '*') else []), v]}
            for o in arguments(sub):
                if o.required or not o.option_strings and o.nargs != '?': given.setdefault(o.dest, ['x'])
            yield Case(f"{' '.join(words)} {a.dest}={v[:40]!r}", line(words, sub, given))
        for a in flags(sub): yield Case(f"{' '.join(words)} {a.dest}", [*line(words, sub, base), a.option_strings[0]])


def lines(parser):
    "Command lines that would work"
    for words, sub in commands(parser):
        base = example(words, sub)
        if base is not None: yield line(words, sub, base)
    yield from MORE


def files_of(argv, lab):
    "Files that a command line names, and of a folder one of each kind"
    for o in argv:
        path = lab/os.path.expanduser(o.partition('=')[2] if o.startswith('--') and '=' in o else o)
        if not o or not path.exists() or not path.is_relative_to(lab) or path == lab: continue
        found = [path] if path.is_file() else sorted((p for p in path.rglob('*') if p.is_file()), key=str)
        yield from {p.suffix if p.suffix != '.json' else p.name: p for p in reversed(found)}.values()


def put(path, what):
    "A spoiler: something else in a file's place"
    def spoil(lab):
        remove(path)
        if callable(what): what(path)
        else: path.write_bytes(what)
    return spoil


INSTEAD = {'missing': lambda p: None, 'a folder': Path.mkdir, 'a loop': lambda p: p.symlink_to(p.name),
           'a pipe': os.mkfifo, 'unreadable': lambda p: p.symlink_to('/proc/self/mem')}

def file_cases(parser, lab):
    "Each file that a command reads, with something else in its place"
    with inside(lab): found = [(o, f) for o in lines(parser) for f in files_of(o, lab)]
    for argv, file in found:
        whole = file.read_bytes()
        for name, what in {**BYTES, 'cut': whole[:len(whole)//2], **INSTEAD}.items():
            yield Case(f"{' '.join(argv)}: {file.relative_to(lab)} is {name}", argv, spoil=put(file, what))


def mutants(obj, at=()):
    "A record with one thing changed: where, and the new record"
    items = obj.items() if isinstance(obj, dict) else enumerate(obj[:2]) if isinstance(obj, list) else ()
    for k, v in items:
        for junk in JUNK:
            new = copy.deepcopy(obj)
            new[k] = junk
            yield (*at, k, repr(junk)[:20]), new
        if isinstance(obj, dict): yield (*at, k, 'gone'), {a: b for a, b in obj.items() if a != k}
        for where, inner in mutants(v, (*at, k)):
            new = copy.copy(obj)
            new[k] = inner
            yield where, new


def toml(v):
    "A value as TOML writes it"
    if isinstance(v, dict): return '{' + ', '.join(f'{json.dumps(k)} = {toml(o)}' for k, o in v.items()) + '}'
    if isinstance(v, list): return '[' + ', '.join(map(toml, v)) + ']'
    if isinstance(v, float): return repr(v)
    return json.dumps(v) if v is not None else '""'


def record_cases(parser, lab):
    "Each record that a command reads, one of its values changed"
    import tomllib
    with inside(lab): found = [(o, f) for o in lines(parser) for f in files_of(o, lab)]
    for argv, file in ((o, f) for o, f in found if f.suffix in ('.json', '.toml')):
        text = file.read_text()
        whole = json.loads(text) if file.suffix == '.json' else tomllib.loads(text)
        for where, new in mutants(whole):
            made = json.dumps(new) if file.suffix == '.json' else '\n'.join(f'{k} = {toml(v)}' for k, v in new.items())
            name = f"{' '.join(argv)}: {file.relative_to(lab)} {'.'.join(map(str, where))}"
            yield Case(name, argv, spoil=put(file, made.encode()))


def field_cases():
    "Each field of each recipe that comes with the lab, set to something else"
    from noisy_lab.runs import list_recipes, load_recipe, to_dict
    seen = set()
    for name in (o['name'] for o in list_recipes()):
        d = to_dict(load_recipe(name))
        keys = [(s, f) for s in ('data', 'net', 'train', 'method') for f in d[s]]
        keys += [('resist', o['name'], f) for o in d['resist'] for f in o]
        keys += [('method', 'teacher'), ('start',), ('resist',), ('name',), ('method',)]
        for k in keys:
            own = (d['method']['name'], k) if k[0] == 'method' else k
            if own in seen: continue
            seen.add(own)
            for junk in [*JUNK, 'supervised', 5]:
                v = toml(junk) if junk is not None else 'None'
                yield Case(f"run {name} {'.'.join(k)}={v[:40]}", ['run', name, '--dry', '--set', f"{'.'.join(k)}={v}"])


def setting_cases():
    "Each setting, in the environment and in settings.ini, with each text and number"
    from noisy_lab.core import Settings
    for k, v in itertools.product(Settings.__dataclass_fields__, [*TEXTS, *NUMBERS, *PLACES[:16]]):
        argv = ['run', '--dry'] if k not in ('data_dir', 'mirror') else ['data', 'list']
        yield Case(f'NOISY_LAB_{k.upper()}={v[:40]!r}', argv, env={f'NOISY_LAB_{k.upper()}': v})
        text = f'[DEFAULT]\n{k} = {v}\n'.encode(errors='surrogateescape')
        yield Case(f'settings.ini {k}={v[:40]!r}', argv, spoil=put(Path('settings.ini'), text))
    for name, what in {**BYTES, **INSTEAD}.items():
        yield Case(f'settings.ini is {name}', ['data', 'list'], spoil=put(Path('settings.ini'), what))


def all_cases(lab):
    "Kind of input -> its cases"
    from noisy_lab.cli import make_parser
    parser = make_parser()
    with inside(lab):
        return dict(arguments=list(argument_cases(parser)), files=list(file_cases(parser, lab)),
                    records=list(record_cases(parser, lab)), fields=list(field_cases()), settings=list(setting_cases()))


SHORT = dict(arguments=500, files=100, records=120, fields=150, settings=80)   # how many of each kind
MANY = dict(arguments=6000, files=4000, records=5000, fields=3000, settings=1500)

def chosen(cases, n, seed=0):
    "`n` of the cases, drawn, in random order; all if there are fewer"
    return random.Random(seed).sample(cases, min(n, len(cases)))


def in_turn(kinds):
    "Cases of several kinds, the kinds in proportion from the first to the last"
    places = [((i+.5)/len(cases), case) for cases in kinds.values() for i, case in enumerate(cases)]
    return [o for _, o in sorted(places, key=lambda o: o[0])]


# ---- figures

def figures(outcomes):
    "Inputs tried, and what came of them"
    kinds = Counter(o.kind for o in outcomes)
    names = dict(sentence='sentences', fine='fine', unclear='unclear', traceback='tracebacks', hang='hangs')
    told = ', '.join(f'{kinds[k]} {v}' for k, v in names.items())
    seconds = sum(o.seconds for o in outcomes)
    return f'{len(outcomes)} inputs: {told}, {sum(bool(o.left) for o in outcomes)} with leftovers; {seconds:.0f} s'


def told(o):
    "A bad outcome for people"
    last = o.said.strip().splitlines()[-12:]
    left = [f'  left: {p}' for p in o.left[:5]]
    head = [f'{o.kind}: {o.case.name}', f'  argv: {shlex.join(o.case.argv)[:300]}']
    return '\n'.join([*head, *left, *(f'  | {s[:200]}' for s in last)])


def campaign(lab, cases, seconds, seen=lambda o: None):
    "The outcomes of cases, one after the other, until the time is over"
    outcomes, end = [], time.monotonic()+seconds
    with no_work():
        for o in cases:
            if time.monotonic() > end: break
            outcomes.append(attempt(lab, o))
            seen(outcomes[-1])
    return outcomes


def main(args):
    "Try inputs and say what came of them"
    def seen(o):
        if not o.ok: print(told(o).encode(errors='backslashreplace').decode(), '\n', flush=True)
    with tempfile.TemporaryDirectory() as tmp:
        lab = Lab(tmp)
        kinds = {k: v for k, v in all_cases(lab.folder).items() if args.kind in (None, k)}
        kinds = {k: [o for o in v if args.only in o.name] for k, v in kinds.items()}
        kinds = {k: chosen(v, args.n or SHORT[k], args.seed) for k, v in kinds.items()}
        outcomes = campaign(lab, in_turn(kinds), args.seconds, seen)
    print(figures(outcomes))
    return int(not all(o.ok for o in outcomes))


if __name__ == '__main__':
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--only', default='')
    ap.add_argument('--n', type=int, help='inputs of each kind')
    ap.add_argument('--kind', choices=SHORT)
    ap.add_argument('--seed', type=int, default=0)
    ap.add_argument('--seconds', type=float, default=900)
    sys.exit(main(ap.parse_args()))
