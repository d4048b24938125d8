#!/bin/sh
# Simulates ever new seeds and repeats the fuzz tests of all parsers (NBD, admin socket, frames, metadata, the core; each
# time with new random input) until the time is over or something fails: then the exit code is not 0, and the output has
# the seed. A round that has begun is finished. Usage: soak.sh MINUTES
set -eu
cd "$(dirname "$0")/.."

end=$(($(date +%s) + ${1:-10} * 60))
# Seeds that no earlier soak has had: seconds times the length of a round.
start=$(($(date +%s) * 500))
while [ "$(date +%s)" -lt "$end" ]; do
  # mocha itself expands the pattern, and fails where it matches nothing.
  npx mocha --timeout 60000 --reporter dot 'test/**/*fuzz*.test.ts'
  node dist/cli/main.js sim sweep --start "$start" --seeds 500
  start=$((start + 500))
done
