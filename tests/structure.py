"""What must hold for the whole house, as small functions.

Each takes the root of a project and returns a list of sentences, one a violation, empty when all is well.
`test_structure.py` runs them on this project, and each of them on a made-up project that breaks the rule."""
import ast, collections, filecmp, io, json, os, re, shutil, statistics, subprocess, sys, tokenize, tomllib
from pathlib import Path

from fastcore.nbio import nb2str, read_nb

PKG = 'noisy_lab'
MAX_BYTES = 1_000_000
MAX_WIDTH = 120     # characters in a line
MAX_LINES = 30      # lines of an exported cell
MEDIAN_LINES = 14   # of all exported cells, in the middle
MAX_PARAMS = 8
EXPORT = 'from nbdev.doclinks import nbdev_export; nbdev_export.__wrapped__()'
_EXPORTS = {'export', 'exports', 'exporti', 'exportd', 'default_exp'}


def notebooks(root):
    "Every notebook under nbs/, folders that start with a dot or underscore left out"
    nbs = Path(root)/'nbs'
    return [o for o in sorted(nbs.rglob('*.ipynb')) if not any(p[0] in '._' for p in o.relative_to(nbs).parts)]


def default_exp(path):
    "The module that the notebook exports to, or None"
    return next((c.directives['default_exp'] for c in read_nb(path).cells if 'default_exp' in c.directives), None)


def floors(root):
    "Floor of each module, from the number of the notebook that exports it; None where that has no number"
    found = {}
    for nb in notebooks(root):
        num = re.match(r'(\d+)_', nb.name)
        if mod := default_exp(nb): found[mod] = int(num[1]) if num else None
    return found


def modules(root):
    "Module files that notebooks own"
    return [o for o in sorted((Path(root)/PKG).rglob('*.py')) if o.name not in ('__init__.py', '_modidx.py')]


def dotted(root, path):
    "A module's name below the package: data/table.py is data.table"
    return path.relative_to(Path(root)/PKG).with_suffix('').as_posix().replace('/', '.')


# ---- floors

def _absolute(node, package):
    "What an import statement in a module of `package` names, as dotted absolute names"
    if isinstance(node, ast.Import): return [o.name for o in node.names]
    base = package.split('.')[:len(package.split('.')) - node.level + 1] if node.level else []
    base = '.'.join([*base, *[node.module]*bool(node.module)])
    return [f'{base}.{o.name}' for o in node.names]


def imported(root, path):
    "What a file imports of the package: (dotted name, line), imports inside functions and attributes included"
    package = '.'.join([PKG, *dotted(root, path).split('.')[:-1]])
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding='utf8'))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [(o, node.lineno) for o in _absolute(node, package)]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == PKG:
            names.append((f'{PKG}.{node.attr}', node.lineno))
    return [(o.removeprefix(PKG + '.'), line) for o, line in names if o.startswith(PKG + '.')]


def _module(name, floor):
    "The module that an imported dotted name belongs to, or None"
    parts = name.split('.')
    return next((m for n in range(len(parts), 0, -1) if (m := '.'.join(parts[:n])) in floor), None)


def floor_order(root):
    "A module imports only from strictly lower floors, and names the module, not its package"
    floor = floors(root)
    bad = [f'the notebook of {m} has no number, so no floor' for m, f in floor.items() if f is None]
    for path in modules(root):
        here = floor.get(dotted(root, path))
        for name, line in imported(root, path):
            where = f'{dotted(root, path)}:{line} (floor {here})'
            if name.startswith('__'): continue
            mod = _module(name, floor)
            if mod is None:
                bad.append(f'{where} imports {name}, which no notebook exports: name the module, not the package')
            elif None not in (here, floor[mod]) and floor[mod] >= here:
                bad.append(f'{where} imports {mod} (floor {floor[mod]}): import only from lower floors')
    return bad


def private_imports(root):
    "A name that starts with an underscore stays in its module"
    bad = []
    for path in modules(root):
        for name, line in imported(root, path):
            last = name.split('.')[-1]
            if last.startswith('_') and not last.startswith('__') and '.' in name:
                bad.append(f'{dotted(root, path)}:{line} imports the private {name}: make it public, or move the code')
    return bad


def package_names(root):
    "Packages in their order, from .ci/packages.txt"
    file = Path(root)/'.ci/packages.txt'
    lines = file.read_text(encoding='utf8').splitlines() if file.is_file() else []
    return [o.split(':')[0] for o in lines if o and o[0] != '#']


def package_order(root):
    "Packages stand in the order of .ci/packages.txt, each in one block of floors"
    want = package_names(root)
    by_floor = sorted((f, m.split('.')[0]) for m, f in floors(root).items() if '.' in m and f is not None)
    have = [p for i, (_, p) in enumerate(by_floor) if not i or by_floor[i-1][1] != p]
    bad = [f'{p} is not in .ci/packages.txt' for p in dict.fromkeys(have) if p not in want]
    bad += [f'the floors of {p} do not stand together' for p in dict.fromkeys(have) if have.count(p) > 1]
    known = [p for p in dict.fromkeys(have) if p in want]
    if known != [p for p in want if p in known]: bad.append(f'packages stand as {have}, not as {want}')
    return bad


_MADE = re.compile(r'^# AUTOGENERATED! DO NOT EDIT! File to edit: (\S+\.ipynb)\.$', re.MULTILINE)

def orphan(path, name):
    "What is wrong with where a module comes from, or None"
    made = _MADE.search(path.read_text(encoding='utf8'))
    if not made: return f'{name} is not generated by nbdev: write it in a notebook'
    nb = (path.parent/made[1]).resolve()
    if not nb.is_file(): return f'{name} comes from {made[1]}, which does not exist: delete the module'
    if default_exp(nb) != name: return f'{name} comes from {made[1]}, which exports to {default_exp(nb)}'
    if re.fullmatch(rf'\d+_{re.escape(name)}', nb.stem): return None
    return f'{nb.name} exports to {name}: name it NN_{name}.ipynb'


def orphans(root):
    "Every module is generated, from a notebook that exists and exports to it; every such notebook has its module"
    have = {dotted(root, o): o for o in modules(root)}
    bad = [said for name, path in have.items() if (said := orphan(path, name))]
    remedy = 'is exported by a notebook but has no module: run nbdev-export'
    return bad + [f'{m} {remedy}' for m in floors(root) if m not in have]


# ---- exporting and cleaning

def _files(folder):
    files = [o for o in Path(folder).rglob('*') if o.is_file() and '__pycache__' not in o.parts]
    return {o.relative_to(folder).as_posix() for o in files}


def without(*names): return {k: v for k, v in os.environ.items() if k not in names}


def export_diff(root, work):
    "Exporting into an emptied package, in a copy under `work`, gives what is there"
    root, copy = Path(root), Path(work)/'copy'
    ignore = shutil.ignore_patterns('__pycache__', '.*')
    for name in ('nbs', PKG): shutil.copytree(root/name, copy/name, symlinks=True, ignore=ignore)
    shutil.copy(root/'pyproject.toml', copy)
    before = _files(copy)
    for o in (copy/PKG).rglob('*.py'):
        if o.name != '__init__.py': o.unlink()
    cmd = [sys.executable, '-c', EXPORT]
    res = subprocess.run(cmd, cwd=copy, env=without('IN_TEST'), capture_output=True, text=True)
    if res.returncode: return [f'nbdev-export fails: {res.stderr.strip().splitlines()[-1]}']
    def same(o): return (root/o).is_file() and filecmp.cmp(copy/o, root/o, shallow=False)
    bad = [f'{o} is not made by nbdev-export' for o in sorted(before - _files(copy))]
    return bad + [f'{o} differs after nbdev-export: run it' for o in sorted(_files(copy)) if not same(o)]


LIVE = 'application/vnd.jupyter.widget-view+json'

def unclean(root):
    "nbdev-clean would change nothing, and no panel's state, which it leaves alone, is in the file"
    from nbdev.clean import clean_nb
    conf = tomllib.loads((Path(root)/'pyproject.toml').read_text(encoding='utf8'))
    keys, bad = conf['tool']['nbdev'].get('allowed_cell_metadata_keys'), []
    for path in notebooks(root):
        text = path.read_text(encoding='utf8')
        nb = json.loads(text)
        clean_nb(nb, allowed_cell_metadata_keys=keys)
        outputs = [o for c in nb['cells'] for o in c.get('outputs', [])]
        if 'widgets' in nb['metadata']:
            bad.append(f"{path.name} holds the state of panels: delete 'widgets' from its metadata")
        if any(LIVE in o.get('data', {}) for o in outputs):
            bad.append(f"{path.name} holds a live panel, which is dead on a page: delete '{LIVE}' from that output")
        if nb2str(nb) != text: bad.append(f'{path.name} is not clean: run nbdev-clean')
    return bad


# ---- what a notebook looks like

_OPENING = re.compile(r'# \S[^\n]*\s*\n> \S.*', re.DOTALL)

def opens_well(path):
    first = next(iter(read_nb(path).cells), None)
    return first is not None and first.cell_type == 'markdown' and bool(_OPENING.fullmatch(first.source.strip()))


def openings(root):
    "Each notebook opens with a markdown cell: `# title`, and one `> sentence` under it"
    must = 'must open with a markdown cell of "# title" and "> one sentence"'
    return [f'{path.name} {must}' for path in notebooks(root) if not opens_well(path)]


def error_outputs(root):
    "No notebook was saved with a traceback in it"
    return [f'{path.name} holds the error {o.ename}: run it again' for path in notebooks(root)
            for c in read_nb(path).cells for o in c.get('outputs', []) if o.output_type == 'error']


def _markdown(cell):
    "Markdown that a reader of the cell sees"
    shown = [''.join(o.get('data', {}).get('text/markdown', '')) for o in cell.get('outputs', [])]
    return '\n'.join([cell.source, *shown] if cell.cell_type == 'markdown' else shown)


def dead_links(root):
    "A link from a notebook to another leads to one that exists"
    bad = []
    for path in notebooks(root):
        text = '\n'.join(_markdown(c) for c in read_nb(path).cells)
        links = dict.fromkeys(re.findall(r'\]\((?!\w+:)([^)#\s]+\.ipynb)', text))
        bad += [f'{path.name} links to {o}, which does not exist' for o in links if not (path.parent/o).is_file()]
    return bad


def heavy_notebooks(root):
    "Notebooks stay under 1 MB"
    sizes = ((o.name, o.stat().st_size) for o in notebooks(root))
    return [f'{name} has {n:,} bytes: make its figures smaller' for name, n in sizes if n > MAX_BYTES]


# What a cell may say of itself: nbdev's directives, then options that both engines of the site know.
DIRECTIVES = _EXPORTS | {'hide', 'slow', 'eval', 'echo', 'include', 'output', 'warning', 'fig-alt', 'fig-cap', 'label',
                         'code-fold', 'code-summary'}

def odd_directives(root):
    "A directive that nobody reads, often a typing error, changes nothing and says so nowhere"
    return [f'{path.name}, cell {i}: nobody reads #| {d}' for path in notebooks(root)
            for i, c in enumerate(read_nb(path).cells) if c.cell_type == 'code'
            for d in c.directives if d not in DIRECTIVES]


def exporting_lessons(root):
    "Lessons and leaderboards import the library and never export into it"
    nbs = Path(root)/'nbs'
    bad = []
    for path in notebooks(root):
        if path.parent == nbs: continue
        used = [d for c in read_nb(path).cells if c.cell_type == 'code' for d in sorted(_EXPORTS & set(c.directives))]
        bad += [f'{path.relative_to(nbs)} uses {d}: move the cell to a library notebook' for d in used]
    return bad


# ---- how code is written

def as_python(source):
    "A cell without what is for the shell or for Jupyter: such lines become comments"
    return re.sub(r'^(\s*)[%!]', r'\1#', source, flags=re.MULTILINE)


def code(root):
    "All code that is written here, as (where, source): every code cell, tests and scripts"
    for path in notebooks(root):
        for i, c in enumerate(read_nb(path).cells):
            if c.cell_type == 'code': yield f'{path.name}, cell {i}', as_python(c.source)
    for folder in ('tests', '.ci', 'data_prep'):
        for path in sorted((Path(root)/folder).glob('*.py')):
            yield f'{folder}/{path.name}', path.read_text(encoding='utf8')


def exported_cells(root):
    "Exported cells without their directives, as (where, source)"
    for path in notebooks(root):
        for i, c in enumerate(read_nb(path).cells):
            if c.cell_type != 'code' or not _EXPORTS & set(c.directives): continue
            c.remove_directives()
            if c.source.strip(): yield f'{path.name}, cell {i}', c.source.strip()


def tokens(source): return list(tokenize.generate_tokens(io.StringIO(source).readline))


def long_lines(root):
    "A line has at most 120 characters; a directive such as an alt text must be one line and may be longer"
    return [f'{where}, line {n}: {len(line)} characters, break it' for where, source in code(root)
            for n, line in enumerate(source.splitlines(), 1) if len(line) > MAX_WIDTH and not line.startswith('#|')]


def joined_statements(root):
    "No semicolon joins two statements; one that ends a line, to keep a cell quiet, may stand"
    bad, ends = [], (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)
    for where, source in code(root):
        toks = tokens(source)
        semis = [(o, after) for o, after in zip(toks, toks[1:]) if o.type == tokenize.OP and o.string == ';']
        lines = dict.fromkeys(o.start[0] for o, after in semis if after.type not in ends)
        bad += [f'{where}, line {n}: a semicolon joins statements, give each its line' for n in lines]
    return bad


def long_cells(root):
    "An exported cell has at most 30 lines, directives not counted"
    sizes = ((where, len(source.splitlines())) for where, source in exported_cells(root))
    return [f'{where}: {n} exported lines, split it' for where, n in sizes if n > MAX_LINES]


def median_cell(root):
    "Half of the exported cells have at most 14 lines"
    sizes = [len(source.splitlines()) for _, source in exported_cells(root)]
    mid = statistics.median(sizes) if sizes else 0
    if mid <= MEDIAN_LINES: return []
    return [f'exported cells have {mid:g} lines in the middle, at most {MEDIAN_LINES}: split some']


def n_params(node):
    "Parameters of a function, without `self`, `*args` and `**kwargs`"
    names = [o.arg for o in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len(names[1:] if names[:1] in (['self'], ['cls']) else names)


def many_params(root):
    "A function has at most 8 parameters, or `# many: reason` behind `def name(`"
    bad = []
    for where, source in exported_cells(root):
        excused = {o.start[0] for o in tokens(source) if re.match(r'# many: \S', o.string)}
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)): continue
            n = n_params(node)
            if n <= MAX_PARAMS or node.lineno in excused: continue
            bad.append(f'{where}: {node.name} has {n} parameters: make a record of some, or say why: # many: reason')
    return bad


def public_names(path):
    "What is in a module's `__all__`"
    for node in ast.parse(path.read_text(encoding='utf8')).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', None) == '__all__':
            return ast.literal_eval(node.value)
    return []


def doubled_names(root):
    "A public name stands for one thing in the whole library"
    homes = collections.defaultdict(list)
    for path in modules(root):
        for name in public_names(path): homes[name].append(dotted(root, path))
    doubled = {name: ' and '.join(o) for name, o in homes.items() if len(o) > 1}
    return [f'{name} is public in {where}: rename one, or import it' for name, where in doubled.items()]


def names_of_modules(root):
    "No public name of a package's module is that of a module beside it: the package could offer only one of the two"
    bad = []
    for path in modules(root):
        name, beside = dotted(root, path), {o.stem for o in path.parent.glob('*.py')}
        if '.' not in name: continue
        same = [o for o in public_names(path) if o in beside]
        bad += [f'{name} has the public name {o}, which is a module beside it' for o in same]
    return bad


# ---- the checkout

def tracked(root):
    "Files that git knows, or None outside of a checkout"
    if not (Path(root)/'.git').exists(): return None
    res = subprocess.run(['git', '-C', str(root), 'ls-files', '-z'], capture_output=True, text=True, check=True)
    return [Path(root)/o for o in res.stdout.split('\0') if o]


def big_files(files):
    "No committed file has more than 1 MB"
    return [f'{o.name} has {o.stat().st_size:,} bytes: data does not belong in git' for o in files
            if o.is_file() and o.stat().st_size > MAX_BYTES]


def ignored_modules(root):
    "No file of the package is ignored by git: it would be missing in every clone"
    if not (Path(root)/'.git').exists(): return []
    cmd = ['git', '-C', str(root), 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', PKG]
    res = subprocess.run(cmd, capture_output=True, text=True, check=True)
    files = [o for o in res.stdout.split('\0') if o and '__pycache__' not in o]
    return [f'{o} is ignored by git: let .gitignore keep it' for o in files]


def loads_torch(module, path=None):
    "Importing `module` in a fresh process must load no torch; `path` is put in front of the search path"
    env = {**os.environ, **({'PYTHONPATH': str(path)} if path else {})}
    code = f'import {module}, sys; print("torch" in sys.modules)'
    res = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True)
    if res.returncode: return [f'import {module} fails: {res.stderr.strip().splitlines()[-1]}']
    if res.stdout.split()[-1] != 'True': return []
    return [f'import {module} loads torch: import it inside the functions that need it']


# ---- the site and the README

def site_link(root):
    "nbs/_quarto.yml is a relative symlink to the one site file"
    link = Path(root)/'nbs/_quarto.yml'
    if link.is_symlink() and os.readlink(link) == '../_quarto.yml': return []
    return ['nbs/_quarto.yml must be a symlink to ../_quarto.yml']


def _hrefs(entries):
    for o in entries:
        if isinstance(o, str): yield o
        else:
            if 'href' in o: yield o['href']
            yield from _hrefs(o.get('contents', []))


def sidebar(root):
    "Every notebook stands in the sidebar once, and every entry of sidebar and navbar exists"
    import yaml
    site = yaml.safe_load((Path(root)/'_quarto.yml').read_text(encoding='utf8'))['website']
    side, nav = list(_hrefs(site['sidebar'])), list(_hrefs(site['navbar']['left']))
    have = [o.relative_to(Path(root)/'nbs').as_posix() for o in notebooks(root)]
    bad = [f'{o} is missing in the sidebar of _quarto.yml' for o in have if o not in side]
    bad += [f'{o} stands in the sidebar twice' for o in sorted(set(side)) if side.count(o) > 1]
    return bad + [f'_quarto.yml names {o}, which does not exist' for o in dict.fromkeys(side+nav) if o not in have]


def library_table(root):
    "The library page's table names every library notebook, and none that is gone"
    page = json.loads((Path(root)/'nbs/library.ipynb').read_text(encoding='utf8'))
    shown = ''.join(''.join(o['data'].get('text/markdown', '')) for c in page['cells'] for o in c.get('outputs', []))
    named = set(re.findall(r'\((\d+_[\w.]+\.ipynb)\)', shown))
    have = {o.name for o in notebooks(root) if default_exp(o)}
    remedy = 'run python .ci/rerun.py nbs/library.ipynb'
    return [f'{o} is missing in nbs/library.ipynb: {remedy}' for o in sorted(have-named)] + \
           [f'nbs/library.ipynb names {o}, which does not exist: {remedy}' for o in sorted(named-have)]


DOCUMENTS = ('CONTRIBUTING.md', 'DESIGN.md', 'STYLE.md')

def _named(root, text):
    "Files and modules that a document names in backticks; what has a placeholder in capitals, or a star, is no name"
    for word in re.findall(r'`([^`\s]+)`', text):
        if re.search(r'[A-Z*<(]', word): continue
        if re.match(r'(nbs|noisy_lab|tests|data_prep|\.ci|\.github|\.githooks)/', word): yield word, Path(root)/word
        package, _, name = word.partition('.')
        if name.isidentifier() and package in package_names(root): yield word, Path(root)/PKG/package/f'{name}.py'


def stale_documents(root):
    "What documents name exists, and DESIGN has a row for each package, in their order"
    bad, texts = [], {o: (Path(root)/o).read_text(encoding='utf8') for o in DOCUMENTS if (Path(root)/o).is_file()}
    for name, text in texts.items():
        gone = dict.fromkeys(word for word, path in _named(root, text) if not path.exists())
        bad += [f'{name} names {o}, which does not exist' for o in gone]
    rows = re.findall(r'^\| `(\w+)` \|', texts.get('DESIGN.md', ''), re.MULTILINE)
    want = package_names(root)
    have = [o for o in rows if o in want]
    return bad if have == want or 'DESIGN.md' not in texts else [*bad, f'DESIGN.md has rows for {have}, not for {want}']


def readme_commands(text):
    "The command lines of the README's fenced blocks without a language"
    blocks = re.findall(r'^```\n(.*?)^```$', text, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def ci_softer(readme, ci):
    "What the README's test line does, .ci/run does as well, word for word and in that order"
    line = next((o for o in readme_commands(readme) if 'pytest' in o), None)
    if line is None: return ['the README has no test command']
    steps, at, bad = [o.strip() for o in line.split('&&')], 0, []
    for step in steps:
        found = re.search(rf'^(?:stage \S+ )?{re.escape(step)}$', ci[at:], re.MULTILINE)
        if found: at += found.end()
        else: bad.append(f'.ci/run does not run "{step}" as the README does')
    return bad


def unnamed_settings(root):
    "settings.ini names every setting that the library has"
    from configparser import ConfigParser
    from noisy_lab.core import Settings
    ini = ConfigParser()
    ini.read(Path(root)/'settings.ini', encoding='utf8')
    return [f'settings.ini does not name {o}' for o in Settings.__dataclass_fields__ if o not in ini.defaults()]
