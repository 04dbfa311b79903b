"""The queue that hands demos to their worker. A message carries the token; everything else is in the demo's row."""

import json


class SqsDemoQueue:
    """Implements `shared.runs.demo.DemoQueue`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, token: str, request_id: str) -> None:
        from shared.adapters.aws_clients import sqs

        sqs().send_message(QueueUrl=self._url, MessageBody=json.dumps({"token": token, "request_id": request_id}))

    def waiting(self) -> int:
        """Messages that no worker has taken yet, about."""
        from shared.adapters.aws_clients import sqs

        name = "ApproximateNumberOfMessages"
        attributes = sqs().get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])["Attributes"]
        return int(attributes[name])
