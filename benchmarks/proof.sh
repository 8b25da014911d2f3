#!/bin/sh
# The experiments that say what composed models are worth, on CIFAR-10 as an archive with train/ and test/.
# Usage: benchmarks/proof.sh ARCHIVE FOLDER STAGE
#   parents   pre-trains everything that methods start from into FOLDER/parents, with as many multiplications for
#             each as 8,000 steps at the full size take; a teacher's own and what it says come on top
#   rates     every method at five peak rates and at sizes that are not compared; which is best for it
#   short     ten sizes, three seeds, every method, 3 epochs on 10,000 images; scratch also 15
#   unseen    the ten sizes fitted and trained for an epoch, measured on all test images: six of ten had no part in the
#             choice of fits and of rates after them (they had in that of the rates of pre-training)
#   long      three sizes, two seeds, scratch, ours and the best rival, all at scratch's rate; 15 epochs on all images, augmented
#   resnet-parents, resnet-rates, resnet-short   the same for residual networks, at three sizes
# Everything goes on where it was stopped. Two processes of one thread each share a stage: start the same command twice.
# Needs a built tree (mvn -B -q -DskipTests package). PRECISION, THREADS, METHODS, SEEDS, PRETRAIN_SEED (0) and RATES of the
# environment replace the usual ones; SIZES those of rates, short, unseen and long. The warm-up, the average and the higher
# rate are those that are best for scratch, the rates of RATES those that the stage "rates" found; docs/method-notes.md.
# Fits ask the full size for one view, as when the tables of results/proof were begun.
set -eu
[ $# -eq 3 ] || { sed -n 's/^# Usage/usage/p' "$0" >&2; exit 2; }
home=$(cd "$(dirname "$0")/.." && pwd)
archive=$1
folder=$2
stage=$3
export OMP_NUM_THREADS="${THREADS:-1}"
sizes=64x6,96x4,128x3,128x9,192x6,32x12,256x2,64x12,160x4,96x8
all="${METHODS:-weit,weit-unfitted,scratch,scratch-long,supernet,supernet-fitted,weight-selection,weight-selection-fitted,wave,mimetic,stacking,ligo,tleg,sws,random-templates,weit-taught,supernet-taught}"
scratch_rate=7e-4
own_rates="${RATES:-weit=4e-5,weit-unfitted=2.5e-4,supernet=2.5e-4,supernet-fitted=4e-5,weight-selection-fitted=4e-5,stacking=1e-4,ligo=1e-4,wave=4e-5,weit-taught=4e-5,supernet-taught=4e-5,tleg=4e-5,sws=1e-4}"
resnet_sizes=16x3-3-3,32x1-1-1,48x1-1-1
resnet_all="${METHODS:-weit,weit-unfitted,scratch,scratch-long,supernet,supernet-fitted,weight-selection,weight-selection-fitted,stacking,ligo,wave,random-templates}"
resnet_scratch_rate=4e-3
resnet_rates="${RATES:-weit=2.5e-4,supernet=1e-3,supernet-fitted=4e-5}"

fit_steps=1000
pretrain_steps=8000 # of what is missing

compare() { # NAME PARENTS OPTIONS...
  name=$1
  parents=$2
  shift 2
  "$home/weit" compare --pretrain-steps "$pretrain_steps" --data "$archive" --parents "$folder/$parents" --out "$folder/$name" \
    --precision "${PRECISION:-bfloat16}" --threads "${THREADS:-1}" --tuned --pretrain-seed "${PRETRAIN_SEED:-0}" \
    --fit-steps "$fit_steps" --fit-rate 2.5e-4 --fit-views 1 --warmup 0.1 --ema 0.99 "$@"
}

vit() { # NAME OPTIONS...
  name=$1
  shift
  compare "$name" parents --size 128x6 --hold-out "$sizes" "$@"
}

resnet() { # NAME OPTIONS...
  name=$1
  shift
  pretrain_steps=4000
  compare "resnet/$name" resnet/parents --family resnet --size 32x2-2-2 --smallest 16x1-1-1 --largest 32x3-3-3 \
    --hold-out "$resnet_sizes,48x2-2-2,24x2-2-2,32x3-2-2" "$@"
}

short="--epochs 1,2,3 --train-images 10000 --test-images 4000"
best_of() { # FOLDER: method, rate, mean accuracy over sizes and epochs
  for table in "$1"/*/compare.csv; do
    rate=$(basename "$(dirname "$table")")
    awk -F, -v rate="$rate" '$6 == "trained" { sum[$1] += $10; n[$1]++ } END { for (m in sum) print m, rate, sum[m] / n[m] }' "$table"
  done | sort
}

others() { # UNSEEN SHORT TEST_IMAGES: method, size, fitted accuracy on those of all 10,000 that SHORT was not measured on
  awk -F, -v few="$3" '$6 != "fitted" { next } { trial = $1 "," $2 "," $5 }
    FNR == NR { part[trial] = $10; next }
    trial in part { print $1 "," $2 "," (10000 * $10 - few * part[trial]) / (10000 - few) }' "$2/compare.csv" "$1/compare.csv"
}

only() { # METHODS...: those of them that are run, a comma before each
  for method in "$@"; do
    case ",$all," in *",$method,"*) printf ',%s' "$method" ;; esac
  done
}

# shellcheck disable=SC2086
case "$stage" in
  parents) # and one trial of each, since there is no other way to ask for parents alone
    fit_steps=1
    rough() { vit rough --sizes 96x4 --seeds 1 --epochs 1 --train-images 2000 --test-images 4000 "$@"; }
    pretrain_steps=9040
    rough --methods "weit$(only supernet weit-taught supernet-taught)" # templates are everyone's
    pretrain_steps=8000
    rough --methods "$all"
    ;;
  rates)
    # 128x8 is for those that only grow, or keep the width
    for rate in 4e-5 1e-4 2.5e-4 $scratch_rate 1.8e-3; do
      vit "rates/$rate" --rate "$rate" --sizes "${SIZES:-96x6,128x8}" --methods "$all" --seeds 4 $short
    done
    best_of "$folder/rates"
    ;;
  short)
    vit short --rate $scratch_rate --rate-of "$own_rates" --sizes "${SIZES:-$sizes}" --methods "$all" --seeds "${SEEDS:-1,2,3}" \
      $short --long-epochs 1,2,3,5,10,15
    ;;
  unseen)
    vit unseen --rate $scratch_rate --rate-of "$own_rates" --sizes "${SIZES:-$sizes}" \
      --methods "${METHODS:-weit,supernet-fitted}" --seeds "${SEEDS:-1}" --epochs 1 --train-images 10000
    [ ! -e "$folder/short/compare.csv" ] || others "$folder/unseen" "$folder/short" 4000
    ;;
  long)
    vit long --rate $scratch_rate --sizes "${SIZES:-64x6,128x3,160x4}" \
      --methods "${METHODS:-weit,scratch,supernet-fitted}" --seeds "${SEEDS:-1,2}" \
      --epochs 1,2,3,5,8,11,15 --train-images 50000 --crop 4
    ;;
  resnet-parents)
    fit_steps=1
    resnet rough --sizes 32x1-1-1 --seeds 1 --epochs 1 --train-images 2000 --test-images 4000 --methods "$resnet_all"
    ;;
  resnet-rates)
    for rate in 4e-5 2.5e-4 1e-3 $resnet_scratch_rate 1e-2; do
      resnet "rates/$rate" --rate "$rate" --sizes "${SIZES:-24x2-2-2,32x3-2-2}" --methods "$resnet_all" --seeds 4 $short
    done
    best_of "$folder/resnet/rates"
    ;;
  resnet-short)
    resnet short --rate $resnet_scratch_rate --rate-of "$resnet_rates" --sizes "${SIZES:-$resnet_sizes}" --methods "$resnet_all" \
      --seeds "${SEEDS:-1,2,3}" $short --long-epochs 1,2,3,5,10,15
    ;;
  *) echo "no stage is called '$stage'; see the head of $0" >&2; exit 2 ;;
esac
