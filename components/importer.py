"""How Rasa reads the examples: once. Its own importer reads the file anew for each of the four times that a training
asks for it, and copies and hashes each of 20,000 examples a dozen times, which took longer than learning from them.

Named in config.yml under `importers`, which is Rasa's way to say where training data come from.
"""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_read: Dict[Text, TrainingData] = {}  # what the files held last


class ContentImporter(RasaFileImporter):
    """Rasa's importer of files, with a memory."""

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """The examples of all files; read again only when a file has changed."""
        key = f"{language} {digest(self._nlu_files)}"
        if key not in _read:
            _read.clear()
            _read[key] = with_examples(super().get_nlu_data(language))
        return _read[key]


class Example(Message):
    """A message of the training data that is cheap to copy and remembers its fingerprint as long as it can."""

    @classmethod
    def of(cls, message: Message) -> Example:
        """The same message."""
        return cls(message.data, set(message.output_properties), message.time, list(message.features))

    def __deepcopy__(self, memo: Dict[int, Any]) -> Example:
        plain = all(isinstance(value, (str, int, float, type(None))) for value in self.data.values())
        copied = Example.of(self)
        if not plain or self.features:
            copied.data, copied.features = copy.deepcopy(self.data, memo), copy.deepcopy(self.features, memo)
        copied._cached_fingerprint = self._cached_fingerprint
        return copied

    def set(self, prop: Text, info: Any, add_to_output: bool = False) -> None:
        """Sets the property (see parent class); one that stays as it was changes no fingerprint."""
        if isinstance(info, str) and self.data.get(prop) == info:
            if add_to_output:
                self.output_properties.add(prop)
            return
        super().set(prop, info, add_to_output)


def with_examples(data: TrainingData) -> TrainingData:
    """`data` with each message as an Example."""
    data.training_examples = [Example.of(message) for message in data.training_examples]
    return data


def digest(files: List[Text]) -> Text:
    """A hash over the names and the content of files."""
    found = hashlib.sha256()
    for name in sorted(files):
        found.update(f"{name}\n".encode() + Path(name).read_bytes())
    return found.hexdigest()
