"""Everything that an entry point holds while Colophon is open."""

from dataclasses import dataclass

from app.library.sample_library import SampleLibrary
from app.models.opening import Models
from app.platform import Platform


@dataclass(frozen=True, slots=True)
class House:
    platform: Platform
    models: Models
    samples: SampleLibrary
