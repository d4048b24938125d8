#!/bin/sh
# Repeats the fuzz tests of all parsers (NBD, admin socket, frames, metadata, the core; each time with new random input),
# searches every state of small worlds, cuts the power at every persistence point of new short plans (double crashes
# included), then seeds every known bug and simulates ever new seeds of the swarm and of all profiles until the time is over.
# The exit code is not 0 when something was found, and the output has the seed. A round that has begun is finished.
# Usage: soak.sh [MINUTES] [SUMMARY] [--no-mutants], SUMMARY being a file such as docs/soak-2026-11-21.md.
set -eu
cd "$(dirname "$0")/.."
minutes=10 summary='' mutants=''
for argument in "$@"; do
  case $argument in
    --no-mutants) mutants=$argument ;;
    *[!0-9]*) summary=$argument ;;
    *) minutes=$argument ;;
  esac
done

# mocha itself expands the pattern, and fails where it matches nothing.
npx mocha --timeout 60000 --reporter dot 'test/**/*fuzz*.test.ts'
# Two nodes and one block to the end of the budgets; with a cut as well, with disks that are late also after the crash, and
# three nodes and two blocks: each for a twentieth of the time, and each says how far it came.
exhaust() { node --max-old-space-size=8192 dist/cli/main.js sim exhaust "$@"; }
exhaust --writes 2 --crashes 1 --opens 1
exhaust --writes 1 --crashes 1 --cuts 1 --opens 1 --seconds $((minutes * 3))
exhaust --writes 1 --crashes 1 --opens 1 --no-instant-disks --seconds $((minutes * 3))
exhaust --nodes 3 --blocks 2 --writes 3 --crashes 2 --cuts 2 --seconds $((minutes * 3))
# Seeds that no earlier soak has had.
short=$(($(date +%s) * 5))
for seed in 0 1 2 3 4; do
  node dist/cli/main.js sim crash-points --double "seed:short:$((short + seed))"
done
# Mutants are texts of the sources: the simulator runs from there.
set -- --minutes "$minutes" $mutants
if [ -n "$summary" ]; then set -- "$@" --summary "$summary"; fi
node --import tsx sim/main.ts soak "$@"
