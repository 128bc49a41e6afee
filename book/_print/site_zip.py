"""The built site as one zip that works from a folder: ``python book/_print/site_zip.py SITE TARGET``.

The same site gives the same bytes.
"""

import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import downloads

LEFT_OUT = {"downloads", "lite"}  # in-browser Python needs a server


def write(site, target):
    """Everything under ``kamen/``, but the downloads themselves and the links to them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(p for p in site.rglob("*") if p.is_file()):
            name = path.relative_to(site)
            if LEFT_OUT & set(name.parts) or name.name in (
                ".complete",
                ".buildinfo",
                ".nojekyll",
                ".DS_Store",
            ):
                continue
            entry = zipfile.ZipInfo(f"kamen/{name.as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            content = path.read_bytes()
            if path.suffix == ".html":
                content = downloads.link(content.decode(), "").encode()
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
