"""The language of what the package shows to readers: figure labels, captions, quiz texts.

``KAMEN_LANG`` (``en`` or ``zh``) chooses it; English is what the source says. Sentences with numbers are
templates, translated first and filled afterwards: ``_("Threshold {t:.2f}").format(t=t)``.
"""

import functools
import gettext
import os
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"


@functools.cache
def _catalogue(language):
    return gettext.translation("kamen_core", LOCALES, [language], fallback=True)


def language():
    """The reader's language, from ``KAMEN_LANG``; ``en`` unless it says otherwise."""
    return "zh_CN" if os.environ.get("KAMEN_LANG", "en").lower().startswith("zh") else "en"


def _(message):
    """`message` in the reader's language."""
    return _catalogue(language()).gettext(message)


def plural(one, many, n):
    """`one` or `many`, as `n` wants it, in the reader's language."""
    return _catalogue(language()).ngettext(one, many, n)
