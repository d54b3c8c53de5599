import json
import subprocess
import sys
from pathlib import Path

from app.main import EVENTS, routed_app
from app.openapi import main, schema

SCHEMA = json.loads(schema())


def operations() -> dict[str, dict[str, object]]:
    return {
        f"{method} {path}": operation
        for path, methods in SCHEMA["paths"].items()
        for method, operation in methods.items()
    }


def test_the_schema_needs_no_platform_and_no_settings(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    run = [sys.executable, "-m", "app.openapi", str(file)]
    subprocess.run(run, check=True, env={"PATH": "", "HOME": str(tmp_path)})
    assert json.loads(file.read_text()) == SCHEMA
    assert list(tmp_path.iterdir()) == [file]


def test_the_schema_can_be_written_to_a_file_or_printed(tmp_path: Path, capsys) -> None:
    main([str(tmp_path / "openapi.json")])
    main([])
    assert (tmp_path / "openapi.json").read_text() == capsys.readouterr().out == schema()


def test_operations_are_named_after_their_functions_and_tagged() -> None:
    names = [operation["operationId"] for operation in operations().values()]
    assert "sign_in" in names
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)
    assert all(operation["tags"] for operation in operations().values())


def test_422_is_not_used() -> None:
    used = [name for name, operation in operations().items() if "422" in operation["responses"]]
    assert used == []
    assert "HTTPValidationError" not in SCHEMA["components"]["schemas"]


def test_every_operation_documents_its_errors() -> None:
    for name, operation in operations().items():
        if name.split()[1].startswith("/v1/"):
            continue
        error = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert error == {"$ref": "#/components/schemas/ErrorOut"}, name


def test_every_json_answer_has_a_shape() -> None:
    for name, operation in operations().items():
        for status, response in operation["responses"].items():
            shape = response.get("content", {}).get("application/json", {}).get("schema")
            assert shape != {}, (name, status)


def test_the_events_of_the_stream_are_described() -> None:
    schemas = SCHEMA["components"]["schemas"]
    assert {event.__name__ for event in EVENTS} <= schemas.keys()
    used = json.dumps(SCHEMA).split('"#/components/schemas/')[1:]
    assert {part.split('"')[0] for part in used} <= schemas.keys()


def test_events_do_not_change_the_shapes_of_the_routes() -> None:
    plain = super(type(routed_app()), routed_app()).openapi()["components"]["schemas"]
    assert {name: SCHEMA["components"]["schemas"][name] for name in plain} == plain
