"""Plain Python time spans as what CDK asks for, so that the configuration needs no CDK."""

from datetime import timedelta

from aws_cdk import Duration
from aws_cdk import aws_logs as logs


def duration(span: timedelta) -> Duration:
    return Duration.seconds(int(span.total_seconds()))


def retention(days: int) -> logs.RetentionDays:
    """The log retention of that many days; CloudWatch knows only certain numbers, and another one is an error here."""
    names = {7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH", 90: "THREE_MONTHS", 365: "ONE_YEAR"}
    return logs.RetentionDays[names[days]]
