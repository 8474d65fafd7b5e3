"""What an operator can set (RATELAKE_* variables or options), read once and passed on."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ingestion.home import Home
from ingestion.profiles import EMBEDDED, ProfileSource

PROJECT = Path(__file__).resolve().parent.parent
FEEDS = ("usage", "account", "action", "payment")


class Settings(Home):
    """One operator's home and how to reach what is outside it.

    Sizes are bytes. Secrets come from the environment only and never show in a repr.
    """

    model_config = SettingsConfigDict(env_prefix="RATELAKE_", frozen=True)

    profile: str = Field(
        "",
        pattern="^(embedded|stack)?$",
        description="the defaults; empty: those the home has",
    )
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

    metastore_port: int = Field(9083, ge=1, le=65535, description="of `ratelake up metastore`")
    metastore_database_port: int = Field(5433, ge=1, le=65535, description="of its PostgreSQL")
    metastore_uri: str = Field(
        "", pattern="^(thrift://.+)?$", description="a Hive metastore; empty: that of the home"
    )
    metastore_ca_file: Path | None = Field(
        None, description="authority of its certificate; empty: it is asked in clear"
    )

    trino_port: int = Field(8444, ge=1, le=65535, description="where `ratelake up trino` listens")
    trino_workers: int = Field(
        0, ge=0, le=1, description="processes beside it that only work; 0: it works alone"
    )
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
    spark_token: SecretStr = Field(
        SecretStr(""), description="what it asks for; empty: what the home's own server does"
    )
    spark_port: int = Field(15002, ge=1, le=65535, description="of `ratelake up spark`")
    spark_master_port: int = Field(7077, ge=1, le=65535, description="of its master")

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

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return *sources, *named.values(), ProfileSource(settings_cls)

    def elsewhere(self, home: Path, **others: Any) -> Self:
        """These settings for another home that touches nothing outside: it asks no server, keeps
        its bundles on the disk, and works in this process (a server's catalog is one home's)."""
        outside = {"inbox": None, "feeds_file": None, "partners_file": None}
        alone = {"profile": EMBEDDED, "landing_url": "", "lake_url": "", "spark_remote": ""}
        return self.model_copy(update={"home": home, **outside, **alone, **others})

    @property
    def inbox_folder(self) -> Path:
        return (self.inbox or self.root / "inbox").expanduser().resolve()

    @property
    def feeds_path(self) -> Path:
        return (self.feeds_file or self.root / "feeds.toml").expanduser().resolve()

    @property
    def partners_path(self) -> Path:
        return (self.partners_file or self.root / "partners.toml").expanduser().resolve()

    @property
    def reference_folder(self) -> Path:
        return (self.reference or PROJECT / "seeds").expanduser().resolve()

    @property
    def dashboards_address(self) -> str:
        return self.dashboards_url.rstrip("/") or f"http://localhost:{self.dashboards_port}"
