#!/bin/sh
# Writes the tables of pages anew from the files of results that they name; a test says when one differs.
# Needs a built tree (mvn -B -q -DskipTests package). Usage: benchmarks/tables.sh [PAGE...], by default every page.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- "$home/README.md" "$home"/docs/*.md "$home"/benchmarks/results/README.md "$home"/benchmarks/results/ablations/README.md
exec java -cp "$home/benchmarks/target/classes:$home/weit-cli/target/weit-cli-0.1.0-SNAPSHOT.jar:$home/weit-cli/target/lib/*" \
  io.github.weit.benchmarks.tables.ResultTables "$@"
