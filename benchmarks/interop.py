"""Loads exported models of random sizes in another library and compares logits.

    mvn -B -q -DskipTests package
    pip install torch timm safetensors numpy
    python benchmarks/interop.py FOLDER [--family vit] [--count 30] [--seed 0] [--onnx] [--csv FILE]

For every model, written to FOLDER by InteropModels and `weit export`:

  plain   the library's own class, made for the size, takes weights.safetensors with strict=True
  config  timm.create_model('local-dir:...', pretrained=True) makes it of what was exported
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
from safetensors.torch import load_file  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402


def vit(config):
    """timm's class for the size and properties that the exported configuration names."""
    return VisionTransformer(num_classes=config["num_classes"], **config["model_args"])


# What makes an untrained model of the other library from config.json, by family.
FAMILIES = {"vit": vit}


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
    config = json.loads((folder / "timm" / "config.json").read_text())
    plain = make(config)
    plain.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
    made = timm.create_model(f"local-dir:{folder / 'timm'}", pretrained=True)
    expected = [round(0.1 * (channel + 3), 1) for channel in range(case["input"].shape[1])]
    data = timm.data.resolve_model_data_config(made)
    assert list(data["mean"]) == expected and list(data["std"]) == expected, data
    assert tuple(data["input_size"]) == tuple(case["input"].shape[1:]), data
    found = {"plain": run(plain, case), "config": run(made, case)}
    if onnx:
        found["onnx"] = run_onnx(folder / "model.onnx", case)
    return config, {name: difference(logits, case) for name, logits in found.items()}


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
        config, differences = check(folder, FAMILIES[options.family], options.onnx)
        largest = max(differences.values())
        worst = max(worst, largest)
        wrong += not largest <= TOLERANCE
        shown = {name: f"{value:.1e}" for name, value in differences.items()}
        row = dict(family=options.family, classes=config["num_classes"], **config["model_args"])
        rows.append(row | shown)
        print(*row.values(), shown)
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    print(f"{len(rows)} models, {wrong} wrong, largest difference {worst:.1e} of the largest logit")
    print(versions(options.onnx))
    sys.exit(min(wrong, 100))


def versions(onnx):
    names = ["timm", "torch"] + (["onnx", "onnxruntime"] if onnx else [])
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


if __name__ == "__main__":
    main()
