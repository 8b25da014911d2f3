"""Writes the golden tensors of the vision transformer's tests: timm's own weights, input and logits.

    pip install torch timm safetensors numpy
    python weit-models/src/test/python/make_golden.py weit-models/src/test/resources/golden

Weights and input are float32; the logits are computed from them in float64, so that what a float32
forward pass may differ by is its own rounding alone. The files are in the repository; run this only
to add a case, and look at what changes.
"""

import sys
import types
from pathlib import Path


def import_timm():
    """Imports timm; torchvision's C++ operators are not needed, and may not fit the torch there is."""
    import torch

    try:
        import timm  # noqa: F401
    except RuntimeError:
        for name in [m for m in sys.modules if m.split(".")[0] in ("timm", "torchvision")]:
            del sys.modules[name]
        sys.modules["torchvision._meta_registrations"] = types.ModuleType("_meta_registrations")
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import_timm.library = library  # its operators go when it does
        import timm  # noqa: F401
    return torch


torch = import_timm()
import timm  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

CASES = {
    "vit-class-token": dict(class_token=True, global_pool="token"),
    "vit-mean": dict(class_token=False, global_pool="avg"),
}


def randomise(model, generator):
    """Every parameter, gains and biases too: what stays at 0 or 1 would hide that it is not used."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            draws = torch.randn(parameter.shape, generator=generator)
            if "norm" in name and name.endswith(".weight"):
                parameter.copy_(1 + 0.2 * draws)
            elif parameter.ndim == 1 or "embed" in name and "proj" not in name or "token" in name:
                parameter.copy_(0.2 * draws)
            else:
                parameter.copy_(1.5 * draws / parameter[0].numel() ** 0.5)


def golden(target, name, options):
    generator = torch.Generator().manual_seed(2604)
    model = VisionTransformer(
        img_size=16, patch_size=4, embed_dim=24, depth=2, num_heads=3, num_classes=5, **options
    ).eval()
    randomise(model, generator)
    images = torch.randn((3, 3, 16, 16), generator=generator)
    tensors = {f"weights/{k}": v.detach().clone().contiguous() for k, v in model.state_dict().items()}
    with torch.no_grad():
        logits = model.double()(images.double())
    tensors["input"] = images
    tensors["logits"] = logits.float()
    save_file(tensors, str(target / f"{name}.safetensors"), metadata={"timm": timm.__version__})
    print(name, logits.float())


def shapes(target, name):
    """Names and shapes of a published model's state, one a line."""
    state = timm.create_model(name, pretrained=False).state_dict()
    lines = [f"{k} {','.join(map(str, v.shape))}\n" for k, v in state.items()]
    (target / f"{name}.txt").write_text("".join(lines))


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    for case, case_options in CASES.items():
        golden(directory, case, case_options)
    shapes(directory, "deit_tiny_patch16_224")
