"""Class shares by a text-classification model in a folder on this machine; no downloads."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_BATCH = 32
_LONGEST = 512


def classify(folder: Path, texts: list[str]) -> tuple[Floats, list[str]]:
    """Return a row of class shares per text and the names of the classes.

    A folder with ``model.onnx`` (or ``onnx/model.onnx``), ``tokenizer.json`` and ``config.json``
    is run by onnxruntime (extra ``onnx``); another one by transformers and torch (extra
    ``models``), as ``save_pretrained`` writes it. Both are told to use local files only.

    Raises:
        FileNotFoundError: If the folder lacks a file.
        ImportError: Without the extra.
    """
    places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    model = next((place for place in places if place.is_file()), None)
    return _by_torch(folder, texts) if model is None else _by_onnx(model, folder, texts)


def _by_onnx(model: Path, folder: Path, texts: list[str]) -> tuple[Floats, list[str]]:
    runtime = import_module("onnxruntime")
    runtime.disable_telemetry_events()
    facts, tokens = _facts(folder), _tokenizer(folder)
    session = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    asked = {put.name for put in session.get_inputs()}
    parts = []
    for start in range(0, len(texts), _BATCH):
        batch = tokens.encode_batch(texts[start : start + _BATCH])
        known = {
            "input_ids": [one.ids for one in batch],
            "attention_mask": [one.attention_mask for one in batch],
            "token_type_ids": [one.type_ids for one in batch],
        }
        given = {name: np.array(known[name], dtype=np.int64) for name in asked}
        parts.append(_shares(session.run(None, given)[0]))
    names = facts["id2label"]
    return np.concatenate(parts), [str(names[str(i)]) for i in range(len(names))]


def _tokenizer(folder: Path) -> Any:
    facts = _facts(folder)
    tokens = import_module("tokenizers").Tokenizer.from_file(str(_file(folder, "tokenizer.json")))
    blank = int(facts.get("pad_token_id") or 0)
    tokens.enable_padding(pad_id=blank, pad_token=tokens.id_to_token(blank) or "[PAD]")
    tokens.enable_truncation(_longest(folder, facts))
    return tokens


def _longest(folder: Path, facts: dict[str, Any]) -> int:
    """Return the longest text in tokens: RoBERTa's kind counts places from after its blank."""
    places = int(facts.get("max_position_embeddings") or _LONGEST)
    if "roberta" in str(facts.get("model_type", "")):
        places -= int(facts.get("pad_token_id") or 0) + 1
    told = folder / "tokenizer_config.json"
    limit = json.loads(told.read_text("utf-8")).get("model_max_length") if told.is_file() else None
    return int(min(places, limit or _LONGEST, _LONGEST))


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(_file(folder, "config.json").read_text("utf-8"))
    return facts


def _file(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        raise FileNotFoundError(f"no {name} in the model folder {folder.name}")
    return folder / name


def _shares(logits: Any) -> Floats:
    raised = np.exp(np.asarray(logits, dtype=np.float64) - np.max(logits, axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _by_torch(folder: Path, texts: list[str]) -> tuple[Floats, list[str]]:
    transformers, torch = import_module("transformers"), import_module("torch")
    # Weights as safetensors only (others are pickles, which run what they like), and no code.
    safe = {"local_files_only": True, "trust_remote_code": False}
    tokens = transformers.AutoTokenizer.from_pretrained(folder, **safe)
    loader = transformers.AutoModelForSequenceClassification
    model = loader.from_pretrained(folder, use_safetensors=True, **safe).train(mode=False)
    parts = []
    with torch.no_grad():
        for start in range(0, len(texts), _BATCH):
            batch = tokens(
                texts[start : start + _BATCH], padding=True, truncation=True, return_tensors="pt"
            )
            parts.append(_shares(model(**batch).logits.numpy()))
    names = [str(model.config.id2label[i]) for i in range(len(model.config.id2label))]
    return np.concatenate(parts), names
