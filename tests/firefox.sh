#!/usr/bin/env bash
# Find Firefox for the tests of in-browser Python, or install Debian's where that is allowed; tests/_firefox.py looks in the same places.
set -euo pipefail
. "$(dirname "$0")/apt.sh"

found() {
  if [ -n "${KAMEN_FIREFOX:-}" ]; then [ -x "$KAMEN_FIREFOX" ]; return; fi
  command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1 ||
    [ -x /Applications/Firefox.app/Contents/MacOS/firefox ]
}

found && exit 0
if [ "${KAMEN_LITE:-1}" = 0 ]; then exit 0; fi
from_debian "Firefox for the tests of in-browser Python" firefox-esr firefox
found && exit 0
echo "== No Firefox found (Debian: sudo apt-get install firefox-esr; or set KAMEN_FIREFOX)." >&2
echo "== Going on without; what needs it is skipped and says so." >&2
