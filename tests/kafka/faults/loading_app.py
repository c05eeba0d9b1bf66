"""The app of the closed partitions beside a group coordinator that is loading when the worker first asks it."""

from tests.kafka.closing_app import app
from tests.kafka.faults.partial_answers import Spoiler, loading

__all__ = ["app"]

spoiler = Spoiler()
spoiler.offsets(loading, times=20)
spoiler.install()
