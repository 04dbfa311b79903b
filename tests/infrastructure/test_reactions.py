"""What reacts to a table's stream gives no record up before its time."""

from tests.infrastructure.synthesized import Deployment, every

DAY = 24 * 60 * 60


def test_a_stream_is_read_again_until_a_record_is_a_day_old(deployment: Deployment) -> None:
    sources = [source.properties for source in deployment.of("AWS::Lambda::EventSourceMapping")]
    streams = [source for source in sources if "StartingPosition" in source]

    for stream in every(streams):
        assert stream["MaximumRecordAgeInSeconds"] == DAY
        assert stream["MaximumRetryAttempts"] == -1
        assert stream["BisectBatchOnFunctionError"] is True
        assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert stream["DestinationConfig"]["OnFailure"]["Destination"]
