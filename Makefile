# serve · book · downloads · test · bench · lint · outputs · messages · lock. Every target sets up what it needs first, and only once.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
# Tests at the same time: two, or four where there are four processors
JOBS ?= $(shell test "$$(nproc 2>/dev/null || echo 2)" -ge 4 && echo 4 || echo 2)

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --progress-bar on
READY := $(VENV)/.ready-book
READY_TEST := $(VENV)/.ready-test$(if $(filter true,$(CI)),-ci)

# What a page is made of. Folders count too, so that a file removed is noticed; `book` by itself is the target.
PARTS := $(wildcard _config.yml _toc.yml benchmarks/results.json) $(shell find book/. notebooks kamen_core locale \
  \( -name __pycache__ -o -name _print -o -name .ipynb_checkpoints -o -name '*.egg-info' \) -prune -o ! -name '*.mo' -print 2>/dev/null | sed 's/ /\\ /g')

# In-browser Python; KAMEN_LITE=0 builds the book without it.
export KAMEN_LITE ?= 1
LITE := $(if $(filter 0,$(KAMEN_LITE)),,_build/lite/.complete)
LITE_PARTS := $(shell find book/_lite notebooks kamen_core -name __pycache__ -prune -o -name '*.egg-info' -prune -o -type f -print)

.PHONY: help serve book pdf epub zip downloads test test-lite bench lint outputs messages lock locked chromium clean mutants lighthouse

help:
	@echo "make serve   build the book and serve it on http://127.0.0.1:$(PORT)/"
	@echo "make book    build the book into _build/html, in Chinese into _build/html/zh"
	@echo "make downloads  a PDF to print, an EPUB and the site as a zip; each alone: make pdf, make epub, make zip"
	@echo "make test    everything: code, notebooks, figures, the built site in a browser"
	@echo "make test-lite  every notebook in the browsers' own Python"
	@echo "make lighthouse  the scores of every page, the median of RUNS=5; an hour or so"
	@echo "make bench   the algorithms against the libraries people use, as ratios"
	@echo "make lint    style of code and notebooks"
	@echo "make outputs run the notebooks and keep only the outputs that their prose quotes"
	@echo "make messages bring the Chinese catalogues and notebooks up to date and list what has no Chinese"
	@echo "make lock    renew constraints.txt and requirements.lock from the newest versions that fit together"
	@echo "make mutants break the algorithms on purpose, to see that the tests notice (MODULES='mcmc lda')"

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Say which: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "== Setting up $(VENV)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(READY): requirements.txt constraints.txt pyproject.toml | $(PY)
	@echo "== Installing what the book needs (the first time takes some minutes)"
	@$(PIP) -r requirements.txt
	@touch $@

# As CI installs: each file is known by its hash before it is opened. The rest finds everything there.
locked: requirements.lock | $(PY)
	@echo "== Installing what requirements.lock says, by hash"
	@$(PIP) --require-hashes --no-deps -r requirements.lock

$(READY_TEST): requirements-test.txt requirements-ci.txt $(READY)
	@echo "== Installing what the tests need$(if $(filter true,$(CI)), (with the heavy oracles, CI=true))"
	@$(PIP) -r requirements-test.txt $(if $(filter true,$(CI)),-r requirements-ci.txt)
	@touch $@

# English and Chinese at the same time, built beside the good site and put in its place when it is whole.
# Notebooks run again only if they or kamen_core changed.
# Unless the last build came to its end, the page cache goes first: Sphinx would neither repeat the warnings of pages
# that it has read nor write those that it has not written. A build killed between the two moves is put right first too.
_build/html/.complete: $(READY) $(PARTS) $(LITE)
	@echo "== Building the book (each notebook that changed is run)"
	@if [ ! -e _build/html ] && [ -e _build/html.old ]; then mv _build/html.old _build/html; fi
	@[ -e _build/work/.whole ] || rm -rf _build/work; rm -rf _build/work/.whole _build/html.new
	@trap 'rm -rf _build/html.new' EXIT; \
	$(PY) book/build.py --site _build/html.new $(if $(LITE),&& cp -R _build/lite _build/html.new/lite) \
	  && touch _build/html.new/.complete _build/work/.whole \
	  || { echo "== The book was NOT built; an earlier one in _build/html is as it was"; exit 1; }; \
	trap '' HUP INT TERM; rm -rf _build/html.old; \
	if [ -e _build/html ]; then mv _build/html _build/html.old; fi; \
	mv _build/html.new _build/html && rm -rf _build/html.old

# The Python that runs in a reader's browser: fetched once, then a matter of seconds
_build/lite/.complete: $(READY) pyproject.toml $(LITE_PARTS)
	@$(PY) book/_lite/build.py _build/lite
	@touch $@

book: _build/html/.complete
	@echo "== The book is in _build/html"

serve: book
	@echo "== Serving the book on http://127.0.0.1:$(PORT)/ (Ctrl-C ends it)"
	@exec $(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

# What readers take along, of the built book; not part of it, since printing takes a minute
_build/kamen.pdf _build/kamen.epub _build/kamen-site.zip: _build/html/.complete $(READY_TEST) $(wildcard book/_print/*)
	@$(PY) book/_print $(patsubst .%,%,$(suffix $@))

pdf: chromium _build/kamen.pdf
epub: _build/kamen.epub
zip: _build/kamen-site.zip
downloads: pdf epub zip
	@$(PY) book/_print downloads
	@ls -sh _build/kamen*.pdf _build/kamen*.epub _build/kamen-site.zip

chromium: | $(READY_TEST)
	@bash tests/chromium.sh
	@bash tests/firefox.sh

# Every notebook, to its end, in the Python of both browsers: some minutes, so not a part of `make test`
test-lite: $(READY_TEST) book chromium
	@KAMEN_LITE_ALL=1 $(PY) -m pytest -n $(JOBS) --dist load tests/test_lite.py

# In-browser Python is the one part fetched from elsewhere than pip; a machine that cannot have it tests the rest, and
# says so. Tests last, so that pytest's own summary is the last line.
test: $(READY_TEST) chromium
	@if [ -n "$(LITE)" ] && ! $(MAKE) --no-print-directory $(LITE); then \
	  export KAMEN_LITE=0; echo "== Going on WITHOUT in-browser Python; its tests are skipped"; fi; \
	$(MAKE) --no-print-directory book && echo "== Testing" && \
	$(PY) -m pytest -n $(JOBS) --dist loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=300 \
	  --nbval-sanitize-with tests/nbval.cfg --ignore=notebooks/zh tests kamen_core notebooks

lighthouse: $(READY_TEST) book chromium
	@$(PY) tests/scores.py --runs $(or $(RUNS),5) $(PAGES)

bench: $(READY_TEST)
	@echo "== Installing the peers"
	@$(PIP) -r benchmarks/requirements.txt
	@for file in benchmarks/[a-z]*.py; do [ -e "$$file" ] || continue; echo "== $$file"; PYTHONPATH=. KAMEN_BENCH_SAVE=benchmarks/results.json $(PY) "$$file" || exit 1; done

lint: $(READY_TEST)
	@echo "== Style"
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

outputs: $(READY_TEST)
	@bash tests/outputs.sh

messages: $(READY)
	@$(PY) locale/messages.py && $(PY) locale/notebooks.py

# Break the algorithms, one small change at a time: the share that the tests notice (an hour or more)
mutants: $(READY_TEST)
	@$(PY) tests/mutants.py $(MODULES)

lock: | $(PY)
	@PYTHON="$(PYTHON)" bash tests/lock.sh

clean:
	rm -rf _build
