"""timm networks, heads, model noise, weights, and predictions of frozen networks"""
# Made by .ci/packages.py from the modules' __all__; do not edit.
import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    'backbones': [
        'FastaiBackbone', 'LabNet', 'NoiseRows', 'QuickConv', 'QuickMish', 'SlimResNet', 'arch_params',
        'block_drop_rates', 'check_arch', 'count_macs', 'count_params', 'create_backbone', 'create_net',
        'default_cfgs', 'drop_path_from_survival', 'eval_mode', 'fastai_xresnet18', 'fastai_xse_resnext50',
        'half_precision', 'has_fast_bf16', 'lab_slim_resnet', 'lab_wide_resnet', 'set_batchnorm', 'split_params',
    ],
    'features': [
        'TEMPERATURE', 'batch_probs', 'predict_probs', 'weights_hash',
    ],
    'formats': [
        'FORMATS', 'NetCard', 'open_exported', 'save_network', 'timm_network', 'use_text',
    ],
    'model': [
        'find_model', 'lab_network', 'model_facts',
    ],
    'predict': [
        'Classifier', 'batch_features', 'decoded', 'gather_features', 'image_files', 'imagenet_classes',
        'load_classifier', 'model_transform', 'open_image', 'plain_transform',
    ],
    'pretrained': [
        'PRETRAINED', 'PretrainedSpec', 'WEIGHTS_PACKAGES', 'WeightsPackage', 'fetch_weights', 'find_weights',
        'fold_normalisation', 'installed_weights', 'load_model', 'model_costs', 'model_name', 'model_row',
        'model_weights', 'models_table', 'preprocessing', 'pretrained_net', 'read_weights', 'seen_classes',
        'weights_flags', 'weights_url', 'weights_warnings',
    ],
})
