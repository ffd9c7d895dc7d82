#!/usr/bin/env python
"""Count habits of English that STYLE.md warns against, in everything that a person reads.

`python .ci/words.py` prints the counts by habit and by file; `--show HABIT` prints each place; `--before DIR` counts
another checkout first and prints both; `--json FILE` writes the counts. It reads markdown, docstrings, comments, texts
of three words or more in visible cells (messages, help texts), and the `about`, `text` and comments of recipes and
studies. A hit is a place to look at, not always a fault."""
import argparse, io, json, re, sys, tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PER = 'batch|class|method|epoch|step|row|line|run|cell|seed|file|group|image|process|page|fold|split|label'
_PLACES = 'in|at|beside|under|behind|below|above|on|there|over|for|with|alone|among|elsewhere|as|where|ready|by'
_THINGS = 'labels|images|seed|network|noise|threshold|number|head|line|looks|these|others|table|set|one|first|last'
_ENDS = 'labels|images|once|errors?|rows|text|word|names?|training|others|files|case|class|part'

# habit: (pattern, what to write instead)
HABITS = {
    'is no X': (
        r"(?<![Tt]here )\b(?:is|are|was|were|be) no (?!use\b|image's|longer\b|more\b|fewer\b|such\b|one\b)"
        r"[a-z]+\b(?! (?:in|of|for|at) )", 'is not a'),
    'images a batch': (
        r'(?<!half )\b(?:\d[\d,.]*|images|one|runs?|rows?|forwards|several|times|values|twice|once)'
        rf' an? (?:{_PER})\b(?! (?:of|that|with|in|to|is|has|may|from)\b)', 'images per batch'),
    'anew': (r'\banew\b', 'again'),
    'goes on': (r'\b(?:goes?|going|went) on\b', 'resumes, continues'),
    'speaks of': (
        r'\b(?:speaks?|spoken?|told?|tells?|says?|said) of\b(?! (?:the|this) (?:labels|first)\b)', 'says about, names'),
    'owed to': (r'\bowed? to\b', 'due to'),
    'of its own': (
        r"\bof (?:its|their|our|your|one's|a) own\b(?! [a-z]+)|\b(?:a \w+|one) of ours\b", 'its own, separate'),
    'mend': (r'\bmend(?:s|ed|ing)?\b', 'fix'),
    'wants a': (r'\b(?:wants?|wanted) (?:a|an|the|to have|other|images|normalised)\b|\bis wanted\b', 'needs, expects'),
    'for ever': (r'\bfor ever\b', 'forever'),
    'stands, lies': (
        rf'\b(?:stands?|stood|standing|lies|lay|lying) (?:{_PLACES})\b|\bstands?\b(?= [,;.(])', 'is, are'),
    'at hand, at need': (r'\bat (?:hand|need)\b', 'available, if needed'),
    'where for if': (
        r'\bwhere (?:there (?:is|are)|it is|one is|nobody|that is|they are|none|nothing)\b', 'if'),
    'as well': (r'\bas well(?! as)\b', 'too'),
    'X alone': (rf'\b(?:{_THINGS}) alone\b', 'only X'),
    'X only': (rf'\b(?:{_ENDS}) only\b(?=[,;:.)]|$)', 'only X'),
    'and the like': (r'\band the like\b', 'and similar'),
    'passed over': (r'(?<!a )(?<!one )\bpass(?:es|ed)? over\b(?! (?:the|its|your|\d))', 'skipped, ignored'),
    'as X gives it': (r'\b[Aa]s `[\w.]+` (?:gives|has|takes)\b', 'as X returns it'),
    'can be had, taken away': (
        r'\b(?:can|cannot|could) be had\b|\b(?:take|takes|taken|took) (?:them |it |away|off)(?:away|off)?\b',
        'is available, is removed'),
    'leave X out': (r'\bleaves? (?:--\S+|`\S+`|the \w+|such \w+|\w+ \w+) out\b', 'omit X, leave out X'),
    'set apart': (r'\bset(?:s|ting)? apart\b', 'set aside'),
    'whole or not at all': (r'\bwhole or (?:not|absent)\b', 'completely or not at all'),
    'sure of': (r'\b(?:sure|surest|surer) of\b|\bthe surest\b', 'confident'),
    'what ... is ...': (
        r'\b[Ww]hat (?:is|was|are|were|nobody|somebody|people|belongs|comes|came|must|cannot|may) [a-z]+'
        r'(?: [a-z]+){0,4} (?:is|are|goes|comes)\b', 'a noun first'),
    'inverted': (
        r'(?:^|\. |; )(?:Of|In|From|Beside|To) (?:them|it|these|that|those|each) (?:is|are|belong|come|stand|follow)',
        'subject first'),
    'hence, thus': (r'\b(?:which see|wherein|whereof|thereof|hence|thus|whatever became)\b', 'so'),
    'whoever': (r'\bwho(?:m)?(?:so)?ever\b', 'you, people who'),
    'nobody': (r'\bnobody\b', 'say who'),
    'nothing of': (r'\bnothing of\b', 'nothing about'),
    'one wants': (
        r'(?<!process )(?<!labelled )(?<!misspelt )\bone (?:wants|can|may|should|could|must|asks|looks|needs)\b',
        'you want'),
    'floor, door': (r"\b(?:this|that|every|a|one|the figures') floor\b|\bone door\b|\bsame door\b", 'module'),
    'beliefs': (r'\b(?:beliefs?|believes?)\b', 'predictions'),
    'that nobody decided': (r'\bthat (?:nobody|somebody|people) (?:decided|looked|labelled)\b', 'without a decision'),
    'elsewhere than': (r'\belsewhere than\b|\bother [a-z]+ than\b|\banother [a-z]+ than\b', 'outside, different from'),
}
PATTERNS = {k: re.compile(p, re.MULTILINE) for k,(p,_) in HABITS.items()}


def texts_of(code, messages=True):
    "Comments, and texts of three words or more, of Python code"
    body = '\n'.join('' if re.match(r'\s*[%!]', o) else o for o in code.splitlines())
    try: tokens = list(tokenize.generate_tokens(io.StringIO(body+'\n').readline))
    except (tokenize.TokenError, SyntaxError): return []
    res = []
    for t in tokens:
        if t.type == tokenize.COMMENT and not t.string.startswith('#|'): res.append(t.string.lstrip('# '))
        elif t.type == tokenize.STRING and messages and len(t.string.split()) >= 3:
            res.append(re.sub(r'^\w*[\'"]+|[\'"]+$', '', t.string))
    return res


def without_code(markdown):
    "Markdown with code and formulas replaced by a sign"
    return re.sub(r'```.*?```|\$\$.*?\$\$|`[^`]*`|\$[^$]*\$', '`', markdown, flags=re.DOTALL)


def texts_of_notebook(path):
    "What a reader sees of a notebook; hidden cells give only comments"
    for cell in json.loads(path.read_text(encoding='utf8'))['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'markdown':
            yield from (' '.join(o.split()) for o in re.split(r'\n\n|\n(?=[-|])', without_code(source)))
        elif cell['cell_type'] == 'code': yield from texts_of(source, '#| hide' not in source)


def files(root):
    "Files to read, in order; lessons, panels, leaderboards and the site are not among them"
    nbs = sorted((root/'nbs').glob('[0-9]*.ipynb'))
    yield from (o for o in nbs if not re.match(r'8[5-9]|9[01]|98', o.name))
    yield from sorted((root/'data_prep').glob('*.py'))
    yield from sorted((root/'noisy_lab/runs').glob('*/*.toml'))
    yield from (root/o for o in ('CONTRIBUTING.md', 'settings.ini', 'data_prep/README.md'))


def read(path):
    "The texts of a file"
    if path.suffix == '.ipynb': return list(texts_of_notebook(path))
    text = path.read_text(encoding='utf8')
    if path.suffix == '.py': return texts_of(text)
    if path.suffix == '.md': return [' '.join(o.split()) for o in without_code(text).split('\n\n')]
    found = re.findall(r'^(?:about|text) = "(.*)"|#\s*(.*)', text, re.MULTILINE)
    return [a or b for a,b in found]


def count(root):
    "Counts by habit and by file, the number of words, and each place as (habit, file, words around it)"
    habits, by_file, places, words = Counter(), Counter(), [], 0
    for f in files(root):
        name = str(f.relative_to(root))
        for text in read(f):
            words += len(text.split())
            hits = [(k, m) for k,p in PATTERNS.items() for m in p.finditer(text)]
            habits.update(k for k,_ in hits)
            by_file[name] += len(hits)
            places += [(k, name, text[max(0, m.start()-50):m.end()+50]) for k,m in hits]
    return dict(habits=habits, files=by_file, places=places, words=words)


def summary(res):
    "The counts as plain data"
    return dict(words=res['words'], total=res['habits'].total(), habits={k: res['habits'][k] for k in HABITS})


def report(now, before=None):
    "Print counts, beside those of another checkout if there is one"
    for k,(_,instead) in HABITS.items():
        was = f"{before['habits'][k]:5} ->" if before else ''
        print(f"{was}{now['habits'][k]:5}  {k}: write {instead}")
    for name,n in now['files'].most_common():
        if n: print(f'{n:5}  {name}')
    for o in filter(None, (before, now)): print(f"{o['habits'].total():5}  in {o['words']:,} words")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--before', type=Path, metavar='DIR', help='another checkout, to compare with')
    parser.add_argument('--show', metavar='HABIT', help='print each place of a habit (all: of every habit)')
    parser.add_argument('--json', type=Path, metavar='FILE', help='write the counts to a file')
    args = parser.parse_args()
    now, before = count(ROOT), count(args.before) if args.before else None
    for habit,name,text in now['places'] if args.show else []:
        if args.show in (habit, 'all'): print(f'{habit:22} {name}: {text!r}')
    if not args.show: report(now, before)
    if args.json:
        out = dict(now=summary(now)) | (dict(before=summary(before)) if before else {})
        args.json.write_text(json.dumps(out, indent=1)+'\n', encoding='utf8')


if __name__ == '__main__': sys.exit(main())
