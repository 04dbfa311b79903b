"""The smallest cloud assembly that uses every kind of thing the product uses, written by hand.

The embedded cloud's own tests deploy it: a real CDK app takes ten seconds to synthesize, this none.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from local.deployer.product import CdkApp

HERE = Path(__file__).parent
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
FUNCTION_ARN = {"Fn::GetAtt": ["Function", "Arn"]}


def hello() -> CdkApp:
    return CdkApp(synthesize=write_assembly, sources=(HERE,))


def write_assembly(folder: Path) -> None:
    function = f"asset.{_digest(HERE / 'function')}"
    shutil.copytree(HERE / "function", folder / function, ignore=shutil.ignore_patterns("__pycache__"))
    template = _template(f"{_digest(HERE / 'function')}.zip")
    (folder / "Hello.template.json").write_text(json.dumps(template))
    key = f"{hashlib.sha256(json.dumps(template).encode()).hexdigest()}.json"
    files = {
        "template": _file("Hello.template.json", "file", key),
        "function": _file(function, "zip", f"{_digest(HERE / 'function')}.zip"),
    }
    (folder / "Hello.assets.json").write_text(json.dumps({"version": "50.0.0", "files": files}))
    (folder / "manifest.json").write_text(json.dumps({"version": "50.0.0", "artifacts": _artifacts()}))


def _digest(folder: Path) -> str:
    files = sorted(each for each in folder.rglob("*.py"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in files)).hexdigest()


def _file(path: str, packaging: str, key: str) -> dict[str, Any]:
    return {
        "source": {"path": path, "packaging": packaging},
        "destinations": {"here": {"bucketName": BUCKET, "objectKey": key}},
    }


def _artifacts() -> dict[str, Any]:
    return {
        "Hello.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Hello.assets.json"}},
        "Hello": {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": "Hello.template.json"},
            "dependencies": ["Hello.assets"],
        },
    }


def _template(code: str) -> dict[str, Any]:
    return {
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
            "Notes": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "hello-notes",
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                },
            },
            "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "hello-dead-letters"}},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "hello-queue", "VisibilityTimeout": 1}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "hello",
                    "Runtime": "python3.13",
                    "Handler": "hello.handler",
                    "Code": {"S3Bucket": {"Fn::Sub": BUCKET}, "S3Key": code},
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Timeout": 3,
                    "ReservedConcurrentExecutions": 20,
                    "Environment": {"Variables": {"TABLE": "hello-notes", "GREETING": "hello"}},
                },
            },
            "QueueMapping": _mapping({"Fn::GetAtt": ["Queue", "Arn"]}, BatchSize=10),
            "StreamMapping": _mapping(
                {"Fn::GetAtt": ["Notes", "StreamArn"]},
                StartingPosition="TRIM_HORIZON",
                BatchSize=10,
                MaximumRetryAttempts=2,
                BisectBatchOnFunctionError=True,
                DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}},
            ),
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "hello-api", "ProtocolType": "HTTP"}},
            "Integration": {
                "Type": "AWS::ApiGatewayV2::Integration",
                "Properties": {
                    "ApiId": {"Ref": "Api"},
                    "IntegrationType": "AWS_PROXY",
                    "IntegrationUri": FUNCTION_ARN,
                    "PayloadFormatVersion": "2.0",
                },
            },
            "Route": {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": "Api"},
                    "RouteKey": "ANY /api/v1/{proxy+}",
                    "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "Integration"}]]},
                },
            },
            "Stage": {
                "Type": "AWS::ApiGatewayV2::Stage",
                "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
            },
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": "mam-hello",
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "DefinitionString": (HERE / "machine.json").read_text(),
                    "DefinitionSubstitutions": {"Function": FUNCTION_ARN},
                },
            },
        }
    }


def _mapping(source: Any, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": source,
            "FunctionName": {"Ref": "Function"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            **more,
        },
    }
