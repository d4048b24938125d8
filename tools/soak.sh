#!/bin/sh
# Simulates ever new seeds and repeats the fuzz tests (each time with new random input) until the time is over or
# something fails. Usage: soak.sh MINUTES
set -eu
cd "$(dirname "$0")/.."

end=$(($(date +%s) + ${1:-10} * 60))
# Seeds that no earlier soak has had: seconds times the length of a round.
start=$(($(date +%s) * 500))
while [ "$(date +%s)" -lt "$end" ]; do
  node dist/cli/main.js sim sweep --start "$start" --seeds 500
  start=$((start + 500))
  find test -name '*fuzz*.test.ts' -exec npx mocha --timeout 60000 --reporter dot {} +
done
