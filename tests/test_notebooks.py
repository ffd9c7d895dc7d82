"""Every notebook runs top to bottom in a fresh kernel; the course's lessons, which train, do so in test_lessons.py.

Run with nbclient, each in a kernel of its own, as a reader's Jupyter would: nbdev's own runner lets notebooks share a
process, so that one could live on what another imported or set. The library's notebooks get kernels that are forked
where torch is imported already (`warm.py`), lessons get those that Jupyter starts. Cells marked `#| eval: false` are
passed over, as are cells with a flag of `tst_flags` in pyproject.toml. Outputs are not compared, nothing is saved."""
import re, socket, sys, tempfile, tomllib
from pathlib import Path

import nbformat, pytest
from fastcore.nbio import NbCell, does_cell_eval
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from conftest import write_nb
from lesson_shape import lessons
from structure import notebooks
from warm import WarmKernelManager

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = [o for o in notebooks(ROOT) if o not in lessons(ROOT)]
TIMEOUT = 600  # seconds a cell
NBDEV = tomllib.loads((ROOT/'pyproject.toml').read_text(encoding='utf8'))['tool']['nbdev']
FLAGS = set(NBDEV.get('tst_flags', '').split())


class NotebookFailed(Exception):
    "A notebook did not run to its end: the message shows the cell and what it said"


def passed_over(cell, flags=FLAGS):
    "Is this a code cell that asks not to be run?"
    cell = NbCell(0, cell)
    return cell.cell_type == 'code' and (not does_cell_eval(cell, True) or bool(flags & set(cell.directives)))


def report(path, nb, error):
    "The notebook, the cell that failed with its source, and the error without colour codes"
    where, said = path.name, str(error)
    for n, cell in enumerate(nb.cells):
        errors = [o for o in cell.get('outputs', []) if o.output_type == 'error']
        if not errors: continue
        where = f'{path.name}, cell {n} (id {cell.id})\n\n{cell.source}'
        said = '\n'.join(line for o in errors for line in o.traceback)
    return f'{where}\n\n' + re.sub(r'\x1b\[[\d;]*m', '', said).strip()


def connection(folder):
    """How to talk with a kernel: through socket files in a folder of its own, where the system has them.

    For TCP, Jupyter looks for five free ports, lets them go and tells the kernel to take them: by then another test's
    server or kernel may have one."""
    return dict(transport='ipc', ip=f'{folder}/kernel') if hasattr(socket, 'AF_UNIX') else {}


def run_notebook(path, timeout=TIMEOUT, manager=AsyncKernelManager):
    "Run a notebook in its folder and return it with its outputs; raises `NotebookFailed`"
    nb = nbformat.read(path, as_version=4)
    for c in nb.cells:
        if c.cell_type == 'code': c.outputs = []
        if passed_over(c): c.metadata['tags'] = ['skip-execution']  # the tag that nbclient knows
    where = {'metadata': {'path': str(path.parent)}}
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(nb, timeout=timeout, kernel_name='python3', resources=where,
                                kernel_manager_class=manager, config=Config(KernelManager=connection(folder)))
        try: return client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as e:
            raise NotebookFailed(report(path, nb, e)) from None


@pytest.mark.parametrize('path', NOTEBOOKS, ids=lambda o: o.relative_to(ROOT/'nbs').as_posix())
def test_notebook(path):
    try: run_notebook(path, manager=WarmKernelManager)
    except NotebookFailed as e: pytest.fail(str(e), pytrace=False)


def test_there_are_notebooks():
    assert {'00_core.ipynb', 'index.ipynb'} <= {o.name for o in NOTEBOOKS}


def test_failure_is_readable(tmp_path):
    wrong = 'a = 2\nassert a == 3, "two is not three"'
    nb = write_nb(tmp_path/'x.ipynb', [('code', '#| slow\n1/0'), ('markdown', 'text'), ('code', wrong)])
    with pytest.raises(NotebookFailed) as e: run_notebook(nb)
    msg = str(e.value)
    assert msg.startswith(f'x.ipynb, cell 2 (id c2)\n\n{wrong}') and 'AssertionError: two is not three' in msg
    assert '\x1b' not in msg


@pytest.mark.parametrize('manager', [AsyncKernelManager, WarmKernelManager])
def test_timeout_and_dead_kernel_name_the_notebook(tmp_path, manager):
    slow = write_nb(tmp_path/'slow.ipynb', [('code', 'import time; time.sleep(60)')])
    with pytest.raises(NotebookFailed, match='slow.ipynb'): run_notebook(slow, 1, manager)
    dead = write_nb(tmp_path/'dead.ipynb', [('code', 'import os; os._exit(3)')])
    with pytest.raises(NotebookFailed, match='dead.ipynb'): run_notebook(dead, manager=manager)


def test_passes_over_what_asks_for_it(tmp_path):
    assert 'slow' in FLAGS
    cells = ['#| eval: false\n1/0', '#| slow\n1/0', 'print("#| eval: false")']
    nb = run_notebook(write_nb(tmp_path/'x.ipynb', [('code', o) for o in cells]))
    assert [o.text for c in nb.cells for o in c.outputs] == ['#| eval: false\n']


MANAGERS = pytest.mark.parametrize('manager', [AsyncKernelManager, WarmKernelManager])


@MANAGERS
def test_kernel_is_this_python_in_the_notebooks_folder(tmp_path, manager):
    nb = write_nb(tmp_path/'x.ipynb', [('code', 'import os, sys\nprint(sys.prefix)\nprint(os.getcwd())')])
    assert run_notebook(nb, manager=manager).cells[0].outputs[0].text.split('\n')[:2] == [sys.prefix, str(tmp_path)]


@MANAGERS
@pytest.mark.skipif(not hasattr(socket, 'AF_UNIX'), reason='no socket files on this system')
def test_kernel_needs_no_port(tmp_path, manager):
    see = ("import os\nfrom ipykernel.kernelapp import IPKernelApp\nfrom pathlib import Path\n"
           "app = IPKernelApp.instance()\nprint(app.transport, all(Path(f'{app.ip}-{n}').is_socket() for n in "
           "(app.shell_port, app.iopub_port, app.stdin_port, app.control_port, app.hb_port)))\nprint(app.ip)")
    nb = run_notebook(write_nb(tmp_path/'x.ipynb', [('code', see)]), manager=manager)
    said, folder = nb.cells[0].outputs[0].text.split('\n')[:2]
    assert said == 'ipc True' and not Path(folder).parent.exists()


@MANAGERS
def test_kernel_is_fresh(tmp_path, manager, monkeypatch):
    "Our library is not imported yet, the environment is that of now, tests are out of reach, figures are shown"
    monkeypatch.setenv('NOISY_LAB_SEED', '7')
    see = ("import os, sys\n"
           "print(any(o.startswith('noisy_lab') for o in sys.modules), os.environ['NOISY_LAB_SEED'])\n"
           "try: import conftest\nexcept ImportError: print('no tests')\n"
           "import matplotlib.pyplot as plt\nfrom torch.utils.data import DataLoader\nplt.plot([1, 2])\n"
           "print(sum(len(o) for o in DataLoader(range(8), num_workers=2)))")
    out = run_notebook(write_nb(tmp_path/'x.ipynb', [('code', see)]), manager=manager).cells[0].outputs
    assert ''.join(o.text for o in out if o.output_type == 'stream') == 'False 7\nno tests\n8\n'
    assert any('image/png' in o.get('data', {}) for o in out)
