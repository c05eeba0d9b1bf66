"""The commands by theme, and which file holds which: a command's file is loaded when it is asked for."""

from typing import Final, NamedTuple


class CommandPlace(NamedTuple):
    """Where a command is, and what the program's own help says of it: the first paragraph of the command's help."""

    module: str
    """Below ``agents.commands``; its ``register(app)`` puts the command on a Typer app."""
    help: str


COMMANDS: Final = {
    "worker": CommandPlace(
        "running",
        "Run one worker. Refuses to start, naming every fault at once; a lost offset closes its partition only.",
    ),
    "broker": CommandPlace(
        "running",
        "Run a real single-node Kafka for development until Ctrl-C. It needs Java 17 and, the first time, Maven.",
    ),
    "watch": CommandPlace(
        "running", "Watch what is issued, escalated and cancelled, and why. With --since or --until it ends by itself."
    ),
    "demo": CommandPlace(
        "running", "The main job on an embedded real Kafka: two workers, a generated portfolio, messages as they leave."
    ),
    "feed": CommandPlace("data", "Write facts to their topics, keyed by account, with progress marks."),
    "simulate": CommandPlace("data", "Try a policy on recorded facts, without Kafka: what would leave, when, and why."),
    "generate": CommandPlace(
        "data",
        "A seeded, realistic portfolio: good payers, forgetters, strugglers, part payers, returned debits, disorder.",
    ),
    "verify": CommandPlace(
        "proof.verify",
        "Recompute every message and decision from the topics and compare; exit code 1 if anything differs.",
    ),
    "audit": CommandPlace(
        "proof.audit",
        "Derive again, by code of its own, that nothing left that must not have left and that nobody was forgotten.",
    ),
    "report": CommandPlace(
        "proof.report",
        "What follows messages, by what they were and against the hold-out, with intervals that bear being looked at.",
    ),
    "erase": CommandPlace(
        "desk.erase", "Erase the person of an account: name, number and words go; opt-outs, holds and caps stay."
    ),
    "explain": CommandPlace(
        "desk.explain",
        "Why an account got a message, and why none on a day: facts, decisions and messages in plain words.",
    ),
    "show": CommandPlace(
        "desk.show",
        "The words of a message that is gone, rebuilt from its decision; exit code 1 where no hash proves them.",
    ),
    "index": CommandPlace(
        "desk.index", "Where each account's records lie: a local file that makes `tactful explain` quick."
    ),
    "pause": CommandPlace(
        "controls",
        "Stop sending: everything, or what matches all that is named. Facts go on, and what they take back leaves.",
    ),
    "resume": CommandPlace("controls", "End one pause; others go on."),
    "recall": CommandPlace(
        "controls",
        "Take back what left and may still be on its way. It pauses nothing: what is due next leaves all the same.",
    ),
    "allow": CommandPlace("controls", "Write to the listed accounts only, in place of an earlier list."),
    "activate": CommandPlace(
        "controls",
        "Say which version of a policy decides from a day on, by its hash. A worker with another one sends nothing.",
    ),
    "gateway": CommandPlace(
        "gateway",
        "Hand reminders over until stopped, to the file's provider or a stand-in: "
        "one line for each thing that happens.",
    ),
    "replies": CommandPlace(
        "heard", "Read what people wrote, and write what follows for the answered account, until stopped."
    ),
    "numbers": CommandPlace("heard", "Tell every account of a number what was said of the number, until stopped."),
    "topics": CommandPlace("topics", "Plan, create and check the topics."),
    "schema": CommandPlace("data", "The published JSON Schemas."),
    "config": CommandPlace("data", "The effective settings."),
    "policy": CommandPlace("policy.commands", "Policies, the packs of rules they write under, and their texts."),
    "controls": CommandPlace("controls", "What the controls read so far amount to."),
    "experiment": CommandPlace("experiments", "Champion and challengers: how each arm does, and the end of one."),
    "intake": CommandPlace("intake", "A bank's own topic to ours, by a mapping file."),
    "dead-letters": CommandPlace(
        "dead_letters.commands", "Inputs that could not be used: list, replay or dismiss them."
    ),
    "text": CommandPlace("policy.texts", "What a text may say."),
    "reply": CommandPlace("replies", "What borrowers reply, read by rules."),
}
