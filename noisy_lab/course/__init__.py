"""Tools for the lessons: progress, checks of exercises, the list of lessons"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'checks_labels': [
        'check_best_length', 'check_bootstrap_pull', 'check_clean_accuracy', 'check_gce', 'check_group_matrix',
        'check_length_study', 'check_looks', 'check_lost_classes', 'check_measured', 'check_memorised',
        'check_memoriser_score', 'check_own_loss', 'check_own_score', 'check_precision_recall',
        'check_really_wrong', 'check_stop_epoch', 'check_thresholds',
    ],
    'checks_methods': [
        'check_balanced', 'check_best_rotation', 'check_drop_rates', 'check_inherited', 'check_pairs',
        'check_passes', 'check_precision_coverage', 'check_pretext', 'check_quiet_pseudo', 'check_rotations',
        'check_selection', 'check_soft_loss', 'check_stage_epochs', 'check_students', 'check_tag_targets',
        'check_top_pairs',
    ],
    'checks_practice': [
        'FAULTS', 'check_apply_log', 'check_copies', 'check_equal_budget', 'check_expected', 'check_family',
        'check_faults', 'check_masked', 'check_neighbours', 'check_paired', 'check_pick', 'check_prior',
        'check_seen_file', 'check_trusted_looks',
    ],
    'guesses': [
        'EFFECT', 'Guess', 'LIVE', 'compare', 'effect', 'predict',
    ],
    'lessons': [
        'Finish', 'MANIFEST', 'copy_lessons', 'course_dir', 'finish', 'is_reference', 'jupyter_command',
        'lab_command', 'list_lessons', 'read_lesson',
    ],
    'progress': [
        'REFERENCE', 'Verdict', 'Wrong', 'as_array', 'as_number', 'change_progress', 'checker', 'guarded',
        'kind_of', 'progress_file', 'read_progress',
    ],
})
