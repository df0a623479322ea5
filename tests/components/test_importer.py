"""The importer reads what Rasa's own importer reads, once."""

import copy

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter

from components import importer
from components.config import ROOT
from components.importer import ContentImporter, Example

CONTENT = """
version: "3.1"
nlu:
- intent: cost
  examples: |
    - what does it cost
    - how much
    - what does it cost
- intent: shot
  examples: |
    - the [jab](form) please
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "nlu.yml"
    path.write_text(CONTENT)
    return path


def test_it_reads_what_rasas_reads(file):
    ours, rasas = (kind(training_data_paths=[str(file)]).get_nlu_data() for kind in (ContentImporter, RasaFileImporter))
    assert ours.fingerprint() == rasas.fingerprint()
    assert [m.as_dict() for m in ours.training_examples] == [m.as_dict() for m in rasas.training_examples]
    merged, as_merged = (data.merge(data) for data in (ours, rasas))
    assert [m.as_dict() for m in merged.training_examples] == [m.as_dict() for m in as_merged.training_examples]


def test_it_reads_again_only_what_has_changed(file, monkeypatch):
    reads = []
    read = RasaFileImporter.get_nlu_data
    monkeypatch.setattr(RasaFileImporter, "get_nlu_data", lambda self, *rest: reads.append(1) or read(self, *rest))
    first = ContentImporter(training_data_paths=[str(file)]).get_nlu_data()
    assert ContentImporter(training_data_paths=[str(file)]).get_nlu_data() is first
    file.write_text(CONTENT.replace("how much", "how much is it"))
    changed = ContentImporter(training_data_paths=[str(file)]).get_nlu_data()
    assert len(reads) == 2 and changed.fingerprint() != first.fingerprint()


def test_a_copy_is_a_message_of_its_own(file):
    data = ContentImporter(training_data_paths=[str(file)]).get_nlu_data()
    for example in data.training_examples:
        print_before, copied = example.fingerprint(), copy.deepcopy(example)
        assert isinstance(copied, Example) and copied == example
        copied.set("intent", "other")
        for entity in copied.get("entities") or []:
            entity["value"] = "other"
        example._cached_fingerprint = None
        assert example.fingerprint() == print_before != copied.fingerprint()


def test_the_project_uses_it():
    read = TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [])
    assert isinstance(read.importer._importer._importers[0], ContentImporter)
    assert importer.digest([]) != importer.digest([str(ROOT / "config.yml")])
