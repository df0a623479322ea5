"""Unknown keys in config.yml are errors that name them, and changed files change the digest."""

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.utils.common import class_from_module_path

from components import config
from components.config import ROOT, checked_config, digest_of

FILE = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
OURS = [entry for entry in FILE["pipeline"] + FILE["policies"] if entry["name"].startswith("components.")]


class Component:
    """Knows two keys."""

    @staticmethod
    def get_default_config():
        return {"sure": 0.5, "table": "a.yml"}


@pytest.mark.parametrize(
    "given, kept",
    [
        ({}, {"sure": 0.5, "table": "a.yml"}),
        ({"sure": 0.1}, {"sure": 0.1, "table": "a.yml"}),
        ({"name": "x", "priority": 3}, {"sure": 0.5, "table": "a.yml", "name": "x", "priority": 3}),
    ],
)
def test_defaults_are_filled_in(given, kept):
    assert checked_config(Component(), given) == kept


def test_an_unknown_key_is_an_error_that_names_it_and_the_known_ones():
    with pytest.raises(InvalidConfigException, match=r"config\.yml: Component has no key 'shure'.*'sure', 'table'"):
        checked_config(Component(), {"shure": 0.1})


@pytest.mark.parametrize("entry", OURS, ids=lambda entry: entry["name"].rsplit(".", 1)[-1])
def test_each_component_refuses_a_key_that_it_does_not_read(entry):
    component = class_from_module_path(entry["name"])
    config = {**component.get_default_config(), "treshold": 0.3}
    with pytest.raises(InvalidConfigException, match="no key 'treshold'"):
        component.create(config, None, None, ExecutionContext(GraphSchema({})))


@pytest.mark.parametrize("entry", OURS, ids=lambda entry: entry["name"].rsplit(".", 1)[-1])
def test_config_yml_sets_known_keys_only(entry):
    assert set(entry) - {"name"} <= set(class_from_module_path(entry["name"]).get_default_config())


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project: a folder with code, and a data file."""
    monkeypatch.setattr(config, "ROOT", tmp_path)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("a = 1")
    (tmp_path / "data.yml").write_text("x: 1")
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "data.yml").write_text("x: 2"),
        lambda root: (root / "code" / "a.py").write_text("a = 2"),
        lambda root: (root / "code" / "b.py").write_text("b = 1"),
        lambda root: (root / "data.yml").unlink(),
    ],
)
def test_a_change_to_code_or_data_changes_the_digest(project, change):
    before = digest_of("code", "data.yml")
    change(project)
    assert digest_of("code", "data.yml") != before


def test_other_files_do_not(project):
    before = digest_of("code", "data.yml")
    (project / "code" / "notes.txt").write_text("hm")
    assert digest_of("code", "data.yml") == before
