"""It lasts: versions pinned by hash, licences that go together, data that say where they come from."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import licences
import pytest

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)(.*?)\\?$", re.M)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(text):
    return {normal(name): version for name, version, _ in PINNED.findall(text)}


def test_every_package_has_its_hashes():
    """requirements.lock: what requirements*.txt ask for, at the versions of constraints.txt, by hash."""
    lock, constraints = read("requirements.lock"), pins(read("constraints.txt"))
    entries = re.split(r"\n(?=\S)", lock.strip())[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    locked = pins(lock)
    assert len(locked) == len(entries) > 150
    elsewhere = {"appnope", "colorama", "pywinpty", "setuptools", "wheel"}  # other systems'; pip's own
    assert {n for n, v in locked.items() if constraints.get(n, v if n in elsewhere else None) != v} == set()
    for file in ("requirements.txt", "requirements-test.txt"):
        wanted = [line for line in read(file).splitlines() if line and line[0] not in "#-"]
        assert {normal(re.split(r"[<>=\[]", line)[0]) for line in wanted} - set(locked) == set()


def test_what_the_package_promises_is_what_is_tried():
    """The oldest versions are those that tests/oldest.sh installs; the newest are in constraints.txt."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    constraints = pins(read("constraints.txt"))
    optional = project["optional-dependencies"]
    for wanted in [*project["dependencies"], *optional["fast"], *optional["spark"]]:
        name, least = wanted.split(">=")
        oldest, newest = ([int(n) for n in re.findall(r"\d+", v)] for v in (least, constraints[name]))
        assert oldest <= newest
    assert "project" in read("tests/oldest.sh")


@pytest.mark.parametrize("name", licences.packages())
def test_a_licence_goes_with_ours(name):
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        pytest.skip("not installed here")
    assert licences.ALLOWED.search(licences.licence(name)), licences.licence(name)


def test_all_data_say_where_they_come_from_and_may_be_shared():
    shared = re.compile(r"CC0|CC BY 4\.0|CC BY-SA 4\.0|public\s+domain|\bMIT\b")
    data = ROOT / "kamen_core" / "data"
    files = {p.name.partition(".")[0] for p in data.iterdir() if p.suffix in {".npz", ".xz", ".json", ".csv"}}
    assert files
    for name in files:
        text = (data / f"{name}.md").read_text(encoding="utf-8")
        assert "icence" in text and shared.search(text), name


def test_fonts_and_scripts_of_others_bring_their_licence():
    theme = ROOT / "book" / "_theme" / "kamen" / "static"
    for fonts in {p.parent for p in theme.rglob("*.woff2")}:
        near = [fonts, fonts.parent]
        assert any(list(folder.glob("*LICEN*")) or list(folder.glob("OFL*")) for folder in near), fonts
