"""Build the book: ``--site DIR`` all its editions as one site, ``--language zh`` the Chinese one alone.

An edition is built in ``_build/work/<language>/<builder>``; ``--builder epub`` makes other things of it.
English (``en``) is what the sources say; every other language is the same sources through the catalogues in
``locale``. Jupyter Book's own command can build the English one alone.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = {"en": "en", "zh": "zh_CN"}  # the folder of an edition, and what Sphinx calls its language


def build(language, builder="html", folder=None):
    """Run Sphinx as Jupyter Book does.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``; the figures and questions of the notebooks come in it too.
    builder : str
        One of Sphinx's.
    folder : pathlib.Path, optional
        Holds the result under the builder's name; ``_build/work/<language>`` otherwise.

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
    if builder == "gettext":  # texts only
        overrides["nb_execution_mode"] = "off"
    result = build_sphinx(
        ROOT,
        folder / builder,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=overrides,
        doctreedir=folder / "doctrees",
        builder=builder,
        warningiserror=True,
        keep_going=True,
    )
    if isinstance(result, BaseException):
        print_causes(result)
    return int(bool(result))  # an exception too


def print_causes(error):
    """Print what led to an error; Sphinx tells the last step alone, not which cell failed."""
    while error := error.__cause__ or error.__context__:
        said = re.sub(r"\x1b\[[\d;]*m", "", str(error))  # IPython's colours
        print(f"because of {type(error).__name__}: {said}", flush=True)


def build_all(site):
    """Build all editions at the same time, and put them together as one site.

    Parameters
    ----------
    site : pathlib.Path
        Gets English at its top and every other edition in a folder of its own; made new.

    Returns
    -------
    int
        0 if all went well; else the site is not made.
    """
    command = [sys.executable, "-u", __file__, "--language"]
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        failed = list(pool.map(lambda language: run([*command, language], language), LANGUAGES))
    if any(failed):
        return 1
    shutil.rmtree(site, ignore_errors=True)
    for language in LANGUAGES:
        folder = site if language == "en" else site / language
        shutil.copytree(ROOT / "_build" / "work" / language / "html", folder, dirs_exist_ok=True)
        if folder != site:
            leave_out_what_is_shared(folder / "_static", site / "_static")
    return 0


def run(command, name):
    """Run a command and show what it says, each line under its name."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    for line in process.stdout:
        if line.strip():
            print(f"{name} | {line}", end="", flush=True)
    return process.wait()


def leave_out_what_is_shared(folder, common):
    """Pages of an edition take these from the site's root: see `share` in kamen_site.py."""
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        twin = common / path.relative_to(folder)
        left_over = re.match(r"widget-\w+\.js", path.name)  # from a build before this one
        if left_over or (twin.is_file() and twin.read_bytes() == path.read_bytes()):
            path.unlink()
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", type=Path, help="build all editions and put the site here")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="build this one only")
    parser.add_argument("--builder", default="html", help="one of Sphinx's, for a single edition")
    parser.add_argument("--folder", type=Path, help="where to build it")
    options = parser.parse_args()
    if options.site:
        sys.exit(build_all(options.site))
    sys.exit(build(options.language, options.builder, options.folder))
