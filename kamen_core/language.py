"""The language of what the package shows to readers: figure labels, captions, quiz texts.

``KAMEN_LANG`` (``en`` or ``zh``) chooses it; English is what the source says. Sentences with numbers are
templates, translated first and filled afterwards: ``_("Threshold {t:.2f}").format(t=t)``.
"""

import ast
import functools
import gettext
import os
import re
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"


class Catalogue(gettext.NullTranslations):
    """The translations of one ``.po`` file, read as it is: nothing to compile, nothing to forget.

    Parameters
    ----------
    path : str or pathlib.Path
        As `locale/messages.py` writes it. Chinese has one form for any number, ``msgstr[0]``; an entry
        without a translation counts as not there.
    """

    def __init__(self, path):
        super().__init__()
        self.messages = {}
        for entry in re.split(r"\n\s*\n", Path(path).read_text(encoding="utf-8")):
            texts, key = {}, None
            for line in entry.splitlines():
                if match := re.match(r'(msg\w+(?:\[0\])?) (?=")', line):
                    key = match[1]
                    line = line[match.end() :]
                if line.startswith('"'):
                    texts[key] = texts.get(key, "") + ast.literal_eval(line)
            translated = texts.get("msgstr") or texts.get("msgstr[0]")
            if translated and texts["msgid"]:
                for source in (texts["msgid"], texts.get("msgid_plural")):
                    if source is not None:
                        self.messages[source] = translated

    def gettext(self, message):
        return self.messages.get(message) or super().gettext(message)

    def ngettext(self, msgid1, msgid2, n):
        return self.messages.get(msgid1) or super().ngettext(msgid1, msgid2, n)


@functools.cache
def _catalogue(language):
    path = LOCALES / language / "LC_MESSAGES" / "kamen_core.po"
    return Catalogue(path) if path.exists() else gettext.NullTranslations()


def language():
    """The reader's language, from ``KAMEN_LANG``; ``en`` unless it says otherwise."""
    return "zh_CN" if os.environ.get("KAMEN_LANG", "en").lower().startswith("zh") else "en"


def _(message):
    """`message` in the reader's language."""
    return _catalogue(language()).gettext(message)


def joined(*sentences):
    """Sentences one after the other; in Chinese nothing stands between them.

    Examples
    --------
    >>> joined("It moves.", "It stops.")
    'It moves. It stops.'
    """
    return ("" if language() == "zh_CN" else " ").join(sentences)


def plural(one, many, n):
    """`one` or `many`, as `n` wants it, in the reader's language."""
    return _catalogue(language()).ngettext(one, many, n)
