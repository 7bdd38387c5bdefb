#!/bin/sh
# Ends with one clear line when Node or npm is missing or too old for banter.
set -eu

need='banter needs Node 20.19 or newer, with npm (https://nodejs.org/en/download)'

if ! command -v node >/dev/null 2>&1; then
  echo "$need; no node was found in PATH" >&2
  exit 1
fi

version=$(node -p process.versions.node)
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  echo "$need; $(command -v node) is $version" >&2
  exit 1
fi

if ! command -v npm >/dev/null 2>&1; then
  echo "$need; node is here, but no npm was found in PATH" >&2
  exit 1
fi
