#!/usr/bin/env bash
# Times whole training steps of several programs in turns and prints their ratios; see benchmarks/results/README.md.
# Needs a built tree (mvn -B -q -DskipTests package), and torch and timm in the interpreter that PYTHON names for timm's arms.
# Usage: benchmarks/steps.sh RACE [--threads 2] [--rounds 15] [--out FILE.csv]; --help lists the races.
set -euo pipefail
home="$(cd "$(dirname "$0")/.." && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
exec "$java" -Xmx200m -XX:+UseSerialGC \
  -cp "$home/benchmarks/target/classes:$home/weit-cli/target/weit-cli-0.1.0-SNAPSHOT.jar:$home/weit-cli/target/lib/*" \
  io.github.weit.benchmarks.steps.Steps --timm-script "$home/benchmarks/timm_steps.py" "$@"
