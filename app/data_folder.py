"""The folder that holds everything."""

from pathlib import Path

from retrieval.errors import Invalid


def make_data_folder(folder: Path) -> None:
    """For its owner only. Raises: Invalid when there can be no such folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Invalid(
            f"The data folder {folder} cannot be made: {error.strerror}. Set COLOPHON_DATA_DIR."
        ) from error
