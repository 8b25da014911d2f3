#!/usr/bin/env bash
# Shows every attack to `weit inspect` in a Java of its own; writes exit codes, seconds, memory and messages as CSV.
# Needs a built tree (mvn -B -q -DskipTests package) and Linux. Usage: benchmarks/attack.sh [RESULT.csv]
set -euo pipefail
home="$(cd "$(dirname "$0")/.." && pwd)"
result="$(realpath "${1:-$home/benchmarks/results/attack.csv}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
java -cp "$home/weit-cli/target/test-classes:$home/weit-cli/target/classes:$home/weit-cli/target/lib/*" \
  io.github.weit.cli.attack.AttackFolder "$work/attacks"

cpu="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
date="$(date -u +%F)"
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed "s|$work/attacks/||g; s/\"/\"\"/g" | tr -d '\000-\037')"; }

# Runs weit and leaves its exit code, seconds and largest resident KiB, which the kernel counts until it ends.
measure() {
  local begin pid peak=0 now
  begin="$(date +%s%N)"
  "$home/weit" inspect "$@" > "$work/out" 2> "$work/err" &
  pid=$!
  while now="$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2> /dev/null)" && [ -n "$now" ]; do
    peak="$now"
    sleep 0.01
  done
  code=0
  wait "$pid" || code=$?
  nanos=$(($(date +%s%N) - begin))
  rss="$peak"
}

echo 'kind,attack,exit_code,error_lines,says_why,seconds,peak_rss_kib,load,message,date,cpu' > "$work/result"
bad=0
cd "$work/attacks"
while IFS=$'\t' read -r -a row; do
  measure "${row[@]:3}"
  lines="$(wc -l < "$work/err")"
  says=no
  grep -qF -- "${row[2]}" "$work/err" && says=yes
  if [ "$code" -ne 1 ] || [ "$lines" -ne 1 ] || [ "$says" = no ]; then
    bad=$((bad + 1))
    echo "not as it should be: ${row[0]}, ${row[1]}: exit code $code, $(cat "$work/err")" >&2
  fi
  {
    quoted "${row[0]}"; echo -n ,; quoted "${row[1]}"
    printf ',%d,%d,%s,%d.%03d,%d,%s,' "$code" "$lines" "$says" \
      $((nanos / 1000000000)) $((nanos / 1000000 % 1000)) "$rss" "$(cut -d ' ' -f 1 /proc/loadavg)"
    quoted "$(cat "$work/err")"; echo -n ",$date,"; quoted "$cpu"; echo
  } >> "$work/result"
done < index.tsv
mv "$work/result" "$result"
awk -F'\t' -v bad="$bad" 'END { printf "%d attacks, %d not as they should be\n", NR, bad }' index.tsv
[ "$bad" -eq 0 ]
