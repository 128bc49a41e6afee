"""Put together `lite`: JupyterLite, the Python that it runs, kamen_core and every notebook.

    python book/_lite/build.py _build/lite

The application is kept in the cache, so that a change in a notebook or in kamen_core takes a second or two.
"""

import email
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import fetch

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("KAMEN_CACHE") or ROOT / "_build" / "cache")
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
APP = ["jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab_widgets", "anywidget", "notebook"]
FLAGS = ["--apps=lab", "--apps=notebooks", "--no-sourcemaps", "--no-unused-shared-packages"]
KERNEL = "@jupyterlite/pyodide-kernel-extension"
DATE = (2026, 1, 1, 0, 0, 0)  # the same files give the same archive

# Never used in a notebook, and much of what would be transferred
UNUSED = re.compile(
    r"/tests?/|\.pyi$|\.data/data/|numpy/(?:_core/include|_core/lib|f2py|distutils)/|matplotlib/mpl-data/"
    r"(?:sample_data|fonts/afm|fonts/pdfcorefonts|fonts/ttf/(?:DejaVuSerif|DejaVuSansMono-|DejaVuSans-BoldOblique|Humor))"
    r"|PIL/_(?:webp|avif|imagingcms)\.|jedi/third_party/django-stubs/"
)
KEPT = re.compile(r"^jedi/third_party/typeshed/|^numpy/testing/|\.dist-info/")  # jedi reads .pyi

# What needs what, where it matters for the order of loading or is more than the kernel wants
NEEDS = {
    "matplotlib": "contourpy cycler kiwisolver numpy packaging pillow pyparsing python-dateutil",
    "contourpy": "numpy",
    "python-dateutil": "six",
    "ipython": "asttokens decorator executing jedi matplotlib-inline prompt-toolkit pure-eval pygments "
    "stack-data traitlets wcwidth",
    "jedi": "parso",
    "matplotlib-inline": "traitlets",
    "comm": "traitlets",
    "stack-data": "executing asttokens pure-eval",
    "prompt-toolkit": "wcwidth",
    "ipywidgets": "comm ipython traitlets widgetsnbextension jupyterlab-widgets",
    "anywidget": "ipywidgets psygnal typing-extensions",
    "micropip": "packaging",
    "piplite": "micropip",
    "pyodide-kernel": "ipython comm",
    "kamen-core": "numpy",
}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def archive(members):
    """A wheel of ``{name: bytes}``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, data in sorted(members.items()):
            z.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def trimmed(path, cache):
    """The wheel at `path` without what no notebook uses."""
    kept = cache / f"{fetch.sha256(path)[:16]}-{hashlib.sha256(UNUSED.pattern.encode()).hexdigest()[:8]}"
    if not kept.exists():
        with zipfile.ZipFile(path) as z:
            names = [n for n in z.namelist() if not n.endswith("/")]
            members = {n: z.read(n) for n in names if KEPT.search(n) or not UNUSED.search("/" + n)}
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(archive(members))
    return kept.read_bytes()


def kamen_wheel():
    """kamen_core as it is in the tree; the name holds a hash, so that no browser shows yesterday's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version, folder = project["version"], ROOT / "kamen_core"
    suffixes = {".py", ".js", ".css", ".npz", ".xz", ".json", ".po", ".ttf", ".typed"}
    members = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts and not path.name.startswith("make_")
    }
    info = f"kamen_core-{version}.dist-info/"
    members[info + "METADATA"] = f"Metadata-Version: 2.1\nName: kamen-core\nVersion: {version}\n".encode()
    members[info + "WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[info + "RECORD"] = b""
    data = archive(members)
    return f"kamen_core-{version}-1{hashlib.sha256(data).hexdigest()[:8]}-py3-none-any.whl", data


def lock_entry(file_name, data):
    """A package as pyodide-lock.json describes it, from the wheel itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        names = z.namelist()
        about = email.message_from_bytes(z.read(next(n for n in names if n.endswith(".dist-info/METADATA"))))
    tops = {n.split("/")[0] for n in names if ".dist-info/" not in n and ".data/" not in n}
    name = canonical(about["Name"])
    return name, {
        "name": name,
        "version": about["Version"],
        "file_name": file_name,
        "install_dir": "site",
        "sha256": hashlib.sha256(data).hexdigest(),
        "package_type": "package",
        "imports": sorted({t.removesuffix(".py") for t in tops}),
        "depends": NEEDS.get(name, "").split(),
        "unvendored_tests": False,
    }


def pyodide(files, app, out):
    """Pyodide with its packages in `out`; returns their names and the lock file's hash."""
    out.mkdir(parents=True)
    for name in CORE:
        shutil.copy(files[name], out)
    wheels = {n: trimmed(p, CACHE / "trimmed") for n, p in files.items() if n.endswith(".whl")}
    for name in ("piplite-", "pyodide_kernel-", "ipykernel-", "widgetsnbextension-4"):
        path = next((app / "extensions" / KERNEL / "static" / "pypi").glob(f"{name}*.whl"))
        wheels[path.name] = path.read_bytes()
    wheels.update([kamen_wheel()])
    packages = {}
    for file_name, data in wheels.items():
        (out / file_name).write_bytes(data)
        name, entry = lock_entry(file_name, data)
        packages[name] = entry
    unknown = {n for entry in packages.values() for n in entry["depends"]} - set(packages)
    if unknown:
        raise SystemExit(f"book/_lite/build.py: needed, but not in files.txt: {', '.join(sorted(unknown))}")
    info = json.loads(files["pyodide-lock.json"].read_text(encoding="utf-8"))["info"]
    lock = json.dumps({"info": info, "packages": dict(sorted(packages.items()))}, indent=1)
    (out / "pyodide-lock.json").write_text(lock, encoding="utf-8")
    return sorted(packages), hashlib.sha256(lock.encode()).hexdigest()[:8]


def application():
    """JupyterLite itself, without any content, from the cache if these versions were built before."""
    versions = json.dumps([FLAGS, *(f"{name}=={metadata.version(name)}" for name in APP)])
    app = CACHE / f"jupyterlite-{hashlib.sha256(versions.encode()).hexdigest()[:12]}"
    if not app.exists():
        print("== Building JupyterLite")
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            command = [sys.executable, "-m", "jupyter", "lite", "build", *FLAGS, "--output-dir=out"]
            settings = {
                "JUPYTER_PREFER_ENV_PATH": "1",
                "JUPYTER_CONFIG_DIR": folder,
                "JUPYTER_DATA_DIR": folder,
            }
            done = subprocess.run(
                command, cwd=folder, env=os.environ | settings, capture_output=True, text=True
            )
            if done.returncode:
                raise SystemExit(
                    f"JupyterLite could not be built:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
                )
            (Path(folder) / "out").rename(app)
    return app


def contents(out):
    """Every notebook, English and Chinese, listed as JupyterLite's file browser expects it."""
    day = "2026-01-01T00:00:00Z"
    common = {"created": day, "last_modified": day, "writable": True, "content": None, "mimetype": None}
    folder = common | {"type": "directory", "format": "json", "size": None}

    def listing(where):
        (out / "files" / where).mkdir(parents=True)
        (out / "api" / "contents" / where).mkdir(parents=True)
        listed = []
        for path in sorted((ROOT / "notebooks" / where).iterdir()):
            name = path.relative_to(ROOT / "notebooks").as_posix()
            if path.suffix == ".ipynb":
                shutil.copy(path, out / "files" / name)
                file = {"name": path.name, "path": name, "type": "notebook", "format": "json"}
                listed.append(common | file | {"size": path.stat().st_size})
            elif path.is_dir() and not path.name.startswith("."):
                listing(name)
                listed.append(folder | {"name": path.name, "path": name})
        text = json.dumps(folder | {"name": Path(where).name, "path": where, "content": listed})
        (out / "api" / "contents" / where / "all.json").write_text(text, encoding="utf-8")

    listing("")


def build(out):
    files = fetch.fetch(CACHE / "pyodide")
    app, new = application(), out.with_name(out.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(app, new)
    packages, version = pyodide(files, app, new / "static" / "pyodide")
    shutil.rmtree(new / "extensions" / KERNEL / "static" / "pypi")  # the lock file has them
    contents(new)
    path = new / "jupyter-lite.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["jupyter-config-data"] |= {
        "appName": "Kamen",
        "contentsAllJsonFile": "all.json",
        "litePluginSettings": {
            f"{KERNEL}:kernel": {
                "pyodideUrl": "./static/pyodide/pyodide.mjs",
                "pipliteUrls": [],
                "disablePyPIFallback": True,
                "loadPyodideOptions": {
                    "lockFileURL": f"./static/pyodide/pyodide-lock.json?v={version}",
                    "packages": packages,
                },
            }
        },
    }
    path.write_text(json.dumps(config), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    print(f"== In-browser Python is in {out}: {size / 1e6:.0f} MB, {len(packages)} packages")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
