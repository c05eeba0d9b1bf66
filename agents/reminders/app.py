"""The app by name, for Faust's own command line: `faust -A agents.reminders.app worker`."""

from agents.reminders.worker import build_app
from streams.settings import Settings

app = build_app(Settings())
