"""Figures, tables and pages made from arrays and results"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'board': [
        'gain_text', 'plot_board', 'write_board_report',
    ],
    'clean': [
        'by_class_section', 'clean_cautions', 'clean_html', 'clean_row', 'clean_text', 'expectation_text',
        'file_uri', 'is_counted', 'judge_text', 'listed_section', 'oracle_section', 'overview_section',
        'plot_precision_by_rank', 'plot_suspicion', 'run_clean', 'sure_section', 'thumbs_section',
    ],
    'demo': [
        'DEMO_METHODS', 'demo_cautions', 'equal_forwards', 'report_context', 'run_demo', 'run_methods',
    ],
    'page': [
        'REPORT_CSS', 'TEMPLATES', 'code_text', 'figure_card', 'live_page', 'parts', 'png_uri', 'prose',
        'report_page', 'thumb_uri',
    ],
    'photos': [
        'export_text', 'status_text', 'train_text',
    ],
    'plots': [
        'MEANING', 'MEMO_KEYS', 'OKABE_ITO', 'PICTURES', 'add_legend', 'alt_text', 'check_labels', 'check_picture',
        'curve_facts', 'finish_ax', 'lead_text', 'mean_curve', 'method_styles', 'new_ax', 'plot_by_length',
        'plot_gain', 'plot_learning_curves', 'plot_losses', 'plot_lr', 'plot_memorisation',
        'plot_memorisation_shares', 'plot_method_accuracy', 'plot_noise_matrix', 'plot_precision_by_confidence',
        'plot_robustness', 'plot_rotation', 'plot_samples', 'plot_top_classes', 'precision_bins', 'pseudo_facts',
        'sample_idx', 'save_picture', 'stack_runs',
    ],
    'report': [
        'REPORT_KEYS', 'cautions_section', 'check_report', 'curve_text', 'data_section', 'figures_section',
        'labels_section', 'lead_sentence', 'machine_text', 'matrix_text', 'memorisation_text', 'noise_text',
        'provenance_section', 'report_html', 'results_section', 'runs_table', 'samples_card', 'write_report',
    ],
    'tables': [
        'COLUMNS', 'COSTS', 'COST_KEYS', 'LEGEND', 'SETTING_KEYS', 'SHARE_KEYS', 'cell_text', 'count_text',
        'duration_text', 'finite', 'group_runs', 'mean_sd', 'pct', 'row_notes', 'seeds_text', 'summarise',
        'summary_cells', 'summary_markdown', 'summary_text', 'text_table',
    ],
})
