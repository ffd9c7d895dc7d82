"""fastai's leaderboards: published rows, their rules, and running recipes in their cells"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'cells': [
        'archive_of', 'cell_recipe', 'compare_cells', 'estimate_cell', 'forward_seconds', 'plan_text',
        'planned_passes', 'planned_seconds', 'right_bits', 'rights', 'run_cell', 'spread_epochs', 'time_text',
        'total_epochs',
    ],
    'rows': [
        'BOARDS', 'Board', 'EPOCHS', 'SIZES', 'board_named', 'noisy_baseline', 'published_cell', 'published_rows',
        'row_budget',
    ],
    'rules': [
        'CellResult', 'NOT_A_CELL', 'above_published', 'accuracy_text', 'board_table', 'budget_check',
        'check_cell', 'check_rows', 'half_interval', 'image_counts', 'is_legal', 'markdown_row', 'mcnemar',
        'our_row', 'paired_difference', 'read_cell', 'read_cells', 'rule_checks', 'show_board', 'trained_table',
    ],
})
