"""What is published, shown to everybody: the catalogue's endpoints, and the search index that follows its table."""

from datetime import timedelta
from functools import partial

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.endpoint import GET, Api, Endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.reaction import react_to_changes
from infra_cdk.constructs.search_index import SearchIndex
from infra_cdk.stacks.data import DataStack

SNAPSHOT = "catalogue/*"
FIND = ("Post", "agents/_search")


class CatalogueStack(Stack):
    """The functions of `functions/catalogue`."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, data: DataStack, api: Api) -> None:
        super().__init__(scope, construct_id, description="MAM: catalogue")
        endpoint = partial(Endpoint, self, api=api, config=config)
        self.search = SearchIndex(self, "Search", config=config)

        list_agents = endpoint("catalogue/list_agents", GET, "/agents", uses=["search"])
        data.artifacts.allow(list_agents, read=(SNAPSHOT,), may_miss=True)
        self.search.allow(list_agents, FIND)

        list_categories = endpoint("catalogue/list_categories", GET, "/categories", uses=["search"])
        data.artifacts.allow(list_categories, read=(SNAPSHOT,), may_miss=True)
        self.search.allow(list_categories, FIND)

        get_agent = endpoint("catalogue/get_agent", GET, "/agents/{slug}", "/agents/{slug}/certificate")
        data.agents.allow(get_agent, "GetItem")
        data.artifacts.allow(get_agent, read=("listings/*", "certificates/*"))

        index_letters = DeadLetters(self, "index-agent", config=config)
        index_agent = FolderFunction(
            self, "catalogue/index_agent", config=config, uses=["search"], timeout=timedelta(minutes=15)
        )
        data.agents.allow(index_agent, "Scan")
        data.artifacts.allow(index_agent, read=("listings/*", SNAPSHOT), write=(SNAPSHOT,), may_miss=True)
        self.search.allow(
            index_agent,
            ("Head", "agents-*"),
            ("Head", "agents-*/_alias/agents"),
            ("Put", "agents-*"),
            ("Post", "_aliases"),
            ("Put", "agents-*/_doc/*"),
        )
        react_to_changes(index_agent, data.agents, index_letters, batch_size=25)
        self.dead_letters = [index_letters]
