#!/usr/bin/env bash
# Run every notebook afresh and keep only the outputs that its prose quotes: cells tagged keep_output.
set -euo pipefail
for notebook in notebooks/*.ipynb; do
  echo "== $notebook"
  .venv/bin/python -m jupyter nbconvert --to notebook --execute --inplace --log-level WARN \
    --ExecutePreprocessor.timeout=300 --ExecutePreprocessor.record_timing=False "$notebook"
  .venv/bin/nbstripout --keep-count --extra-keys "metadata.language_info.version" "$notebook"
done
