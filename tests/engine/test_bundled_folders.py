import hashlib
import json
import os
from pathlib import Path

import pytest

from engine.bundled.folders import MANIFEST, Recipe, is_whole, unpack_once
from engine.errors import ModelBroken


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    source = tmp_path / "packed.bin"
    source.write_bytes(b"weights")
    return Recipe("model", 1, source, hashlib.sha256(b"weights").hexdigest(), build)


def build(source: Path, folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "model.safetensors").write_bytes(source.read_bytes() * 2)
    (folder / "config.json").write_text("{}")


def test_a_model_is_unpacked_once(tmp_path, recipe):
    folder = unpack_once(recipe, tmp_path / "models")
    before = (folder / "config.json").stat().st_mtime_ns
    assert unpack_once(recipe, tmp_path / "models") == folder
    assert (folder / "config.json").stat().st_mtime_ns == before
    manifest = json.loads((folder / MANIFEST).read_text())
    assert set(manifest["files"]) == {"config.json", "inner/model.safetensors"}
    assert sorted(os.listdir(tmp_path / "models")) == ["model"]


@pytest.mark.parametrize("damage", ["change", "remove", "manifest"])
def test_a_damaged_folder_is_built_anew(tmp_path, recipe, damage):
    folder = unpack_once(recipe, tmp_path / "models")
    weights = folder / "inner" / "model.safetensors"
    if damage == "change":
        weights.write_bytes(b"WEIGHTSweights")
    elif damage == "remove":
        weights.unlink()
    else:
        (folder / MANIFEST).write_text("{half")
    assert not is_whole(folder, recipe)
    assert is_whole(unpack_once(recipe, tmp_path / "models"), recipe)
    assert weights.read_bytes() == b"weightsweights"


def test_another_version_of_the_recipe_replaces_the_folder(tmp_path, recipe):
    unpack_once(recipe, tmp_path / "models")
    newer = Recipe("model", 2, recipe.source, recipe.source_sha256, build)
    assert is_whole(unpack_once(newer, tmp_path / "models"), newer)


def test_a_source_that_is_not_the_known_file_is_refused(tmp_path, recipe):
    recipe.source.write_bytes(b"other weights")
    with pytest.raises(ModelBroken, match=r"packed\.bin is missing or damaged"):
        unpack_once(recipe, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_build_that_fails_leaves_nothing_behind(tmp_path, recipe):
    def fail(source: Path, folder: Path) -> None:
        (folder / "config.json").write_text("{}")
        raise ModelBroken("half way")

    broken = Recipe("model", 1, recipe.source, recipe.source_sha256, fail)
    with pytest.raises(ModelBroken, match="half way"):
        unpack_once(broken, tmp_path / "models")
    assert os.listdir(tmp_path / "models") == []
