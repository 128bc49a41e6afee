#!/usr/bin/env bash
# Find Chromium for the browser tests, or install Debian's where that is allowed; tests/conftest.py looks in the same places.
set -euo pipefail
. "$(dirname "$0")/apt.sh"

found() {
  if [ -n "${KAMEN_CHROMIUM:-}" ]; then [ -x "$KAMEN_CHROMIUM" ]; return; fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  .venv/bin/python - <<'EOP' 2>/dev/null
import pathlib, playwright.sync_api as p
with p.sync_playwright() as play:
    raise SystemExit(not pathlib.Path(play.chromium.executable_path).exists())
EOP
}

found && exit 0
from_debian "Chromium for the browser tests" "chromium fonts-noto-cjk"
found && exit 0
cat >&2 <<'EOM'
== No Chromium found. The browser tests need one; any of these will do:
     Debian:  sudo apt-get install chromium       macOS:  brew install --cask chromium
     anywhere: .venv/bin/python -m playwright install chromium
     or set KAMEN_CHROMIUM=/path/to/chromium
EOM
if [ "${CI:-}" = true ]; then exit 1; fi
echo "== Going on without; the browser tests are skipped and say so." >&2
