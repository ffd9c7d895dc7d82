"""Interactive panels, in notebooks and on saved pages"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'designer': [
        'NoiseDesigner',
    ],
    'embedding': [
        'EmbeddingMap', 'MAP_WAYS', 'map_points', 'map_rows',
    ],
    'explorer': [
        'NothingLeft', 'ORDERS', 'PseudoLabelExplorer', 'SELECTION', 'agreement', 'compare_rounds',
        'explore_table', 'make_selection', 'selection_facts', 'view_rows',
    ],
    'live': [
        'LivePanel', 'LiveRun',
    ],
    'panel': [
        'CSS', 'ImagePanel', 'PAGE_CSS', 'Panel', 'STATIC', 'check_settings', 'embed', 'front_end',
        'joined_modules', 'link_panels', 'natural_size', 'own_pixels', 'pack_columns', 'page_html', 'plain',
        'save_page', 'sheets_of', 'show', 'show_live', 'sprite_sheet', 'unpack_columns',
    ],
    'review': [
        'open_review', 'write_review',
    ],
    'robustness': [
        'NoiseRobustness', 'robustness_points',
    ],
    'rotation': [
        'RotationInspector',
    ],
    'studio': [
        'COPIES', 'LOOK', 'RelabelStudio', 'review_rows',
    ],
    'views': [
        'VIEW_KINDS', 'ViewPlayground',
    ],
})
