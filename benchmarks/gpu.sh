#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: builds with the libraries for it, looks at the machine, tests and times there, and leaves
# what was said in a folder. See docs/gpu.md.
# Usage: benchmarks/gpu.sh FOLDER [RACE...]; races are those of benchmarks/steps.sh.
# Libraries: those of -Pcuda, unless PYTORCH_LIBRARY_PATH names an installed PyTorch.
set -euo pipefail

fail() {
  echo "gpu.sh: $1" >&2
  exit 1
}

[ $# -ge 1 ] || fail "name a folder for the results: benchmarks/gpu.sh FOLDER [RACE...]"
case "$1" in -*) fail "unknown option $1; usage: benchmarks/gpu.sh FOLDER [RACE...]" ;; esac
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

# A race that cannot be told its device runs on the CPU, which is not what is asked for here.
if [ ! -x benchmarks/steps.sh ]; then
  echo "benchmarks/steps.sh is not there: no step was timed" | tee -a "$out/machine.txt"
elif ! benchmarks/steps.sh --help | grep -q -e --device; then
  echo "benchmarks/steps.sh has no --device: no step was timed" | tee -a "$out/machine.txt"
else
  [ $# -ge 1 ] || set -- vit resnet18 bf16 constrained-128x6
  for race in "$@"; do
    benchmarks/steps.sh "$race" --device "$device" --out "$out/steps-$race.csv" 2>"$out/steps-$race.log" |
      tee "$out/steps-$race.txt" || echo "race $race failed, see $out/steps-$race.log" | tee -a "$out/machine.txt"
  done
fi

[ "$tests" = passed ] || fail "some tests failed on $device"
