"""What every lesson of the course looks like, as one function that gives a list of sentences, one per violation.

`test_lessons.py` runs it on the lessons, and on a made-up lesson that breaks each rule."""
import ast, re
from pathlib import Path

from fastcore.nbio import read_nb

HEADINGS = ['Objective', 'Predict', 'Experiment', 'Compare', 'Checkpoint', 'Exercises', 'What could fool you',
            'Summary and sources']
REFERENCE = re.compile(r'#\| hide\n# Reference solution')
WORDS, CELL_WORDS, CODE_LINES, LINE_CHARS, DIAGRAM_BYTES = 1400, 150, 12, 88, 8192
EMBEDDED = {'car', 'chair', 'duck', 'house', 'lamp', 'mug', 'sailboat', 'snowman', 'tree', 'umbrella', 'tinynette'}


def lessons(root):
    "The notebooks of the course, in order"
    return sorted((Path(root)/'nbs/lessons').glob('[0-9][0-9]_*.ipynb'))


def is_reference(cell): return cell.cell_type == 'code' and bool(REFERENCE.match(cell.source))


def is_hidden(cell):
    "Do neither pages nor learners' copies have the cell?"
    return cell.cell_type == 'code' and cell.source.startswith('#| hide')


def _parts(markdown):
    "(heading line or '', text under it) of a markdown cell, fenced blocks left out"
    unfenced = re.sub(r'(?ms)^```.*?^```', '', markdown)
    for part in re.split(r'(?m)^(?=###? )', unfenced):
        head, _, text = part.partition('\n') if re.match('###? ', part) else ('', '', part)
        yield head.strip(), text


def _stretches(cells):
    "(heading line, text under it, code cells under it) for each heading of level 2 and 3"
    res = [('', '', [])]
    for c in cells:
        if c.cell_type == 'code':
            res[-1][2].append(c)
            continue
        for head, text in _parts(c.source):
            if head: res.append((head, text, []))
            elif text.strip():
                before, above, code = res[-1]
                res[-1] = (before, above+'\n\n'+text, code)
    return res


def _parse(source):
    "The syntax tree of a cell, lines that are not Python left out"
    return ast.parse('\n'.join('' if re.match(r'\s*[%!]', o) else o for o in source.split('\n')))


def _calls_check(node):
    return any(isinstance(o, ast.Call) and isinstance(o.func, ast.Name) and o.func.id.startswith('check_')
               for o in ast.walk(node))


def headings(heads):
    "The eight H2 headings in order; others only between Experiment and Compare"
    h2 = [o[3:] for o in heads if o.startswith('## ')]
    if [o for o in h2 if o in HEADINGS] != HEADINGS:
        return [f"needs the headings {', '.join(HEADINGS)}, each once and in this order; it has {', '.join(h2)}"]
    lo, hi = h2.index('Experiment'), h2.index('Compare')
    return [f'"## {o}" may stand between Experiment and Compare only' for i, o in enumerate(h2)
            if o not in HEADINGS and not lo < i < hi]


def _is_stub(cell):
    "Does the cell end with a call of a check?"
    body = _parse(cell.source).body
    return bool(body) and isinstance(body[-1], ast.Expr) and _calls_check(body[-1])


def _asserts_check(cell):
    tree = _parse(cell.source)
    return _calls_check(tree) and any(isinstance(o, ast.Assert) for o in ast.walk(tree))


def _exercise(head, cells):
    "What is wrong with one exercise, and whether it is whole: a stub with its check, and a reference"
    bad = []
    refs = [i for i, c in enumerate(cells) if is_reference(c)]
    stubs = [i for i, c in enumerate(cells) if not is_reference(c) and _is_stub(c)]
    if not all(_asserts_check(cells[i]) for i in refs):
        bad.append(f'"{head}": the reference must be asserted to pass its check')
    if stubs and not (refs and refs[0] > stubs[0]):
        bad.append(f'"{head}": the check has no reference solution after it')
    if refs and not stubs: bad.append(f'"{head}": needs a cell for the learner that ends with its check')
    return bad, bool(stubs and refs)


def exercises(parts):
    "At least three exercises of a stub with its check and, after it, a reference that passes it; numbered from 1"
    found = [(h, cells) for h, _, cells in parts if h.startswith('### Exercise')]
    numbers = [re.match(r'### Exercise (\d+) · \S', h) for h, _ in found]
    bad, whole = [], 0
    if [int(m[1]) for m in numbers if m] != list(range(1, len(found)+1)):
        bad.append('numbers its exercises "### Exercise N · title", from 1')
    for head, cells in found:
        wrong, complete = _exercise(head, cells)
        bad += wrong
        whole += complete
    if whole < 3: bad.append(f'has {whole} exercises with a stub, a check and a reference; three at least')
    return bad


def details(text):
    "The checkpoint's questions: three at least, each with its answer closed"
    blocks = re.findall(r'(?s)<details>\s*<summary>(.+?)</summary>\n\s*\n(.+?)\n\s*\n</details>', text)
    bad = []
    if len(blocks) < 3:
        bad.append(f'asks {len(blocks)} questions in its checkpoint as <details><summary>question</summary>, '
                   'blank line, answer, blank line, </details>; three at least')
    if not text.count('<details') == text.count('</details>') == len(blocks):
        bad.append('has a <details> that is not closed, or lacks its blank lines')
    return bad


def _stored(nodes):
    "The names that a cell defines or imports"
    names = {o.id for o in nodes if isinstance(o, ast.Name) and isinstance(o.ctx, ast.Store)}
    names |= {o.name for o in nodes if isinstance(o, (ast.FunctionDef, ast.ClassDef))}
    imports = [o for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom)) for o in n.names]
    return names | {(o.asname or o.name).split('.')[0] for o in imports}


def _texts(nodes): return {o.value for o in nodes if isinstance(o, ast.Constant) and isinstance(o.value, str)}


def _loaded(nodes): return {o.id for o in nodes if isinstance(o, ast.Name) and isinstance(o.ctx, ast.Load)}


def code_rules(cells):
    "No class of the embedded set is typed, no cell needs one that learners lack, no path leads into the package"
    bad, lacking, known = [], set(), set()
    for c in cells:
        if c.cell_type != 'code': continue
        nodes = list(ast.walk(_parse(c.source)))
        names, typed = _stored(nodes), sorted(_texts(nodes) & EMBEDDED)
        if typed:
            bad.append(f'types {", ".join(typed)} in code: '
                       'take names from `data`, so that the lesson runs on every data set')
        if 'noisy_lab.__file__' in c.source:
            bad.append("looks for files beside the package, where an installed one has none: read '../results/...'")
        if is_hidden(c):
            lacking |= names-known
            if is_reference(c) and not is_folded(c):
                bad.append('has a reference solution that is not collapsed: '
                           'set jupyter.source_hidden in the metadata of its cell')
            continue
        known |= names
        lacking -= names
        if used := sorted(_loaded(nodes) & lacking):
            bad.append(f'uses {", ".join(used)} of a hidden cell: '
                       "learners' copies have no such cell")
    return bad


def words(markdown):
    "How many words a reader meets: tags and the targets of links are none"
    return len(re.sub(r'<[^>]+>|\]\([^)]*\)', ' ', markdown).split())


def code_lines(source):
    "Lines of a cell that are not empty"
    return sum(bool(o.strip()) for o in source.split('\n'))


def widest(source): return max(map(len, source.split('\n')))


def is_folded(cell): return bool(cell.metadata.get('jupyter', {}).get('source_hidden'))


def lesson_size(cells):
    "Words of a lesson, and the lines of the longest code cell that its learners see"
    seen = [c for c in cells if c.cell_type == 'code' and not is_folded(c)]
    return dict(words=sum(words(c.source) for c in cells if c.cell_type == 'markdown'),
                longest_cell=max((code_lines(c.source) for c in seen), default=0))


def lengths(cells):
    "No lesson, cell of text or visible cell of code is too long"
    size, bad = lesson_size(cells), []
    if size['words'] > WORDS: bad.append(f"has {size['words']} words; at most {WORDS}")
    for c in cells:
        start = c.source.strip().split('\n')[0][:50]
        if c.cell_type == 'markdown' and (n := words(c.source)) > CELL_WORDS:
            bad.append(f'has {n} words in the cell "{start}"; at most {CELL_WORDS}')
        if c.cell_type == 'code' and not is_folded(c) and (n := code_lines(c.source)) > CODE_LINES:
            bad.append(f'has {n} lines in the cell "{start}"; at most {CODE_LINES}, or fold it')
        if c.cell_type == 'code' and not is_folded(c) and not is_hidden(c) and (n := widest(c.source)) > LINE_CHARS:
            bad.append(f'has a line of {n} characters in the cell "{start}"; at most {LINE_CHARS}')
    return bad


def _plots(nodes):
    "Does a cell draw with matplotlib?"
    names = {o.id for o in nodes if isinstance(o, ast.Name)} | {o.attr for o in nodes if isinstance(o, ast.Attribute)}
    return bool({'plt', 'plot', 'imshow'} & names) or any(o.startswith('plot_') for o in names)


def folded(cells):
    "What a learner need not read is folded: imports, drawing, the text for those who cannot see a figure"
    bad = []
    for c in cells:
        if c.cell_type != 'code' or is_folded(c): continue
        tree = _parse(c.source)
        what = {'a line of fig-alt': '#| fig-alt' in c.source, 'drawing': _plots(list(ast.walk(tree))),
                'imports': any(isinstance(o, (ast.Import, ast.ImportFrom)) for o in tree.body)}
        if why := [k for k, v in what.items() if v]:
            start = c.source.strip().split('\n')[0][:50]
            bad.append(f'shows {" and ".join(why)} in the cell "{start}": set jupyter.source_hidden in its metadata')
    return bad


def _calls(cell, name):
    return cell.cell_type == 'code' and any(isinstance(o, ast.Call) and isinstance(o.func, ast.Name)
                                            and o.func.id == name for o in ast.walk(_parse(cell.source)))


def endings(cells):
    "One hidden cell states the effect, the last cell of code finishes, the hedges are folded"
    bad = []
    effects = [c for c in cells if _calls(c, 'effect')]
    if len(effects) != 1 or not effects[0].source.startswith('#| hide'):
        bad.append('states its effect in one cell that starts with "#| hide": effect(...)')
    code = [c for c in cells if c.cell_type == 'code']
    if not _calls(code[-1], 'finish'): bad.append('must end its code with finish(...)')
    return bad


def diagram(path):
    "What is wrong with a diagram of the lessons"
    text, bad = Path(path).read_text(encoding='utf8'), []
    if len(text.encode()) > DIAGRAM_BYTES: bad.append(f'is larger than {DIAGRAM_BYTES} bytes')
    bad += [f'has no <{o}>' for o in ('title', 'desc') if not re.search(f'<{o}[ >]', text)]
    return [f'{Path(path).name} {o}' for o in bad]


def diagrams(path, cells):
    "At least one diagram, with a text for those who cannot see it, and each of them there"
    text = '\n'.join(c.source for c in cells if c.cell_type == 'markdown')
    found = re.findall(r'!\[(.*?)\]\((diagrams/[^)]+)\)', text)
    bad = [] if found else ['shows no diagram: ![what is on it](diagrams/NAME.svg)']
    for alt, name in found:
        if not alt.strip(): bad.append(f'shows {name} without a text that says what is on it')
        file = path.parent/name
        bad += diagram(file) if file.is_file() else [f'shows {name}, which is not there']
    return bad


def form(path, cells, hedges):
    "Lengths, folded cells, ending, diagrams, and one box for hedges"
    bad = lengths(cells) + folded(cells) + endings(cells) + diagrams(path, cells)
    if hedges.count('<details>') != 1: bad.append('needs one <details> under "What could fool you"')
    return bad


def lesson_shape(path):
    "What is wrong with a lesson's notebook"
    path = Path(path)
    cells = read_nb(path).cells
    parts = _stretches(cells)
    def under(name): return '\n'.join(t for h, t, _ in parts if h == f'## {name}')
    bad = headings([h for h, _, _ in parts]) + exercises(parts) + details(under('Checkpoint')) + code_rules(cells)
    n = int(path.name[:2])
    if not re.match(rf'# {n} · \S', cells[0].source): bad.append(f'must have the title "# {n} · ..."')
    if not re.search(r'\b(minutes?|seconds)\b', under('Objective')):
        bad.append('does not say in its Objective how long it takes')
    bad += form(path, cells, under('What could fool you'))
    return [f'{path.name} {o}' for o in bad]
