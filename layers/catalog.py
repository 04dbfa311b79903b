"""What there is to package: each layer, and what it holds beside its locked packages."""

from dataclasses import dataclass
from pathlib import Path

from infra_cdk.config import AGENT_PYTHON_VERSION, PYTHON_VERSION

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """`ours` maps folders of the repository to their place in the layer, whose root is /opt on Lambda.

    `without` names packages that others declare but that our use of them never imports; `packages` is the folder of the
    third-party packages, which are those for `python_version`; `root` is where the target unpacks it all.
    """

    name: str
    ours: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    packages: str = "python"
    python_version: str = PYTHON_VERSION
    root: str = "/opt"

    @property
    def lock(self) -> Path:
        return ROOT / "layers" / self.name / "requirements.lock"


# tokenizers declares the model hub's client for `from_pretrained`; our tokenizer is a file in the layer.
HUB = ("huggingface-hub", "hf-xet", "fsspec", "filelock", "tqdm", "click", "httpx2", "httpcore2", "h11", "truststore")

# Every function has `common`; the other locks leave out what that one holds.
LAYERS = {
    layer.name: layer
    for layer in (
        Layer(name="common", ours=(("shared", "python/shared"),)),
        # Whether an address can be delivered to is not asked, so no name is ever resolved.
        Layer(name="accounts", without=("dnspython",)),
        Layer(name="llm"),
        Layer(name="reddit"),
        Layer(name="search"),
        Layer(name="factory"),
        Layer(name="embedder", ours=(("layers/embedder/model", "embedder"),), without=HUB),
    )
}

# No Lambda layer: what the agents' base image adds to a public Python image, packed the same way.
AGENT_SDK = Layer(
    name="agent_base",
    ours=(("layers/agent_base/mam_agent", "mam_agent"),),
    packages=".",
    root="/opt/mam/lib",
    python_version=AGENT_PYTHON_VERSION,
)


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One line of a lock: a package at a version, the environments it is for ("" means all), and its hashes."""

    name: str
    version: str
    marker: str
    hashes: str


def locked(lock: Path) -> list[Locked]:
    found: list[Locked] = []
    for line in lock.read_text().replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        requirement, *hashes = line.split("--hash=")
        pin, _, marker = requirement.partition(";")
        name, _, version = pin.strip().partition("==")
        found.append(
            Locked(
                name=name.lower(),
                version=version,
                marker=marker.strip(),
                hashes=" ".join(f"--hash={digest.strip()}" for digest in hashes),
            )
        )
    return found
