"""Sources between their HTTP shapes and the words of ingestion."""

from app.shapes.following import CredentialsIn, SourceIn, SourceOut, SourcePatchIn
from ingestion.sources.credentials import Credentials
from ingestion.sources.register import NewSource, SourceChange


def new_source(body: SourceIn) -> NewSource:
    return NewSource(
        location=body.location,
        kind=body.kind,
        options=body.options.model_dump(exclude_none=True),
        include=tuple(body.include),
        exclude=tuple(body.exclude),
        credentials=_credentials(body.credentials),
        cron=body.cron,
        brake_share=body.brake_share,
        restricted=bool(body.reader_group_ids),
    )


def changed_source(body: SourcePatchIn) -> SourceChange:
    return SourceChange(
        include=None if body.include is None else tuple(body.include),
        exclude=None if body.exclude is None else tuple(body.exclude),
        credentials=_credentials(body.credentials),
        cron=body.cron,
        brake_share=body.brake_share,
        enabled=body.enabled,
    )


def noted_change(before: SourceOut, after: SourceOut, body: SourcePatchIn) -> dict[str, str]:
    """For the audit log: what changed, and that credentials did, never what they are."""
    detail = {
        name: f"{_said(before, name)} → {_said(after, name)}"
        for name in ("include", "exclude", "cron", "brake_share", "enabled", "readers")
        if getattr(before, name) != getattr(after, name)
    }
    if body.credentials is not None:
        detail["credentials"] = "replaced"
    return detail


def _said(source: SourceOut, name: str) -> str:
    value = getattr(source, name)
    if name == "readers":
        value = [group.name for group in source.readers]
    if isinstance(value, list):
        return ", ".join(value) or "-"
    return "-" if value is None else str(value)


def _credentials(given: CredentialsIn | None) -> Credentials | None:
    if given is None:
        return None
    return Credentials(given.username, given.password.get_secret_value())
