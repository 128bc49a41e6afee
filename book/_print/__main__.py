"""The book to take along, of every edition in the built site: ``python book/_print pdf|epub|zip|downloads``.

From _build/html come _build/kamen.pdf, _build/kamen.epub and _build/kamen-site.zip, and -zh of the first two;
``downloads`` puts them into the site and links to them.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "_ext"))
import downloads
import epub
import pdf
import site_zip

BUILD = Path(__file__).resolve().parents[2] / "_build"
SITE = BUILD / "html"
EDITIONS = {"kamen": SITE} | {
    f"kamen-{folder.name}": folder for folder in (SITE / "zh",) if (folder / "index.html").exists()
}


def make_pdf():
    for name, site in EDITIONS.items():
        print(f"== Printing {name}.pdf")
        wrong = pdf.write(site, BUILD / f"{name}.pdf")
        for line in wrong:
            print("==", line, file=sys.stderr)
        if any("no font" in line for line in wrong):
            print("== For Chinese, on Debian and Ubuntu: apt-get install fonts-noto-cjk", file=sys.stderr)
        if wrong and os.environ.get("CI") == "true":
            sys.exit(1)


def make_epub():
    for name, site in EDITIONS.items():
        epub.write(site, BUILD / f"{name}.epub")


def make_zip():
    site_zip.write(SITE, BUILD / "kamen-site.zip")


def make_downloads():
    files = [BUILD / f"{name}{kind}" for name in EDITIONS for kind in (".pdf", ".epub")]
    downloads.place(SITE, [f for f in [*files, BUILD / "kamen-site.zip"] if f.exists()])


for what in sys.argv[1:]:
    {"pdf": make_pdf, "epub": make_epub, "zip": make_zip, "downloads": make_downloads}[what]()
