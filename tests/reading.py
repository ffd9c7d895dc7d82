"""What a reader's browser says of a page: what is cut off on it, and what axe-core finds, for test_site_pages.py."""
import json, shutil, subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AXE = 'axe.min.js'

# Sentences on what a reader cannot see: a page that scrolls sideways, code, outputs and formulas wider than their box,
# a table that does without showing that it scrolls, a frame with scroll bars. Frames get up to five seconds.
CUT = """async () => {
    const bad = [], root = document.documentElement, frames = [...document.querySelectorAll('iframe')];
    const wide = (o) => o.scrollWidth > o.clientWidth + 1;
    const said = (o) => `${o.tagName.toLowerCase()} "${(o.innerText || o.title).slice(0, 40)}"`;
    const small = (o) => {
        const page = o.contentDocument?.documentElement;
        return !page?.innerText || wide(page) || page.scrollHeight > o.clientHeight + 1;
    };
    for (const o of frames) o.loading = 'eager';
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));   // tables get marked
    for (let i = 0; i < 50 && frames.some(small); i++) await new Promise((done) => setTimeout(done, 100));
    const page = [root, ...document.querySelectorAll('main, main .bd-article-container')];
    if (page.some(wide)) bad.push('the page scrolls sideways');
    for (const o of document.querySelectorAll('pre, main .cell_output, main .cell-output, main math[display=block]'))
        if (o.offsetParent && wide(o)) bad.push(`${said(o)} is cut`);
    const framed = (o) => o.tabIndex === 0 && getComputedStyle(o).borderLeftStyle === 'solid';
    for (const o of document.querySelectorAll('main table'))
        if (wide(o) && !framed(o)) bad.push(`${said(o)} is cut`);
    return [...bad, ...frames.filter(small).map((o) => `frame ${o.title} is cut`)];
}"""


def axe_script(folder):
    "Source of axe-core: of this checkout's node_modules, or fetched into a folder; skips where neither can be had"
    version = json.loads((ROOT/'package.json').read_text(encoding='utf8'))['devDependencies']['axe-core']
    at = next((o for o in (ROOT, folder) if (o/'node_modules/axe-core'/AXE).is_file()), None)
    if at is None:
        if not shutil.which('npm'): pytest.skip('axe-core is not installed (npm ci), and there is no npm to fetch it')
        fetch = ['npm', 'install', '--no-audit', '--no-fund', '--prefix', str(folder), f'axe-core@{version}']
        res = subprocess.run(fetch, capture_output=True, text=True)
        if res.returncode: pytest.skip(f'axe-core cannot be fetched: {res.stderr.strip()[-200:]}')
        at = folder
    return (at/'node_modules/axe-core'/AXE).read_text(encoding='utf8')


def serious(page, axe):
    "Findings of axe-core on a page and in its frames that are serious or critical, as sentences"
    page.evaluate("for (const o of document.querySelectorAll('iframe')) o.loading = 'eager'")
    page.wait_for_function("[...document.querySelectorAll('iframe')].every((o) => o.contentDocument?.body?.innerText)")
    for frame in page.frames: frame.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")['violations']
    return [f"{o['id']}: {o['help']}, {len(o['nodes'])} times, as {o['nodes'][0]['html'][:100]}"
            for o in found if o['impact'] in ('serious', 'critical')]
