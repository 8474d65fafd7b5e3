"""Profiles: what the settings of a home are where neither an option nor a variable says it."""

import json
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

EMBEDDED, STACK = "embedded", "stack"
PROFILES: dict[str, dict[str, Any]] = {
    EMBEDDED: {},
    # everything on the servers that `ratelake up` starts
    STACK: {
        "landing_url": "s3://landing/bundles",
        "lake_url": "s3://lake/tables",
        "spark_remote": "sc://localhost:{spark_port}",
        "cassandra_datacenters": 2,
    },
}
# what a home remembers of where it is
RESIDENCE = "residence.json"
REMEMBERED = ("profile", "landing_url", "lake_url")


class ProfileSource(PydanticBaseSettingsSource):
    """The last place to look for a setting: the profile that was asked for, or that the home
    remembers, with the places that it remembers."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError("what a profile says is given as a whole")

    def __call__(self) -> dict[str, Any]:
        given = self.current_state
        fields = self.settings_cls.model_fields
        home = Path(given.get("home", fields["home"].default)).expanduser()
        remembered = {
            name: value for name, value in read_residence(home).items() if name in REMEMBERED
        }
        profile = given.get("profile") or remembered.get("profile", "")
        ports = {name: field.default for name, field in fields.items() if name.endswith("_port")}
        values = {
            name: value.format(**{**ports, **given}) if isinstance(value, str) else value
            for name, value in PROFILES.get(profile, {}).items()
        }
        return {**values, **remembered, "profile": profile}


def read_residence(home: Path) -> dict[str, str]:
    """What the home remembers; nothing of one that has been on this disk all the time."""
    path = home / RESIDENCE
    if not path.exists():
        return {}
    remembered: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return remembered
