#!/bin/sh
# Installs the Debian packages that the tests and the benchmarks use, only where something is missing.
# Exit 1 with their names when this user may not install packages.
set -eu

# program:package
NEEDED="nbdkit:nbdkit nbdinfo:libnbd-bin nbdcopy:libnbd-bin qemu-io:qemu-utils qemu-nbd:qemu-utils fio:fio etcd:etcd-server fusermount3:fuse3 mkfs.ext4:e2fsprogs openssl:openssl"
PATH="$PATH:/usr/sbin:/sbin"

missing=""
for pair in $NEEDED; do
  program="${pair%%:*}"
  package="${pair##*:}"
  command -v "$program" >/dev/null 2>&1 && continue
  case " $missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
[ -z "$missing" ] && exit 0

refuse() {
  echo "Missing packages:$missing" >&2
  echo "$1 Install them as root and repeat: apt-get install -y$missing" >&2
  exit 1
}

command -v apt-get >/dev/null 2>&1 || refuse "This is not Debian or Ubuntu."
if [ "$(id -u)" -eq 0 ]; then
  as_root=""
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
  as_root="sudo"
else
  refuse "This user may not install packages."
fi

echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# fuse: its own configuration; services of these packages (etcd) are not wanted running, tests start their own.
$as_root apt-get update -q || refuse "The package lists cannot be read."
# shellcheck disable=SC2086
$as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing || refuse "The installation failed."
