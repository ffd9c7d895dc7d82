"""Which labels of a folder are wrong, and how many"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={

})
