"""Indices, aliases and versioned documents, kept in a journal in the state directory and replayed at start."""

import json
import logging
import uuid
from pathlib import Path
from typing import Any

from local.standins.opensearch.errors import SearchError, index_missing, unsupported
from local.standins.opensearch.fields import Fields

_log = logging.getLogger("search")
_FORMAT = 1
"""Raise it when a line of the journal changes so that an older one could not be replayed."""


class OtherShape(Exception):
    """The journal was written by another version of this module."""


class Index:
    def __init__(self, name: str, mappings: dict[str, Any], settings: dict[str, Any]) -> None:
        self.name, self.mappings, self.settings = name, mappings, settings
        self.identity = uuid.uuid4().hex
        self.fields = Fields(mappings)
        self.sources: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}


class Indices:
    def __init__(self, state_dir: Path) -> None:
        self.indices: dict[str, Index] = {}
        self.aliases: dict[str, set[str]] = {}
        self._path = state_dir / "opensearch.jsonl"
        state_dir.mkdir(parents=True, exist_ok=True)
        self._begin()
        self._journal = self._path.open("a", encoding="utf-8")

    def create(self, name: str, body: dict[str, Any]) -> Index:
        if name in self.indices or name in self.aliases:
            raise SearchError(400, "resource_already_exists_exception", f"index [{name}] already exists")
        if set(body) - {"mappings", "settings", "aliases"}:
            raise unsupported(f"index body {sorted(body)}")
        if set(body.get("settings", {})) - {"index"}:
            raise unsupported(f"settings {sorted(body['settings'])}")
        index = Index(name, body.get("mappings", {}), body.get("settings", {}))
        self.indices[name] = index
        for alias in body.get("aliases", {}):
            self.aliases.setdefault(alias, set()).add(name)
        self._record({"do": "create", "index": name, "mappings": index.mappings, "settings": index.settings})
        self._record_aliases()
        return index

    def drop(self, name: str) -> None:
        if name not in self.indices:
            raise index_missing(name)
        del self.indices[name]
        for members in self.aliases.values():
            members.discard(name)
        self._record({"do": "drop", "index": name})
        self._record_aliases()

    def move_aliases(self, actions: list[dict[str, Any]]) -> None:
        for action in actions:
            verb, definition = next(iter(action.items()))
            if set(definition) != {"index", "alias"}:
                raise unsupported(f"alias action with {sorted(definition)}")
            names = self._matching(definition["index"])
            members = self.aliases.setdefault(definition["alias"], set())
            if verb == "add":
                members.update(names)
            elif verb == "remove":
                members.difference_update(names)
            else:
                raise unsupported(f"alias action {verb}")
        self._record_aliases()

    def reading(self, name: str) -> Index:
        """The index of that name, or the single one behind the alias."""
        members = self.aliases.get(name) or ({name} if name in self.indices else set())
        if not members:
            raise index_missing(name)
        if len(members) > 1:
            raise unsupported("an alias of several indices")
        return self.indices[next(iter(members))]

    def write(
        self, name: str, identity: str, source: dict[str, Any] | None, version: int | None, kind: str
    ) -> tuple[int, bool]:
        """Write or (source null) delete; returns the version and whether the document is new. 409 for an external
        version not higher.
        """
        index = self.reading(name)
        known = index.versions.get(identity)
        if kind in ("external", "external_gt", "external_gte"):
            if version is None:
                raise SearchError(
                    400, "action_request_validation_exception", "version is missing for external versioning"
                )
            if known is not None and (version < known or (version == known and kind != "external_gte")):
                reason = f"[{identity}]: version conflict, current version [{known}] is not below [{version}]"
                raise SearchError(409, "version_conflict_engine_exception", reason)
        elif kind != "internal" or version is not None:
            raise unsupported(f"version_type {kind}")
        if source is not None:
            index.fields.check(source)
        elif identity not in index.sources:
            raise SearchError(404, "not_found", f"[{identity}] not found")
        created = identity not in index.sources
        new_version = version if version is not None else (known or 0) + 1
        self._apply(index, identity, source, new_version)
        self._record({"do": "write", "index": index.name, "id": identity, "version": new_version, "source": source})
        return new_version, created

    def _apply(self, index: Index, identity: str, source: dict[str, Any] | None, version: int) -> None:
        index.versions[identity] = version
        if source is None:
            index.sources.pop(identity, None)
        else:
            index.sources[identity] = source

    def _matching(self, pattern: str) -> set[str]:
        if pattern.endswith("*"):
            return {name for name in self.indices if name.startswith(pattern[:-1])}
        if pattern not in self.indices:
            raise index_missing(pattern)
        return {pattern}

    def _record(self, line: dict[str, Any]) -> None:
        self._journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._journal.flush()

    def _record_aliases(self) -> None:
        self._record({"do": "aliases", "aliases": {alias: sorted(names) for alias, names in self.aliases.items()}})

    def _begin(self) -> None:
        """From the journal, or from nothing if another version wrote it: an index can be filled anew, so what cannot be
        read keeps no system from starting. A long journal is written anew.
        """
        try:
            self._replay()
        except OtherShape as error:
            aside = self._path.with_suffix(".other-version")
            self._path.replace(aside)
            self.indices, self.aliases = {}, {}
            _log.warning("%s; moved to %s. `python -m local reindex` fills the index", error, aside)
        temporary = self._path.with_suffix(".new")
        temporary.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self._snapshot()), "utf-8")
        temporary.replace(self._path)

    def _replay(self) -> None:
        """A last line that a crash cut short is left out. Raises OtherShape."""
        lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        for number, text in enumerate(lines, 1):
            try:
                line = json.loads(text)
            except ValueError:
                break
            try:
                self._redo(line)
            except (KeyError, TypeError, AttributeError, ValueError, SearchError) as error:
                raise OtherShape(
                    f"line {number} of {self._path} cannot be read: {type(error).__name__}: {error}"
                ) from error

    def _redo(self, line: dict[str, Any]) -> None:
        match line["do"]:
            case "format":
                if line["format"] != _FORMAT:
                    raise ValueError(f"its format is {line['format']}, and this version reads {_FORMAT}")
            case "create":
                self.indices[line["index"]] = Index(line["index"], line["mappings"], line["settings"])
            case "drop":
                self.indices.pop(line["index"], None)
            case "aliases":
                self.aliases = {alias: set(names) for alias, names in line["aliases"].items()}
            case "write":
                self._apply(self.indices[line["index"]], line["id"], line["source"], line["version"])
            case other:
                raise ValueError(f"it does {other!r}")

    def _snapshot(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = [{"do": "format", "format": _FORMAT}]
        for name, index in self.indices.items():
            lines.append({"do": "create", "index": name, "mappings": index.mappings, "settings": index.settings})
            for identity, version in index.versions.items():
                source = index.sources.get(identity)
                lines.append({"do": "write", "index": name, "id": identity, "version": version, "source": source})
        lines.append({"do": "aliases", "aliases": {alias: sorted(names) for alias, names in self.aliases.items()}})
        return lines
