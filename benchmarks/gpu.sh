#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: builds with the libraries for it, looks at the machine, tests and times there, and leaves
# what was said in a folder. See docs/gpu.md.
# Usage: benchmarks/gpu.sh FOLDER [ARMS...]; ARMS are those of benchmarks/steps.sh, with commas between them.
# Libraries: those of -Pcuda, unless PYTORCH_LIBRARY_PATH names an installed PyTorch.
set -euo pipefail

fail() {
  echo "gpu.sh: $1" >&2
  exit 1
}

[ $# -ge 1 ] || fail "name a folder for the results: benchmarks/gpu.sh FOLDER [ARMS...]"
case "$1" in -*) fail "unknown option $1; usage: benchmarks/gpu.sh FOLDER [ARMS...]" ;; esac
folder="$1"
shift
home="$(cd "$(dirname "$0")/.." && pwd)"

device="${WEIT_DEVICE:-cuda}"
case "$device" in cuda | cuda:[0-9]*) ;; *) fail "WEIT_DEVICE is cuda or cuda:N, found $device" ;; esac
gpus="$(nvidia-smi --query-gpu=name,memory.total,driver_version,compute_cap --format=csv,noheader 2>/dev/null || true)"
[ -n "$gpus" ] || fail "this machine has no NVIDIA GPU, or its driver does not answer: nvidia-smi lists none"

mkdir -p "$folder"
out="$(cd "$folder" && pwd)"
cd "$home"

profile=cuda
if [ -n "${PYTORCH_LIBRARY_PATH:-}" ]; then
  profile=cuda-installed
  [ -n "${PYTORCH_VERSION:-}" ] && [ -n "${PYTORCH_FLAVOR:-}" ] ||
    fail "PYTORCH_LIBRARY_PATH needs PYTORCH_VERSION and PYTORCH_FLAVOR beside it, see docs/gpu.md"
fi

{
  date -u +%Y-%m-%d
  echo "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), profile $profile, device $device"
  echo "$gpus"
} | tee "$out/machine.txt"

echo "building with -P$profile"
mvn -B -q "-P$profile" -DskipTests package >"$out/build.txt" 2>&1 || fail "the build failed, see $out/build.txt"

./weit doctor --device "$device" | tee "$out/doctor.txt" || fail "the engine does not compute on $device, see above"

# Products and convolutions in TF32, which the GPU would otherwise use for the latter, are too coarse for the tests' bounds.
echo "testing on $device"
tests=passed
NVIDIA_TF32_OVERRIDE=0 mvn -B "-P$profile" "-Dweit.test.device=$device" -fae test \
  -pl weit-core,weit-models,weit-training >"$out/tests.txt" 2>&1 || tests=failed
grep -E "Tests run:|ERROR.*(Test|expected)" "$out/tests.txt" | tail -n 40 || true
echo "tests $tests on $device, see $out/tests.txt" | tee -a "$out/machine.txt"

# Steps of ours alone: other arms do not wait for the GPU, or cannot be sent there. The batch lies on the device already.
[ $# -ge 1 ] || set -- \
  weit:vit:192x4:f32,weit:vit:192x4:bf16,weit-constrained:vit:192x4:f32 \
  weit:vit:192x12:f32,weit:vit:192x12:bf16,weit-constrained:vit:192x12:f32 \
  weit:resnet18:64x2-2-2-2:f32,weit:resnet18:64x2-2-2-2:bf16
number=0
for arms in "$@"; do
  number=$((number + 1))
  WEIT_JAVA_OPTS="${WEIT_JAVA_OPTS:-} -Dweit.steps.device=$device" \
    benchmarks/steps.sh --arms "$arms" --out "$out/steps-$number.csv" 2>"$out/steps-$number.log" |
    tee "$out/steps-$number.txt" || echo "$arms failed, see $out/steps-$number.log" | tee -a "$out/machine.txt"
done

[ "$tests" = passed ] || fail "some tests failed on $device"
