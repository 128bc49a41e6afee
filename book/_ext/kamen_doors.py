"""The ways from a chapter to Python: a cell in its page, the browser's JupyterLab, Binder, Colab."""

import html
import itertools
import json
import os
import posixpath
import re

from kamen_words import EDITIONS

COLAB = "https://colab.research.google.com"


def lite_address(config):
    """Where in-browser Python lies, from the top of this edition; empty if the book is built without it."""
    if os.environ.get("KAMEN_LITE") == "0":
        return ""
    return "../" * EDITIONS[config.language]["folder"].count("/") + "lite/"


def offers(body, setup, t):
    """Before each cell that is live (tagged remove-output) the offer to run it in place."""
    number = itertools.count()

    def offer(match):
        live = html.escape(json.dumps(setup | {"number": next(number)}, ensure_ascii=False))
        button = f'<button type="button">{t["live"]}</button> <small>{t["live_cost"]}</small>'
        return f'<div class="live-offer" data-live="{live}" hidden>{button}</div>{match[0]}'

    return re.sub(r'<div class="cell tag_remove-output[ "]', offer, body)


def doors(config, source, pathto, t):
    """The links at the top of a chapter as (name, address, what it costs)."""
    folder, options = EDITIONS[config.language]["folder"], config.html_theme_options
    if lite := lite_address(config):
        address = pathto(f"{lite}lab/index.html", 1)
        yield t["browser"], f"{address}?path={folder}{posixpath.basename(source)}", t["browser_cost"]
    repository = options.get("repository_url", "").removeprefix("https://github.com/")
    if repository:
        branch = options.get("repository_branch", "main")
        translated = source.replace("notebooks/", f"notebooks/{folder}")
        if binder := (options.get("launch_buttons") or {}).get("binderhub_url"):
            yield "Binder", f"{binder}/v2/gh/{repository}/{branch}?urlpath=lab/tree/{translated}", ""
        yield "Colab", f"{COLAB}/github/{repository}/blob/{branch}/{translated}", ""


def live(config, body, source, pathto, t):
    """A chapter's text, its live cells with the offer to run them."""
    if not (lite := lite_address(config)):
        return body
    setup = {
        "words": {n.removeprefix("live_"): text for n, text in t.items() if n.startswith("live_")},
        "notebook": pathto(f"_sources/{source}", 1),
        "lite": pathto(lite, 1),
    }
    return offers(body, setup, t)
