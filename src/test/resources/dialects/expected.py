"""What each body of bodies.jsonl says that it cost in tokens, read by its provider's documentation alone: nothing here
comes from the code under test. Use: expected.py bodies.jsonl > expected.csv

Empty is not said. `states` tells why a body has no tokens to state.
"""

import csv
import json
import sys
from urllib.parse import unquote

COLUMNS = ["number", "provider", "model", "time", "uncached", "cached", "cache_writes", "output", "reasoning", "total", "states"]


def openai(usage):
    """Cached tokens are inside the input, reasoning inside the output. Chat says prompt, responses say input."""
    input_, output = usage.get("prompt_tokens", usage.get("input_tokens")), usage.get("completion_tokens", usage.get("output_tokens"))
    cached, reasoning = None, None
    for key, value in usage.items():
        if key.endswith("details") and value:
            cached = value.get("cached_tokens", cached)
            reasoning = value.get("reasoning_tokens", reasoning)
    if cached is None:
        cached = usage.get("prompt_cache_hit_tokens")
    found = {"output": output, "reasoning": reasoning, "total": usage.get("total_tokens")}
    if input_ is not None:
        found |= {"uncached": input_ - (cached or 0), "cached": cached or 0, "cache_writes": 0}
    return found


def anthropic(usage):
    """Input, cache reads and cache writes stand beside each other."""
    return {
        "uncached": usage["input_tokens"],
        "cached": usage.get("cache_read_input_tokens", 0),
        "cache_writes": usage.get("cache_creation_input_tokens", 0),
        "output": usage["output_tokens"],
    }


def gemini(usage):
    """Cached tokens are inside the prompt, thoughts and the prompts of tools outside of everything; zeros are left out."""
    cached, thoughts = usage.get("cachedContentTokenCount", 0), usage.get("thoughtsTokenCount")
    return {
        "uncached": usage.get("promptTokenCount", 0) - cached + usage.get("toolUsePromptTokenCount", 0),
        "cached": cached,
        "cache_writes": 0,
        "output": usage.get("candidatesTokenCount", 0) + (thoughts or 0),
        "reasoning": thoughts,
        "total": usage["totalTokenCount"],
    }


def bedrock(body):
    """Each family of models has a shape of its own; caches stand beside the input."""
    usage = body.get("usage", {})
    if "input_tokens" in usage:
        return anthropic(usage)
    if "inputTokens" in usage:
        return {
            "uncached": usage["inputTokens"],
            "cached": usage.get("cacheReadInputTokenCount", 0),
            "cache_writes": usage.get("cacheWriteInputTokenCount", 0),
            "output": usage.get("outputTokens"),
        }
    if "prompt_tokens" in usage:
        input_, output = usage["prompt_tokens"], usage["completion_tokens"]
    elif "inputTextTokenCount" in body:
        input_, output = body["inputTextTokenCount"], sum(r["tokenCount"] for r in body["results"])
    else:
        input_, output = body["prompt_token_count"], body["generation_token_count"]
    return {"uncached": input_, "cached": 0, "cache_writes": 0, "output": output}


def cohere(body):
    """What is billed; the tokens that the model saw are more."""
    units = (body.get("usage") or body.get("meta") or {}).get("billed_units", {})
    if "search_units" in units:
        return {"states": "search units and no tokens"}
    return {"uncached": units["input_tokens"], "output": units.get("output_tokens")}


def ollama(body):
    return {"uncached": body["prompt_eval_count"], "output": body["eval_count"]}


def last_of(response):
    """A stream is what its last event says; a message of Anthropic is its start, overwritten by what follows."""
    events = response.get("usage_events")
    if events is None:
        return response
    if events[0].get("type") == "message_start":
        message = dict(events[0]["message"])
        for event in events[1:]:
            message["usage"] = message["usage"] | event["usage"]
        return message
    last = events[-1]
    return last.get("response") or last.get("delta") or last


def row(recorded):
    host, body = recorded["host"], last_of(recorded["response"])
    time = body.get("created") or body.get("created_at") or body.get("createTime")
    found = {"number": recorded["number"], "model": body.get("model") or body.get("modelVersion"), "time": time}
    usage = body.get("usage") or (body.get("x_groq") or {}).get("usage")
    if "anthropic" in host:
        return found | {"provider": "anthropic"} | anthropic(usage)
    if "googleapis" in host:
        return found | {"provider": "google"} | gemini(body["usageMetadata"])
    if "bedrock" in host:
        return found | {"provider": "bedrock", "model": unquote(recorded["path"].split("/")[1]), "time": None} | bedrock(body)
    if "cohere" in host:
        return found | {"provider": "cohere"} | cohere(body)
    if "11434" in host:
        return found | {"provider": "ollama"} | ollama(body)
    if "pinecone" in host:
        return found | {"provider": "pinecone", "states": "read units and no tokens"}
    name = "together" if "together" in host else "openai-responses" if body.get("object") == "response" else "openai"
    return found | {"provider": name} | openai(usage)


writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
writer.writeheader()
for line in open(sys.argv[1], encoding="utf-8"):
    writer.writerow(row(json.loads(line)))
