"""The built site as one zip that works from a folder; the same site gives the same bytes."""

import re
import zipfile

import downloads

LEFT_OUT = {"downloads", "lite"}  # in-browser Python needs a server


def write(site, target):
    """Everything under ``kamen/``, but the downloads themselves and the links to them."""
    home = (site / "index.html").read_text(encoding="utf-8")
    (address,) = re.findall(r'<meta property="og:url" content="([^"]*)"', home)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        paths = sorted(
            (p for p in site.rglob("*") if p.is_file()), key=lambda p: p.relative_to(site).as_posix()
        )
        for path in paths:
            name = path.relative_to(site)
            if LEFT_OUT & set(name.parts) or name.name.startswith("."):
                continue
            entry = zipfile.ZipInfo(f"kamen/{name.as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            content = path.read_bytes()
            if path.suffix == ".html":
                text = downloads.link(content.decode(), "")
                content = re.sub(r'(?<=href=")(?:\.\./)*(?=lite/)', address, text).encode()
            file.writestr(entry, content, zipfile.ZIP_DEFLATED)
