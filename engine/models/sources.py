"""From what the command line names to a folder on this disk: bundled, a folder, or a hub id."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

from engine.bundled.folders import Recipe, unpack_once
from engine.errors import ModelBroken
from engine.models.heads import FILES

# Weights come as safetensors only: any other format can run code when it is opened. The two small
# files of heads.py are the exception, and are opened as tensors alone.
_WANTED = [*FILES.values(), "*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_SAMPLE = 1 << 20  # bytes read at the beginning, middle and end of a file


@dataclass(frozen=True, slots=True)
class ModelFolder:
    name: str  # under which the server offers the model
    path: Path
    revision: str


def bundled_folder(recipe: Recipe, models_dir: Path) -> ModelFolder:
    """Raises: ModelBroken."""
    path = unpack_once(recipe, models_dir)
    return ModelFolder(recipe.name, path, f"{recipe.source_sha256[:12]}.{recipe.version}")


def named_folder(name: str) -> ModelFolder:
    """A folder of this machine, or a hub id, which is downloaded when it is not in the cache.

    Raises: ModelBroken.
    """
    given = Path(name).expanduser()
    if given.is_dir():
        return _checked(ModelFolder(given.resolve().name, given.resolve(), fingerprint(given)))
    try:
        snapshot = Path(snapshot_download(name, allow_patterns=_WANTED))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelBroken(
            f"{name!r} is neither a folder here nor a model that can be downloaded: {error}"
        ) from error
    return _checked(ModelFolder(name, snapshot, snapshot.name))


def fingerprint(folder: Path) -> str:
    """A short digest of the configuration and of samples of the weights: cheap for 70B, too."""
    digest = hashlib.sha256()
    for path in sorted((*folder.rglob("*.json"), *folder.rglob("*.safetensors"))):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}\n".encode())
        with path.open("rb") as stream:
            for start in (0, size // 2, max(0, size - _SAMPLE)):
                stream.seek(start)
                digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()[:16]


def _checked(folder: ModelFolder) -> ModelFolder:
    if not (folder.path / "config.json").is_file() or not any(folder.path.rglob("*.safetensors")):
        raise ModelBroken(
            f"{folder.path} is not a model folder: it needs config.json and weights as "
            "safetensors (pickled .bin weights are not opened, they can run code)."
        )
    return folder
