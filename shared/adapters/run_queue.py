"""The queue that hands runs to their worker. A message carries the run's id; everything else is in its row."""

import json


class SqsRunQueue:
    """Implements `shared.runs.run.RunQueue`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, run_id: str, request_id: str) -> None:
        from shared.adapters.aws_clients import sqs

        sqs().send_message(QueueUrl=self._url, MessageBody=json.dumps({"run_id": run_id, "request_id": request_id}))

    def waiting(self) -> int:
        """The approximate number of messages that no worker has taken yet."""
        from shared.adapters.aws_clients import sqs

        name = "ApproximateNumberOfMessages"
        attributes = sqs().get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])["Attributes"]
        return int(attributes[name])
