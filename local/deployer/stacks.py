"""Creates and updates CloudFormation stacks, and sets afterwards what the emulator's CloudFormation drops."""

import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.deployer.archive import zipped
from local.deployer.assembly import FileAsset, Stack

DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_WAIT_SECONDS = 120.0


class StackFailed(Exception):
    """CloudFormation gave a stack up; the message holds the first reasons it gave."""


class Stacks:
    def __init__(self, *, cloudformation: Any, s3: Any, ssm: Any, dynamodb: Any, lambda_: Any) -> None:
        self._cloudformation = cloudformation
        self._s3 = s3
        self._ssm = ssm
        self._dynamodb = dynamodb
        self._lambda = lambda_

    def bootstrap(self, stacks: list[Stack]) -> None:
        """What `cdk bootstrap` leaves: the assets' bucket and the version that templates ask for."""
        self._ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String", Overwrite=True)
        for bucket in sorted({asset.bucket for stack in stacks for asset in stack.assets}):
            try:
                self._s3.head_bucket(Bucket=bucket)
            except ClientError:
                self._s3.create_bucket(Bucket=bucket)

    def upload(self, asset: FileAsset) -> None:
        """Keys are content hashes: what is there already is the same."""
        try:
            self._s3.head_object(Bucket=asset.bucket, Key=asset.key)
        except ClientError:
            body = zipped(asset.path) if asset.is_folder else asset.path.read_bytes()
            self._s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=body)

    def deploy(self, stack: Stack) -> str:
        """ "created", "updated" or "unchanged"."""
        for asset in stack.assets:
            self.upload(asset)
        bucket = next(asset.bucket for asset in stack.assets if asset.key == stack.template_key)
        template = f"{self._s3.meta.endpoint_url}/{bucket}/{stack.template_key}"
        done = self._create_or_update(stack.name, template)
        self._set_what_was_dropped(stack)
        return done

    def _create_or_update(self, name: str, template: str) -> str:
        status = self._status(name)
        if status is not None and status.startswith(("ROLLBACK", "CREATE_FAILED", "DELETE_FAILED")):
            self._cloudformation.delete_stack(StackName=name)
            self._settled(name)
            status = None
        verb = (
            self._cloudformation.create_stack
            if status in (None, "DELETE_COMPLETE")
            else self._cloudformation.update_stack
        )
        capabilities = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
        try:
            verb(StackName=name, TemplateURL=template, Capabilities=capabilities)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return "unchanged"
            raise StackFailed(f"{name}: {error}") from error
        final = self._settled(name)
        if final not in DEPLOYED:
            raise StackFailed(f"{name} ended as {final}:\n" + "\n".join(self._reasons(name)))
        return "created" if final == "CREATE_COMPLETE" else "updated"

    def _status(self, name: str) -> str | None:
        try:
            return str(self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        except ClientError:
            return None

    def _settled(self, name: str) -> str:
        give_up = time.monotonic() + _WAIT_SECONDS
        while True:
            status = self._status(name)
            if status is None:
                return "DELETE_COMPLETE"
            if not status.endswith("_IN_PROGRESS"):
                return status
            if time.monotonic() > give_up:
                raise StackFailed(f"{name} is still {status} after {_WAIT_SECONDS:.0f} s")
            time.sleep(0.02)

    def _reasons(self, name: str) -> Iterator[str]:
        events = self._cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        for event in reversed(events):
            if event["ResourceStatus"].endswith("FAILED"):
                reason = event.get("ResourceStatusReason")
                yield f"  {event['LogicalResourceId']} ({event.get('ResourceType')}): {reason}"

    def _set_what_was_dropped(self, stack: Stack) -> None:
        resources = self._cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
        physical = {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in resources}
        for logical, resource in stack.template.get("Resources", {}).items():
            properties: dict[str, Any] = resource.get("Properties", {})
            match resource["Type"]:
                case "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable":
                    self._set_time_to_live(physical[logical], properties.get("TimeToLiveSpecification"))
                case "AWS::Lambda::Function":
                    self._set_concurrency(physical[logical], properties.get("ReservedConcurrentExecutions"))
                case _:
                    continue

    def _set_time_to_live(self, table: str, specification: dict[str, Any] | None) -> None:
        if specification is None:
            return
        present = self._dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if present.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
            self._dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)

    def _set_concurrency(self, function: str, reserved: int | None) -> None:
        if reserved is not None:
            self._lambda.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=int(reserved))


def stack_statuses(cloudformation: Any) -> dict[str, str]:
    """Every stack that exists, by name."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    return {str(each["StackName"]): str(each["StackStatus"]) for page in pages for each in page["Stacks"]}


def held_resources(cloudformation: Any) -> dict[str, list[tuple[str, str]]]:
    """Type and physical id of what each stack holds, by the stack's name."""
    return {
        name: [
            (each["ResourceType"], each.get("PhysicalResourceId", ""))
            for each in cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        ]
        for name, status in stack_statuses(cloudformation).items()
        if status != "DELETE_COMPLETE"
    }
