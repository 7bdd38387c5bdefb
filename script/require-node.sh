#!/bin/sh
# Exits with 1 and one line on standard error if Node or npm is missing or too old for banter.
set -eu

need='banter needs Node 20.19 or newer, with npm (https://nodejs.org/en/download)'

if ! command -v node >/dev/null 2>&1; then
  echo "$need. There is no node in PATH." >&2
  exit 1
fi

version=$(node -p process.versions.node)
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  echo "$need. $(command -v node) has version $version." >&2
  exit 1
fi

if ! command -v npm >/dev/null 2>&1; then
  echo "$need. There is a node in PATH, but no npm." >&2
  exit 1
fi
