"""Arrays and results in, figures and pages out"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'demo': [
        'DEMO_METHODS', 'cautions', 'report_context', 'run_demo', 'run_methods',
    ],
    'page': [
        'REPORT_CSS', 'TEMPLATES', 'code_text', 'figure_card', 'live_page', 'parts', 'png_uri', 'prose',
        'report_page', 'thumb_uri',
    ],
    'plots': [
        'MEANING', 'MEMO_KEYS', 'OKABE_ITO', 'SETTING_KEYS', 'alt_text', 'check_labels', 'curve_facts', 'finite',
        'group_runs', 'lead_text', 'mean_curve', 'method_styles', 'pct', 'plot_by_length', 'plot_gain',
        'plot_learning_curves', 'plot_losses', 'plot_memorisation', 'plot_memorisation_shares',
        'plot_method_accuracy', 'plot_noise_matrix', 'plot_precision_by_confidence', 'plot_robustness',
        'plot_rotation', 'plot_samples', 'plot_top_classes', 'precision_bins', 'pseudo_facts', 'sample_idx',
        'seeds_text', 'stack_runs',
    ],
    'report': [
        'COLUMNS', 'COSTS', 'COST_KEYS', 'LEGEND', 'REPORT_KEYS', 'SHARE_KEYS', 'cautions_section', 'check_report',
        'count_text', 'curve_text', 'data_section', 'esc', 'figure_card', 'figures_section', 'html_table',
        'labels_section', 'lead_sentence', 'markdown_table', 'matrix_text', 'mean_sd', 'memorisation_text',
        'noise_text', 'provenance_section', 'report_html', 'results_section', 'row_notes', 'runs_table',
        'samples_card', 'summarise', 'summary_cells', 'text_table', 'time_text', 'write_report',
    ],
    'suspects': [
        'FoldTrainer', 'class_table', 'clean_cautions', 'clean_html', 'clean_recipe', 'lead_text', 'load_labelled',
        'oracle_scores', 'oracle_section', 'plot_precision_by_rank', 'plot_suspicion', 'run_clean',
        'suspects_table', 'thumbs_section',
    ],
})
