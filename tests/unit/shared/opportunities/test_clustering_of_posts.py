"""Themes among real sentences, with the real embeddings: what a person would put together ends up together."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from local.standins.reddit.posts import bundled_posts
from shared.adapters.embeddings import Embeddings
from shared.opportunities.clustering import UNCLUSTERED, cluster

MODEL = Path(__file__).parents[4] / "layers" / "embedder" / "model"

THEMES = {
    "late payment": [
        "Clients never pay my invoices on time.",
        "How do I get a customer to pay an overdue bill?",
        "I waste hours chasing late payments from clients.",
        "A customer refuses to pay the invoice I sent two months ago.",
        "What can I do about clients who always pay late?",
    ],
    "bookkeeping software": [
        "Which bookkeeping software is good for a small business?",
        "QuickBooks is too complicated, is there simpler accounting software?",
        "I need accounting software that a beginner understands.",
        "Looking for free bookkeeping software for my shop.",
    ],
    "bad reviews": [
        "Someone left a fake bad review of my restaurant on Yelp.",
        "How should I answer negative reviews online?",
        "One-star reviews on Google are hurting my cafe.",
        "Yelp hides my good reviews and shows the bad ones.",
    ],
    "international shipping": [
        "Shipping packages to customers abroad is too expensive.",
        "How do I handle customs forms for international orders?",
        "International shipping takes weeks and customers complain.",
        "What is the cheapest way to ship small parcels overseas?",
    ],
}
UNRELATED = [
    "My landlord wants to end the lease of my workshop.",
    "I cannot find a co-founder who knows how to program.",
    "Our beekeeping club has no place to meet in winter.",
    "The coffee machine breaks down every week.",
    "I do not know how to patent my invention.",
    "It is hard to stay motivated when working alone.",
    "Nobody shows up to the yoga class on Mondays.",
    "The city wants a permit for my food cart.",
    "I was offered equity instead of a salary.",
    "My business partner drinks too much.",
]


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    return Embeddings(MODEL)


def test_what_a_person_would_put_together_ends_up_together(embeddings: Embeddings) -> None:
    sentences = [sentence for group in THEMES.values() for sentence in group] + UNRELATED
    labels = cluster(embeddings.embed(sentences), [f"post{n}" for n in range(len(sentences))], largest=12).labels
    found = dict(zip(sentences, labels.tolist(), strict=True))
    themes = [Counter(found[sentence] for sentence in group) for group in THEMES.values()]
    main = [counts.most_common(1)[0] for counts in themes]
    assert all(label != UNCLUSTERED for label, _ in main)
    assert len({label for label, _ in main}) == len(THEMES)
    assert sum(count for _, count in main) >= 15  # of 17
    assert sum(found[sentence] == UNCLUSTERED for sentence in UNRELATED) >= 8


@pytest.mark.parametrize("subreddit", ["entrepreneur", "smallbusiness", "startups"])
def test_real_posts_make_several_themes_and_none_of_them_takes_over(embeddings: Embeddings, subreddit: str) -> None:
    posts = [post for post in bundled_posts() if post.subreddit.lower() == subreddit][:100]
    vectors = embeddings.embed([post.title for post in posts])
    labels = cluster(vectors, [post.id for post in posts], largest=30).labels
    sizes = Counter(labels[labels != UNCLUSTERED].tolist())
    assert len(sizes) >= 5
    assert max(sizes.values()) <= 15
    together = [float((vectors[labels == theme] @ vectors[labels == theme].T).mean()) for theme in sizes]
    assert np.mean(together) > float((vectors @ vectors.T).mean()) + 0.2
