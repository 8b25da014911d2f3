#!/bin/sh
# Does stage 1 get further in half of the steps if it starts from a dense checkpoint? Trains dense 128x6 weights as usual,
# then pre-trains from random templates (1,000 and 500 steps) and from those nearest to the weights (500 steps).
# Needs a built tree (mvn -B -q -DskipTests package). It goes on where it was stopped.
# Usage: benchmarks/from-dense.sh CIFAR10_ARCHIVE FOLDER
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
images=$1
out=$2
mkdir -p "$out"
export OMP_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_TOP_PAD_=67108864

if [ ! -f "$out/dense.done" ]; then
  "$home/weit" train --size 128x6 --data "$images" --epochs 2 --threads 1 --seed 1 --resume --out "$out/dense.safetensors"
  touch "$out/dense.done"
fi

measure() { # STEPS EVERY RATE [CHECKPOINT]
  java -Xmx1500m -cp "$home/benchmarks/target/classes:$home/weit-cli/target/weit-cli-0.1.0-SNAPSHOT.jar:$home/weit-cli/target/lib/*" \
    io.github.weit.benchmarks.FromDense "$out" "$images" "$@"
}
measure 1000 250 1e-3
measure 500 125 1e-3
measure 500 125 1e-3 "$out/dense.safetensors"
