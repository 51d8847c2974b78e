#!/bin/bash
# Installs what backfill is built with, and the packages named as arguments, on Debian. Only what is missing is
# asked of apt-get, so that a machine that has everything needs no network.
#
#   packages.sh [PACKAGE...]
set -euo pipefail

packages=(build-essential cmake ninja-build pkg-config libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
    libcurl4-openssl-dev libjansson-dev libssl-dev zlib1g-dev "$@")

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "packages.sh: not a Debian system; nothing is installed. Needed: ${packages[*]}" >&2
    exit 0
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "packages.sh: neither root nor sudo; please install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
echo "packages.sh: installing ${missing[*]}"
install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout 900
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
"${install[@]}" </dev/null >/dev/null 2>&1 && exit 0
# The package lists may be old or not there at all.
"${as_root[@]}" timeout 300 apt-get update </dev/null >/dev/null || true
"${install[@]}" </dev/null >/dev/null || { echo "packages.sh: cannot install ${missing[*]}" >&2; exit 1; }
