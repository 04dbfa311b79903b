"""The smallest CDK app that uses every kind of thing the product uses; the embedded cloud's own tests deploy it."""

import os
from pathlib import Path

from aws_cdk import App, Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration

HERE = Path(__file__).parent


class Hello(Stack):
    def __init__(self, app: App, name: str) -> None:
        super().__init__(app, name)
        table = dynamodb.TableV2(
            self,
            "Notes",
            table_name="hello-notes",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute="expires_at",
            removal_policy=RemovalPolicy.DESTROY,
        )
        queue = sqs.Queue(self, "Queue", queue_name="hello-queue", visibility_timeout=Duration.seconds(5))
        function = lambda_.Function(
            self,
            "Function",
            function_name="hello",
            runtime=lambda_.Runtime("python3.13", lambda_.RuntimeFamily.PYTHON),
            handler="hello.handler",
            code=lambda_.Code.from_asset(str(HERE / "function")),
            timeout=Duration.seconds(5),
            environment={"TABLE": table.table_name, "GREETING": "hello"},
        )
        table.grant_read_write_data(function)
        function.add_event_source(sources.SqsEventSource(queue, report_batch_item_failures=True))
        function.add_event_source(
            sources.DynamoEventSource(table, starting_position=lambda_.StartingPosition.TRIM_HORIZON)
        )
        api = apigateway.HttpApi(self, "Api", api_name="hello-api")
        api.add_routes(
            path="/api/v1/{proxy+}",
            methods=[apigateway.HttpMethod.ANY],
            integration=HttpLambdaIntegration("Hello", function),
        )
        sfn.StateMachine(
            self,
            "Machine",
            state_machine_name="hello",
            definition_body=sfn.DefinitionBody.from_file(str(HERE / "machine.json")),
            definition_substitutions={"Function": function.function_arn},
        )


if __name__ == "__main__":
    hello = App(outdir=os.environ["CDK_OUTDIR"], analytics_reporting=False)
    Hello(hello, "Hello")
    hello.synth()
