"""Everything that an entry point holds while Colophon is open."""

from dataclasses import dataclass

from app.models import Models
from app.platform import Platform
from app.sample_library import SampleLibrary


@dataclass(frozen=True, slots=True)
class House:
    platform: Platform
    models: Models
    samples: SampleLibrary
