"""Everything that one method needs to be known, trained, priced and checked, each method in one place"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'pseudo': [
        'OneHot', 'PseudoTable', 'arrow_probs', 'best', 'fill_classes', 'from_arrow', 'harden', 'load_table',
        'make_table', 'open_table', 'pair_scores', 'save_table', 'select', 'sharpen', 'table_meta', 'to_arrow',
        'top_k', 'weigh',
    ],
    'resist': [
        'CoTeaching', 'DivideSplit', 'ELR', 'Mixup', 'NoisyHoldout', 'RESIST', 'Relabel', 'SmallLoss',
        'clean_probability', 'forget_rate', 'hold_out', 'resist_callbacks', 'sharpen', 'smallest',
    ],
    'sesemi': [
        'PROXIES', 'ROTATION_ARGS', 'SESEMI_RECIPES', 'Sesemi', 'add_rotation_head', 'proxy_views',
        'rotation_accuracy', 'rotation_probs', 'sesemi_callback', 'sesemi_learner', 'sesemi_passes', 'unmirrored',
    ],
    'student': [
        'HeadOnly', 'MODEL_NOISE', 'NoValidation', 'PseudoBatch', 'pretrain_learner', 'pseudo_loader',
        'student_learner', 'tags_learner',
    ],
})
