"""What is wrong with the settings, told all at once and in the operator's words (variables, not fields)."""

import difflib
import os
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError

PREFIX = "TACTFUL_"
# Read by the tests, which look there for optional real data; not a setting of a worker.
FOREIGN = frozenset({"TACTFUL_DATA"})


def is_loopback(host: str) -> bool:
    """Whether what is said to a host stays on this machine."""
    bare = host.strip("[]").lower()
    try:
        return bare == "localhost" or ip_address(bare).is_loopback
    except ValueError:
        return False


def refuse_in_clear(settings: Mapping[str, Any]) -> None:
    """Raises ValueError where a password of SASL would cross a network in the clear."""
    if settings.get("security_protocol") != "SASL_PLAINTEXT" or settings.get("sasl_in_clear"):
        return
    if not all(is_loopback(server.rpartition(":")[0]) for server in settings.get("bootstrap_servers", ())):
        raise ValueError(
            f"the password would cross the network in the clear: set {variable('security_protocol')}=SASL_SSL, or "
            f"{variable('sasl_in_clear')}=because-private-network where nobody else can listen"
        )


class SettingsError(ValueError):
    """The settings are refused; `faults` holds one sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        noun = "setting is" if len(self.faults) == 1 else "settings are"
        super().__init__(f"{len(self.faults)} {noun} wrong:\n" + "\n".join(f"  - {fault}" for fault in self.faults))


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def unknown_variables(fields: Iterable[str], env_file: str | None) -> list[str]:
    """A misspelt variable would be silently without effect; each gets a hint."""
    known = {variable(field) for field in fields}
    faults = []
    for source, names in (("the environment", list(os.environ)), (env_file or "", _names_in(env_file))):
        for name in sorted(names):
            upper = name.upper()
            if upper.startswith(PREFIX) and upper not in known | FOREIGN:
                faults.append(f"{name} (in {source}) is not a setting{_hint(upper, known)}")
    return faults


def unknown_arguments(fields: Iterable[str], given: Iterable[str]) -> list[str]:
    known = set(fields)
    return [f"{name} is not a setting{_hint(name, known)}" for name in given if name not in known]


def invalid_values(error: ValidationError) -> list[str]:
    """One sentence for each fault pydantic found, without the value: a secret may have been typed into any setting."""
    faults = []
    for fault in error.errors(include_url=False, include_input=False):
        field = str(fault["loc"][0]) if fault["loc"] else ""
        faults.append(f"{variable(field)}: {_said(fault)}")
    return faults


def _said(fault: Mapping[str, object]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    return message if message[:2].isupper() else message[:1].lower() + message[1:]


def _names_in(env_file: str | None) -> list[str]:
    return list(dotenv_values(env_file, encoding="utf-8-sig")) if env_file else []


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    return f"; did you mean {near[0]}?" if near else ""
