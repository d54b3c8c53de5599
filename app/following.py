"""The part of the composition root that follows sources: how they are opened, run and told of."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.clock import utc_now
from app.sections import Alerts as AlertSettings
from app.settings import Settings
from app.tokens import new_id
from ingestion.intake import Intake
from ingestion.removal import Removal
from ingestion.schedule import Schedule
from ingestion.sources.addresses import resolve
from ingestion.sources.alerts import Alerts, Channel, Noticing
from ingestion.sources.doors import Doors
from ingestion.sources.fetching import Fetcher, Network
from ingestion.sources.mail import Mail, MailServer
from ingestion.sources.refusals import Refusals
from ingestion.sources.register import Sources
from ingestion.sources.runs import Runs
from ingestion.sources.sealing import open_sealer
from ingestion.sources.starting import RunStarter
from ingestion.sources.sync import SourceSync
from ingestion.sources.taking import Taking
from ingestion.sources.webhook import Webhook
from retrieval.types import KnowledgeBaseId


@dataclass(frozen=True, slots=True)
class Following:
    sources: Sources
    starter: RunStarter
    sync: SourceSync
    alerts: Alerts

    def every_minute(self) -> None:
        """What is due is started first: a source that is being followed is not silent."""
        self.starter.start_due()
        self.alerts.look()


def follow_sources(
    settings: Settings,
    intake: Intake,
    removal: Removal,
    before_changes: Callable[[KnowledgeBaseId], object],
    noticing: Noticing,
) -> Following:
    """`noticing`: what else alerts tell of.

    Raises: Unavailable when the key of the credentials cannot be read.
    """
    database = intake.database
    network = Network(
        allowed=settings.network.allowed,
        seconds=settings.network.seconds,
        proxy=settings.network.proxy,
    )
    secret = settings.secret_key.get_secret_value() if settings.secret_key else None
    sealer = open_sealer(settings.data_dir, secret)
    doors = Doors(sealer, network, settings.data_dir / "sources")
    schedule = Schedule(settings.nightly.cron if settings.nightly.enabled else None)
    runs = Runs(database, utc_now)
    return Following(
        sources=Sources(database, removal, doors, new_id, utc_now),
        starter=RunStarter(database, intake.jobs, intake.starter, schedule, new_id, utc_now),
        sync=SourceSync(
            database,
            Taking(intake, runs, Refusals(database, utc_now)),
            removal,
            doors,
            runs,
            before_changes,
        ),
        alerts=Alerts(
            database,
            _channels(settings.alerts, network),
            schedule,
            timedelta(hours=settings.alerts.silence_hours),
            utc_now,
            [noticing],
        ),
    )


def _channels(settings: AlertSettings, network: Network) -> list[Channel]:
    """Those that are set up."""
    channels: list[Channel] = []
    if settings.webhook is not None:
        channels.append(
            Webhook(settings.webhook, lambda: Fetcher(network, resolve, time.monotonic))
        )
    if settings.smtp_host is not None and settings.mail_to:
        password = settings.smtp_password
        server = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=password.get_secret_value() if password else None,
            seconds=network.seconds,
            trust=ssl.create_default_context(),
        )
        sender = settings.mail_from or settings.mail_to[0]
        channels.append(Mail(server, sender, settings.mail_to))
    return channels
