#!/usr/bin/env bash
# The algorithms with the oldest versions that pyproject.toml allows, in an environment of their own; weekly, and by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-_build/oldest}
rm -rf "$venv"
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" - > "$venv/oldest.txt" <<'EOP'
import pathlib, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
for wanted in [*project["dependencies"], *project["optional-dependencies"]["fast"]]:
    print(wanted.replace(">=", "=="))
EOP
echo "== The oldest versions:" && cat "$venv/oldest.txt"
"$venv/bin/python" -m pip --disable-pip-version-check install --quiet -r "$venv/oldest.txt" \
  pytest hypothesis scipy scikit-learn ipython
modules="trace gradient_descent surfaces least_squares backprop lstm_gru word2vec mcmc chains lda roc_auc brackets datasets"
PYTHONPATH=$PWD "$venv/bin/python" -m pytest -q -p no:cacheprovider -m "not spark and not torch and not browser" \
  $(printf 'tests/test_%s.py ' $modules) tests/test_bad_input.py tests/test_properties.py tests/test_everywhere.py \
  $(printf 'kamen_core/%s.py ' $modules)
