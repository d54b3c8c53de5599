from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, load_settings, setting_names
from retrieval.errors import Invalid

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without any of our variables."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path


def write_file(home: Path, text: str) -> Path:
    file = home / "config" / "colophon" / "colophon.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_without_anything_it_is_the_embedded_profile_on_loopback(home: Path) -> None:
    settings = load_settings()
    assert settings.profile == "embedded"
    assert settings.data_dir == home / "share" / "colophon"
    assert settings.database_url == f"sqlite:///{home}/share/colophon/colophon.sqlite3"
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    embedder = settings.models.embedder
    assert (embedder.model, embedder.dimension, embedder.pooling) == (
        "multilingual-e5-small",
        384,
        "mean",
    )
    assert (embedder.query_prefix, embedder.passage_prefix) == ("query: ", "passage: ")
    assert settings.models.generator == "SmolLM2-135M-Instruct"
    assert settings.models.reranker is None
    assert settings.models.engine_url is None
    assert settings.nightly.cron == "0 2 * * *"
    assert settings.uploads.max_bytes == 200 * 1024 * 1024


def test_the_local_profile_names_the_large_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOPHON_PROFILE", "local")
    models = load_settings().models
    assert models.embedder.model == "BAAI/bge-m3"
    assert (models.embedder.dimension, models.embedder.pooling) == (1024, "cls")
    assert models.embedder.query_prefix == models.embedder.passage_prefix == ""
    assert models.reranker == "BAAI/bge-reranker-v2-m3"
    assert models.generator == "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"


def test_a_command_can_ask_for_another_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOPHON_PROFILE", "embedded")
    monkeypatch.setenv("COLOPHON_MODELS__GENERATOR", "our own")
    settings = load_settings("local")
    assert (settings.profile, settings.models.reranker) == ("local", "BAAI/bge-reranker-v2-m3")
    assert settings.models.generator == "our own"
    with pytest.raises(Invalid, match="profile"):
        load_settings("lokal")


def test_the_environment_wins_over_the_file_and_the_file_over_the_profile(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(
        home,
        """
        [server]
        port = 9000
        trusted_hosts = ["ask.example.com"]
        [models]
        generator = "from the file"
        answer_tokens = 99
        """,
    )
    monkeypatch.setenv("COLOPHON_SERVER__PORT", "9001")
    monkeypatch.setenv("COLOPHON_MODELS__GENERATOR", "from the environment")
    settings = load_settings()
    assert settings.server.port == 9001
    assert settings.server.trusted_hosts == ("ask.example.com",)
    assert settings.models.generator == "from the environment"
    assert settings.models.answer_tokens == 99
    assert settings.models.embedder.model == "multilingual-e5-small"


def test_another_known_embedder_brings_its_own_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOPHON_MODELS__EMBEDDER__MODEL", "BAAI/bge-m3")
    monkeypatch.setenv("COLOPHON_MODELS__EMBEDDER__DTYPE", "bfloat16")
    embedder = load_settings().models.embedder
    assert (embedder.dimension, embedder.pooling, embedder.dtype) == (1024, "cls", "bfloat16")


def test_an_unknown_embedder_must_say_how_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOPHON_MODELS__EMBEDDER__MODEL", "our/own")
    with pytest.raises(Invalid, match=r"models\.embedder\.revision .*Field required"):
        load_settings()


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("COLOPHON_SERVER__PROT", "COLOPHON_SERVER__PORT"),
        ("COLOPHON_SERVER_PORT", "COLOPHON_SERVER__PORT"),
        ("COLOPHON_DATADIR", "COLOPHON_DATA_DIR"),
        ("COLOPHON_MODELS__EMBEDDER__NAME", "COLOPHON_MODELS__EMBEDDER__MODEL"),
    ],
)
def test_an_unknown_variable_refuses_the_start_and_names_the_nearest(
    monkeypatch: pytest.MonkeyPatch, variable: str, nearest: str
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(Invalid) as refusal:
        load_settings()
    assert str(refusal.value) == f"There is no setting {variable}. Did you mean {nearest}?"


def test_an_unknown_key_of_the_file_refuses_the_start_and_names_the_nearest(home: Path) -> None:
    file = write_file(home, "[serch]\ncandidates = 5\n")
    with pytest.raises(Invalid) as refusal:
        load_settings()
    assert str(refusal.value) == (
        f"{file} sets “serch.candidates”, which is no setting. Did you mean “search.candidates”?"
    )


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("COLOPHON_SERVER__PORT", "eighty", "server.port (COLOPHON_SERVER__PORT) is wrong"),
        ("COLOPHON_SERVER__PORT", "70000", "65535"),
        ("COLOPHON_PROFILE", "huge", "'embedded', 'local' or 'cluster'"),
        ("COLOPHON_NIGHTLY__CRON", "at night", "nightly.cron"),
        ("COLOPHON_NIGHTLY__CRON", "99 99 99 99 99", "names no times"),
        ("COLOPHON_MODELS__ENGINE_URL", "engine:8000/v1", "must begin with http://"),
        ("COLOPHON_SERVER__PUBLIC_URL", "ask.example.com", "must begin with http://"),
        ("COLOPHON_LOG__FORMAT", "xml", "'json' or 'console'"),
    ],
)
def test_a_wrong_value_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Invalid) as refusal:
        load_settings()
    assert words in str(refusal.value)


def test_lists_are_words_with_commas_and_nothing_is_an_empty_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLOPHON_PROFILE", "local")
    monkeypatch.setenv("COLOPHON_SERVER__TRUSTED_HOSTS", "ask.example.com, ask")
    monkeypatch.setenv("COLOPHON_MODELS__RERANKER", "")
    settings = load_settings()
    assert settings.server.trusted_hosts == ("ask.example.com", "ask")
    assert settings.models.reranker is None


def test_a_section_that_is_no_section_is_refused(home: Path) -> None:
    write_file(home, "server = 8080\n")
    with pytest.raises(Invalid, match="server"):
        load_settings()


def test_a_secret_is_not_repeated_in_messages_or_prints(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOPHON_MODELS__API_KEY", "sk-hunter2")
    settings = load_settings()
    assert "hunter2" not in repr(settings)
    assert settings.models.api_key.get_secret_value() == "sk-hunter2"
    write_file(home, '[models]\nengine_url = ["hunter2"]\n')
    with pytest.raises(Invalid) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)


def test_the_cluster_needs_an_engine_and_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOPHON_PROFILE", "cluster")
    with pytest.raises(Invalid, match=r"needs models\.engine_url"):
        load_settings()
    monkeypatch.setenv("COLOPHON_MODELS__ENGINE_URL", "http://gpu:8000/v1")
    with pytest.raises(Invalid, match="needs a PostgreSQL database_url"):
        load_settings()
    monkeypatch.setenv("COLOPHON_DATABASE_URL", "postgresql+psycopg://db/colophon")
    assert load_settings().models.embedder.model == "BAAI/bge-m3"


def test_the_file_can_lie_elsewhere_but_must_then_exist(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOPHON_CONFIG", str(home / "other.toml"))
    with pytest.raises(Invalid, match="no such file"):
        load_settings()
    (home / "other.toml").write_text("profile = 'local'")
    assert load_settings().profile == "local"
    (home / "other.toml").write_text("profile = ")
    with pytest.raises(Invalid, match="not valid TOML"):
        load_settings()


def test_settings_are_frozen_and_read_nothing_by_themselves(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOPHON_SERVER__PORT", "9001")
    settings = Settings(data_dir=home)
    assert settings.server.port == 8080
    with pytest.raises(ValidationError):
        settings.profile = "local"
    with pytest.raises(ValidationError):
        settings.server.port = 1


@pytest.mark.parametrize(
    ("server", "names"),
    [
        ({}, ("localhost", "127.0.0.1", "::1")),
        ({"host": "0.0.0.0"}, ("*",)),
        (
            {"host": "10.0.0.7", "trusted_hosts": ("ask.example.com",)},
            ("localhost", "127.0.0.1", "::1", "10.0.0.7", "ask.example.com"),
        ),
        (
            {"public_url": "https://ask.example.com:8443"},
            ("localhost", "127.0.0.1", "::1", "ask.example.com"),
        ),
    ],
)
def test_the_names_that_are_answered_follow_the_address(
    home: Path, server: dict[str, object], names: tuple[str, ...]
) -> None:
    assert Settings(data_dir=home, server=server).server.answers_to == names


def test_the_documentation_names_every_setting_with_its_variable() -> None:
    text = DOCUMENTATION.read_text()
    for name in setting_names():
        variable = "COLOPHON_" + name.upper().replace(".", "__")
        assert f"| `{name}` |" in text, name
        assert f"`{variable}`" in text, name


def test_the_documentation_names_no_setting_that_is_gone() -> None:
    lines = DOCUMENTATION.read_text().splitlines()
    documented = {line.split("`")[1] for line in lines if line.startswith("| `")}
    assert documented == set(setting_names())
