"""Kernels that start at once: each is forked from a process that has already imported the slow libraries.

Importing torch, fastai and timm takes six seconds, and a hundred notebooks do it. Nothing of noisy_lab is imported
beforehand, so that a notebook still meets the library, its settings and its environment as a fresh kernel does."""
import multiprocessing, os, sys
from pathlib import Path

from jupyter_client import AsyncKernelManager

# A process has one such server, so all tests that fork share this list.
SLOW = ['torch', 'torchvision', 'fastai.vision.all', 'timm', 'accelerate', 'pandas', 'pyarrow.parquet',
        'matplotlib.pyplot', 'sklearn.linear_model', 'ipykernel.kernelapp']
HERE = str(Path(__file__).resolve().parent)
INLINE = 'module://matplotlib_inline.backend_inline'
FORKS = 'forkserver' in multiprocessing.get_all_start_methods()


def begin(argv, cwd, env):
    "In the forked process: put on the environment of a kernel, and be one"
    os.setsid()
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()), MPLBACKEND=INLINE)
    os.chdir(cwd)
    sys.argv = argv
    sys.path[:] = [o for o in sys.path if o != HERE]
    import matplotlib
    from ipykernel.kernelapp import launch_new_instance
    matplotlib.rcParams['backend'] = INLINE   # read from the environment only on import
    launch_new_instance()


class Forked:
    "A forked process with the methods of `subprocess.Popen` that Jupyter calls"
    stdin = stdout = stderr = None

    def __init__(self, argv, cwd, env):
        forks = multiprocessing.get_context('forkserver')
        forks.set_forkserver_preload(SLOW)
        self.process = forks.Process(target=begin, args=(argv, cwd, env))
        self.process.start()
        self.pid = self.process.pid

    def poll(self): return self.process.exitcode

    def wait(self):
        self.process.join()
        return self.process.exitcode

    def send_signal(self, signum): os.kill(self.pid, signum)
    def kill(self): self.process.kill()
    def terminate(self): self.process.terminate()


class WarmKernelManager(AsyncKernelManager):
    "Starts kernels by forking, where the system can"
    async def _async_launch_kernel(self, kernel_cmd, **kw):
        if not FORKS: return await super()._async_launch_kernel(kernel_cmd, **kw)
        self.provisioner.process = Forked(kernel_cmd[kernel_cmd.index('-m') + 1:], kw['cwd'], kw['env'])
        self.provisioner.pid = self.provisioner.process.pid
        self._reconcile_connection_info(self.provisioner.connection_info)
