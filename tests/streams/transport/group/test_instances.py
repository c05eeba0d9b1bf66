"""What a client id tells of the process that had an instance id."""

import os
import socket
import subprocess
import sys

from streams.settings import Settings
from streams.transport.group.instances import is_gone, member_client_id

HOST = socket.gethostname()


def test_a_static_member_names_its_process_and_others_do_not() -> None:
    assert member_client_id(Settings(_env_file=None, instance_id="w0")) == f"tactful-reminders@{HOST}:{os.getpid()}"
    assert member_client_id(Settings(_env_file=None)) == "tactful-reminders"


def test_only_a_dead_process_of_this_machine_is_known_to_be_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_gone(f"tactful-reminders@{HOST}:{ended.pid}")
    assert is_gone(f"tactful-reminders@{HOST}:{os.getpid()}")  # our own join, whose answer was lost
    assert not is_gone(f"tactful-reminders@{HOST}:1") or os.getpid() == 1
    assert not is_gone(f"tactful-reminders@elsewhere:{ended.pid}")
    for other in ("", "rdkafka", "tactful-reminders", f"x@{HOST}:", f"x@{HOST}:-1"):
        assert not is_gone(other)
