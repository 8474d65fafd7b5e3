"""What an operator can set (RATELAKE_* variables or options), read once and passed on."""

from pathlib import Path
from typing import Any, Self

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

    landing_url: str = Field(
        "", pattern="^(s3://.+)?$", description="s3://bucket/prefix for bundles; empty: the disk"
    )
    lake_url: str = Field(
        "", pattern="^(s3://.+)?$", description="s3://bucket/prefix for tables; empty: the disk"
    )
    lake_account: str = Field(
        "pipeline", pattern="^(pipeline|reader)$", description="as whom tables are reached there"
    )
    trial_of: Path | None = Field(
        None, description="the home that this one is a copy of, whose bucket it only reads"
    )
    s3_endpoint: str = Field("", description="empty: the home's own server, or with keys: AWS")
    s3_region: str = "us-east-1"
    s3_ca_file: Path | None = Field(None, description="authority of the endpoint's certificate")
    collect_access_key: str = Field("", description="of the account that brings bundles")
    collect_secret_key: SecretStr = SecretStr("")
    pipeline_access_key: str = Field("", description="of the account that reads them in runs")
    pipeline_secret_key: SecretStr = SecretStr("")
    reader_access_key: str = Field("", description="of the account that only reads tables")
    reader_secret_key: SecretStr = SecretStr("")
    s3_port: int = Field(7070, ge=1, le=65535, description="where `ratelake up s3` listens")

    trino_port: int = Field(8444, ge=1, le=65535, description="where `ratelake up trino` listens")
    trino_url: str = Field(
        "", pattern="^(https://.+)?$", description="a Trino server; empty: that of the home"
    )
    trino_ca_file: Path | None = Field(None, description="authority of its certificate")
    trino_user: str = Field("", description="empty: engineer, with the password that the home has")
    trino_password: SecretStr = SecretStr("")
    trino_token: SecretStr = Field(SecretStr(""), description="an access token instead of it")

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

    keycloak_port: int = Field(8443, ge=1, le=65535, description="of `ratelake up keycloak`")
    dashboards_port: int = Field(8501, ge=1, le=65535)
    dashboards_url: str = Field(
        "", description="what people type, behind a proxy; empty: http://localhost:<port>"
    )
    oidc_issuer: str = Field(
        "",
        pattern="^(https://.+)?$",
        description="who signs people in; empty: the home's Keycloak, if it has one",
    )
    oidc_client_id: str = "dashboards"
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_roles_claim: str = Field("roles", description="where its ID token holds the roles")
    oidc_ca_file: Path | None = Field(None, description="authority of the issuer's certificate")

    spark_remote: str = Field(
        "", description="a Spark Connect server, sc://host:port; empty: the engine in this process"
    )

    cassandra_hosts: str = Field("", description="comma-separated; empty: a node under the home")
    cassandra_datacenters: int = Field(
        1, ge=1, le=2, description="how many the home has a node in; one that has two keeps them"
    )
    cassandra_port: int = 9042
    cassandra_datacenter: str = "dc1"
    cassandra_keyspace: str = "ratelake"
    cassandra_username: str = ""
    cassandra_password: SecretStr = SecretStr("")
    cassandra_tls: bool = Field(True, description="false: hosts are spoken to in plain text")
    cassandra_ca_file: Path | None = Field(
        None, description="authority of the hosts' certificates; empty: those the machine trusts"
    )

    def elsewhere(self, home: Path, **others: Any) -> Self:
        """These settings for another home that touches nothing outside: it asks no server, keeps
        its bundles on the disk, and works in this process (a server's catalog is one home's)."""
        outside = {"inbox": None, "feeds_file": None, "partners_file": None}
        alone = {"landing_url": "", "lake_url": "", "spark_remote": ""}
        return self.model_copy(update={"home": home, **outside, **alone, **others})

    @property
    def root(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def original(self) -> Path:
        """The home, or that which it is a copy of: what is delivered there is known by that."""
        return self.trial_of or self.root

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
        return self.original / "sftp" / "partners"

    @property
    def reference_folder(self) -> Path:
        return (self.reference or PROJECT / "seeds").expanduser().resolve()

    @property
    def keyring_file(self) -> Path:
        return self.root / "keys" / "keyring.json"

    @property
    def bundles(self) -> Path:
        return self.root / "landing" / "bundles"

    @property
    def unfinished_bundle(self) -> Path:
        """The bundle that is being packed."""
        return self.root / "landing" / "bundle.parquet"

    @property
    def s3_folder(self) -> Path:
        """The S3 server of the home."""
        return self.root / "s3"

    def s3_access_file(self, component: str) -> Path:
        """How a component reaches that server, with its keys."""
        return self.original / "s3" / "access" / f"{component}.json"

    @property
    def keycloak_folder(self) -> Path:
        """The Keycloak server of the home."""
        return self.root / "keycloak"

    def keycloak_access_file(self, name: str) -> Path:
        """The password of a first user, or how a client of that server reaches it."""
        return self.keycloak_folder / "access" / f"{name}.json"

    @property
    def dashboards_address(self) -> str:
        return self.dashboards_url.rstrip("/") or f"http://localhost:{self.dashboards_port}"

    @property
    def dashboards_secrets(self) -> Path:
        """What Streamlit must know to have people signed in."""
        return self.root / "dashboards" / "secrets.toml"

    @property
    def trino_folder(self) -> Path:
        """The Trino server of the home."""
        return self.root / "trino"

    def trino_access_file(self, user: str) -> Path:
        """How a user reaches that server, with his password."""
        return self.trino_folder / "access" / f"{user}.json"

    @property
    def tls_folder(self) -> Path:
        """The home's certificate authority, and certificates by it."""
        return self.root / "tls"

    @property
    def journal_file(self) -> Path:
        return self.root / "landing" / "journal.sqlite"

    @property
    def collect_lock(self) -> Path:
        """Held by the process that collects; runs hold another one."""
        return self.root / "collect.lock"

    @property
    def lake(self) -> Path:
        """The Delta tables, in <schema>/<table>, where they are on this disk."""
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
