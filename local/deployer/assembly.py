"""Reads a synthesized CDK app: its stacks in the order of their dependencies, and the files they need in S3."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.settings import ACCOUNT, REGION


@dataclass(frozen=True)
class FileAsset:
    path: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class Stack:
    name: str
    template: dict[str, Any]
    assets: tuple[FileAsset, ...]
    template_key: str


class AssemblyInvalid(Exception):
    """The folder holds no CDK cloud assembly that can be deployed."""


def read_assembly(folder: Path) -> list[Stack]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError) as error:
        raise AssemblyInvalid(f"{folder} holds no synthesized CDK app: {error}") from error
    artifacts: dict[str, Any] = manifest["artifacts"]
    stacks = {name: each for name, each in artifacts.items() if each["type"] == "aws:cloudformation:stack"}
    return [_stack(folder, name, artifacts) for name in _in_dependency_order(stacks, artifacts)]


def _in_dependency_order(stacks: dict[str, Any], artifacts: dict[str, Any]) -> list[str]:
    ordered: list[str] = []

    def add(name: str) -> None:
        for dependency in sorted(artifacts[name].get("dependencies", [])):
            if dependency in stacks:
                add(dependency)
        if name not in ordered:
            ordered.append(name)

    for name in sorted(stacks):
        add(name)
    return ordered


def _stack(folder: Path, name: str, artifacts: dict[str, Any]) -> Stack:
    properties = artifacts[name]["properties"]
    manifests = [
        artifacts[dependency]["properties"]["file"]
        for dependency in artifacts[name].get("dependencies", [])
        if artifacts[dependency]["type"] == "cdk:asset-manifest"
    ]
    assets = tuple(asset for manifest in manifests for asset in _assets(folder, manifest))
    template_file = properties["templateFile"]
    template_key = next((each.key for each in assets if each.path.name == template_file), template_file)
    template = json.loads((folder / template_file).read_text())
    return Stack(properties.get("stackName", name), template, assets, template_key)


def _assets(folder: Path, manifest: str) -> list[FileAsset]:
    files: dict[str, Any] = json.loads((folder / manifest).read_text())["files"]
    return [
        FileAsset(
            path=folder / each["source"]["path"],
            is_folder=each["source"]["packaging"] == "zip",
            bucket=_resolved(destination["bucketName"]),
            key=destination["objectKey"],
        )
        for each in files.values()
        for destination in each["destinations"].values()
    ]


def _resolved(text: str) -> str:
    return text.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)
