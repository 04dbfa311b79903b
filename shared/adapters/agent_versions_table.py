"""The table `agent_versions`, for reading: rows are written by `AgentsTable.publish`, together with the listing."""

from shared.adapters.agent_items import AgentVersionItem, read_agent_version
from shared.adapters.dynamodb import find, model_of
from shared.catalogue.repository import AgentVersion


class AgentVersionsTable:
    """Implements `AgentVersionsRepository` of `shared.catalogue.repository`."""

    def __init__(self, table_name: str) -> None:
        self._versions = model_of(AgentVersionItem, table_name)

    def get(self, slug: str, version: int) -> AgentVersion | None:
        item = find(self._versions, slug, version)
        return read_agent_version(item) if item else None

    def latest(self, slug: str) -> AgentVersion | None:
        newest = self._versions.query(slug, scan_index_forward=False, limit=1, consistent_read=True)
        return next((read_agent_version(item) for item in newest), None)
