"""What stands where in the folder that holds all state of one operator."""

from pathlib import Path

from pydantic_settings import BaseSettings


class Home(BaseSettings):
    """The home and every file and folder in it that has a name."""

    home: Path = Path(".ratelake")

    @property
    def root(self) -> Path:
        return self.home.expanduser().resolve()

    @property
    def spool(self) -> Path:
        """Files fetched from SFTP servers that are in no bundle yet."""
        return self.root / "landing" / "sftp"

    @property
    def sftp_folder(self) -> Path:
        """The SFTP server of the home."""
        return self.root / "sftp"

    @property
    def partner_inboxes(self) -> Path:
        """A folder for each partner, in it one for each feed."""
        return self.root / "sftp" / "partners"

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
        return self.root / "s3" / "access" / f"{component}.json"

    @property
    def keycloak_folder(self) -> Path:
        """The Keycloak server of the home."""
        return self.root / "keycloak"

    def keycloak_access_file(self, name: str) -> Path:
        """The password of a first user, or how a client of that server reaches it."""
        return self.keycloak_folder / "access" / f"{name}.json"

    @property
    def dashboards_secrets(self) -> Path:
        """What Streamlit must know to have people signed in."""
        return self.root / "dashboards" / "secrets.toml"

    @property
    def metastore_folder(self) -> Path:
        """The Hive metastore of the home, and its database."""
        return self.root / "metastore"

    @property
    def spark_folder(self) -> Path:
        """The Spark cluster of the home."""
        return self.root / "spark"

    @property
    def spark_access_file(self) -> Path:
        """How runs reach that cluster, with the token that it asks for."""
        return self.spark_folder / "access" / "pipeline.json"

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
