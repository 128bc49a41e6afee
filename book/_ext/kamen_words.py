"""What stands around the text of a page, and the editions that say it."""

import functools
import gettext
from pathlib import Path

from kamen_core.language import Catalogue

ROOT = Path(__file__).resolve().parents[2]

WORDS = {
    "skip": "Skip to the text",
    "menu": "Contents",
    "close": "Close the contents",
    "book": "The book",
    "home": "Home",
    "search": "Search",
    "search_for": "Search for",
    "search_page": "Search the whole book",
    "search_script": "The search works with JavaScript only. Everything else reads without it.",
    "theme": "Light or dark",
    "this_page": "On this page",
    "next_prev": "Next and previous page",
    "next": "Next",
    "previous": "Previous",
    "open_in": "Open in",
    "download": "Download the notebook",
    "browser": "your browser",
    "browser_cost": "about 25 MB once, half a minute",
    "live": "Run it here",
    "live_cost": "loads Python into this page: about 16 MB once, some seconds",
    "live_editor": "The cell's code: change it as you like",
    "live_run": "Run",
    "live_stop": "Stop",
    "live_reset": "Reset the code",
    "live_loading": "Loading Python …",
    "live_running": "Running …",
    "live_done": "Done.",
    "live_stopped": "Stopped. Run loads Python again.",
    "live_error": "Python could not go on:",
    "live_failed": "That did not work; try again.",
    "live_traceback": "How it came to that",
    "source": "Source",
    "licence": "Text CC BY 4.0, code MIT",
    "cite": "Cite this",
    "take_along": "To take along:",
    "as_zip": "the whole site as a zip",
    "social": "A ROC curve with a threshold being dragged along it",
    "copy": "Copy the code",
    "copied": "Copied",
}

# What formulas say in words, as `\text{…}`
FORMULA_WORDS = (
    "document",
    "word",
    "inside a partition,",
    "across partitions.",
    "up: ",
    "across: ",
    "won",
    "tied",
)

# The editions: where each lies beside the English one, and what a page of it says in the other's language.
EDITIONS = {
    "en": {
        "lang": "en",
        "folder": "",
        "name": "English",
        "suggest": "This page is also in English.",
        "no": "No, thanks",
    },
    "zh_CN": {
        "lang": "zh-CN",
        "folder": "zh/",
        "name": "中文",
        "suggest": "这一页有中文版。",
        "no": "不用了",
    },
}


@functools.cache
def words(language):
    """What stands around the text, in a language."""
    path = ROOT / "locale" / language / "LC_MESSAGES" / "theme.po"
    return Catalogue(path) if path.exists() else gettext.NullTranslations()


def said(language, texts=WORDS):
    """`WORDS`, or those of another extension, in a language: ``en`` or None, ``zh`` or ``zh_CN``."""
    language = language or "en"
    t = words("zh_CN" if language.startswith("zh") else language).gettext
    return {name: t(text) for name, text in texts.items()}
