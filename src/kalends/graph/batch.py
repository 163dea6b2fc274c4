"""Many requests in one: `$batch`, at most twenty at a time and not too heavy (FACTS.md §11).

Each inner request is answered and throttled by itself. The rest waits as soon as Outlook asks to wait.
"""

from collections.abc import Iterator, Sequence

import msgspec

from kalends.graph import wire
from kalends.graph.client import Answer, Call, Graph, decoded
from kalends.graph.errors import AnswerLost, Throttled, refusal
from kalends.sync.errors import Transient

MOST_REQUESTS = 20
MOST_BYTES = 3_000_000

BatchResult = Answer | Transient


def send_all(graph: Graph, calls: Sequence[Call]) -> list[BatchResult]:
    """One result for each call, in order: its answer, or why there is none. Raises AccessLost.

    A single call goes by itself. After a chunk in which anything was throttled, the calls behind it are not sent.
    """
    results: list[BatchResult] = []
    for chunk in chunks(calls):
        wait = next((found for found in map(_throttled, results) if found), None)
        results += [wait] * len(chunk) if wait else _send_chunk(graph, chunk)
    return results


def _throttled(result: BatchResult) -> Transient | None:
    if isinstance(result, Transient):
        return result
    error = refusal(result.status, result.headers, result.body) if result.status in {429, 503, 509} else None
    return error if isinstance(error, Throttled) else None


def chunks(calls: Sequence[Call]) -> Iterator[list[Call]]:
    """The calls in batches that Graph takes."""
    chunk: list[Call] = []
    weight = 0
    for call in calls:
        size = len(msgspec.json.encode(call.body)) if call.body else 0
        if chunk and (len(chunk) == MOST_REQUESTS or weight + size > MOST_BYTES):
            yield chunk
            chunk, weight = [], 0
        chunk.append(call)
        weight += size
    if chunk:
        yield chunk


def _send_chunk(graph: Graph, calls: Sequence[Call]) -> list[BatchResult]:
    try:
        if len(calls) == 1:
            return [graph.send(calls[0])]
        requests = [_inner(number, call) for number, call in enumerate(calls)]
        answer = graph.demand(Call(method="POST", path="/$batch", body={"requests": requests}))
        return _in_order(len(calls), decoded(wire.BatchAnswer, answer))
    except Transient as error:
        return [error] * len(calls)


def _inner(number: int, call: Call) -> dict[str, object]:
    inner: dict[str, object] = {
        "id": str(number),
        "method": call.method,
        "url": call.path,
        "headers": call.headers(),
    }
    return inner if call.body is None else inner | {"body": call.body}


def _in_order(count: int, batch: wire.BatchAnswer) -> list[BatchResult]:
    answers = {
        inner.id: Answer(status=inner.status, headers=inner.headers, body=inner.body) for inner in batch.responses
    }
    lost = AnswerLost("Outlook left a part of the batch unanswered.")
    return [answers.get(str(number), lost) for number in range(count)]
