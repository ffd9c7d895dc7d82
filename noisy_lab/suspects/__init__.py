"""Find wrong labels in a folder, estimate how many there are, record what people decide, and train on the result"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'case': [
        'CASE', 'Case', 'claim_case', 'close_case', 'find_case', 'forget_case', 'keep_looks', 'kept_looks',
        'list_cases', 'open_case', 'source_id',
    ],
    'edits': [
        'ACTIONS', 'EditLog', 'apply_edits', 'decisions', 'gain_by_look', 'merge_logs', 'notes_table',
        'rank_edits', 'score_edits', 'standing', 'standing_notes', 'still_here', 'undone', 'write_corrected',
        'write_notes',
    ],
    'estimate': [
        'LAYERS', 'LEAST_LOOKS', 'LookCount', 'RANDOM_LOOKS', 'calibrate_wrong', 'corrected_wrong',
        'count_by_looks', 'count_wrong', 'look_outcomes', 'random_order', 'random_sample', 'use_looks',
    ],
    'fixed': [
        'Fixed', 'SUSPECTS', 'case_status', 'fix_labels', 'split_fixed', 'trust_kinds',
    ],
    'folder': [
        'load_labelled',
    ],
    'frozen': [
        'FEATURES_MODEL', 'FEATURES_SIZE', 'FrozenNet', 'FrozenView', 'frozen_cross_val', 'learned_channel',
        'logistic_probs', 'neighbour_probs', 'open_features',
    ],
    'judge': [
        'FoldTrainer', 'JudgePlan', 'Judged', 'fold_recipe', 'judge_labels',
    ],
    'oddities': [
        'ODD_FROM', 'copies_table', 'find_oddities', 'oddities_text',
    ],
    'ranking': [
        'Suspects', 'check_top', 'class_table', 'find_suspects', 'oracle_scores', 'sort_suspects',
        'suspects_table', 'write_suspects',
    ],
    'retrain': [
        'SCRATCH', 'TrainJob', 'TrainPlan', 'choose_way', 'fit_head', 'train_case', 'two_arms',
    ],
    'tree': [
        'EXPORT', 'export_photos',
    ],
})
