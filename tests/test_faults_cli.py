"""Bad values for every argument of every command, and bad files, recipes and settings: each ends in one sentence with
exit code 2, or is fine; no traceback, no hang, nothing left behind. The inputs are made in `faults_cli.py`.

`pytest -n 0 tests/test_faults_cli.py --faults-long` goes on for minutes, with a seed of its own each time; to see the
inputs again, set FAULTS_SEED to the one that was printed."""
import os, random, sys

import pytest

import faults_cli as fc
from noisy_lab.cli import make_parser

pytestmark = pytest.mark.skipif(sys.platform != 'linux', reason='the traps are those of Linux')


@pytest.fixture(scope='module')
def lab(tmp_path_factory): return fc.Lab(tmp_path_factory.mktemp('faults'))


@pytest.mark.slow
def test_every_input_ends_in_a_sentence_or_is_fine(lab, request, capsys):
    long = request.config.getoption('--faults-long', False)
    seed = int(os.environ.get('FAULTS_SEED') or (random.randrange(10**6) if long else 0))
    sizes = fc.MANY if long else fc.SHORT
    cases = fc.in_turn({k: fc.chosen(v, sizes[k], seed) for k, v in fc.all_cases(lab.folder).items()})
    outcomes = fc.campaign(lab, cases, 1200 if long else 300)
    with capsys.disabled(): print(f'\nseed {seed}: {fc.figures(outcomes)}')
    assert len(outcomes) >= 500
    bad = [fc.told(o) for o in outcomes if not o.ok]
    assert not bad, '\n\n'.join([f'seed {seed}', *bad]).encode(errors='backslashreplace').decode()


def test_examples_work(tmp_path):
    "Each example works up to where its work would begin, or says in a sentence what is missing here"
    lab = fc.Lab(tmp_path)
    lines = list(fc.lines(make_parser()))
    for words, _ in fc.commands(make_parser()): assert any(o[:len(words)] == list(words) for o in lines), words
    outcomes = fc.campaign(lab, [fc.Case(' '.join(o), o) for o in lines], 120)
    bad = [fc.told(o) for o in outcomes if not o.ok]
    assert not bad, '\n\n'.join(bad)
    fine = [o.case.name for o in outcomes if o.kind == 'fine']
    assert len(fine) > .7*len(lines), [fc.told(o) for o in outcomes if o.kind != 'fine']


def test_every_argument_is_reached():
    "Each argument of each command is tried with each value, those of a command that is added here too"
    parser = make_parser()
    new = parser._subparsers._group_actions[0].add_parser('mend', epilog='example: noisy-lab mend --times 3 a b')
    new.set_defaults(f=print)
    new.add_argument('what', nargs='+')
    new.add_argument('--times', type=int)
    mine = [o for o in fc.argument_cases(parser) if o.argv[0] == 'mend']
    assert len(mine) == 2*len(fc.VALUES)
    assert ['mend', '--times=nan', 'a', 'b'] in [o.argv for o in mine]
    assert ['mend', '--times=3', 'a', '/proc/x'] in [o.argv for o in mine]


# ---- the harness notices

def outcome(lab, work, monkeypatch, argv=('recipes',)):
    "What the harness makes of a command that works so"
    monkeypatch.setattr('noisy_lab.cli._recipes', work)
    monkeypatch.setattr(fc, 'SECONDS', .5)
    return fc.attempt(lab, fc.Case('', list(argv)))


def test_harness_notices(lab, monkeypatch):
    from noisy_lab.core import LabError
    def refuses(args): raise LabError('no')
    def leaves(args):
        (lab.folder/'half').write_text('x')
        raise LabError('no')
    def fails(args): raise KeyError('x')
    def waits(args):
        while True: pass
    def says_two(args):
        print('noisy-lab: first', file=sys.stderr)
        raise LabError('no')
    def ends_badly(args): raise SystemExit(3)
    def removes(args):
        (lab.folder/'dog.jpg').unlink()
        raise LabError('no')
    kinds = dict(refuses=(refuses, 'sentence', []), leaves=(leaves, 'sentence', ['half']),
                 removes=(removes, 'sentence', ['dog.jpg']), fails=(fails, 'traceback', []), waits=(waits, 'hang', []),
                 says_two=(says_two, 'unclear', []), ends_badly=(ends_badly, 'unclear', []))
    for name, (work, kind, left) in kinds.items():
        o = outcome(lab, work, monkeypatch)
        assert (o.kind, o.left) == (kind, left), name
        assert o.ok == (name == 'refuses')
    assert (lab.folder/'dog.jpg').is_file() and not (lab.folder/'half').exists()   # put back
