"""The app of the closed partitions in a worker whose group does not hear of one input at first."""

from typing import Any

from aiokafka.cluster import ClusterMetadata

from tests.kafka.closing_app import app, settings

__all__ = ["app"]

_INPUTS = {settings.topics["repayment-missed"], settings.topics["payment-received"]}
_update = ClusterMetadata.update_metadata
_answers = iter(range(8))


def _without_payments(cluster: Any, answer: Any) -> None:
    if {topic[1] for topic in answer.topics} == _INPUTS and next(_answers, None) is not None:
        answer.topics = [topic for topic in answer.topics if topic[1] != settings.topics["payment-received"]]
    _update(cluster, answer)


ClusterMetadata.update_metadata = _without_payments
