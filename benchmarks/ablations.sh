#!/bin/sh
# What one choice in pre-training or fitting is worth: pre-trains its variants, composes unseen sizes, writes FOLDER/NAME.csv.
# Needs a built tree (mvn -B -q -DskipTests package). It goes on where it was stopped; several may run in one folder.
# Usage: benchmarks/ablations.sh CIFAR10_ARCHIVE FOLDER NAME[,NAME] [STEPS [SEED [TEMPLATES]]]
# Names of pre-training: terms width kept order templated sampling drawn teaching average rates schedule
# Names of the fit, from TEMPLATES if given: start knowledge fit-images fit-teaching fit-steps fit-rate
# PRECISION of the environment: bfloat16, or float32 where weit doctor does not find that in the hardware.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
export OMP_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_TOP_PAD_=67108864
mkdir -p "$2"
exec java -Xmx1500m -cp "$home/benchmarks/target/classes:$home/weit-cli/target/weit-cli-0.1.0-SNAPSHOT.jar:$home/weit-cli/target/lib/*" \
  io.github.weit.benchmarks.ablations.Ablations "$1" "$2" "$3" "${4:-2000}" "${5:-1}" "${PRECISION:-bfloat16}" ${6:+"$6"}
