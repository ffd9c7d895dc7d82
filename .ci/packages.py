"""Write what each package offers into its `__init__`: every public name of its modules, loaded when it is first used.

`python .ci/packages.py` after `nbdev-export`; with `--check` it writes nothing and says what differs."""
import ast, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HEAD = '''"""{doc}"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={{
{rows}
}})
'''


def docs(root):
    "The sentence of each package, from the table in .ci/packages.txt"
    lines = (Path(root)/'.ci/packages.txt').read_text(encoding='utf8').splitlines()
    return dict(o.split(': ', 1) for o in lines if o and not o.startswith('#'))


def public(module):
    "The names in a module's `__all__`"
    for node in ast.parse(module.read_text(encoding='utf8')).body:
        if isinstance(node, ast.Assign) and any(isinstance(o, ast.Name) and o.id == '__all__' for o in node.targets):
            return ast.literal_eval(node.value)
    return []


def row(module):
    "One entry of the table of names, wrapped"
    lines, now = [f'    {module.stem!r}: ['], '       '
    for name in sorted(public(module)):
        if len(now) + len(name) + 4 > 115:
            lines.append(now)
            now = '       '
        now += f' {name!r},'
    return '\n'.join([*lines, now, '    ],'])


def init_text(package, doc):
    "The text of a package's `__init__`"
    modules = [o for o in sorted(package.glob('*.py')) if o.name != '__init__.py' and public(o)]
    return HEAD.format(doc=doc, rows='\n'.join(map(row, modules)))


def main(args, root=ROOT):
    "Write or check every package; returns 1 if something differs"
    bad = 0
    for name, doc in docs(root).items():
        file = Path(root)/'noisy_lab'/name/'__init__.py'
        text = init_text(file.parent, doc)
        if file.is_file() and file.read_text(encoding='utf8') == text: continue
        if '--check' not in args: file.write_text(text, encoding='utf8')
        else:
            print(f'{file.relative_to(root)} differs: run python .ci/packages.py', file=sys.stderr)
            bad = 1
    return bad


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
