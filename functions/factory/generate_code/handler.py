"""Factory stage 3: makes the agent's code from its template and the model's logic, and checks it by the static gate."""

from functions.factory.generate_code.generate import generate_code
from shared.builds.build import Build, Next
from shared.opportunities.brief import write_brief
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters("artifacts", "aws_clients", "code_linters", "model_spend_table", "opportunities_table", "secrets")


@run_as_stage(Build)
def handler(build: Build) -> Build:
    stored = wiring.market.opportunities().get(build.opportunity_id)
    built = generate_code(
        build,
        write_brief(stored.card) if stored else {},
        claude=wiring.platform.claude(),
        model=settings().model_strong,
        linters=wiring.factory.code_linters(),
        artifacts=wiring.platform.artifacts(),
    )
    count("CodeGenerations", 1, outcome="passed" if built.next is Next.BUILD_IMAGE else "refused")
    return built
