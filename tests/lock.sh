#!/usr/bin/env bash
# Renew constraints.txt (the newest versions that fit together) and requirements.lock (the same, by hash, for all systems).
set -euo pipefail
work=_build/lock
rm -rf "$work" && mkdir -p "$work"
mkdir "$work/benchmarks"
for file in requirements.txt requirements-test.txt requirements-ci.txt benchmarks/requirements.txt; do
  sed '/^-c /d' "$file" > "$work/$file"
done
echo "== A fresh environment in $work/venv"
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install --quiet --progress-bar on \
  -r "$work/requirements-test.txt" -r "$work/requirements-ci.txt" -r "$work/benchmarks/requirements.txt"
{
  echo "# Every version, as tested together. Renewed by 'make lock'; see CONTRIBUTING.md."
  "$work/venv/bin/python" -m pip --disable-pip-version-check list --format=freeze --exclude-editable \
    --exclude pip --exclude setuptools --exclude wheel | sed 's/+cpu$//' | grep -v '^nvidia-\|^cuda-\|^triton==' | sort -f
} > "$work/constraints.txt"
mv "$work/constraints.txt" constraints.txt
bash tests/lock_hashes.sh "$work/venv"
rm -rf "$work"
echo "== constraints.txt and requirements.lock are renewed; now: make test"
