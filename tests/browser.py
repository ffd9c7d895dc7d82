"""A real JupyterLab, a real Chromium, and what one does with panels there: for test_browser.py and bench_panels.py."""
import json, os, re, shutil, subprocess, sys, time, urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat

from conftest import free_port

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
VIEWPORT = dict(width=1280, height=900)


def launch(p, *more):
    "Chromium, from a running playwright"
    return p.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox', *more])


def shot(pg, name):
    "A screenshot, if $TEST_SHOTS names a folder"
    if os.environ.get('TEST_SHOTS'): pg.screenshot(path=Path(os.environ['TEST_SHOTS'])/f'{name}.png')


def until(get, want, seconds=15):
    "Wait until `get()` is `want`; what is not drawn yet (a KeyError, an IndexError) is waited for, too"
    end = time.time()+seconds
    while True:
        try: got = get()
        except (KeyError, IndexError) as e: got = e
        if got == want: return
        assert time.time() < end, (got, want)
        time.sleep(.05)


# ---- JupyterLab

def _user_settings(config, theme):
    "No news, no check for updates, cells that are out of sight stay in the page, and widgets are saved with notebooks"
    of = {'apputils-extension/themes': dict(theme='JupyterLab Dark' if theme == 'dark' else 'JupyterLab Light'),
          'apputils-extension/notification': dict(fetchNews='false', checkForUpdates=False),
          'notebook-extension/tracker': dict(windowingMode='none')}
    of = {f'@jupyterlab/{k}': v for k, v in of.items()}
    of['@jupyter-widgets/jupyterlab-manager/plugin'] = dict(saveState=True)
    for name, values in of.items():
        file = config/f'lab/user-settings/{name}.jupyterlab-settings'
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))


def wait_for_server(process, url, log, seconds=90):
    end = time.time()+seconds
    while True:
        try: return urllib.request.urlopen(url+'/api', timeout=2).close()
        except OSError: assert process.poll() is None and time.time() < end, log.read_text()[-2000:]
        time.sleep(.3)


@contextmanager
def jupyterlab(tmp, theme='light'):
    "A JupyterLab on 127.0.0.1 over an empty folder: its address and the folder"
    port, home, log = free_port(), tmp/'home', tmp/'lab.log'
    home.mkdir()
    _user_settings(tmp/'config', theme)
    folders = dict(JUPYTER_CONFIG_DIR=str(tmp/'config'), JUPYTER_DATA_DIR=str(tmp/'data'))
    env = {**os.environ, **folders, 'OMP_NUM_THREADS': '1'}
    args = ['--no-browser', '--allow-root', '--ip=127.0.0.1', f'--port={port}', '--ServerApp.port_retries=0',
            '--IdentityProvider.token=', f'--ServerApp.root_dir={home}']
    with open(log, 'w') as f:
        process = subprocess.Popen([sys.executable, '-m', 'jupyterlab', *args], env=env, stdout=f, stderr=f)
        try:
            wait_for_server(process, f'http://127.0.0.1:{port}', log)
            yield f'http://127.0.0.1:{port}', home
        finally:
            process.terminate()
            process.wait(20)


# What JupyterLab's own "Shut Down All" asks of its server
SHUT_DOWN = """async () => {
    const token = document.cookie.match(/_xsrf=([^;]+)/)[1];
    const sessions = await (await fetch('/api/sessions')).json();
    for (const {id} of sessions)
        await fetch(`/api/sessions/${id}`, {method: 'DELETE', headers: {'X-XSRFToken': token}});
}"""


class Book:
    "A notebook, open in JupyterLab"
    def __init__(self, lab, pg, file):
        (self.url, self.home), self.pg = lab, pg
        self.file = self.home/file
        pg.goto(f'{self.url}/lab/tree/{file}?reset')
        pg.wait_for_selector('.jp-Notebook .jp-CodeCell .cm-content', timeout=90000)
        self.ready()

    @classmethod
    def of(cls, lab, pg, name, *cells):
        "A new notebook of these cells"
        spec = dict(name='python3', display_name='python3', language='python')
        made = [nbformat.v4.new_code_cell(c) for c in cells]
        nb = nbformat.v4.new_notebook(cells=made, metadata=dict(kernelspec=spec))
        nbformat.write(nb, lab[1]/f'{name}.ipynb')
        return cls(lab, pg, f'{name}.ipynb')

    def ready(self):
        "Wait for an idle kernel, and say yes to a dialog"
        idle = "document.body.innerText.includes('| Idle')"
        self.pg.wait_for_function(f"{idle} || document.querySelector('.jp-Dialog')", timeout=90000)
        yes = self.pg.locator('.jp-Dialog button.jp-mod-accept')
        if yes.count(): yes.click()
        self.pg.wait_for_function(f"{idle} && !document.querySelector('.jp-Dialog')", timeout=90000)

    def run(self, i):
        self.pg.locator('.jp-CodeCell .cm-content').nth(i).click()
        self.pg.keyboard.press('Shift+Enter')

    def run_all(self):
        self.pg.locator('.lm-MenuBar-item', has_text='Run').first.click()
        self.pg.locator('.lm-Menu-item', has_text=re.compile('^Run All Cells$')).click()

    def save(self):
        self.pg.keyboard.press('Control+s')
        self.pg.wait_for_timeout(500)

    def code_cells(self):
        return [c for c in nbformat.read(self.file, 4).cells if c.cell_type == 'code']

    def says(self, i, pattern, seconds=40):
        "Run a cell that prints, and give what it printed, as a match"
        self.run(i)
        out, end = self.pg.locator('.jp-CodeCell').nth(i).locator('.jp-OutputArea-output'), time.time()+seconds
        while not (found := re.search(pattern, ' '.join(out.all_inner_texts()))):
            assert time.time() < end, (pattern, out.all_inner_texts())
            time.sleep(.1)
        return found

    def restart(self):
        "A new kernel, as a user gets one: the toolbar's button, and the dialog"
        self.pg.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="restart"]').first.click()
        self.pg.locator('.jp-Dialog button.jp-mod-warn, .jp-Dialog button.jp-mod-accept').last.click()
        self.pg.wait_for_timeout(1000)
        self.ready()

    def reopen(self):
        "As on another day: the notebook as it was saved, and a new kernel that knows nothing of it"
        self.pg.evaluate(SHUT_DOWN)
        self.pg.goto(f'{self.url}/lab/tree/{self.file.name}?reset')
        self.pg.wait_for_selector('.jp-Notebook .jp-CodeCell .cm-content', timeout=90000)
        self.ready()

    def keeps_out(self, node):
        "The notebook's own shortcuts do nothing while the panel has the focus"
        n = self.pg.locator('.jp-Cell').count()
        node.focus()
        press(self.pg, 'b', 'd', 'd', 'z', 'm', 'y', 'Shift+M', '?')
        assert self.pg.locator('.jp-Dialog').count() == 0
        assert self.pg.locator('.jp-Cell').count() == self.pg.locator('.jp-CodeCell').count() == n


# ---- a panel in a page

def press(pg, *keys):
    for k in keys: pg.keyboard.press(k)

def key(pg, k): return pg.locator(f'[data-key="{k}"]')
def grid(pg): return pg.locator('.nl-grid')
def card(pg, i): return pg.locator('.nl-card').nth(i)
def cell(pg, i, j, table=0): return pg.locator('.nl-matrix').nth(table).locator(f'[data-cell="{i},{j}"]')
def status(pg): return pg.locator('.nl-status').first.inner_text()

PAIRS = """all => all.flatMap(o => [...o.querySelectorAll('dt')]
  .map(t => [t.innerText, t.nextElementSibling.innerText]))"""

def facts(pg, of='.nl-facts'):
    "The numbers beside a panel, read in one moment: a panel that is drawn between two readings would mix them"
    return dict(pg.locator(of).evaluate_all(PAIRS))

def until_fact(pg, name, want): until(lambda: facts(pg).get(name), want)
def until_shown(pg, n): until(lambda: status(pg).split(' of ')[0], f'{n:,}')
def until_alarm(pg, text):
    pg.wait_for_function(f"document.querySelector('.nl-alarm')?.textContent.includes({text!r})", timeout=20000)
def until_text(pg, text): pg.wait_for_function(f'document.body.innerText.includes({text!r})')

def drawn(pg):
    "Wait for the first thumbnail"
    pg.wait_for_selector('.nl-pic[data-drawn]', timeout=20000)


def drag(pg, name, to):
    "Move a slider with the mouse to a share of its length; gives its value"
    slider = key(pg, name)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    value, least, most = (float(slider.evaluate(f'o => o.{k}')) for k in ('value', 'min', 'max'))
    at = lambda share: (box['x']+8+share*(box['width']-16), box['y']+box['height']/2)
    pg.mouse.move(*at((value-least)/(most-least)))
    pg.mouse.down()
    pg.mouse.move(*at(to), steps=8)
    pg.mouse.up()
    return float(slider.evaluate('o => o.value'))


def set_slider(pg, name, value):
    key(pg, name).evaluate("(o, v) => { o.value = v; o.dispatchEvent(new Event('input')); }", value)
