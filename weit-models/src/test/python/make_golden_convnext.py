"""Writes the golden tensors of ConvNeXt's tests: timm's own weights, input and logits.

    pip install torch timm safetensors numpy
    python weit-models/src/test/python/make_golden_convnext.py weit-models/src/test/resources/golden

Weights and input are float32, logits are computed from them in float64. timm's networks have four
stages; one of three is timm's without the last, and with a head for the features that remain.
"""

import sys
from pathlib import Path

from make_golden import timm, torch
from safetensors.torch import save_file
from timm.models.convnext import ConvNeXt

CASES = {
    "convnext": (35, dict(depths=(1, 2, 1, 1), patch_size=4)),
    "convnext-halved": (17, dict(depths=(2, 1, 3), patch_size=2)),
    "convnext-undivided": (8, dict(depths=(1, 1, 2), patch_size=1)),
}


def network(depths, patch_size):
    dims = tuple(4 << stage for stage in range(4))
    missing = 4 - len(depths)
    options = dict(dims=dims[: len(depths)] + dims[len(depths) - 1 : len(depths)] * missing)
    model = ConvNeXt(num_classes=5, depths=depths + (1,) * missing, patch_size=patch_size, **options)
    model.stages = model.stages[: len(depths)]
    return model.eval()


def randomise(model, generator):
    """Every parameter, gains, biases and gammas too: what stays at 0 or 1 would hide that it is not used."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            draws = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim > 1:
                parameter.copy_(1.5 * draws / parameter[0].numel() ** 0.5)
            elif name.endswith(".bias"):
                parameter.copy_(0.2 * draws)
            else:
                parameter.copy_(1 + 0.2 * draws)


def golden(target, name, side, options):
    generator = torch.Generator().manual_seed(2201)
    model = network(**options)
    randomise(model, generator)
    images = torch.randn((3, 3, side, side), generator=generator)
    tensors = {f"weights/{k}": v.detach().clone().contiguous() for k, v in model.state_dict().items()}
    with torch.no_grad():
        tensors["logits"] = model.double()(images.double()).float()
    tensors["input"] = images
    path = target / f"{name}.safetensors"
    save_file(tensors, str(path), metadata={"timm": timm.__version__})
    print(path, path.stat().st_size, tensors["logits"])


if __name__ == "__main__":
    for case, (image_size, case_options) in CASES.items():
        golden(Path(sys.argv[1]), case, image_size, case_options)
