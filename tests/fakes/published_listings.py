"""The listings that the offline factory publishes for the opportunities of `opportunity_cards`.

`python -m tests.fakes.published_listings` builds them anew: some minutes of the whole factory.
"""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared.catalogue.listing import ListingDetail, ListingSummary
from shared.catalogue.searchable import SearchableListing, make_searchable
from tests.fakes.opportunity_cards import opportunity_cards

FILE = Path(__file__).parent.parent / "data/listings.jsonl"
TEXTS = ("description", "use_cases")


@cache
def published_listings() -> tuple[SearchableListing, ...]:
    return tuple(_read(line) for line in FILE.read_text(encoding="utf-8").splitlines())


def _read(line: str) -> SearchableListing:
    fields = json.loads(line)
    description, use_cases = (fields.pop(name) for name in TEXTS)
    return make_searchable(ListingSummary.model_validate(fields), description=description, use_cases=use_cases)


def built() -> Iterator[ListingDetail]:
    """One after the other on one marketplace, so that no two have one slug."""
    from tests.fakes.agents import FakeAgents
    from tests.fakes.offline_factory import OfflineFactory

    agents = FakeAgents()
    with tempfile.TemporaryDirectory() as folder:
        for number, card in enumerate(opportunity_cards()):
            factory = OfflineFactory(card, Path(folder) / str(number))
            factory.agents = agents
            factory.build_id = f"build-{number}"
            factory.run()
            row = agents.of_opportunity(card.opportunity_id)
            if row is not None and row.detail_key is not None:
                yield factory.artifacts.get_model(row.detail_key, ListingDetail)


if __name__ == "__main__":
    kept = {*ListingSummary.model_fields, *TEXTS}
    lines = [detail.model_dump_json(include=kept) for detail in built()]
    FILE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} listings in {FILE}")
