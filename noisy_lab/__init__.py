__version__ = "0.1.0"

import warnings as _w

# What fastai's imports say of torch and pandas; it concerns fastai's authors, and fills the first cell of every notebook with red.
for _m in ('`torch.jit.script` is deprecated', "The 'mode.chained_assignment' option"): _w.filterwarnings('ignore', message=_m)
