"""A second real model without a second training: the trained one, packed again with other words in its domain.

Everything that was learned stays, so it loads and talks as any model does; only what it says differs.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

DOMAIN, METADATA = "components/domain_provider/domain.yml", "metadata.json"


def repacked(model: Path, target: Path, changes: dict[str, str]) -> str:
    """Writes `model` to `target` with texts replaced wherever its domain has them; the new file's SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(model) as old, tarfile.open(target, "w:gz", compresslevel=1) as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            content = file.read() if file else b""
            if member.name.lstrip("./") in (DOMAIN, METADATA):
                text = content.decode()
                for before, after in changes.items():
                    assert before in text, f"{before!r} is not in {member.name}"
                    text = text.replace(before, after)
                content = text.encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content) if file else None)
    return hashlib.sha256(target.read_bytes()).hexdigest()
