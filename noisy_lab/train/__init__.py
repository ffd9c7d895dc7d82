"""The fastai Learner with its ledger and logs, losses, metrics, checkpoints, processes and folds"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'checkpoint': [
        'Checkpoint',
    ],
    'crossval': [
        'CLEANLAB_PRUNERS', 'COMBINED', 'CrossVal', 'PRUNERS', 'SCORES', 'class_thresholds', 'cleanlab_issues',
        'confident_joint', 'cross_val_probs', 'estimate_noise_rate', 'even_channel', 'expected_wrong',
        'hide_labels', 'label_scores', 'prune', 'rank_agreement', 'stratified_folds', 'true_posterior',
        'wrong_probability',
    ],
    'distributed': [
        'SharedBatches', 'first_does', 'first_process', 'join_processes', 'over_processes', 'shared_batches',
        'wait_for_all',
    ],
    'learner': [
        'BudgetLedger', 'Ema', 'EpochBar', 'EpochLog', 'EpochSeed', 'LabLearner', 'PredictionLog', 'RangeTest',
        'StopOnNaN', 'backbone_and_heads', 'fit_schedule', 'group_rates', 'lab_learner',
    ],
    'losses': [
        'Bootstrap', 'GCE', 'ItemLoss', 'LOSSES', 'SCE', 'SoftCrossEntropy', 'check_range', 'create_loss',
    ],
    'metrics': [
        'accuracy_among', 'calibration_error', 'class_balance', 'detection_scores', 'knn_accuracy', 'knn_predict',
        'linear_probe', 'mask_probs', 'memorisation', 'pseudo_scores', 'wilson_interval',
    ],
    'schedules': [
        'FusedLookahead', 'FusedRAdam', 'Rates', 'SCHEDULES', 'TorchOptimizer', 'check_schedule', 'make_schedule',
        'opt_func', 'poly_schedule', 'step_schedule',
    ],
    'sizes': [
        'ProgressiveSizes', 'check_sizes', 'epochs_by_size', 'size_at',
    ],
})
