"""The commands that people and scripts use, against the running system."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from local.embedded_cloud import EmbeddedCloud
from local.state import REPOSITORY
from shared.untrusted_text.written import read_as_written

POSTS = REPOSITORY / "events" / "reddit_posts" / "startups.jsonl"


def local(cloud: EmbeddedCloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        cwd=REPOSITORY,
        env=environment_of(cloud),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def environment_of(cloud: EmbeddedCloud) -> dict[str, str]:
    return {**os.environ, "MAM_PORT": str(cloud.ports.base), "MAM_STATE_DIR": str(cloud.state.root)}


def scan(cloud: EmbeddedCloud, file: Path) -> list[dict[str, Any]]:
    done = local(cloud, "scan", "--posts", str(file))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_scan_prints_the_opportunities_of_exactly_these_posts_and_a_second_one_the_same(
    embedded_cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    lines = POSTS.read_text().splitlines()[:60]
    posts = {post["id"]: post for post in map(json.loads, lines)}
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(lines))
    first = scan(embedded_cloud, file)
    assert first
    for opportunity in first:
        assert {"id", "title", "score", "problems", "other_problems"} <= opportunity.keys()
        for problem in opportunity["problems"]:
            post = posts[problem["post_id"]]
            assert problem["permalink"] == post["permalink"]
            assert problem["quote"] in read_as_written(post["title"]) or problem["quote"] in read_as_written(
                post["selftext"]
            )
        assert len({problem["post_id"] for problem in opportunity["problems"]}) <= 0.3 * len(posts)
    assert scan(embedded_cloud, file) == first


def test_posts_of_any_subreddit_are_printed_as_their_file_has_them(
    embedded_cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    """Names that mean something else on Reddit, ids and permalinks as some collections write them."""
    subreddits = ("lounge", "all", "popular", "mod", "u_some-body", "reddit.com")
    lines = POSTS.read_text().splitlines()[60:120]
    posts: dict[str, Any] = {}
    for number, post in enumerate(map(json.loads, lines)):
        post["id"] = f"t3_cl{post['id']}"
        post["subreddit"] = subreddits[number % len(subreddits)]
        post["permalink"] = f"https://old.reddit.com/r/{post['subreddit']}/comments/{post['id'][3:]}/a_title"
        posts[post["id"]] = post
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(map(json.dumps, posts.values())))
    problems = [problem for opportunity in scan(embedded_cloud, file) for problem in opportunity["problems"]]
    assert problems
    assert all(problem["permalink"] == posts[problem["post_id"]]["permalink"] for problem in problems)


def test_a_scan_of_a_file_that_reddit_refuses_names_the_file_and_a_redrive_says_how_to_see_its_opportunities(
    embedded_cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    other = POSTS.with_name("smallbusiness.jsonl")
    posts = [json.loads(line) for line in other.read_text().splitlines()[:40]]
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(json.dumps(under_another_id(post)) for post in posts))
    embedded_cloud.reddit_mode("broken")
    failed = local(embedded_cloud, "scan", "--posts", str(file))
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "_1 (the posts file)" in failed.stderr
    assert "scan_posts met SourceUnavailable" in failed.stderr
    embedded_cloud.reddit_mode("ok")
    name = failed.stderr.rpartition("-m local redrive ")[2].split()[0]
    redriven = local(embedded_cloud, "redrive", name)
    assert redriven.returncode == 0, redriven.stderr
    assert "New posts: 40;" in redriven.stdout
    assert "Run the scan of the file again" in redriven.stdout


def test_a_scan_that_is_killed_leaves_nothing_to_other_scans(embedded_cloud: EmbeddedCloud, tmp_path: Path) -> None:
    posts = [json.loads(line) for line in POSTS.read_text().splitlines()[120:160]]
    for post in posts:
        post["id"] = f"kl{post['id']}"
        post["selftext"] += f"\n\nCase {post['id']}."
        post["subreddit"] = "Entrepreneur"
        post["permalink"] = f"/r/Entrepreneur/comments/{post['id']}/a_title/"
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(map(json.dumps, posts)))
    before = set(executions(embedded_cloud))
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "scan", "--posts", str(file)],
        cwd=REPOSITORY, env=environment_of(embedded_cloud), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (begun := set(executions(embedded_cloud)) - before):
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    scheduled = embedded_cloud.run_workflow("market-scan")
    assert scheduled.succeeded, scheduled.cause
    assert not {post["id"] for post in posts} & read_by(embedded_cloud, scheduled.name)
    (killed,) = begun
    assert embedded_cloud.workflows.follow(killed).succeeded
    assert {post["id"] for post in posts} == read_by(embedded_cloud, killed.rpartition(":")[2])


def executions(cloud: EmbeddedCloud) -> list[str]:
    client = cloud.aws("stepfunctions")
    (machine,) = [
        each["stateMachineArn"]
        for each in client.list_state_machines()["stateMachines"]
        if each["name"] == "mam-market-scan"
    ]
    return [each["executionArn"] for each in client.list_executions(stateMachineArn=machine)["executions"]]


def read_by(cloud: EmbeddedCloud, scan_id: str) -> set[str]:
    """The posts that a scan took as new."""
    deployed = cloud.aws("lambda").get_function_configuration(FunctionName="mam-scan-posts")
    bucket = deployed["Environment"]["Variables"]["ARTIFACTS_BUCKET"]
    body = cloud.aws("s3").get_object(Bucket=bucket, Key=f"scans/{scan_id}/posts.jsonl")["Body"].read()
    return {json.loads(line)["id"].removeprefix("reddit:") for line in body.decode().split("\n") if line}


def under_another_id(post: dict[str, Any]) -> dict[str, Any]:
    """As a stranger's: without its address, and in words of its own, for one text is read once."""
    kept = {name: value for name, value in post.items() if name != "permalink"}
    return {**kept, "id": f"rd{post['id']}", "selftext": f"{post['selftext']}\n\nCase rd{post['id']}."}


def test_a_build_says_what_came_of_it(embedded_cloud: EmbeddedCloud) -> None:
    done = local(embedded_cloud, "build", "--json")
    outcome = json.loads(done.stdout)
    assert done.returncode == {"published": 0, "rejected": 3, "nothing_to_build": 4}[outcome["outcome"]], done.stderr
    assert outcome["opportunity_id"] or outcome["outcome"] == "nothing_to_build"
    if outcome["outcome"] == "published":
        assert embedded_cloud.request("GET", f"/api/v1/agents/{outcome['slug']}").status_code == 200


def published_agent(cloud: EmbeddedCloud) -> str:
    """One of the catalogue, or else what is built next; some opportunities end as a rejected agent."""
    while not (listed := cloud.request("GET", "/api/v1/agents").json()["items"]):
        outcome = json.loads(local(cloud, "build", "--json").stdout)["outcome"]
        assert outcome in ("published", "rejected", "nothing_to_build")
        if outcome == "nothing_to_build":
            assert cloud.run_workflow("market-scan").succeeded
    return str(listed[0]["slug"])


def test_a_certificate_can_be_verified_by_anybody_and_a_quote_that_its_post_lost_is_found(
    embedded_cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    slug = published_agent(embedded_cloud)
    done = local(embedded_cloud, "verify", slug, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    verified = json.loads(done.stdout)
    assert verified["findings"] == []
    assert verified["recorded_runs"] > 0
    evidence = embedded_cloud.request("GET", f"/api/v1/agents/{slug}").json()["evidence"]
    address = evidence["opportunities"][0]["problems"][0]["url"]
    own_id = address.split("/comments/")[1].split("/")[0]
    lost = {"id": own_id, "subreddit": "s", "title": "gone", "created_utc": 1, "permalink": address}
    (tmp_path / "posts.jsonl").write_text(json.dumps(lost))
    done = local(embedded_cloud, "verify", slug, "--posts", str(tmp_path / "posts.jsonl"), "--json")
    assert done.returncode == 1
    assert any("the quote is not in the post" in finding for finding in json.loads(done.stdout)["findings"])


def test_a_build_that_fails_says_for_which_opportunity_it_was(embedded_cloud: EmbeddedCloud) -> None:
    embedded_cloud.claude_mode("refuse", tasks=["generate_spec"])
    done = local(embedded_cloud, "build", "--json")
    outcome = json.loads(done.stdout)
    assert (done.returncode, outcome["outcome"]) == (1, "failed")
    assert outcome["opportunity_id"].startswith("opp_")
    embedded_cloud.claude_mode("ok")
    redriven = local(embedded_cloud, "redrive", outcome["build_id"])
    assert redriven.returncode == 0, redriven.stderr
    assert "pick_opportunity" not in redriven.stderr
    again = local(embedded_cloud, "build", "--opportunity", outcome["opportunity_id"])
    assert again.returncode == 1
    assert "is served by the agent" in again.stderr or "was rejected: " in again.stderr
    assert "redrive" not in again.stdout + again.stderr


def test_building_an_opportunity_that_does_not_exist_says_so(embedded_cloud: EmbeddedCloud) -> None:
    done = local(embedded_cloud, "build", "--json", "--opportunity", "opp_0000000000000000")
    assert done.returncode == 1
    assert "there is no opportunity 'opp_0000000000000000'" in done.stderr


def test_what_up_prints_fits_eighty_columns_and_its_next_line_runs_a_demo(embedded_cloud: EmbeddedCloud) -> None:
    slug = published_agent(embedded_cloud)
    done = local(embedded_cloud, "up", "--no-fill")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert f"  {embedded_cloud.url}/api/v1/agents/{slug}" in lines
    (command,) = [line for line in lines if line.startswith("curl ")]
    assert max(len(line) for line in lines if "http" not in line) <= 80
    shell = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(shell.stdout)["status"] in ("succeeded", "running", "queued")


def slugs(cloud: EmbeddedCloud) -> set[str]:
    return {agent["slug"] for agent in cloud.request("GET", "/api/v1/agents?page_size=100").json()["items"]}


def wait_until_listed(cloud: EmbeddedCloud, slug: str, *, listed: bool) -> None:
    give_up = time.monotonic() + 30
    while (slug in slugs(cloud)) is not listed:
        assert time.monotonic() < give_up, f"listed: {not listed}"
        time.sleep(0.5)


def test_an_agent_is_taken_off_the_marketplace_and_put_back(embedded_cloud: EmbeddedCloud) -> None:
    slug = published_agent(embedded_cloud)
    assert local(embedded_cloud, "agents", "unpublish", slug, "--reason", "a complaint").returncode == 0
    gone = embedded_cloud.request("GET", f"/api/v1/agents/{slug}")
    assert (gone.status_code, gone.json()["type"]) == (410, "agent-withdrawn")
    wait_until_listed(embedded_cloud, slug, listed=False)
    known = json.loads(local(embedded_cloud, "agents", "list", "--json").stdout)
    assert {"withdrawn"} == {row["status"] for row in known if row["slug"] == slug}
    assert local(embedded_cloud, "agents", "republish", slug).returncode == 0
    wait_until_listed(embedded_cloud, slug, listed=True)
    assert embedded_cloud.request("GET", f"/api/v1/agents/{slug}").status_code == 200
    assert "agents list" in local(embedded_cloud, "agents", "unpublish", "nobody").stderr


def test_a_muted_opportunity_is_not_built_until_it_is_reopened(embedded_cloud: EmbeddedCloud) -> None:
    published_agent(embedded_cloud)
    rows = json.loads(local(embedded_cloud, "opportunities", "list", "--json").stdout)
    name = next(row["id"] for row in rows if row["status"] in ("open", "rejected"))
    assert local(embedded_cloud, "opportunities", "mute", name).returncode == 0
    refused = local(embedded_cloud, "build", "--opportunity", name)
    assert refused.returncode == 1
    assert "is muted" in refused.stderr
    assert "is open" in local(embedded_cloud, "opportunities", "reopen", name).stdout
    muted = json.loads(local(embedded_cloud, "opportunities", "list", "--json", "--status", "muted").stdout)
    assert name not in {row["id"] for row in muted}


def test_spend_and_executions_are_told_to_scripts(embedded_cloud: EmbeddedCloud) -> None:
    published_agent(embedded_cloud)
    purses = json.loads(local(embedded_cloud, "spend", "--json").stdout)
    assert {purse["purse"] for purse in purses} == {"model_spend", "demo_model_spend"}
    assert purses[0]["spent_microusd"] > 0
    done = json.loads(local(embedded_cloud, "executions", "--json").stdout)
    assert {"workflow", "name", "status", "started", "seconds", "stage", "outcome", "request"} <= done[0].keys()


def test_a_scan_of_subreddits_says_which_one_there_is_not(embedded_cloud: EmbeddedCloud) -> None:
    assert "is no name of a subreddit" in local(embedded_cloud, "scan", "--subreddits", "a b").stderr
    done = local(embedded_cloud, "scan", "--subreddits", "nosuchsubreddit")
    assert done.returncode == 1
    assert "r/nosuchsubreddit" in done.stderr
    told = json.loads(local(embedded_cloud, "executions", "--last", "1", "--json").stdout)[0]
    assert (told["status"], told["stage"]) == ("FAILED", "scan_posts")


def test_the_status_is_healthy_and_names_every_process(embedded_cloud: EmbeddedCloud) -> None:
    done = local(embedded_cloud, "status", "--json")
    status = json.loads(done.stdout)
    assert done.returncode == 0
    assert status["url"] == embedded_cloud.url
    assert {each["name"] for each in status["processes"]} == {"emulator", "function-host", "fargate", "standins"}


def test_deploying_again_changes_nothing(embedded_cloud: EmbeddedCloud) -> None:
    local(embedded_cloud, "deploy")  # whoever runs this may have edited a file meanwhile
    assert "Nothing changed." in local(embedded_cloud, "deploy").stderr


def test_logs_show_what_functions_wrote(embedded_cloud: EmbeddedCloud) -> None:
    published_agent(embedded_cloud)
    done = local(embedded_cloud, "logs", "index-agent", "--no-follow")
    assert " index-agent " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    every = local(embedded_cloud, "logs", "index-agent", "--no-follow", "--json", "--metrics")
    assert {json.loads(line)["function"] for line in every.stdout.splitlines()} == {"mam-index-agent"}


def test_logs_of_nothing_are_answered_with_the_names_there_are(embedded_cloud: EmbeddedCloud) -> None:
    done = local(embedded_cloud, "logs", "nosuch", "--no-follow")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there are: emulator, fargate" in done.stderr


def test_a_posts_file_that_cannot_be_read_is_explained_without_a_traceback(
    embedded_cloud: EmbeddedCloud, tmp_path: Path
) -> None:
    done = local(embedded_cloud, "scan", "--posts", str(tmp_path / "missing.jsonl"))
    assert done.returncode == 1
    assert "cannot read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_for_a_system_that_does_not_run_says_how_to_start_it(tmp_path: Path) -> None:
    environment = {**os.environ, "MAM_STATE_DIR": str(tmp_path), "MAM_PORT": "18990"}
    done = subprocess.run(
        [sys.executable, "-m", "local", "build"],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "make up" in done.stderr
