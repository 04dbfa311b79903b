"""Every function runs with its sample event: deployed environment, moto, the stand-ins, no container."""

import base64
import json
import shutil
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.openapi import list_routed_folders
from infra_cdk.app import ROOT
from shared.accounts.hashes import hash_email
from shared.accounts.mail import MailKind
from shared.specs.effects import Succeeded
from shared.workflows.failures import StageFailed
from tests.infrastructure.recorded_calls import unknown_calls
from tests.integration.endpoint_events import TOKEN
from tests.integration.sample_account import (
    CHANGE_MAIL,
    KEY,
    LEAVING_USER,
    SECRET,
    UNSENT_MAIL,
    VERIFY_MAIL,
    put_key,
    put_mail,
    put_session,
    renew_accounts,
)
from tests.integration.sample_cloud import BUCKET, RECORDED, SampleCloud, http_sink, sample_cloud
from tests.integration.sample_world import EVENTS, WORLD

FOLDERS = sorted(handler.parent.relative_to(ROOT / "functions") for handler in ROOT.glob("functions/*/*/handler.py"))
HTTP = [folder.name for folder in list_routed_folders()]
STAGES = [folder.name for folder in FOLDERS if folder.parent.name in {"market", "factory"}]
BATCHES = ["erase_account", "index_agent", "perform_run", "send_mail"]

KEPT_OF_PEOPLE = ("users", "sessions", "api-keys", "account-mails")

pytestmark = pytest.mark.xdist_group("sample-events")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleCloud]:
    shutil.rmtree(RECORDED, ignore_errors=True)
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        sample_cloud(tmp_path_factory.mktemp("sample"), monkeypatch) as running,
    ):
        yield running


@pytest.fixture(autouse=True)
def accounts(cloud: SampleCloud) -> None:
    renew_accounts()


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def deployed(name: str) -> str:
    return f"mam-{name.replace('_', '-')}"


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_answers_its_sample_event(cloud: SampleCloud, name: str) -> None:
    assert cloud.call(deployed(name), sample(name))


@pytest.mark.parametrize("name", HTTP)
def test_an_endpoint_answers_its_sample_event(cloud: SampleCloud, name: str) -> None:
    answer = cloud.call(deployed(name), sample(name))

    assert answer["statusCode"] in {200, 201, 202, 204}, answer["body"]


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_leaves_nothing_behind(cloud: SampleCloud, name: str) -> None:
    assert cloud.call(deployed(name), sample(name)) == {"batchItemFailures": []}


def test_everything_is_indexed_anew(cloud: SampleCloud) -> None:
    assert cloud.call("mam-index-agent", {"reindex": True}) == {"agents": 1}
    assert cloud.call("mam-index-agent", sample("index_agent")) == {"batchItemFailures": []}


def test_a_failure_is_recorded_and_taken_up_again(cloud: SampleCloud) -> None:
    event = sample("record_failure")
    with pytest.raises(StageFailed, match="the model declined"):
        cloud.call("mam-record-failure", event)

    assert cloud.call("mam-record-failure", event | {"redrives": 1}) == {"resume": "generate_spec"}


def test_idle_tasks_are_reaped(cloud: SampleCloud) -> None:
    assert cloud.call("mam-reap-tasks", sample("reap_tasks"))["stopped"] == 1


def test_a_task_that_is_not_there_is_told(cloud: SampleCloud) -> None:
    assert cloud.call("mam-forward-to-task", sample("forward_to_task"))["status"] in {502, 504}


def test_the_base_image_is_made(cloud: SampleCloud) -> None:
    with http_sink() as (address, taken):
        cloud.call("mam-prepare-base-image", sample("prepare_base_image") | {"ResponseURL": address})

    assert [answer["Status"] for answer in taken] == ["SUCCESS"], taken


def test_bodies_that_do_not_fit_into_a_row_travel_through_s3(
    cloud: SampleCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_any_input()
    large = {"text": "x" * 40_000}
    event = sample("start_demo")
    started = cloud.call("mam-start-demo", event | {"body": json.dumps({"input": large})})
    assert started["statusCode"] == 202, started["body"]
    monkeypatch.setattr(cloud.tasks, "agent", lambda run_id, given, results: Succeeded(output=given))
    token = body_of(started)["token"]

    cloud.call("mam-perform-run", message(token))

    path = f"/api/v1/demos/{token}"
    shown = cloud.call(
        "mam-get-demo", json.loads(json.dumps(sample("get_demo")).replace(f"/api/v1/demos/{TOKEN}", path))
    )
    assert body_of(shown)["output"] == large


def test_a_demo_goes_on_in_another_task_when_its_own_is_gone(cloud: SampleCloud) -> None:
    started = cloud.call("mam-start-demo", sample("start_demo"))
    cloud.tasks.strangers = 1
    cloud.tasks.forget_definitions()

    assert cloud.call("mam-perform-run", message(body_of(started)["token"])) == {"batchItemFailures": []}


def test_a_certificate_is_shown(cloud: SampleCloud) -> None:
    event = sample("get_agent")
    path = f"{event['rawPath']}/certificate"

    answer = cloud.call("mam-get-agent", json.loads(json.dumps(event).replace(event["rawPath"], path)))

    assert answer["statusCode"] == 200


def test_whose_key_it_is_is_shown(cloud: SampleCloud) -> None:
    event = sample("get_me")
    event["headers"] = {"x-api-key": KEY.text}

    answer = cloud.call("mam-get-me", event)

    assert body_of(answer)["scopes"] == ["subscriptions:*"]


def test_an_address_changes_by_the_link_of_a_mail(cloud: SampleCloud) -> None:
    event = json.loads(json.dumps(sample("verify_email")).replace(VERIFY_MAIL, CHANGE_MAIL))

    assert cloud.call("mam-verify-email", event)["statusCode"] == 200


def test_a_key_that_is_rotated_without_overlap_is_gone(cloud: SampleCloud) -> None:
    event = sample("rotate_api_key") | {"body": json.dumps({"overlap_seconds": 0})}

    assert cloud.call("mam-rotate-api-key", event)["statusCode"] == 201


def test_a_refresh_token_that_is_not_current_ends_its_session(cloud: SampleCloud) -> None:
    event = json.loads(json.dumps(sample("refresh")).replace(SECRET, "x" * 43))

    assert cloud.call("mam-refresh", event)["statusCode"] == 401


def test_somebody_is_made_an_administrator(cloud: SampleCloud) -> None:
    assert cloud.call("mam-set-role", sample("set_role"))["role"] == "admin"


def test_an_account_is_erased_with_all_that_hangs_on_it(cloud: SampleCloud) -> None:
    put_session("ses_" + "1" * 32, LEAVING_USER)
    put_key("leavingkey00", LEAVING_USER)
    put_mail("mail_leaving", MailKind.RESET, "leaving@example.test", hash_email("leaving@example.test"))

    assert cloud.call("mam-erase-account", sample("erase_account")) == {"batchItemFailures": []}

    left = [boto3.client("dynamodb").scan(TableName=f"mam-{name}")["Items"] for name in KEPT_OF_PEOPLE]
    assert LEAVING_USER not in json.dumps(left)
    assert "leaving" not in json.dumps(left)


@pytest.mark.parametrize("kind", [MailKind.NOBODY, MailKind.PASSWORD_CHANGED])
def test_a_mail_without_a_link_is_not_kept(cloud: SampleCloud, kind: MailKind) -> None:
    put_mail("mail_notice", kind)

    event = json.loads(json.dumps(sample("send_mail")).replace(UNSENT_MAIL, "mail_notice"))
    assert cloud.call("mam-send-mail", event) == {"batchItemFailures": []}

    assert "mail_notice" not in json.dumps(boto3.client("dynamodb").scan(TableName="mam-account-mails")["Items"])


def take_any_input() -> None:
    """The sample agent's listing with a schema that any object fits."""
    s3 = boto3.client("s3")
    key = next(key for key in json.loads((WORLD / "objects.json").read_text()) if key.startswith("listings/"))
    listing = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(listing | {"input_schema": {"type": "object"}}).encode())


def message(token: str) -> Any:
    return json.loads(json.dumps(sample("perform_run")).replace(TOKEN, token))


def body_of(answer: Any) -> Any:
    text = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"]
    return json.loads(text)


def test_every_function_is_called_here() -> None:
    others = {"record_failure", "set_role", "reap_tasks", "forward_to_task", "prepare_base_image"}

    assert {folder.name for folder in FOLDERS} == {*STAGES, *HTTP, *BATCHES, *others}


def test_every_call_is_listed(cloud: SampleCloud) -> None:
    """The last one: what all the others recorded."""
    assert unknown_calls(RECORDED) == []
