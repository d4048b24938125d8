#!/bin/sh
# Node modules as the lock file has them; nothing to do when they are. Says clearly when Node is too old.
set -eu
cd "$(dirname "$0")/.."

command -v node >/dev/null 2>&1 || { echo "Node.js is missing: install version 20.19 or newer (https://nodejs.org)." >&2; exit 1; }
node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  const ok = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!ok) {
    console.error(`Node.js ${process.versions.node} is too old: version 20.19, 22.12 or newer is needed.`);
    process.exit(1);
  }
'

# npm writes its own copy of the lock file as the last step of an installation; `touch` covers what it found unchanged.
installed=node_modules/.package-lock.json
if [ -f "$installed" ] && [ ! "$installed" -ot package-lock.json ]; then exit 0; fi
# The versions and checksums of the lock file, as `npm ci` would take them; but that one refuses a lock file without the
# entries for other platforms, and not every registry mirror has these packages.
npm install --no-save --no-audit --no-fund
touch "$installed"
