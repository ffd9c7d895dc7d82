#!/usr/bin/env python
"""Draw the diagrams that no lesson but pages of the library show, in the manner of the lessons' own.

`python .ci/diagrams.py` writes all of them; a test compares them with what is committed."""
import html
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent/'nbs/lessons/diagrams'
GREEN, ORANGE, BLUE, GREY = '#009E73', '#D55E00', '#0072B2', '#555'

HEAD = '''<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-labelledby="t d" \
font-family="Helvetica, Arial, sans-serif" font-size="14" fill="#222">
<title id="t">{title}</title>
<desc id="d">{about}</desc>
<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
<path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>
<rect x="1" y="1" width="718" height="{inner}" rx="14" fill="#fcfcf9" stroke="#ccc"/>'''


def text(x, y, words, anchor='middle', **look):
    "A line of text"
    look = ''.join(f' {k.replace("_", "-")}="{v}"' for k, v in look.items())
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}"{look}>{html.escape(words)}</text>'


def box(x, y, w, h, title, *lines, colour='', dashed=False):
    "A box with a bold first line and smaller ones below, in a colour of meaning or plain"
    fill = f'fill="{colour}" fill-opacity=".14" stroke="{colour}"' if colour else 'fill="#fff" stroke="#222"'
    dash = ' stroke-dasharray="5 4"' if dashed else ''
    top = y+h/2+5-8.5*len(lines)
    words = [text(x+w/2, top, title, font_weight='bold')]
    words += [text(x+w/2, top+17*(i+1), o, font_size=12) for i, o in enumerate(lines)]
    frame = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="8" stroke-width="1.6" {fill}{dash}/>'
    return '\n'.join([frame, *words])


def arrow(path, dashed=False):
    dash = ' stroke-dasharray="4 3"' if dashed else ''
    return f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="1.6" marker-end="url(#a)"{dash}/>'


def data_way():
    "From a name, a folder, a CSV or an archive to batches"
    names = [box(20, 24+56*i, 104, 42, o) for i, o in enumerate(('a name', 'a folder', 'a CSV', 'an archive'))]
    into = [arrow(f'M124 {45+56*i}H150V129H170') for i in range(4)]
    return 248, 'The way of the data', \
        'A name, a folder, a CSV or an archive becomes a source, in which every file is read or counted with its ' \
        'reason. An item table has a row per image with its observed label; true labels are behind oracle(). A pixel ' \
        'store has each image decoded once. From both come batches for a Learner.', \
        [*names, *into,
         box(174, 88, 126, 82, 'source', 'every file read,', 'or counted', 'with its reason'),
         arrow('M300 112H322V70H346'), arrow('M300 146H322V188H346'),
         box(350, 30, 150, 80, 'item table', 'a row per image:', 'idx, split,', 'observed label', colour=ORANGE),
         box(350, 156, 150, 64, 'pixel store', 'each image', 'decoded once', colour=BLUE),
         arrow('M500 70H524V118H546'), arrow('M500 188H524V142H546'),
         box(550, 96, 150, 68, 'batches', 'images, labels, idx', 'to a Learner'),
         text(425, 140, 'true labels only by oracle()', font_size=12, fill=GREEN),
         text(625, 190, '+ a method', font_weight='bold'),
         text(625, 210, 'a run, and its result', font_size=12, fill=GREY)]


def resume():
    "What a run keeps when it is killed, and what happens when its command is repeated"
    def epoch(i, y, done):
        return box(210+84*i, y, 72, 40, f'epoch {i+1}', colour=GREEN if done else '', dashed=not done)
    killed = f'<g stroke="{ORANGE}" stroke-width="3.5"><path d="M390 44L438 84"/><path d="M438 44L390 84"/></g>'
    return 270, 'How a run is resumed', \
        'The recipe and the data name the folder of a run. After each epoch its state is saved there. A run that is ' \
        'killed in epoch 3 keeps what epoch 2 saved. The same command finds the same folder, starts again after ' \
        'epoch 2, and ends with the same weights; result.json is written last.', \
        [box(20, 38, 150, 52, 'recipe + data', 'name the folder'), arrow('M170 64H204'),
         epoch(0, 44, True), epoch(1, 44, True), epoch(2, 44, False), killed,
         text(470, 60, 'killed in epoch 3:', anchor='start', fill=ORANGE, font_weight='bold'),
         text(470, 79, 'what it did in it is lost', anchor='start', font_size=12),
         arrow('M246 84V108'), arrow('M330 84V108'),
         box(210, 112, 156, 46, 'the state', 'saved after each epoch', colour=BLUE),
         arrow('M330 158V180H410V188', dashed=True),
         box(20, 186, 150, 52, 'the same command', 'finds the same folder'), arrow('M170 212H372'),
         text(268, 204, 'resumes from the state', font_size=12, fill=GREY),
         epoch(2, 192, True), epoch(3, 192, True), arrow('M534 212H556'),
         box(560, 186, 140, 52, 'result.json', 'written last', colour=GREEN)]


DIAGRAMS = {'data-way': data_way, 'resume': resume}


def draw(name):
    "A diagram as SVG"
    height, title, about, parts = DIAGRAMS[name]()
    head = HEAD.format(height=height, inner=height-2, title=title, about=about)
    return '\n'.join([head, *parts, '</svg>', ''])


def main(out=OUT):
    for name in DIAGRAMS: (out/f'{name}.svg').write_text(draw(name), encoding='utf8')


if __name__ == '__main__': main()
