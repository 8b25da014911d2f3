"""Writes the golden tensors of the residual networks' tests: torchvision's weights, input and logits.

    pip install torch torchvision safetensors numpy
    python weit-models/src/test/python/make_golden_resnet.py weit-models/src/test/resources/golden

The networks are torchvision's own, a sixteenth as wide so that the files stay small. Logits are in
evaluation, with running statistics that are neither 0 nor 1, and in training, where the batch's own
are used; both are computed in float64 from float32 weights and input.
"""

import sys
import types
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.modules["torchvision._meta_registrations"] = types.ModuleType("_meta_registrations")
LIBRARY = torch.library.Library("torchvision", "DEF")  # its C++ operators may not fit the torch there is
LIBRARY.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet  # noqa: E402

NARROW = 16


class NarrowResNet(ResNet):
    """torchvision's network with a sixteenth of its widths."""

    def __init__(self, block, layers, small, **options):
        super().__init__(block, layers, num_classes=5, **options)
        width = 64 // NARROW
        if small:
            self.conv1 = torch.nn.Conv2d(3, width, 3, 1, 1, bias=False)
            self.maxpool = torch.nn.Identity()
            self.layer4 = torch.nn.Identity()
        else:
            self.conv1 = torch.nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        stages = 3 if small else 4
        self.fc = torch.nn.Linear((width << (stages - 1)) * block.expansion, 5)

    def _make_layer(self, block, planes, blocks, stride=1, dilate=False):
        if planes == 64:
            self.inplanes = 64 // NARROW
        return super()._make_layer(block, planes // NARROW, blocks, stride, dilate)


CASES = {
    "resnet-basic": (16, NarrowResNet(BasicBlock, [2, 1, 2, 1], True)),
    "resnet-bottleneck": (32, NarrowResNet(Bottleneck, [1, 2, 1, 1], False)),
    "resnet-wide": (32, NarrowResNet(Bottleneck, [1, 1, 1, 1], False, width_per_group=128)),
}


def randomise(model, generator):
    with torch.no_grad():
        for parameter in model.parameters():
            draws = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim == 1:
                parameter.copy_(1 + 0.2 * draws if draws.numel() != 5 else draws)
            else:
                parameter.copy_(1.5 * draws / parameter[0].numel() ** 0.5)
        for name, buffer in model.named_buffers():
            draws = torch.randn(buffer.shape, generator=generator)
            if name.endswith("running_mean"):
                buffer.copy_(0.3 * draws)
            elif name.endswith("running_var"):
                buffer.copy_(1 + draws.abs())


def golden(target, name, side, model):
    generator = torch.Generator().manual_seed(1512)
    randomise(model, generator)
    images = torch.randn((4, 3, side, side), generator=generator)
    state = {k: v for k, v in model.state_dict().items() if v.is_floating_point()}
    tensors = {f"weights/{k}": v.detach().clone().contiguous() for k, v in state.items()}
    model = model.double()
    with torch.no_grad():
        tensors["logits"] = model.eval()(images.double()).float()
        tensors["training_logits"] = model.train()(images.double()).float()
    tensors["input"] = images
    path = target / f"{name}.safetensors"
    save_file(tensors, str(path), metadata={"torchvision": torchvision.__version__})
    print(path, path.stat().st_size, tensors["logits"])


if __name__ == "__main__":
    for case, (image_size, network) in CASES.items():
        golden(Path(sys.argv[1]), case, image_size, network)
