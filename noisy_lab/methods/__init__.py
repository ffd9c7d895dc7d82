"""Everything that a method needs to be found, trained, priced and checked, each method in one place"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'base': [
        'Acts', 'Context', 'Costs', 'METHODS', 'Method', 'Part', 'RESISTS', 'Resist', 'VIEWS', 'epoch_steps',
        'find_method', 'find_resist', 'inner_recipe', 'make_view', 'method_names', 'parts_of', 'register',
        'resist_names', 'step_forwards', 'training_forwards',
    ],
    'billion': [
        'BillionMethod',
    ],
    'callbacks': [
        'ItemAverage', 'MIXERS', 'ResistCallback', 'clean_logits', 'item_losses', 'one_hot', 'set_loss',
    ],
    'co_teaching': [
        'CoTeaching', 'CoTeachingPart', 'SecondNet',
    ],
    'divide': [
        'DividePart', 'DivideSplit', 'clean_probability', 'sharpen',
    ],
    'elr': [
        'ELR', 'ElrPart',
    ],
    'fixmatch': [
        'FixMatch', 'FixMatchMethod', 'TwoViews', 'check_ratio', 'sure_loss', 'two_view_pool',
    ],
    'holdout': [
        'EarlyStopPart', 'NoisyHoldout', 'hold_out',
    ],
    'mean_teacher': [
        'MeanTeacher', 'MeanTeacherMethod', 'consistency', 'ramp_weight',
    ],
    'mixup': [
        'Mixup', 'MixupPart',
    ],
    'prune': [
        'PrunePart',
    ],
    'pseudo': [
        'NoneReaches', 'OneHot', 'PseudoTable', 'arrow_probs', 'best', 'fill_classes', 'from_arrow', 'load_table',
        'make_table', 'open_table', 'pair_scores', 'reading_table', 'retemper', 'save_table', 'select',
        'table_meta', 'to_arrow', 'top_k',
    ],
    'relabel': [
        'Relabel', 'RelabelPart',
    ],
    'sesemi': [
        'PROXIES', 'ROTATION_ARGS', 'RotationFields', 'RotationPart', 'Sesemi', 'SesemiMethod',
        'add_rotation_head', 'proxy_views', 'rotation_accuracy', 'rotation_probs', 'sesemi_callback',
        'sesemi_learner', 'sesemi_passes', 'unmirrored',
    ],
    'small_loss': [
        'SmallLoss', 'SmallLossPart', 'forget_rate', 'smallest', 'told_rate',
    ],
    'student': [
        'MODEL_NOISE', 'PseudoBatch', 'StudentMethod', 'TaughtMethod', 'Teaching', 'over_loader',
        'pretrain_learner', 'pseudo_loader', 'student_learner',
    ],
    'supervised': [
        'ControlMethod', 'HeadOnly', 'SupervisedMethod', 'refuse_two_starts',
    ],
    'tags': [
        'NoValidation', 'TagsMethod', 'tag_targets', 'tags_learner',
    ],
    'testing': [
        'Appends', 'Flat', 'Grab', 'Rotates', 'agrees_beside_others', 'first_batch', 'fit_quiet', 'flat_net',
        'one_step', 'resumes', 'same_grads', 'survives_kill', 'toy', 'toy_learner',
    ],
})
