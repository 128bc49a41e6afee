#!/usr/bin/env bash
# Build the book twice from nothing, each time with other hashes in Python, and compare every byte. Weekly, and by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}
for turn in 1 2; do
  rm -rf _build/work "_build/twice-$turn" "_build/twice-cache"
  echo "== Build $turn"
  PYTHONHASHSEED=$turn KAMEN_CACHE=$PWD/_build/twice-cache "$python" book/build.py --site "_build/twice-$turn" > "_build/twice-$turn.log" 2>&1 \
    || { tail -40 "_build/twice-$turn.log"; exit 1; }
done
rm -rf _build/work _build/twice-cache
diff -rq _build/twice-1 _build/twice-2 && echo "== Equal, byte for byte"
