"""What is kept is encrypted, recoverable, private, and outlives its stack."""

import json

from tests.infrastructure.synthesized import Deployment, every

EXPIRING = {"mam-meters", "mam-agent-runs", "mam-sessions", "mam-api-keys", "mam-account-mails"}
STREAMED = {"mam-market-opportunities", "mam-agents", "mam-users", "mam-account-mails"}
TABLES = {
    "mam-market-opportunities": (["opportunity_id"], {"by_status": ["status", "score"]}),
    "mam-problems": (["problem_id"], {"by_opportunity": ["opportunity_id", "problem_id"]}),
    "mam-seen-posts": (["post_id"], {}),
    "mam-agents": (["slug"], {"by_status": ["status", "published_at"]}),
    "mam-agent-versions": (["slug", "version"], {}),
    "mam-agent-tasks": (["agent", "task_id"], {}),
    "mam-meters": (["key"], {}),
    "mam-agent-runs": (["run_id"], {}),
    "mam-users": (["user_id"], {}),
    "mam-sessions": (["session_id"], {"by_user": ["user_id"]}),
    "mam-api-keys": (["key_id"], {"by_account": ["account_id", "created_at"]}),
    "mam-account-mails": (["mail_id"], {"by_subject": ["subject"]}),
    "mam-workflow-failures": (["execution", "failure_id"], {}),
}


def _names(schema: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in schema]


def test_tables_have_the_keys_that_the_adapters_use(deployment: Deployment) -> None:
    found = {
        table.properties["TableName"]: (
            _names(table.properties["KeySchema"]),
            {
                index["IndexName"]: _names(index["KeySchema"])
                for index in table.properties.get("GlobalSecondaryIndexes", [])
            },
        )
        for table in deployment.of("AWS::DynamoDB::GlobalTable")
    }

    assert found == TABLES


def test_tables_are_encrypted_recoverable_and_paid_by_use(deployment: Deployment) -> None:
    for table in deployment.of("AWS::DynamoDB::GlobalTable"):
        properties = table.properties
        assert properties["SSESpecification"]["SSEEnabled"] is True
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert table.raw["UpdateReplacePolicy"] == "Retain"
        for replica in every(properties["Replicas"]):
            assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
            assert replica["DeletionProtectionEnabled"] is True


def test_what_may_go_expires_and_what_others_follow_is_streamed(deployment: Deployment) -> None:
    tables = {table.properties["TableName"]: table.properties for table in deployment.of("AWS::DynamoDB::GlobalTable")}

    expiring = {name for name, properties in tables.items() if "TimeToLiveSpecification" in properties}
    streamed = {
        name
        for name, properties in tables.items()
        if properties.get("StreamSpecification", {}).get("StreamViewType") == "NEW_AND_OLD_IMAGES"
    }

    assert (expiring, streamed) == (EXPIRING, STREAMED)
    assert {tables[name]["TimeToLiveSpecification"]["AttributeName"] for name in expiring} == {"expires_at"}


def test_buckets_are_private_encrypted_and_reached_over_tls_only(deployment: Deployment) -> None:
    buckets = list(deployment.of("AWS::S3::Bucket"))
    assert len(buckets) == 2
    for bucket in every(buckets):
        assert all(every(bucket.properties["PublicAccessBlockConfiguration"].values()))
        assert bucket.properties["BucketEncryption"]
        policies = [
            statement
            for policy in deployment.of("AWS::S3::BucketPolicy")
            if policy.raw["Properties"]["Bucket"] == {"Ref": bucket.logical_id}
            for statement in policy.properties["PolicyDocument"]["Statement"]
        ]
        denied = [one for one in policies if one["Effect"] == "Deny"]
        assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_artifacts_are_versioned_and_scans_and_demos_expire(deployment: Deployment) -> None:
    [artifacts] = [
        bucket for bucket in deployment.of("AWS::S3::Bucket") if "VersioningConfiguration" in bucket.properties
    ]

    rules = artifacts.properties["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule} == {
        "scans/": 90,
        "demos/": 7,
    }


def test_no_template_holds_a_secret(deployment: Deployment) -> None:
    secrets = list(deployment.of("AWS::SecretsManager::Secret"))

    assert {secret.properties["Name"] for secret in secrets} == {"mam/anthropic", "mam/reddit", "mam/access-tokens"}
    assert not any("SecretString" in secret.properties for secret in secrets)
    [made] = [secret.properties for secret in secrets if "GenerateSecretString" in secret.properties]
    assert made["Name"] == "mam/access-tokens"
    assert json.loads(made["GenerateSecretString"]["SecretStringTemplate"]) == {"current": "first"}
    assert made["GenerateSecretString"]["PasswordLength"] >= 32


def test_queues_are_encrypted_and_hand_over_what_nobody_can_process(deployment: Deployment) -> None:
    for queue in deployment.of("AWS::SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True
        name = queue.properties["QueueName"]
        assert name.endswith("-dead-letters") or queue.properties["RedrivePolicy"]["maxReceiveCount"] == 3
