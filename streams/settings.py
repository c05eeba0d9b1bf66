"""Every setting of a worker in one class, read from TACTFUL_… variables and .env, checked as a whole.

Field order matters: a field that is checked against another, or derives its default from it, comes after it.
"""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from aiokafka.helpers import create_ssl_context
from pydantic import BeforeValidator, Field, FilePath, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from streams.roles import INPUTS, OURS, PAYMENT_RECEIVED, REPAYMENT_MISSED, ROLES
from streams.settings_faults import (
    PREFIX,
    SettingsError,
    invalid_values,
    refuse_in_clear,
    unknown_arguments,
    unknown_variables,
    variable,
)
from streams.text_files import read_secret

__all__ = ["Settings", "SettingsError"]

DAY_S, MIB = 86_400, 1_048_576


def _known_zone(name: object) -> str:
    try:
        if not isinstance(name, str):
            raise ValueError
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("not a time zone of the IANA database") from error
    return name


def _split(value: object) -> object:
    """`a, b` as a variable would hold it."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _split_pairs(value: object) -> object:
    """`role=name, role=name` as a variable would hold it."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not equals for _, equals, _ in pairs):
        raise ValueError("expected role=name, role=name")
    return {role.strip(): name.strip() for role, _, name in pairs}


KnownZone = Annotated[str, BeforeValidator(_known_zone)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,200}$")]
Positive = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """`Settings()` raises SettingsError that names every fault at once."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8-sig", extra="ignore", frozen=True
    )

    # Names and places
    namespace: Annotated[Id, Field(description="in every transactional id, group and reminder id")] = "tactful"
    subtopology: Annotated[Id, Field(description="fixed part of the transactional ids")] = "reminders"
    topic_prefix: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9._-]{0,100}$", description="before default topic names")
    ] = ""
    topics: Annotated[
        Mapping[str, str],
        NoDecode,
        BeforeValidator(_split_pairs),
        Field(description="role=name where names differ"),
    ] = Field(default={}, validate_default=True)
    group_id: Annotated[str, Field(description="consumer group; default NAMESPACE-reminders")] = Field(
        default="", validate_default=True
    )
    instance_id: Annotated[Id | None, Field(description="static member of the group, unique for each worker")] = None
    data_dir: Annotated[Path, Field(description="scratch folder; nothing in it is needed again")] = Field(
        # Asked for when it is needed: a machine without such a folder can do without it.
        default_factory=lambda: Path(tempfile.gettempdir()) / "tactful"
    )
    cache: Annotated[Path | None, Field(description="where the embedded broker's jars are kept")] = None
    policy: Annotated[Path | None, Field(description="policy file; default: the one that ships")] = None
    texts: Annotated[Path | None, Field(description="folder of approved texts; default: those that ship")] = None
    packs: Annotated[Path | None, Field(description="folder of packs, searched before those that ship")] = None
    approvals: Annotated[
        Path | None, Field(description="who approved which pack and texts; without it nothing leaves")
    ] = None
    approvers: Annotated[
        Path | None, Field(description="list of those who may approve, kept where writers of approvals cannot write")
    ] = None
    calendars: Annotated[
        Path | None, Field(description="folder of calendars, each in the place of the one that ships with its id")
    ] = None
    earlier_policies: Annotated[
        Path | None, Field(description="folder of earlier versions of the policy, for cycles that began under them")
    ] = None
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="least level shown")] = "INFO"
    health_host: Annotated[str, Field(min_length=1, description="where /metrics, /livez, /readyz are")] = "127.0.0.1"
    health_port: Annotated[int, Field(ge=0, le=65535, description="0 turns them off")] = 6066

    # The cluster
    bootstrap_servers: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(min_length=1, description="host:port, host:port"),
    ] = ("127.0.0.1:9092",)
    security_protocol: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"],
        Field(description="how to talk to the cluster"),
    ] = "PLAINTEXT"
    sasl_username: Annotated[str | None, Field(description="needed by SASL")] = None
    sasl_password: Annotated[SecretStr | None, Field(description="needed by SASL, here or as a file")] = None
    sasl_password_file: Annotated[FilePath | None, Field(description="a mounted secret")] = None
    sasl_in_clear: Annotated[
        Literal["because-private-network"] | None,
        Field(description="the word that lets SASL_PLAINTEXT go to another machine"),
    ] = None
    sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None, Field(description="needed by SASL")
    ] = Field(default=None, validate_default=True)
    ssl_cafile: Annotated[FilePath | None, Field(description="PEM; default: the system's authorities")] = None
    ssl_keyfile: Annotated[FilePath | None, Field(description="PEM key of the client certificate")] = None
    ssl_keyfile_password: Annotated[SecretStr | None, Field(description="if the key is encrypted")] = None
    ssl_certfile: Annotated[FilePath | None, Field(description="PEM client certificate")] = Field(
        default=None, validate_default=True
    )

    # Topics
    partitions: Annotated[int, Field(gt=0, le=1000, description="of every topic but the controls")] = 4
    replication_factor: Annotated[int, Field(ge=-1, le=9, description="-1: the cluster's own default")] = -1
    retention_outage_hours: Annotated[Positive, Field(description="outage the inputs must survive")] = 168
    input_max_bytes: Annotated[int, Field(ge=1024, description="largest body that is read")] = 65_536
    dead_letter_max_bytes: Annotated[int, Field(ge=1024, description="largest dead letter")] = 1_200_000

    # The engine
    commit_interval_ms: Annotated[Positive, Field(description="least time between two commits of a partition")] = 100
    batch_flush_bytes: Annotated[Positive, Field(description="output batch that is sent at once")] = 200_000
    # While a chunk is handled the loop does nothing else: no step of a commit, no answer to /livez. 200 facts: 50 ms.
    chunk_max_records: Annotated[Positive, Field(description="facts handled in one go")] = 200
    tick_max_accounts: Annotated[Positive, Field(description="due accounts handled in one go")] = 100
    buffer_max_bytes: Annotated[int, Field(ge=MIB, description="fetched and waiting, each partition")] = 16 * MIB
    fetch_wait_ms: Annotated[Positive, Field(description="how long the broker may hold a fetch")] = 100
    fetch_pacing_ms: Annotated[int, Field(ge=0, description="how long records gather once they flow")] = 80
    producer_request_timeout_ms: Annotated[Positive, Field(description="one answer of the cluster to a producer")] = (
        10_000
    )
    consumer_request_timeout_ms: Annotated[Positive, Field(description="one answer of the cluster to a consumer")] = (
        25_000
    )
    transaction_timeout_ms: Annotated[Positive, Field(description="after it the cluster aborts")] = Field(
        default=60_000, validate_default=True
    )
    heartbeat_interval_ms: Annotated[Positive, Field(description="sign of life to the group")] = 3_000
    session_timeout_ms: Annotated[Positive, Field(description="silence after which a worker is replaced")] = Field(
        default=10_000, validate_default=True
    )
    rebalance_timeout_ms: Annotated[
        Positive, Field(description="for finishing work in hand when the group changes")
    ] = 20_000

    # Time
    clock: Annotated[Literal["system", "replay"], Field(description="replay: driven by progress marks")] = "system"
    tick_period_s: Annotated[Positive, Field(description="divides a day, or is whole days")] = 1
    tick_offset_s: Annotated[int, Field(ge=0, description="after local midnight, less than the period")] = Field(
        default=0, validate_default=True
    )
    tick_zone: Annotated[KnownZone, Field(description="whose midnight the grid starts from")] = "UTC"
    replay_speed: Annotated[float | None, Field(gt=0, description="simulated seconds a second")] = None
    silencing_inputs: Annotated[
        tuple[str, ...] | None,
        NoDecode,
        BeforeValidator(_split),
        Field(description="roles; default: all inputs"),
    ] = None
    marked_inputs: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(description="roles whose sources must give progress marks, else nothing is sent"),
    ] = (REPAYMENT_MISSED, PAYMENT_RECEIVED)
    retired_sources: Annotated[
        tuple[str, ...],
        NoDecode,
        BeforeValidator(_split),
        Field(description="sources that once gave marks and never will again"),
    ] = ()
    numbers: Annotated[
        Literal["off", "required"], Field(description="required: no number is written to before its word has come")
    ] = "off"
    unread_max: Annotated[int, Field(ge=0, description="open unread records of nobody that are borne")] = 10
    bad_share_max: Annotated[float, Field(gt=0, le=1, description="of a window: more of it bad pauses an input")] = 0.2
    bad_share_window: Annotated[int, Field(ge=10, description="records that make a window")] = 500
    tolerated_per_s: Annotated[Positive, Field(description="bad records of a partition that a person bears")] = 1000
    barrier_sample_max_age_ms: Annotated[Positive, Field(description="watermarks older than that are unknown")] = 1000
    open_transaction_alarm_s: Annotated[Positive, Field(description="an open transaction on an input that is told")] = (
        30
    )
    clock_skew_max_ms: Annotated[Positive, Field(description="difference from the brokers' clock that is borne")] = (
        5_000
    )

    def __init__(self, **values: Any) -> None:
        fields = type(self).model_fields
        env_file = values.get("_env_file", self.model_config.get("env_file"))
        faults = unknown_variables(fields, None if env_file is None else str(env_file))
        faults += unknown_arguments(fields, [name for name in values if not name.startswith("_")])
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError([*invalid_values(error), *faults]) from None
        if faults:
            raise SettingsError(faults)

    @field_validator("topics")
    @classmethod
    def _name_all_topics(cls, given: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        unknown = sorted(set(given) - set(ROLES))
        if unknown:
            raise ValueError(f"no such role (roles are {', '.join(ROLES)})")
        prefix, namespace = info.data.get("topic_prefix", ""), info.data.get("namespace", "")
        names = {role: f"{prefix}{role}" for role in ROLES}
        names |= {role: f"{prefix}{namespace}-{role}" for role in OURS}
        names.update(given)
        if len(set(names.values())) != len(names):
            raise ValueError("two roles have the same topic name")
        return names

    @field_validator("group_id")
    @classmethod
    def _name_group(cls, given: str, info: ValidationInfo) -> str:
        return given or f"{info.data.get('namespace', '')}-reminders"

    @field_validator("bootstrap_servers")
    @classmethod
    def _have_ports(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for server in given:
            host, _, port = server.rpartition(":")
            if not re.fullmatch(r"[A-Za-z0-9._:\[\]%-]+", host) or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError("not host:port, host:port")
        return given

    @field_validator("sasl_mechanism")
    @classmethod
    def _sasl_is_whole(cls, given: str | None, info: ValidationInfo) -> str | None:
        sasl = str(info.data.get("security_protocol", "")).startswith("SASL")
        password = info.data.get("sasl_password") or info.data.get("sasl_password_file")
        if sasl and not (given and info.data.get("sasl_username") and password):
            raise ValueError("SASL needs a mechanism, a user name and a password")
        refuse_in_clear(info.data)
        if not sasl and given:
            raise ValueError(f"has no effect unless {variable('security_protocol')} is SASL_…")
        return given

    @field_validator("ssl_certfile")
    @classmethod
    def _certificate_has_key(cls, given: Path | None, info: ValidationInfo) -> Path | None:
        if (given is None) != (info.data.get("ssl_keyfile") is None):
            raise ValueError("a client certificate needs both its certificate file and its key file")
        return given

    @field_validator("transaction_timeout_ms")
    @classmethod
    def _outlives_a_request(cls, given: int, info: ValidationInfo) -> int:
        if given <= info.data.get("producer_request_timeout_ms", 0):
            raise ValueError(f"must be longer than {variable('producer_request_timeout_ms')}")
        return given

    @field_validator("session_timeout_ms")
    @classmethod
    def _allows_lost_heartbeats(cls, given: int, info: ValidationInfo) -> int:
        if given < 3 * info.data.get("heartbeat_interval_ms", 0):
            raise ValueError(f"must be at least three times {variable('heartbeat_interval_ms')}")
        return given

    @field_validator("tick_period_s")
    @classmethod
    def _fits_a_day(cls, given: int) -> int:
        if DAY_S % given and given % DAY_S:
            raise ValueError("must divide a day (86400) or be whole days, else the grid moves with the date")
        return given

    @field_validator("tick_offset_s")
    @classmethod
    def _lies_in_the_period(cls, given: int, info: ValidationInfo) -> int:
        if given and given >= info.data.get("tick_period_s", DAY_S):
            raise ValueError(f"must be less than {variable('tick_period_s')}")
        return given

    @field_validator("silencing_inputs", "marked_inputs")
    @classmethod
    def _are_inputs(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        unknown = sorted(set(given or ()) - set(INPUTS))
        if unknown:
            raise ValueError(f"not an input (inputs are {', '.join(INPUTS)})")
        return given

    def kafka_security_kwargs(self) -> dict[str, Any]:
        """What every aiokafka client needs to talk to the cluster; empty for plain text."""
        if self.security_protocol == "PLAINTEXT":
            return {}
        kwargs: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol.endswith("SSL"):
            password = self.ssl_keyfile_password
            kwargs["ssl_context"] = create_ssl_context(
                cafile=self.ssl_cafile,
                certfile=self.ssl_certfile,
                keyfile=self.ssl_keyfile,
                password=None if password is None else password.get_secret_value(),
            )
        if self.security_protocol.startswith("SASL"):
            kwargs["sasl_mechanism"] = self.sasl_mechanism
            kwargs["sasl_plain_username"] = self.sasl_username
            kwargs["sasl_plain_password"] = self._sasl_password()
        return kwargs

    def _sasl_password(self) -> str:
        if self.sasl_password is not None:
            return self.sasl_password.get_secret_value()
        if self.sasl_password_file is None:
            raise SettingsError(["SASL needs a password"])
        return read_secret(self.sasl_password_file)

    def describe(self) -> list[dict[str, Any]]:
        """The effective values, secrets masked: what an operator wants to see before a worker starts."""
        values = self.model_dump(mode="json")  # SecretStr dumps as asterisks
        return [
            {
                "variable": variable(name),
                "value": values[name],
                "origin": "set" if name in self.model_fields_set else "default",
                "meaning": field.description or "",
            }
            for name, field in type(self).model_fields.items()
        ]
