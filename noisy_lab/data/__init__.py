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
    'fetch': [
        'fetch_bytes', 'is_url',
    ],
    'loader': [
        'BatchStore', 'BatchTransforms', 'CenterView', 'CropView', 'FileItems', 'FileLoader', 'ItemInfo',
        'LabDataLoaders', 'LabItems', 'LabLoader', 'MEAN', 'Normalised', 'STD', 'StoreItems', 'StoreLoader',
        'TakeIdx', 'denormalise', 'lab_dls', 'normalise', 'random_crop_theta', 'resized_view',
    ],
    'noise': [
        'STRANGER', 'UNKNOWN', 'audit_noise', 'check_noise_csv', 'clean_labels', 'confusion_matrix_noise',
        'corrupt_labels', 'find_noise_csv', 'flip_exactly', 'measured_matrix', 'noise_column', 'noise_pcts',
        'pair_matrix', 'read_noise_csv', 'read_texts', 'symmetric_matrix', 'write_noise_csv',
    ],
    'prep': [
        'LAYING', 'add_noise', 'audit_tree', 'manifest', 'noise_tree', 'place_file', 'rebuild_imagewang',
        'verify_archive',
    ],
    'sources': [
        'DATASETS', 'DatasetSpec', 'cache_dir', 'cache_dirs', 'check_apart', 'check_layout', 'get_dataset',
        'known_archive',
    ],
    'store': [
        'EVAL_CROP', 'PixelStore', 'decode_image', 'load_ahead', 'open_store', 'store_side', 'to_device',
    ],
    'table': [
        'EXTENSIONS', 'EXTRA_CLASSES', 'LabData', 'audit', 'class_names', 'keep_labels', 'list_images',
        'load_data', 'pool_ids',
    ],
    'tinynette': [
        'CLASSES', 'COUNTS', 'FINGERPRINT', 'NOISE_PCTS', 'Pen', 'SEED', 'STRANGERS', 'TAGS_VERSION', 'TAG_RATES',
        'VERSION', 'VOCABULARY', 'contact_sheet', 'draw_tags', 'fingerprint', 'get_tinynette', 'plan_images',
        'read_tags', 'render', 'tag_matrix',
    ],
})
