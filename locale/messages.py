"""Catalogues and Chinese notebooks from the sources: ``python locale/messages.py`` (``make messages``).

Everything a reader sees is written once, in English; here is what of it there is to translate:

==============================================  ==================================================
catalogue                                       from
==============================================  ==================================================
``locale/zh_CN/LC_MESSAGES/book/*.po``          the pages, by Sphinx's gettext
``locale/zh_CN/LC_MESSAGES/notebooks/*.po``     the notebooks' text cells, likewise
``locale/zh_CN/LC_MESSAGES/theme.po``           what stands around the text, and the table of contents
``kamen_core/locale/zh_CN/LC_MESSAGES/*.po``    figures, captions and questions, asked at run time
==============================================  ==================================================

An entry keeps its place and its translation as long as its English stays; a new sentence comes in empty, one
that is gone goes. No dates, no line numbers: a difference shows sentences only. Nothing is ever guessed
("fuzzy"). ``--check`` writes nothing and lists what is not translated.
"""

import ast
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "locale" / "zh_CN" / "LC_MESSAGES"
CORE = ROOT / "kamen_core" / "locale" / "zh_CN" / "LC_MESSAGES" / "kamen_core.po"
HEADER = r"""msgid ""
msgstr ""
"Language: zh_CN\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""

# What is the same in every language: formulas, code, the targets of links, names of functions, numbers.
SAME = re.compile(
    r"\bkamen_core(?:\.\w+)*|\$\$?[^$]+\$\$?|`+[^`]+`+|\]\([^)]*\)|\{[^{}]*\}|https?://\S+"
    r"|\\begin\{.*\\end\{\w+\}",
    re.S,
)


# No words, and still not the same in Chinese: what stands between names, and after one.
SIGNS = {", ", "{choice}: {answer}", "{k}: {words}", "{sentence}."}


# What an extension of Sphinx says stands in one of these, at the top of its module.
THEME = ("WORDS", "FORMULA_WORDS", "LEANS")


def has_words(message):
    """Whether there is anything to translate in it."""
    rest = SAME.sub(" ", message)
    formula = message.startswith("\n") or re.search(
        r"\\[A-Za-z]", rest
    )  # a displayed one, without its dollars
    return not formula and re.search(r"[^\W\d_]{2,}", rest) is not None


def from_pages(folder):
    """``{page: messages in order}`` of every page and notebook in the table of contents, by Sphinx."""
    command = [sys.executable, ROOT / "book" / "build.py", "--builder", "gettext", "--folder", folder]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if run.returncode:
        sys.exit(f"the pages could not be read:\n{run.stderr}")
    found = {}
    for path in sorted((Path(folder) / "gettext").rglob("*.pot")):
        page = path.relative_to(Path(folder) / "gettext").with_suffix("").as_posix()
        if re.match("book/api/(?!index)", page):
            continue  # the reference is the docstrings, and stays in the language of the code
        with path.open("rb") as file:
            found[page] = [m.id for m in read_po(file) if m.id and has_words(m.id)]
    return found


def notebooks():
    """The chapters, in their order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [ROOT / f"{file}.ipynb" for file in files if file.startswith("notebooks/")]


def code_of(path):
    """The code cells of a notebook, or of a page that is run."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return re.findall(r"(?ms)^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^```", text)
    return ["".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "code"]


def from_questions(path):
    """The texts of the ``Quiz(…)`` in a notebook or a page: question, choices, answers."""
    for code in code_of(path):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Quiz":
                yield ast.literal_eval(node.args[0])
                for choice in node.args[1].elts:
                    given = choice.args if isinstance(choice, ast.Call) else choice.elts
                    yield ast.literal_eval(given[0])
                    yield ast.literal_eval(given[2])


def from_calls(path):
    """The arguments of ``_("…")`` and ``plural("…", "…", n)`` in a module, inside f-strings too."""
    calls = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    for call in sorted(calls, key=lambda n: (n.lineno, n.col_offset)):
        name, given = getattr(call.func, "id", ""), call.args
        constant = [isinstance(a, ast.Constant) and isinstance(a.value, str) for a in given]
        if name == "_" and constant == [True]:
            yield given[0].value
        elif name == "plural" and constant[:2] == [True, True]:
            yield given[0].value, given[1].value


def from_code():
    """``{message or (one, many): where it is from}`` for all that `kamen_core` shows."""
    found = {}
    for path in sorted((ROOT / "kamen_core").rglob("*.py")):
        for message in from_calls(path):
            found.setdefault(message, path.relative_to(ROOT).as_posix())
    for path in [*notebooks(), ROOT / "book" / "questions.md"]:
        for message in from_questions(path):
            found.setdefault(message, path.relative_to(ROOT).as_posix())
    return {
        m: where for m, where in found.items() if m in SIGNS or has_words(m if isinstance(m, str) else m[0])
    }


def from_theme():
    """What stands around the text: the theme's words, the book's name, the parts of the table of contents."""
    words = []
    for path in sorted((ROOT / "book" / "_ext").glob("*.py"), key=lambda p: (p.stem != "kamen_words", p)):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in THEME:
                found = ast.literal_eval(node.value)
                words += found.values() if isinstance(found, dict) else found
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    shown = [config["sphinx"]["config"][name] for name in ("nb_code_prompt_show", "nb_code_prompt_hide")]
    captions = [part["caption"] for part in toc["parts"]]
    return list(dict.fromkeys([config["title"], *captions, *words, *shown]))


def load(path):
    """``{message: translation}`` of a catalogue; of a plural by its first form."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, "zh_CN")
    one = lambda text: text if isinstance(text, str) else text[0]  # noqa: E731
    return {one(m.id): one(m.string) for m in catalogue if m.id and not m.fuzzy}


def text_of(messages, translations):
    """A catalogue as text. `messages` is a list, or a dict with where each one is from."""
    catalogue = Catalog(locale="zh_CN", fuzzy=False)
    for message in messages:
        first = message if isinstance(message, str) else message[0]
        translated = translations.get(first, "")
        where = [messages[message]] if isinstance(messages, dict) else []
        catalogue.add(
            message, translated if message is first else (translated,), auto_comments=where, context=None
        )
        catalogue[message].flags.clear()  # of "python-format" and the like the tests know more
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True)
    return HEADER + buffer.getvalue().decode("utf-8").strip() + "\n"


def catalogues(extra=None):
    """``{path: text}`` of every catalogue as it has to be now; `extra` fills in translations."""
    with tempfile.TemporaryDirectory() as folder:
        pages = from_pages(folder)
    wanted = {PAGES / f"{page}.po": messages for page, messages in pages.items()}
    wanted |= {PAGES / "theme.po": from_theme(), CORE: from_code()}
    extra = extra or {}
    return {path: text_of(messages, load(path) | extra) for path, messages in wanted.items()}


def missing(texts):
    """Every entry without its Chinese, as ``file: English``."""
    found = []
    for path, text in texts.items():
        for message in read_po(io.BytesIO(text.encode()), "zh_CN"):
            string = message.string if isinstance(message.string, str) else "".join(message.string)
            if message.id and not string.strip():
                found.append(f"{path.relative_to(ROOT)}: {message.id}")
    return found


def main(check=False, extra=None):
    """Bring the catalogues and notebooks/zh up to date, or (`check`) say what would have to be."""
    texts = catalogues(extra)
    for line in (lacking := missing(texts)):
        print(line)
    print(f"{len(lacking)} sentences have no Chinese")
    if check:
        return bool(lacking)
    for path in (p for p in PAGES.rglob("*.po") if p not in texts):
        path.unlink()
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in PAGES.rglob("*.mo"):  # Sphinx makes them anew
        path.unlink()
    return False


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
