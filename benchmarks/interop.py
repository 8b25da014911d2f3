"""Loads exported models of random sizes in another library and compares logits.

    mvn -B -q -DskipTests package
    pip install torch torchvision timm safetensors numpy
    python benchmarks/interop.py FOLDER [--family vit|resnet|convnext] [--count 30] [--seed 0] [--onnx] [--csv FILE]

For every model, written to FOLDER by InteropModels and `weit export`:

  plain   the library's own class, made for the size, takes the weights with strict=True: for vit and convnext timm's
          class and weights.safetensors; for resnet torchvision's by way of SizedResNet, and what was exported, which has every
          tensor of the network's state and no other
  named   resnet, where the size has a name: what torchvision.models.NAME makes takes them too
  named_timm  the same for timm.create_model(NAME)
  config  timm.create_model('local-dir:...', pretrained=True) makes it of what was exported; resnet: where timm can
  onnx    with --onnx (pip install onnx onnxruntime): the checker of ONNX accepts model.onnx, ONNX Runtime computes it

The exit code is the number of models whose logits differ by more than 1e-4 of their largest (at most 100).
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOLERANCE = 1e-4


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
import torchvision  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from timm.models.convnext import ConvNeXt  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402
from torch.nn import BatchNorm2d, Conv2d, Identity, Linear  # noqa: E402
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet  # noqa: E402


class SizedResNet(ResNet):
    """torchvision's network at any width, of three or four stages; docs/interop.md has it too."""

    def __init__(self, block, layers, width, stem, widening, channels, num_classes):
        self.width = width
        kind = {"basic": BasicBlock, "bottleneck": Bottleneck}[block]
        super().__init__(kind, [*layers, 1][:4], num_classes, width_per_group=64 * widening)
        if stem == "cifar":
            self.conv1 = Conv2d(channels, width, 3, padding=1, bias=False)
            self.maxpool = Identity()
        else:
            self.conv1 = Conv2d(channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = BatchNorm2d(width)
        if len(layers) == 3:
            self.layer4 = Identity()
        self.fc = Linear(kind.expansion * width * 2 ** (len(layers) - 1), num_classes)

    def _make_layer(self, block, planes, *arguments, **options):
        if planes == 64:
            self.inplanes = self.width
        return super()._make_layer(block, planes * self.width // 64, *arguments, **options)


# Sizes of width 64 behind the ImageNet stem that both libraries have a name for.
NAMED = {
    ("basic", (2, 2, 2, 2), 1): "resnet18",
    ("basic", (3, 4, 6, 3), 1): "resnet34",
    ("bottleneck", (3, 4, 6, 3), 1): "resnet50",
    ("bottleneck", (3, 4, 6, 3), 2): "wide_resnet50_2",
}


def vit(folder, case):
    return of_timm(VisionTransformer, folder, case)


def convnext(folder, case):
    return of_timm(ConvNeXt, folder, case)


def of_timm(make, folder, case):
    """What describes a model, and the models that timm makes of it."""
    config = json.loads((folder / "timm" / "config.json").read_text())
    plain = make(num_classes=config["num_classes"], **config["model_args"])
    plain.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
    models = {"plain": plain, "config": configured(folder, case)}
    described = dict(classes=config["num_classes"], **config["model_args"])
    described.setdefault("img_size", case["input"].shape[-1])
    return described, models


def resnet(folder, case):
    """What describes a model, and the models that torchvision and timm make of it."""
    arguments = json.loads((folder / "torchvision" / "config.json").read_text())["arguments"]
    state = load_file(folder / "torchvision" / "model.safetensors")
    models = {"plain": loaded(SizedResNet(**arguments), state)}
    name = NAMED.get((arguments["block"], tuple(arguments["layers"]), arguments["widening"]))
    classes = arguments["num_classes"]
    if name and (arguments["width"], arguments["stem"], arguments["channels"]) == (64, "imagenet", 3):
        models["named"] = loaded(torchvision.models.get_model(name, num_classes=classes), state)
        models["named_timm"] = loaded(timm.create_model(name, num_classes=classes), state)
    if (folder / "timm").is_dir():
        models["config"] = configured(folder, case)
        exported = load_file(folder / "timm" / "model.safetensors")
        assert exported.keys() == models["config"].state_dict().keys()
    side = case["input"].shape[-1]
    arguments["layers"] = "-".join(map(str, arguments["layers"]))
    return dict(arguments, image=side, name=name if "named" in models else ""), models


def loaded(model, state):
    assert model.state_dict().keys() == state.keys()
    model.load_state_dict(state, strict=True)
    return model


def configured(folder, case):
    """What timm makes of the exported configuration."""
    model = timm.create_model(f"local-dir:{folder / 'timm'}", pretrained=True)
    expected = [round(0.1 * (channel + 3), 1) for channel in range(case["input"].shape[1])]
    data = timm.data.resolve_model_data_config(model)
    assert list(data["mean"]) == expected and list(data["std"]) == expected, data
    assert tuple(data["input_size"]) == tuple(case["input"].shape[1:]), data
    return model


FAMILIES = {"vit": vit, "resnet": resnet, "convnext": convnext}


def make_models(folder, family, count, seed):
    jars = sorted((ROOT / "weit-cli/target").glob("weit-cli-*.jar"))
    libraries = ROOT / "weit-cli/target/lib"
    classes = ROOT / "benchmarks/target/classes"
    if not jars or not libraries.is_dir() or not classes.is_dir():
        sys.exit("not built yet: mvn -B -q -DskipTests package")
    path = os.pathsep.join([str(classes), str(jars[0]), f"{libraries}/*"])
    command = ["java", "-Xmx1g", "-cp", path, "io.github.weit.benchmarks.InteropModels"]
    command += [str(folder), family, str(count), str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def difference(found, case):
    expected = case["logits"]
    if found.shape != expected.shape:
        return float("inf")
    return ((found - expected).abs().max() / expected.abs().max()).item()


def run(model, case):
    with torch.no_grad():
        return model.eval()(case["input"])


def run_onnx(path, case):
    import onnx
    import onnxruntime

    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options)
    return torch.from_numpy(session.run(["logits"], {"image": case["input"].numpy()})[0])


def check(folder, make, onnx):
    case = load_file(folder / "case.safetensors")
    description, models = make(folder, case)
    found = {name: run(model, case) for name, model in models.items()}
    if onnx:
        found["onnx"] = run_onnx(folder / "model.onnx", case)
    return description, {name: difference(logits, case) for name, logits in found.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", choices=sorted(FAMILIES), default="vit")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--onnx", action="store_true", help="check model.onnx too")
    parser.add_argument("--csv", type=Path, help="write one row per model there")
    options = parser.parse_args()
    make_models(options.folder, options.family, options.count, options.seed)
    rows = []
    worst = wrong = 0
    for index in range(options.count):
        folder = options.folder / f"{index:03d}"
        description, differences = check(folder, FAMILIES[options.family], options.onnx)
        largest = max(differences.values())
        worst = max(worst, largest)
        wrong += not largest <= TOLERANCE
        shown = {name: f"{value:.1e}" for name, value in differences.items()}
        row = dict(family=options.family, **description)
        rows.append(row | shown)
        print(*row.values(), shown)
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    print(f"{len(rows)} models, {wrong} wrong, largest difference {worst:.1e} of the largest logit")
    print(versions(options.onnx))
    sys.exit(min(wrong, 100))


def versions(onnx):
    names = ["timm", "torch", "torchvision"] + (["onnx", "onnxruntime"] if onnx else [])
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


if __name__ == "__main__":
    main()
