"""What an operator can set (RATELAKE_* variables or options), read once and passed on."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent
FEEDS = ("usage", "account", "action", "payment")


class Settings(BaseSettings):
    """One operator's home and how to reach what is outside it.

    Sizes are bytes. Secrets come from the environment only and never show in a repr.
    """

    model_config = SettingsConfigDict(env_prefix="RATELAKE_", frozen=True)

    home: Path = Path(".ratelake")
    inbox: Path | None = Field(None, description="default: <home>/inbox")
    reference: Path | None = Field(None, description="default: the sample operator in seeds/")

    feeds_file: Path | None = Field(
        None, description="SFTP servers to fetch from; default: <home>/feeds.toml, if it is there"
    )

    after_collect: str = Field("keep", pattern="^(keep|delete)$")
    bundle_bytes: int = 128 * 1024**2
    row_group_bytes: int = 8 * 1024**2
    quiet_seconds: float = Field(0, description="leave files changed more recently than this")
    max_file_bytes: int = 512 * 1024**2
    max_expanded_bytes: int = 4 * 1024**3
    max_expansion_ratio: int = 200

    late_usage_grace_hours: int = Field(
        0, ge=0, le=24 * 31, description="how long after its end a billing cycle stays open"
    )

    sftp_address: str = Field("127.0.0.1", description="where `ratelake up sftp` listens")
    sftp_port: int = Field(2022, ge=1, le=65535)
    partners_file: Path | None = Field(
        None, description="who may bring files by SFTP; default: <home>/partners.toml"
    )
    partner_quiet_seconds: float = Field(
        10, ge=0, description="leave what a partner brings alone that changed more recently"
    )

    spark_remote: str = Field(
        "", description="a Spark Connect server, sc://host:port; empty: the engine in this process"
    )

    cassandra_hosts: str = Field("", description="comma-separated; empty: a node under the home")
    cassandra_port: int = 9042
    cassandra_datacenter: str = "dc1"
    cassandra_keyspace: str = "ratelake"
    cassandra_username: str = ""
    cassandra_password: SecretStr = SecretStr("")

    @property
    def root(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def inbox_folder(self) -> Path:
        return (self.inbox or self.root / "inbox").expanduser().resolve()

    @property
    def feeds_path(self) -> Path:
        return (self.feeds_file or self.root / "feeds.toml").expanduser().resolve()

    @property
    def spool(self) -> Path:
        """Files fetched from SFTP servers that are in no bundle yet."""
        return self.root / "landing" / "sftp"

    @property
    def partners_path(self) -> Path:
        return (self.partners_file or self.root / "partners.toml").expanduser().resolve()

    @property
    def sftp_folder(self) -> Path:
        """The SFTP server of the home."""
        return self.root / "sftp"

    @property
    def partner_inboxes(self) -> Path:
        """A folder for each partner, in it one for each feed."""
        return self.sftp_folder / "partners"

    @property
    def reference_folder(self) -> Path:
        return (self.reference or PROJECT / "seeds").expanduser().resolve()

    @property
    def plain_reference(self) -> Path:
        """The reference files as Spark reads them, written anew by every run."""
        return self.root / "reference"

    @property
    def keyring_file(self) -> Path:
        return self.root / "keys" / "keyring.json"

    @property
    def bundles(self) -> Path:
        return self.root / "landing" / "bundles"

    @property
    def journal_file(self) -> Path:
        return self.root / "landing" / "journal.sqlite"

    @property
    def collect_lock(self) -> Path:
        """Held by the process that collects; runs hold another one."""
        return self.root / "collect.lock"

    @property
    def lake(self) -> Path:
        """The Delta tables, in <schema>/<table>."""
        return self.root / "lake"

    @property
    def views(self) -> Path:
        """What each view says, in <order>-<schema>.<view>.sql."""
        return self.root / "views"

    @property
    def scratch(self) -> Path:
        """What only one run needs; nothing in it outlives the next."""
        return self.root / "scratch"

    @property
    def cassandra_folder(self) -> Path:
        return self.root / "cassandra"

    @property
    def logs(self) -> Path:
        return self.root / "logs"
