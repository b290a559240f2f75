"""Every setting of the service in one frozen struct, read once from kb.toml and the environment.

The environment wins over the file. Unknown keys are refused by name. Only the top floor reads this;
lower floors get plain values. docs/settings.md is generated from here.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

import msgspec

from kb_service.base.errors import invalid

PREFIX = "KB_"
_SWITCHES = ("watch", "demo", "mcp", "webhook_private")
_SECRETS = ("admin_password", "database_url", "encoder_key")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings with their defaults; each is documented beside itself."""

    host: Annotated[str, "Address to listen on."] = "127.0.0.1"
    port: Annotated[int, "Port to listen on."] = 8000
    data_dir: Annotated[Path, "Folder of the database, the blobs and the one-time link."] = Path(
        "var"
    )
    content_dir: Annotated[
        Path, "Folder of the handbook's Markdown files, kept in step both ways."
    ] = Path("content")
    index_dir: Annotated[
        Path, "Folder of the search index; a cache that can always be built anew."
    ] = Path("search_index")
    database_url: Annotated[
        str,
        "Database; empty means SQLite in the data folder. "
        "PostgreSQL: postgresql+psycopg://user:password@host/name",
    ] = ""
    admin_password: Annotated[
        str, "Password of `admin` at first start; empty prints a one-time link instead."
    ] = ""
    base_url: Annotated[
        str,
        "Address by which the world reaches the service, such as https://help.example.org. "
        "Empty: taken from each request, and links in mail are not possible.",
    ] = ""
    trusted_proxies: Annotated[
        str, "Addresses of proxies, by commas, whose X-Forwarded-* headers are believed."
    ] = ""
    timezone: Annotated[str, "The company's time zone: when a day begins."] = "Europe/Moscow"
    watch: Annotated[bool, "Take in changed files of the content folder while running."] = True
    demo: Annotated[
        bool, "Make one account per role with the password `demo`; for trying out only."
    ] = False
    mcp: Annotated[
        bool, "Serve the handbook as tools of language models at /mcp (package extra `mcp`)."
    ] = False
    encoder: Annotated[str, "Semantic search: `on` where its wheel is installed, `off`."] = "on"
    encoder_url: Annotated[
        str,
        "Address of an encoder of the company's own, asked as OpenAI's embeddings are, such as "
        "http://models.example.org/v1/embeddings. Empty: the one in the wheel, on this machine.",
    ] = ""
    encoder_model: Annotated[str, "Name of the model at `encoder_url`."] = ""
    encoder_dimensions: Annotated[int, "How many numbers a vector of `encoder_url` has."] = 0
    encoder_key: Annotated[str, "Key for `encoder_url`, sent as a bearer token."] = ""
    encoder_query_prefix: Annotated[
        str, "What the model at `encoder_url` wants before a question, such as `query: `."
    ] = ""
    encoder_passage_prefix: Annotated[
        str, "What it wants before a text of the handbook, such as `passage: `."
    ] = ""

    rating_days: Annotated[
        int,
        "For how many days readers' «did this help?» is kept, with what editors did about it. "
        "0: for ever.",
    ] = 1095
    webhook_hosts: Annotated[
        str,
        "Hosts, by commas, to which webhooks may be made; with `:port` only that port is meant. "
        "Empty: no webhook can be made.",
    ] = ""
    webhook_private: Annotated[
        bool,
        "Let webhooks go to private addresses and over plain http; for receivers inside the house.",
    ] = False

    @property
    def database(self) -> str:
        """The address of the database, SQLite's filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'kb.sqlite').absolute()}"

    @property
    def proxies(self) -> frozenset[str]:
        """The trusted proxies as a set."""
        return frozenset(part.strip() for part in self.trusted_proxies.split(",") if part.strip())


class Origin(msgspec.Struct, frozen=True):
    """One setting as it stands and where its value comes from."""

    name: str
    value: str
    origin: str
    help: str
    default: str


def load(environment: Mapping[str, str] | None = None, file: Path = Path("kb.toml")) -> Settings:
    """Read the settings. Raises: settings.unknown, settings.wrong, settings.file, by key."""
    return read(dict(os.environ) if environment is None else environment, file)[0]


def explain(
    environment: Mapping[str, str] | None = None, file: Path = Path("kb.toml")
) -> list[Origin]:
    """Give every setting with its value and origin, secrets hidden."""
    settings, origins = read(dict(os.environ) if environment is None else environment, file)
    helps = get_type_hints(Settings, include_extras=True)
    defaults = Settings()
    rows = []
    for name in Settings.__struct_fields__:
        shown = str(getattr(settings, name))
        if shown and name in _SECRETS:
            shown = "•••"
        rows.append(
            Origin(
                PREFIX + name.upper(),
                shown,
                origins.get(name, "default"),
                helps[name].__metadata__[0],
                str(getattr(defaults, name)),
            )
        )
    return rows


def read(environment: Mapping[str, str], file: Path) -> tuple[Settings, dict[str, str]]:
    """Give the settings and, for each that is set, where it was set."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file.is_file():
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise invalid("settings.file", file=str(file), problem=str(error)) from error
        origins = dict.fromkeys(values, str(file))
    for key, value in environment.items():
        # Variables of the tests' own machinery are not settings of the service.
        if key.startswith(PREFIX) and not key.startswith("KB_TEST_"):
            name = key.removeprefix(PREFIX).lower()
            values[name] = value
            origins[name] = key
    for name in values:
        if name not in Settings.__struct_fields__:
            raise invalid("settings.unknown", key=origins[name])
    return _converted(values, origins), origins


def _converted(values: dict[str, Any], origins: dict[str, str]) -> Settings:
    switches = {"on": True, "off": False, "1": True, "0": False, "true": True, "false": False}
    plain = {
        name: switches.get(str(value).lower(), value) if name in _SWITCHES else value
        for name, value in values.items()
    }
    for name, value in plain.items():
        try:
            msgspec.convert(
                {name: value},
                Settings,
                strict=False,
                dec_hook=lambda kind, text: kind(text),
            )
        except (msgspec.ValidationError, TypeError) as error:
            raise invalid("settings.wrong", key=origins[name], problem=str(error)) from error
        # An empty path is the working folder to Python: nobody means that.
        if name.endswith("_dir") and not str(value).strip():
            raise invalid("settings.wrong", key=origins[name], problem="the path of a folder")
    settings = msgspec.convert(
        plain, Settings, strict=False, dec_hook=lambda kind, text: kind(text)
    )
    if settings.encoder not in ("on", "off"):
        raise invalid("settings.wrong", key=origins["encoder"], problem="on, off")
    _check_encoder(settings, origins)
    return settings


def _check_encoder(settings: Settings, origins: dict[str, str]) -> None:
    """Refuse an encoder's address that cannot be asked. Raises: settings.wrong."""
    if not settings.encoder_url:
        return
    key = origins["encoder_url"]
    address = urlsplit(settings.encoder_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise invalid("settings.wrong", key=key, problem="http:// or https:// and a host")
    if not settings.encoder_model or settings.encoder_dimensions <= 0:
        raise invalid(
            "settings.wrong", key=key, problem="needs encoder_model and encoder_dimensions"
        )
