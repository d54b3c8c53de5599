"""Folders that are either whole and verified or not there at all.

A folder is built beside its place, every file is flushed to the disk, a manifest with the sha256 of
each file is written last, and one rename puts it in place.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelBroken

MANIFEST = "colophon-manifest.json"
_BLOCK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a folder is made of one file. Another `version` builds it anew."""

    name: str
    version: int
    source: Path
    source_sha256: str
    build: Callable[[Path, Path], None]  # (source, empty folder)


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def unpack_once(recipe: Recipe, models_dir: Path) -> Path:
    """The folder `models_dir/recipe.name`, built if it is absent, damaged or of another recipe.

    Raises: ModelBroken when the source is absent or not the file that the recipe is for.
    """
    target = models_dir / recipe.name
    if is_whole(target, recipe):
        return target
    if not recipe.source.is_file() or sha256_of(recipe.source) != recipe.source_sha256:
        raise ModelBroken(
            f"The packaged model {recipe.source.name} is missing or damaged. "
            "Reinstall the package that carries it."
        )
    models_dir.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{recipe.name}-", dir=models_dir))
    try:
        recipe.build(recipe.source, building)
        _seal(building, recipe)
        return _put_in_place(building, target, recipe)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def is_whole(folder: Path, recipe: Recipe) -> bool:
    """True when every file of the manifest is there with its sha256 (about 1 s per GB)."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if manifest.get("recipe") != _label(recipe):
        return False
    files: dict[str, str] = manifest["files"]
    return all(
        (folder / name).is_file() and sha256_of(folder / name) == digest
        for name, digest in files.items()
    )


def _label(recipe: Recipe) -> dict[str, str | int]:
    return {"version": recipe.version, "source_sha256": recipe.source_sha256}


def _seal(folder: Path, recipe: Recipe) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in paths}
    manifest = folder / MANIFEST
    content = json.dumps({"recipe": _label(recipe), "files": files}, indent=1)
    manifest.write_text(content, encoding="utf-8")
    for path in (*paths, manifest):
        _flush(path)
    for directory in {path.parent for path in paths} | {folder}:
        _flush(directory)


def _put_in_place(building: Path, target: Path, recipe: Recipe) -> Path:
    if target.exists():
        if is_whole(target, recipe):  # another process was faster
            return target
        shutil.rmtree(target)
    building.chmod(0o755)  # mkdtemp makes it private; other engines of this machine may read it
    building.rename(target)
    _flush(target.parent)
    return target


def _flush(path: Path) -> None:
    """Makes a file's or folder's content survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
