"""The sections of the settings: frozen values, with the limits that each may take."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from croniter import croniter
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

MIB = 1024 * 1024
LOOPBACK = ("localhost", "127.0.0.1", "::1")
CRON_FIELDS = 5
BUILT_WEB = Path(__file__).resolve().parent.parent / "web" / "dist"

Positive = Annotated[int, Field(ge=1)]


def _split(value: object) -> object:
    """ "a, b" of a variable is the list ["a", "b"] of the file."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _nothing(value: object) -> object:
    """ "" switches off what a profile fills in: neither TOML nor a variable can say "none"."""
    return None if value == "" else value


def _times(cron: str) -> str:
    if len(cron.split()) != CRON_FIELDS or not croniter.is_valid(cron):
        raise ValueError("It names no times; “0 2 * * *” means every night at two")
    return cron


def _web_address(value: str | None) -> str | None:
    parts = urlsplit(value or "http://nobody")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("It must begin with http:// or https://")
    return value


def _networks(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        ip_network(name)  # its ValueError names what is wrong
    return names


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Networks = Annotated[Names, AfterValidator(_networks)]
Optional = Annotated[str | None, BeforeValidator(_nothing)]
Url = Annotated[Optional, AfterValidator(_web_address)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(Section):
    """Where Colophon listens and under which names it answers."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: Url = None  # as people type it, e.g. "https://ask.example.com"
    secure_cookies: bool | None = None  # None: when public_url is https
    trusted_hosts: Names = ()  # empty: see `answers_to`
    trusted_proxies: Names = ()  # whose X-Forwarded-For counts
    web_dist: Path = BUILT_WEB

    @property
    def sends_secure_cookies(self) -> bool:
        if self.secure_cookies is None:
            return (self.public_url or "").startswith("https://")
        return self.secure_cookies

    @property
    def answers_to(self) -> tuple[str, ...]:
        """On loopback its own names and the public one; elsewhere any, unless names are set.

        The command line of this machine asks at loopback or at `host`, whatever names are set.
        """
        if self.trusted_hosts:
            return (*LOOPBACK, self.host, *self.trusted_hosts)
        if self.host not in LOOPBACK:
            return ("*",)
        public = urlsplit(self.public_url or "").hostname
        return (*LOOPBACK, public) if public else LOOPBACK


class EmbedderModel(Section):
    """The embedder's identity: a change of any of these needs new vectors."""

    model: str
    revision: str
    pooling: Literal["mean", "cls"]
    dtype: Literal["float32", "float16", "bfloat16"]
    dimension: Positive
    query_prefix: str
    passage_prefix: str


class Overflow(Section):
    """A second language model for when the first has no time. It may be on somebody else's machine:
    only knowledge bases that say so are read by it.
    """

    url: Annotated[str, AfterValidator(_web_address)]  # ends in /v1
    model: str
    key_file: Path | None = None  # its first line is the key
    # "full": the first refuses; "slow": one would wait for longer than `seconds`; "away": it does
    # not answer, or still loads.
    when: Annotated[
        tuple[Literal["full", "slow", "away"], ...], BeforeValidator(_split), Field(min_length=1)
    ] = ("full", "slow", "away")
    seconds: Positive = 20


class Models(Section):
    embedder: EmbedderModel
    # The one before: it answers until a knowledge base's new index is built and has passed.
    former: EmbedderModel | None = None
    generator: str
    reranker: Optional
    engine_url: Url = None  # ends in /v1; None: start our own engine process
    api_key: SecretStr | None = None  # for engine_url
    languages: tuple[Literal["en", "zh"], ...]  # that the generator writes; others get quotes
    context_tokens: Positive  # question, history and sources together
    answer_tokens: Positive  # reasoning and answer together
    # Seconds that people wait for the generator before answers get shorter, then rest on less, then
    # are quotes; 0: they wait as long as it takes.
    patience: Annotated[int, Field(ge=0)] = 20
    overflow: Overflow | None = None
    rephrases: bool = False  # it makes follow-ups into questions of their own where no rule can


class Search(Section):
    candidates: Positive = 50  # per ranking, before fusion
    passages: Positive  # that the generator reads


class Uploads(Section):
    max_bytes: Positive = 200 * MIB
    max_unpacked_bytes: Positive = 1024 * MIB  # of an office file, which is a zip archive
    # Bytes that stay free on the disk of the data folder; 0: uploads are taken until it is full.
    reserve_bytes: Annotated[int, Field(ge=0)] = 256 * MIB


class Attachments(Section):
    """Limits of the files that people attach to their questions."""

    max_bytes: Positive = 20 * MIB  # of one file
    max_pages: Positive = 200  # of one file
    max_passages: Positive = 600  # that one file is cut into
    seconds: Positive = 120  # for reading one file
    per_conversation: Positive = 10
    per_person: Positive = 100  # in all their conversations
    per_hour: Positive = 60  # that one person may attach
    unasked_hours: Positive = 24  # that a file is kept with which nothing was asked
    # After the last question of its conversation; 0: as long as the conversation.
    days: Annotated[int, Field(ge=0)] = 0


class Parsing(Section):
    """Limits of the child process that parses one file."""

    seconds: Positive = 300
    memory_bytes: Positive = 2048 * MIB
    max_pages: Positive = 5000
    ocr: Literal["auto", "off"] = "auto"  # pages without a text layer, and pictures


class Nightly(Section):
    enabled: bool = True
    # minute hour day month weekday, in the server's time zone
    cron: Annotated[str, AfterValidator(_times)] = "0 2 * * *"


class Network(Section):
    """Where fetching may go. Private, loopback and link-local addresses only when listed here."""

    allowed: Networks = ()  # "10.1.0.0/16", "fd00::/8"
    seconds: Positive = 60  # for one request
    proxy: Url = None  # http://…; the only way out when it is set


class Alerts(Section):
    """Whom to tell when a source fails, is held by the brake, or stays silent."""

    webhook: Url = None  # gets a JSON object by POST
    smtp_host: Optional = None
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: Optional = None
    smtp_password: SecretStr | None = None
    mail_from: Optional = None
    mail_to: Names = ()
    silence_hours: Positive = 26  # after a run that should have been


class History(Section):
    """What can be gone back to. What no snapshot and no recent revision shows is erased."""

    days: Positive = 30  # that every revision is kept
    snapshots: Positive = 14  # automatic ones, the newest; those made by hand stay


class Quality(Section):
    """What a new index may lose before it is refused, and when what is missing is gathered."""

    margin: Annotated[float, Field(ge=0.0, le=1.0)] = 0.02  # of the golden questions' recall
    # When unanswered questions are grouped: as `nightly.cron`, Mondays at five.
    weekly_cron: Annotated[str, AfterValidator(_times)] = "0 5 * * 1"


class Sessions(Section):
    hours: Positive = 168
    attempts: Positive = 10  # tries of a password per account and address, in a window
    window_minutes: Positive = 5


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "console"] = "json"
