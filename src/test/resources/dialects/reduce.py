"""Makes bodies.jsonl of the recorded responses, without prompts, answers and tools. Use: reduce.py DIRECTORY > bodies.jsonl"""

import json
import sys

NAMES = {
    # what identifies a call, and when it was
    "id", "object", "type", "event_type", "created", "created_at", "createTime", "model", "modelVersion", "responseId",
    "response_id", "generation_id", "service_tier", "status", "done", "latencyMs",
    # counters, and what is around them
    "usage", "usageMetadata", "x_groq", "meta", "metrics", "results", "tokenCount", "inputTextTokenCount",
    "prompt_token_count", "generation_token_count", "prompt_eval_count", "eval_count",
    # what is around a message in a stream
    "stream_event_count", "usage_events", "message", "response", "delta",
}
WHOLE = {"usage", "usageMetadata", "billed_units", "tokens"}


def reduced(value, names):
    if isinstance(value, list):
        return [reduced(v, names) for v in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        if name in WHOLE:
            kept[name] = inner
        elif name == "meta":
            kept[name] = reduced(inner, WHOLE)
        elif name in names:
            # Cohere's and Ollama's texts are strings where others have objects.
            if name in ("message", "response", "delta", "results") and not isinstance(inner, (dict, list)):
                continue
            inner = reduced(inner, names)
            if inner not in ({}, []):
                kept[name] = inner
    return kept


def main(directory):
    number = 0
    for file in ("openllmetry.jsonl", "otel.jsonl"):
        for line in open(directory + "/" + file, encoding="utf-8"):
            recorded = json.loads(line)
            number += 1
            uri = recorded["request"]["uri"].split("/", 3)
            print(json.dumps({
                "number": number,
                "source_repository": recorded["source_repository"],
                "source_path": recorded["source_path"],
                "interaction": recorded["interaction"],
                "host": uri[2],
                "path": uri[3],
                "date": recorded["date"],
                "status": recorded["status"],
                "response": reduced(recorded["response"], NAMES),
            }, ensure_ascii=False, separators=(",", ":")))


main(sys.argv[1])
