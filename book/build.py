"""Build an edition of the book: ``python book/build.py zh`` puts the Chinese one into ``_build/work/zh``.

English (``en``) is what the sources say; every other language is the same sources through the catalogues in
``locale``. Jupyter Book's own command can build the English one alone.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = {"en": "en", "zh": "zh_CN"}  # the folder of an edition, and what Sphinx calls its language


def build(language, builder="html", folder=None, **config):
    """Run Sphinx as Jupyter Book does.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``; the figures and questions of the notebooks come in it too.
    builder : str
        One of Sphinx's.
    folder : pathlib.Path, optional
        Holds the result under the builder's name; ``_build/work/<language>`` otherwise.
    **config
        Put over what _config.yml says.

    Returns
    -------
    int
        0 if all went well and there was no warning.
    """
    from jupyter_book.sphinx import build_sphinx

    os.environ["KAMEN_LANG"] = language
    folder = Path(folder or ROOT / "_build" / "work" / language)
    overrides = {
        "external_toc_path": str(ROOT / "_toc.yml"),
        "latex_individualpages": False,
        "language": LANGUAGES[language],
        "nitpicky": True,
    }
    result = build_sphinx(
        ROOT,
        folder / builder,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=overrides | config,
        doctreedir=folder / "doctrees",
        builder=builder,
        warningiserror=True,
        keep_going=True,
    )
    return int(bool(result))  # an exception too


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=LANGUAGES)
    parser.add_argument("--builder", default="html")
    options = parser.parse_args()
    sys.exit(build(options.language, options.builder))
