#!/bin/sh
# Trains with checkpoints on a disk that is too small for them: the run must warn, go on and write its result.
# Needs root (it mounts a tmpfs) and a built tree. Usage: benchmarks/disk-full.sh FOLDER_OF_IMAGES
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
images=$1
work=$(mktemp -d)
mkdir "$work/small"
mount -t tmpfs -o size=400k tmpfs "$work/small"
trap 'umount "$work/small"; rm -rf "$work"' EXIT
"$home/weit" pretrain --data "$images" --image-size 8 --size 64x2 --template-counts 2,2,1 --pretrain-steps 60 \
  --pretrain-batch 8 --checkpoint-every 10 --checkpoints "$work/small/checkpoints" --out "$work/templates.safetensors" \
  > "$work/out.txt" 2> "$work/err.txt" || { cat "$work/out.txt" "$work/err.txt"; exit 1; }
grep "no checkpoint after step" "$work/err.txt" "$work/out.txt" | head -n 3
"$home/weit" inspect "$work/templates.safetensors" > /dev/null
echo "the result is whole"
# And a result that does not fit: an error, and the old file as it was.
if "$home/weit" fit --templates "$work/templates.safetensors" --size 64x3 --no-fit --out "$work/small/weights.safetensors" \
  > "$work/out.txt" 2> "$work/err.txt"; then
  echo "a file was written that does not fit"; exit 1
fi
cat "$work/err.txt"
ls -A "$work/small" | grep -v checkpoints && { echo "litter was left"; exit 1; }
echo "the old state is whole, nothing is left over"
