"""What reacts to a table's stream gives no record up before its time.

An event of Stripe's lies in its own table besides, where the reconciler finds it: its record is given up after an hour,
so that one that cannot be processed holds up the others for no longer, and somebody is told.
"""

from tests.infrastructure.synthesized import Deployment, every

HOUR = 60 * 60
DAY = 24 * HOUR
GIVEN_UP_AFTER = {"mam-apply-event": HOUR}


def test_a_stream_is_read_again_until_a_record_is_a_day_old(deployment: Deployment) -> None:
    sources = [source.properties for source in deployment.of("AWS::Lambda::EventSourceMapping")]
    streams = [source for source in sources if "StartingPosition" in source]

    for stream in every(streams):
        assert stream["MaximumRecordAgeInSeconds"] == GIVEN_UP_AFTER.get(stream["FunctionName"], DAY)
        assert stream["MaximumRetryAttempts"] == -1
        assert stream["BisectBatchOnFunctionError"] is True
        assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert stream["DestinationConfig"]["OnFailure"]["Destination"]


def test_what_index_agent_passes_over_rings_an_alarm_of_this_deployment(
    deployment: Deployment, other: Deployment
) -> None:
    for each, namespace in ((deployment, "MAM"), (other, "SHOP")):
        alarms = [alarm.properties for alarm in each.of("AWS::CloudWatch::Alarm")]
        [found] = [alarm for alarm in alarms if alarm.get("MetricName") == "AgentsNotIndexed"]
        assert found["Namespace"] == namespace
        assert found["Threshold"] == 1
        assert found["AlarmActions"]
        functions = [function.properties for function in each.of("AWS::Lambda::Function")]
        [index_agent] = [one for one in functions if str(one.get("FunctionName", "")).endswith("-index-agent")]
        assert index_agent["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"] == namespace
