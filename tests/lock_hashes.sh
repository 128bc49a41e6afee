#!/usr/bin/env bash
# requirements.lock: what the book and its tests need, at the versions of constraints.txt, every file by its hash.
# pip takes no hashes in a constraints file, and none beside `-e .`, so that this is a file of its own.
set -euo pipefail
venv=$1
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet uv
cat requirements.txt requirements-test.txt | sed '/^-/d; /^#/d' > "$venv/wanted.in"
{
  echo "# Every file of every version, for all systems. Renewed by 'make lock'."
  "$venv/bin/uv" pip compile --quiet "$venv/wanted.in" --constraint constraints.txt --generate-hashes --universal \
    --python-version 3.11.5 --no-annotate --no-header
} > "$venv/requirements.lock"
mv "$venv/requirements.lock" requirements.lock
