"""The table `agent_versions`, for reading: rows are written by `AgentsTable.publish`, together with the listing."""

from pynamodb.exceptions import DoesNotExist

from shared.adapters.agent_items import AgentVersionItem, agent_version
from shared.catalogue.repository import AgentVersion


class AgentVersionsTable:
    """Implements `AgentVersionsRepository` of `shared.catalogue.repository`."""

    def __init__(self, table_name: str) -> None:
        AgentVersionItem.Meta.table_name = table_name

    def get(self, slug: str, version: int) -> AgentVersion | None:
        try:
            return agent_version(AgentVersionItem.get(slug, version, consistent_read=True))
        except DoesNotExist:
            return None

    def latest(self, slug: str) -> AgentVersion | None:
        newest = AgentVersionItem.query(slug, scan_index_forward=False, limit=1, consistent_read=True)
        return next((agent_version(item) for item in newest), None)
