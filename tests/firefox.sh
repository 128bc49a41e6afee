#!/usr/bin/env bash
# Find Firefox for the tests of in-browser Python, or install Debian's where that is allowed; tests/_firefox.py looks in the same places.
set -euo pipefail

found() {
  if [ -n "${KAMEN_FIREFOX:-}" ]; then [ -x "$KAMEN_FIREFOX" ]; return; fi
  command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1 ||
    [ -x /Applications/Firefox.app/Contents/MacOS/firefox ]
}

found && exit 0
if [ "${KAMEN_LITE:-1}" = 0 ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=no; fi
  fi
  if [ "$sudo" != no ]; then
    echo "== Installing Firefox for the tests of in-browser Python"
    $sudo apt-get update -qq || true
    for package in firefox-esr firefox; do
      DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $package >/dev/null 2>&1 || true
      found && exit 0
    done
  fi
fi
echo "== No Firefox found (Debian: sudo apt-get install firefox-esr; or set KAMEN_FIREFOX)." >&2
if [ "${CI:-}" = true ]; then exit 1; fi
echo "== Going on without; what needs it is skipped and says so." >&2
