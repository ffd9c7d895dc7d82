"""From a name, a folder or a CSV to batches that carry `idx`; label noise; building data sets"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'archives': [
        'BadArchive', 'Limits', 'Listing', 'NO_LIMITS', 'check_archive', 'extract_archive', 'inspect_archive',
    ],
    'augment': [
        'COLOUR_OPS', 'GEOMETRIC_OPS', 'GammaView', 'NOISY_STUDENT_OPS', 'NoisyStudentView', 'OPS', 'SMALL_BELOW',
        'StrongView', 'crop_by_height', 'cutout', 'four_rotations', 'weak_view',
    ],
    'copies': [
        'alike_groups', 'copies_text', 'find_copies', 'small_greys', 'tell_copies',
    ],
    'csvs': [
        'CsvFormat', 'decode_text', 'find_column', 'iter_cells', 'parse_format', 'read_splits', 'read_table',
    ],
    'fetch': [
        'fetch_bytes', 'is_url',
    ],
    'files': [
        'Account', 'FOREIGN', 'LeftOut', 'account_text', 'list_images', 'say_once', 'scan_images', 'tell',
        'unreadable_text', 'walk_images',
    ],
    'images': [
        'BACKGROUND', 'EXTENSIONS', 'UnreadableImage', 'ending', 'image_endings', 'plugin_for', 'read_image',
        'to_rgb', 'why_unreadable',
    ],
    'layouts': [
        'NotInClass', 'SPLITS', 'compose_accents', 'scan_folder', 'scan_table',
    ],
    'loader': [
        'BatchStore', 'BatchTransforms', 'CenterView', 'CropView', 'FileItems', 'FileLoader', 'ItemInfo',
        'LabDataLoaders', 'LabItems', 'LabLoader', 'MEAN', 'Normalised', 'STD', 'StoreItems', 'StoreLoader',
        'TakeIdx', 'denormalise', 'lab_dls', 'normalise', 'random_crop_theta', 'resized_view',
    ],
    'noise': [
        'STRANGER', 'UNKNOWN', 'audit_noise', 'check_all_labelled', 'check_noise_csv', 'clean_labels',
        'confusion_matrix_noise', 'corrupt_labels', 'find_noise_csv', 'flip_exactly', 'measured_matrix',
        'noise_column', 'noise_pcts', 'pair_matrix', 'read_noise_csv', 'read_texts', 'symmetric_matrix',
        'write_noise_csv',
    ],
    'prep': [
        'LAYING', 'add_noise', 'audit_tree', 'manifest', 'noise_tree', 'place_file', 'rebuild_imagewang',
        'verify_archive',
    ],
    'sources': [
        'DATASETS', 'DatasetSpec', 'Source', 'cache_dir', 'cache_dirs', 'check_apart', 'check_layout',
        'get_dataset', 'is_own', 'known_archive', 'open_pool', 'open_source', 'output_folder', 'output_for',
        'source_name', 'wrong_pct',
    ],
    'store': [
        'EVAL_CROP', 'PixelStore', 'bad_images', 'decode_image', 'load_ahead', 'open_store', 'store_side',
        'to_device',
    ],
    'table': [
        'EXTRA_CLASSES', 'LabData', 'audit', 'check_data_set', 'class_names', 'keep_labels', 'load_data',
        'one_class', 'pool_ids', 'stratified_valid', 'trained_and_validated',
    ],
    'tinynette': [
        'CLASSES', 'COUNTS', 'FINGERPRINT', 'NOISE_PCTS', 'Pen', 'SEED', 'STRANGERS', 'TAGS_VERSION', 'TAG_RATES',
        'VERSION', 'VOCABULARY', 'check_drawn', 'contact_sheet', 'draw_tags', 'drawn_version', 'fingerprint',
        'get_tinynette', 'plan_images', 'read_tags', 'render', 'tag_matrix',
    ],
})
