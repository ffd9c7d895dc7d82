#!/usr/bin/env python
"""Make README.md from nbs/index.ipynb, without Quarto.

`python .ci/readme.py` writes it; `python .ci/readme.py --check` only compares, and exits with 1 on a difference."""
import argparse, difflib, json, posixpath, re, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTE = '<!-- Made from nbs/index.ipynb by .ci/readme.py: edit the notebook. -->'
_DIRECTIVE = re.compile(r'^#\|\s*([\w-]+)\s*:?\s*(.*?)\s*$')
# Code, fenced or inline, comes first, so that nothing inside it is taken for a link.
_LINK = re.compile(r'(?P<code>^(?P<fence>```+|~~~+).*?^(?P=fence)[^\S\n]*$|`[^`\n]+`)'
                   r'|(?P<head>\]\(|<img[^>]*?\bsrc=")(?P<url>[^)\s">]+)', re.DOTALL | re.MULTILINE)


class Unreadable(Exception):
    "A cell that has no honest form in a README: the message names it and the remedy"


def _text(o): return ''.join(o)


def relative(md, folder='nbs'):
    "Links and images of `md`, which are relative to `folder`, made relative to the root"
    def _sub(m):
        url = m['url']
        if m['code'] or re.match(r'[a-zA-Z][\w+.-]*:|[#/]', url): return m[0]
        return m['head'] + posixpath.normpath(posixpath.join(folder, url))
    return _LINK.sub(_sub, md)


def opening(md):
    "The first cell: title and `> sentence` are kept, `- key: value` lines are front matter for the site and go"
    return '\n'.join(o for o in md.split('\n') if not re.match(r'-\s+[\w-]+:\s', o)).strip()


def split_directives(source):
    "The cell's `#|` lines as a dict, and the code that is left"
    found, code = {}, []
    for line in source.split('\n'):
        m = _DIRECTIVE.match(line)
        if m: found[m[1]] = m[2]
        else: code.append(line)
    return found, '\n'.join(code).strip('\n')


def output_md(out, where):
    "One output as markdown; raises `Unreadable` for an error, and for a picture that lies in no file"
    kind, data = out['output_type'], out.get('data', {})
    if kind == 'error': raise Unreadable(f'{where} ended in an error: fix it and run the notebook')
    if kind == 'stream': return '' if out['name'] == 'stderr' else f"```\n{_text(out['text']).rstrip()}\n```"
    if 'text/markdown' in data: return relative(_text(data['text/markdown']).strip())
    if any(o.startswith('image/') for o in data):
        raise Unreadable(f'{where} shows a picture: save it as a file under nbs/ and show it from a markdown cell')
    return f"```\n{_text(data['text/plain']).rstrip()}\n```" if 'text/plain' in data else ''


def code_md(cell, where):
    "A code cell as markdown parts, obeying `hide`, `include`, `echo`, `eval` and `output`"
    off, (found, code) = ('false', 'False'), split_directives(_text(cell['source']))
    if 'hide' in found or found.get('include') in off: return []
    parts = [] if found.get('echo') in off or not code else [f'```python\n{code}\n```']
    if found.get('eval') in off or found.get('output') in off: return parts
    return parts + [output_md(o, where) for o in cell['outputs']]


def make_readme(nb):
    "README text of a notebook given as a dict"
    parts = []
    for i, cell in enumerate(nb['cells']):
        if cell['cell_type'] == 'code': parts += code_md(cell, f'code cell {i} of the index')
        elif cell['cell_type'] == 'markdown':
            md = relative(_text(cell['source']).strip())
            parts.append(md if parts else opening(md) + '\n\n' + NOTE)
    return '\n\n'.join(o for o in parts if o) + '\n'


def main(argv=None, root=ROOT):
    "Write or compare; the exit code"
    p = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    p.add_argument('--check', action='store_true', help='write nothing; exit with 1 if README.md differs')
    args = p.parse_args(argv)
    try: want = make_readme(json.loads((root/'nbs/index.ipynb').read_text(encoding='utf8')))
    except Unreadable as e: sys.exit(f'readme.py: {e}')
    path = root/'README.md'
    have = path.read_text(encoding='utf8') if path.exists() else ''
    if not args.check: path.write_text(want, encoding='utf8')
    elif have != want:
        names = 'README.md', 'from nbs/index.ipynb'
        diff = difflib.unified_diff(have.splitlines(), want.splitlines(), *names, lineterm='')
        print(*diff, sep='\n', file=sys.stderr)
        print('\nREADME.md is not what nbs/index.ipynb gives: run python .ci/readme.py', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__': sys.exit(main())
