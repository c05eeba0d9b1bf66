"""The app of the closed partitions beside a group coordinator that is loading when the worker first asks it.

What is asked of a group while it loads: its offsets, who shares what, and whether a member is still there.
"""

from aiokafka.errors import GroupLoadInProgressError
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

from tests.kafka.closing_app import app
from tests.kafka.faults.partial_answers import Spoiler, loading, telling

__all__ = ["app"]

spoiler = Spoiler()
spoiler.offsets(loading, times=20)
spoiler.expect(SyncGroupRequest, telling(GroupLoadInProgressError), times=2)
spoiler.expect(HeartbeatRequest, telling(GroupLoadInProgressError), times=2)
spoiler.install()
