#!/bin/sh
# The comparison on other images than those that everything was pre-trained on: OUT/NAME/report.html for each set.
# PARENTS is the folder of a comparison with templates.safetensors, dense.safetensors and supernet.safetensors, for example of
#   weit compare --data cifar10 --methods weit,weight-selection,supernet --out PARENTS
# SETS is what benchmarks/transfer-data.sh wrote. It goes on where it was stopped; several may run with one OUT.
# The recipe is that of benchmarks/proof.sh; a fit learns from labels, since templates of other images know no other classes.
# Needs a built tree (mvn -B -q -DskipTests package). METHODS, SIZES, SEEDS, RATES, PRECISION and THREADS of the environment replace the usual ones.
# Usage: benchmarks/transfer.sh PARENTS SETS OUT [NAME...]
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 3 ] || { sed -n 's/^# Usage/usage/p' "$0" >&2; exit 2; }
parents=$1
sets=$2
out=$3
shift 3
[ $# -gt 0 ] || set -- fashion-mnist mnist digits emoji
for name in "$@"; do
  case "$name" in
    digits) form="--grey --image-size 32" ;; # 8x8 would be four patches
    *mnist) form="--grey" ;;
    *) form="" ;;
  esac
  # shellcheck disable=SC2086
  "$home/weit" compare --data "$sets/$name.tar" $form --parents "$parents" --out "$out/$name" \
    --methods "${METHODS:-weit,weit-unfitted,scratch,scratch-long,weight-selection,supernet}" \
    --sizes "${SIZES:-64x6,128x3,160x4}" --seeds "${SEEDS:-1,2}" --epochs 1,2,3 --long-epochs 1,5 \
    --train-images 10000 --fit-images 2000 --fit-steps 150 --rate 7e-4 ${RATES:+--rate-of "$RATES"} --warmup 0.1 --ema 0.99 \
    --precision "${PRECISION:-bfloat16}" --threads "${THREADS:-1}"
done
