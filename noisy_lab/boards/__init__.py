"""fastai's leaderboards: published rows, their rules, and the cells that we train"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'cells': [
        'archive_of', 'cell_recipe', 'compare_cells', 'forward_seconds', 'plan_text', 'planned_passes',
        'planned_seconds', 'right_bits', 'rights', 'run_cell', 'spread_epochs', 'time_text', 'total_epochs',
    ],
    'rules': [
        'BOARDS', 'Board', 'EPOCHS', 'NOT_A_CELL', 'SIZES', 'board_named', 'board_table', 'budget_check',
        'markdown_row', 'mcnemar', 'noisy_baseline', 'our_row', 'paired_difference', 'published', 'published_cell',
        'read_cells', 'row_budget', 'rule_checks', 'show_board',
    ],
})
