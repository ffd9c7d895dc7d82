__version__ = "0.1.0"

import os as _os, warnings as _w

# Read when torch is loaded: OpenMP threads that spin while they wait train many times slower beside busy processes.
if not {'GOMP_SPINCOUNT', 'OMP_WAIT_POLICY'} & set(_os.environ): _os.environ['GOMP_SPINCOUNT'] = '30000'

# What fastai's imports say of torch and pandas; it concerns its authors, and fills the first cell of every notebook
# with red.
for _m in ('`torch.jit.script` is deprecated', "The 'mode.chained_assignment' option"):
    _w.filterwarnings('ignore', message=_m)
