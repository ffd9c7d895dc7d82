"""What people operate: panels in notebooks and on saved pages"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'dashboard': [
        'LivePanel', 'LiveRun', 'NoiseRobustness', 'robustness_points',
    ],
    'edits': [
        'ACTIONS', 'EditLog', 'apply_edits', 'decisions', 'gain_by_look', 'merge_logs', 'rank_edits',
        'score_edits', 'standing', 'undone', 'write_corrected',
    ],
    'explore': [
        'NothingLeft', 'ORDERS', 'agreement', 'compare_rounds', 'explore_table', 'make_selection',
        'selection_facts', 'sprite_sheet', 'view_rows',
    ],
    'panel': [
        'CSS', 'ImagePanel', 'Panel', 'STATIC', 'check_settings', 'embed', 'front_end', 'pack_columns',
        'page_html', 'plain', 'save_page', 'sheets_of', 'show', 'unpack_columns',
    ],
    'studio': [
        'RelabelStudio', 'review_rows',
    ],
    'widgets': [
        'NoiseDesigner', 'PseudoLabelExplorer', 'RotationInspector', 'SELECTION', 'VIEWS', 'ViewPlayground',
        'natural_size',
    ],
})
