"""What a source is signed in with."""

import json
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """S3: access key and secret key; Git: user and token; WebDAV, sites: user and password."""

    username: str
    password: str = field(repr=False)

    def as_bytes(self) -> bytes:
        """To be sealed."""
        return json.dumps({"username": self.username, "password": self.password}).encode()


def credentials_of(content: bytes) -> Credentials:
    """What `as_bytes` made."""
    values = json.loads(content)
    return Credentials(values["username"], values["password"])
