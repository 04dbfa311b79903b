"""What each figure has to reach. A figure that is not named here is only reported."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """From `least` to `most`, both included; None is no limit."""

    least: float | None = None
    most: float | None = None

    def met_by(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"


TARGETS: dict[str, dict[str, Target]] = {
    "clustering": {
        "themes among 100 posts": Target(8, 20),
        "posts in the largest": Target(most=30),
        "posts in the largest card": Target(most=30),
        "clustering of 2,000 problems": Target(most=1),
    },
    "embedding": {
        "load of the model, sha256 checked": Target(most=1),
        "resident after loading": Target(most=300),
        "peak while embedding 100 whole posts": Target(most=500),
        "titles": Target(least=150),
        "smallest cosine to sentence-transformers": Target(least=0.9999),
        "10 nearest neighbours shared with it": Target(least=99.5),
        "model on disk": Target(most=50),
    },
    "generation": {
        "static gate, one logic.py": Target(most=15),
        "bandit in this process (ruff is another)": Target(most=40),
        "agent.py from its template": Target(most=20),
        "draft to spec with all checks": Target(most=30),
    },
    "http": {
        "GET /agents against the bare endpoint": Target(most=2.5),
    },
    "sandbox": {
        "image build and push": Target(most=500),
        "prewarmed sandbox, claim to first 200": Target(most=50),
        "cold sandbox, start to the agent's first answer": Target(most=600),
    },
    "start_up": {
        "list_agents: bytecode against none and the X-Ray SDK": Target(most=0.6),
    },
    "system": {
        "scan of 100 posts, first": Target(most=15),
        "scan of 100 posts, second": Target(most=15),
        "opportunity to published agent, median of 5": Target(most=8),
        "idle system, proportional memory": Target(most=800),
        "start and deploy, empty state": Target(most=300),
        "start and deploy, existing state": Target(most=15),
    },
}
