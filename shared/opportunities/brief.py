"""An opportunity as the factory's prompts see it: without ids, addresses and scores."""

from shared.opportunities.models import Opportunity

PROBLEMS_SHOWN = 8
QUOTE_LENGTH = 600


def write_brief(opportunity: Opportunity) -> dict[str, object]:
    return {
        "title": opportunity.title,
        "summary": opportunity.summary,
        "who": opportunity.who,
        "current_solutions": opportunity.current_solutions,
        "agent_idea": opportunity.agent_idea,
        "problems": [
            {
                "quote": problem.quote[:QUOTE_LENGTH],
                "statement": problem.statement,
                "sufferer": problem.sufferer,
                "workaround": problem.workaround,
            }
            for problem in opportunity.problems[:PROBLEMS_SHOWN]
        ],
    }
