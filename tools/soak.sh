#!/bin/sh
# Simulates ever new seeds, cuts the power at every persistence point of ever new short plans (double crashes included),
# searches a small world of three nodes and two blocks, and repeats the fuzz tests of all parsers (NBD, admin socket, frames,
# metadata, the core; each time with new random input) until the time is over or something fails: then the exit code is not 0,
# and the output has the seed. A round that has begun is finished. Usage: soak.sh MINUTES
set -eu
cd "$(dirname "$0")/.."

begun=$(date +%s)
end=$((begun + ${1:-10} * 60))
# Seeds that no earlier soak has had: seconds times the length of a round.
start=$((begun * 500))
short=$((begun * 5))
# Two nodes and one block to the end of the budgets; three nodes and two blocks for a quarter of the time.
node dist/cli/main.js sim exhaust --writes 1 --crashes 1 --opens 1
node --max-old-space-size=8192 dist/cli/main.js sim exhaust --nodes 3 --blocks 2 --writes 3 --crashes 2 --cuts 2 \
  --seconds $((${1:-10} * 15))
while [ "$(date +%s)" -lt "$end" ]; do
  # mocha itself expands the pattern, and fails where it matches nothing.
  npx mocha --timeout 60000 --reporter dot 'test/**/*fuzz*.test.ts'
  node dist/cli/main.js sim sweep --start "$start" --seeds 500
  start=$((start + 500))
  for seed in 0 1 2 3 4; do
    node dist/cli/main.js sim crash-points --double "seed:short:$((short + seed))"
  done
  short=$((short + 5))
done
