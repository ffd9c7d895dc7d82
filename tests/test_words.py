"The glossary is linked where its terms first come up, and habits of English that are gone stay gone."
import importlib.util, json, re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT/'nbs/lessons').glob('[0-9]*.ipynb'))
_LINK = re.compile(r'\[[^\]]*\]\(([^)]*)\)')

# Terms of the glossary that are also everyday words, or names that every page has; a lesson need not link them
EVERYDAY = set('audit board budget cell clean-label confidence control flipped gain imagenette imagewang keep leak '
               'noise-rate observed-label oracle pool recipe resist round seed standard-error teacher threshold '
               'tinynette true-label verdict view'.split())

def markdown(path):
    "The markdown of a notebook"
    cells = json.loads(path.read_text(encoding='utf8'))['cells']
    return '\n\n'.join(''.join(o['source']) for o in cells if o['cell_type'] == 'markdown')


def glossary():
    "Anchor -> term, of each entry"
    return dict(re.findall(r'<a id="([\w-]+)"></a>\*\*(.+?)\*\*', markdown(ROOT/'nbs/lessons/glossary.ipynb')))


def unlinked(text, terms):
    "Anchors of the terms whose first use in a text is not a link to the glossary"
    text = re.sub(r'(?s:```.*?```|\$\$.*?\$\$)|(?m:^#.*$)', ' ', text)
    text = re.sub(r'!\[[^\]]*\]|\*[A-Z][^*]{20,}\*', ' ', text)   # what a picture shows; the title of a paper
    res = set()
    for anchor, term in terms.items():
        name = term.split(',')[0]
        words = r'(?<![\w`-])' + r'\s+'.join(map(re.escape, name.split())) + r'(?:s|es)?(?![\w-])'
        use = re.search(words, text, 0 if name.isupper() else re.IGNORECASE)
        if not use: continue
        link = next((o for o in _LINK.finditer(text) if o.start() <= use.start() < o.end()), None)
        if not (link and 'glossary.ipynb' in link[1]): res.add(anchor)
    return res


def test_first_use_of_a_term_is_found():
    terms = {'mixup': 'Mixup', 'gce': 'GCE, generalised'}
    assert unlinked('Try mixup.', terms) == {'mixup'}
    assert unlinked('Try [mixup](glossary.ipynb#mixup), then mixup.', terms) == set()
    assert unlinked('Try mixup, or [mixup](glossary.ipynb#mixup) and GCE', terms) == {'mixup', 'gce'}
    assert unlinked('# Mixup\n`gce` and gcexy', terms) == set()
    assert unlinked('![Mixup](a.svg) by H. Zhang et al., *Mixup: beyond empirical risk*', terms) == set()


@pytest.mark.parametrize('path', LESSONS, ids=lambda o: o.stem)
def test_lesson_links_terms_at_their_first_use(path):
    terms = {k: v for k, v in glossary().items() if k not in EVERYDAY}
    new = unlinked(markdown(path), terms)
    assert not new, f'link these terms of glossary.ipynb where {path.name} first uses them: {", ".join(sorted(new))}'


def test_links_into_the_glossary_have_a_target():
    anchors = set(glossary())
    assert len(anchors) > 50
    pages = {o.name: re.findall(r'glossary\.ipynb#([\w-]+)', markdown(o)) for o in (ROOT/'nbs').rglob('*.ipynb')}
    lost = {(k, a) for k, v in pages.items() for a in v if a not in anchors}
    assert not lost, f'there is no such entry in the glossary: {sorted(lost)}'


def test_habits_that_are_gone_stay_gone():
    spec = importlib.util.spec_from_file_location('words', ROOT/'.ci/words.py')
    words = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(words)
    gone = {k for k, n in json.loads((ROOT/'nbs/results/words.json').read_text())['now']['habits'].items() if n == 0}
    back = [o for o in words.count(ROOT)['places'] if o[0] in gone]
    assert len(gone) > 10
    said = (f'{name}: {text!r} ({habit}: write {words.HABITS[habit][1]})' for habit, name, text in back)
    assert not back, '\n'.join(said)
