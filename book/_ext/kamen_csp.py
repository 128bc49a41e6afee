"""The Content-Security-Policy of every page: what the browser may load and run, and nothing else.

Pages load their own files and no others; a script runs if it is a file of the site, or one of the two small
ones in the page, known by their hashes. So nothing that gets into a page as text becomes a script: not an
address, not a notebook's output, not ``onerror=``, not ``javascript:``. Python in the browser runs in a
worker, whose file is under no page's policy: no page needs `eval`, WebAssembly or ``blob:``.

Styles may stand in the page, for KaTeX and the drawings write theirs there.
"""

import base64
import hashlib
import json
import re
from pathlib import Path

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],  # and the hashes of the page's own scripts
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],  # KaTeX's glyphs stand in the page's style sheet
    "connect-src": ["'self'"],  # the search reads pages, a live cell its notebook
    "worker-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
}
INLINE = re.compile(r"<script(?:\s+defer)?>(.*?)</script>", re.S)
META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n')
AFTER = '<meta charset="utf-8">\n'


def policy(html):
    """The policy for a page, as its ``content``."""
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in dict.fromkeys(INLINE.findall(html))
    ]
    sources = POLICY | {"script-src": POLICY["script-src"] + hashes}
    return "; ".join(" ".join([name, *values]) for name, values in sources.items())


def with_policy(html):
    """A page with its policy, before anything that it rules."""
    html = META.sub("", html)
    if AFTER not in html:
        raise ValueError("html: expected a page with its character set, got one without")
    return html.replace(
        AFTER, f'{AFTER}<meta http-equiv="Content-Security-Policy" content="{policy(html)}">\n', 1
    )


def protect(folder):
    """Give every page below a folder its policy."""
    for path in sorted(Path(folder).rglob("*.html")):
        path.write_text(with_policy(path.read_text(encoding="utf-8")), encoding="utf-8")


def without_eval(path):
    """Sphinx's translations of its search, whose rule for plurals it would make from a string."""
    start, end = "Documentation.addTranslations(", ");"
    text = path.read_text(encoding="utf-8").strip()
    if not text.startswith(start):
        return
    said = json.loads(text.removeprefix(start).removesuffix(end))
    messages, locale = json.dumps(said["messages"]), json.dumps(said["locale"])
    path.write_text(
        f"Object.assign(Documentation.TRANSLATIONS, {messages});\n"
        f"Documentation.PLURAL_EXPR = (n) => {said['plural_expr']};\nDocumentation.LOCALE = {locale};\n",
        encoding="utf-8",
    )


def finish(app, exception):
    if exception is None and app.builder.name == "html":
        protect(app.outdir)
        if (translations := Path(app.outdir, "_static", "translations.js")).exists():
            without_eval(translations)


def setup(app):
    app.connect("build-finished", finish, priority=900)  # after all others have written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
