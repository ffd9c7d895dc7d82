"""Recipes, which become seeded, resumable runs with results; studies, transfer, pools and speed"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'cookbook': [
        'FOLDER', 'INHERITED', 'SOURCES', 'list_recipes', 'load_recipe', 'parse_set', 'recipe_value',
        'say_remarks', 'source_faults', 'source_rows',
    ],
    'engine': [
        'Run', 'WhereTrained', 'check_data', 'load_net', 'make_learner', 'memorisation_curve', 'open_data',
        'open_each', 'prepare', 'read_run', 'run', 'run_many', 'run_name', 'stored_side', 'train_net',
        'train_once', 'used_precision',
    ],
    'estimate': [
        'Stopwatch', 'estimate_run', 'looks', 'step_seconds',
    ],
    'export': [
        'export_run', 'find_run',
    ],
    'lr': [
        'RateCurve', 'StepBar', 'find_lr',
    ],
    'pools': [
        'ENGINES', 'Labelling', 'Selection', 'decode_ahead', 'iter_files', 'label_chunk', 'label_pool',
        'pool_rows', 'pool_text', 'ray_session', 'run_pseudo', 'select_pool',
    ],
    'recipe': [
        'DataPart', 'NetPart', 'Recipe', 'SECTIONS', 'TOP', 'TrainPart', 'all_runs', 'at_budget', 'changes',
        'check_recipe', 'check_shape', 'differences', 'field_path', 'forwards_alone', 'from_dict', 'from_flat',
        'in_stages', 'is_flat', 'make_recipe', 'map_inner', 'normal_form', 'plain_names', 'planned_forwards',
        'recipe_hash', 'set_fields', 'student_pool', 'to_dict', 'train_images', 'uses_val', 'with_epochs',
    ],
    'result': [
        'CONTRACT', 'Extras', 'NoSuchKey', 'Result', 'make_result',
    ],
    'speed': [
        'bare_forward', 'bare_step', 'bench', 'bench_history', 'bench_table', 'bench_text', 'busy_neighbours',
        'busy_ratio', 'enlarge', 'fair_share', 'fastai_ranger', 'keep_bench', 'memory_child', 'memory_growth',
        'one_epoch', 'optimiser_steps', 'peak_kb', 'plain_fastai', 'time_in_turn', 'timed',
    ],
    'study': [
        'Claim', 'STUDIES', 'Study', 'StudyMethod', 'accuracy_of', 'list_studies', 'load_study', 'method_recipe',
        'paired', 'run_study', 'study_recipes', 'study_table', 'verdict', 'verdicts',
    ],
    'transfer': [
        'dataset_features', 'finetune_recipe', 'kept_features', 'open_classifier', 'probe',
    ],
})
