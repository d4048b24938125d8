#!/bin/sh
# Repeats the fuzz tests of all parsers (NBD, admin socket, frames, metadata, the core; each time with new random input), then
# seeds every known bug, then simulates ever new seeds of the swarm and of all profiles until the time is over. The exit code
# is not 0 when something was found, and the output has the seed. A round that has begun is finished.
# Usage: soak.sh MINUTES [SUMMARY], SUMMARY being a file such as docs/soak-2026-11-21.md.
set -eu
cd "$(dirname "$0")/.."

# mocha itself expands the pattern, and fails where it matches nothing.
npx mocha --timeout 60000 --reporter dot 'test/**/*fuzz*.test.ts'
if [ -n "${2:-}" ]; then set -- --minutes "$1" --summary "$2"; else set -- --minutes "${1:-10}"; fi
# Mutants are texts of the sources: the simulator runs from there.
node --import tsx sim/main.ts soak "$@"
