"""The one settings object, and the only file that reads the environment.

Later wins: the profile's defaults, then `colophon.toml`, then `COLOPHON_SECTION__KEY` variables.
docs/configuration.md lists every setting.
"""

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app.profiles import merged, with_defaults
from app.sections import (
    Alerts,
    Attachments,
    History,
    Log,
    Models,
    Network,
    Nightly,
    Parsing,
    Quality,
    Search,
    Server,
    Sessions,
    Uploads,
)
from retrieval.errors import Invalid

PREFIX: Final = "COLOPHON_"
CONFIG_VARIABLE: Final = "COLOPHON_CONFIG"  # path of colophon.toml; the one that is no setting


class Settings(BaseSettings):
    """`Settings(…)` itself reads nothing but its arguments; `load_settings` does."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        enable_decoding=False,  # lists are words with commas, not JSON
        extra="forbid",
        frozen=True,
    )

    profile: Literal["embedded", "local", "cluster"] = "embedded"
    data_dir: Path
    database_url: str = Field(
        default_factory=lambda values: f"sqlite:///{values['data_dir'] / 'colophon.sqlite3'}"
    )
    # Seals the sources' credentials; None: a key file in the data folder does.
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    server: Server = Server()
    models: Models
    search: Search
    uploads: Uploads = Uploads()
    attachments: Attachments = Attachments()
    parsing: Parsing = Parsing()
    nightly: Nightly = Nightly()
    network: Network = Network()
    alerts: Alerts = Alerts()
    history: History = History()
    quality: Quality = Quality()
    sessions: Sessions = Sessions()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        return with_defaults(values)

    @model_validator(mode="after")
    def _cluster_is_complete(self) -> "Settings":
        if self.profile == "cluster" and self.models.engine_url is None:
            raise ValueError("The profile “cluster” needs models.engine_url.")
        if self.profile == "cluster" and not self.database_url.startswith("postgresql"):
            raise ValueError("The profile “cluster” needs a PostgreSQL database_url.")
        return self


def load_settings(profile: str | None = None) -> Settings:
    """From the file and the environment; `profile` instead of theirs.

    Raises: Invalid with a sentence that names the key, for whoever starts Colophon.
    """
    known = frozenset(setting_names())
    file = _file_path()
    below = _read_file(file)
    for name in _names_in(below):
        if name not in known:
            raise Invalid(f"{file} sets “{name}”, {_no_such(name, known)}")
    for variable in sorted(os.environ):
        name = variable.removeprefix(PREFIX).lower().replace("__", ".")
        if variable.startswith(PREFIX) and variable != CONFIG_VARIABLE and name not in known:
            nearest = _variable(_nearest(name, known))
            raise Invalid(f"There is no setting {variable}. Did you mean {nearest}?")
    try:
        above = EnvSettingsSource(Settings)()
        if profile is not None:
            above = merged(above, {"profile": profile})
        return Settings(**merged({"data_dir": _data_dir()}, merged(below, above)))
    except ValidationError as error:
        raise Invalid(_first_problem(error)) from error


def setting_names(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Every setting, dotted: "server.port", "models.embedder.model", …"""
    for name, field in model.model_fields.items():
        nested = _section_of(field.annotation)
        if nested is not None:
            yield from setting_names(nested, f"{prefix}{name}.")
        else:
            yield prefix + name


def _section_of(annotation: object) -> type[BaseModel] | None:
    """The section that a setting is, optional or not."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _file_path() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(os.environ.get(CONFIG_VARIABLE) or Path(home) / "colophon" / "colophon.toml")


def _data_dir() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "colophon"


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        if CONFIG_VARIABLE in os.environ:
            raise Invalid(f"{CONFIG_VARIABLE} names {path}, but there is no such file.")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is not valid TOML: {error}.") from error


def _names_in(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _names_in(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def _no_such(name: str, known: Iterable[str]) -> str:
    return f"which is no setting. Did you mean “{_nearest(name, known)}”?"


def _nearest(name: str, known: Iterable[str]) -> str:
    return difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]


def _variable(name: str) -> str:
    return PREFIX + name.upper().replace(".", "__")


def _first_problem(error: ValidationError) -> str:
    """Never repeats the value: it may be a secret."""
    problem = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"The setting {name} ({_variable(name)}) is wrong: {message}." if name else message
