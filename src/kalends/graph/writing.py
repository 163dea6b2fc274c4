"""Writes: each as one request, and each answer as an outcome (FACTS.md §8, §10, RULES 15.1).

| write   | request                | done | gone                             | stale    | taken           |
|---------|------------------------|------|----------------------------------|----------|-----------------|
| Create  | POST events            | 201  | –                                | –        | ErrorDuplicate… |
| Patch   | PATCH, If-Match        | 200  | 404                              | 412, 409 | –               |
| Delete  | DELETE, If-Match       | 204  | 404, 410, 400 ErrorInvalidRequest| 412, 409 | –               |
| Respond | POST accept, decline … | 202  | 404                              | –        | –               |

Throttled or unreachable is LATER; a request that went out and was not answered, or by a 5xx, is UNKNOWN.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from kalends.domain.attendee import Partstat
from kalends.domain.event import Field
from kalends.graph import wire
from kalends.graph.batch import BatchResult, send_all
from kalends.graph.body import body_of
from kalends.graph.client import Answer, Call, Graph, decoded
from kalends.graph.errors import AnswerLost, Moved, NotFound, OddAnswer, Refused
from kalends.graph.event import item_of, members_of, online_meeting_of
from kalends.graph.marks import creation_members, people_property
from kalends.graph.meeting_block import block_in, with_block
from kalends.graph.reading import event_path, read_items
from kalends.sync.errors import AccessLost, Resync, SyncError, Transient
from kalends.sync.ports import Create, Delete, Outcome, Patch, RemoteWrite, Respond, WriteResult
from kalends.sync.snapshot import RemoteItem

_ACTIONS = {
    Partstat.ACCEPTED: "accept",
    Partstat.TENTATIVE: "tentativelyAccept",
    Partstat.DECLINED: "decline",
}
_OUTCOMES = (
    (AnswerLost, Outcome.UNKNOWN),
    (OddAnswer, Outcome.UNKNOWN),
    (Transient, Outcome.LATER),
    (AccessLost, Outcome.LATER),
    (Moved, Outcome.STALE),
    (NotFound, Outcome.GONE),
)
_BODY_MEMBERS = "body,isOnlineMeeting,onlineMeeting,onlineMeetingUrl,onlineMeetingProvider"


def write_all(graph: Graph, writes: Sequence[RemoteWrite], own_addresses: Collection[str]) -> list[WriteResult]:
    """One result for each write, in order."""
    prepared = _with_meeting_blocks(graph, writes)
    sendable = [(number, write) for number, write in enumerate(prepared) if not isinstance(write, WriteResult)]
    answers = send_all(graph, [call_of(write) for _, write in sendable])
    results = {
        number: _with_existing(graph, result_of(write, answer, own_addresses), answer, own_addresses)
        for (number, write), answer in zip(sendable, answers, strict=True)
    }
    return [write if isinstance(write, WriteResult) else results[number] for number, write in enumerate(prepared)]


# ── the online meeting's part of a body ─────────────────────────────────────────────────────────────────────────────


def _with_meeting_blocks(graph: Graph, writes: Sequence[RemoteWrite]) -> list[RemoteWrite | WriteResult]:
    """Each new body with the online meeting's block that Outlook has now; without it people could not join."""
    bodies = [write for write in writes if isinstance(write, Patch) and Field.BODY in write.values]
    calls = [Call(path=f"{event_path(write.remote_id)}?$select={_BODY_MEMBERS}") for write in bodies]
    present = dict(zip((write.remote_id for write in bodies), send_all(graph, calls), strict=True))
    return [
        _with_meeting_block(write, present[write.remote_id])
        if isinstance(write, Patch) and write.remote_id in present
        else write
        for write in writes
    ]


def _with_meeting_block(patch: Patch, present: BatchResult) -> Patch | WriteResult:
    try:
        event = decoded(wire.Event, _answered(present).check())
    except Transient as error:
        return WriteResult(outcome=Outcome.LATER, reason=str(error), retry_after_seconds=error.retry_after_seconds)
    except SyncError as error:
        return _failure(patch, error)
    meeting, body = online_meeting_of(event), body_of(event.body)
    if not meeting.wanted:
        return patch
    block = block_in(body, meeting.join_url)
    if block is None:
        reason = "Outlook's text no longer holds the part by which people join the video meeting; it is left alone."
        return WriteResult(outcome=Outcome.REFUSED, reason=reason)
    kept = with_block(str(patch.values[Field.BODY]), block, meeting.join_url)
    return replace(patch, values={**patch.values, Field.BODY: kept})


def _answered(result: BatchResult) -> Answer:
    if isinstance(result, Transient):
        raise result
    return result


# ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────


def call_of(write: RemoteWrite) -> Call:
    """The request that carries a write out."""
    match write:
        case Create():
            members = {
                **members_of(write.values, write.quiet_list),
                **creation_members(write.creation, write.quiet_list),
            }
            return Call(method="POST", path="/me/events", body=members)
        case Patch():
            return Call(
                method="PATCH", path=event_path(write.remote_id), body=_patch_members(write), if_match=write.etag
            )
        case Delete():
            return Call(method="DELETE", path=event_path(write.remote_id), if_match=write.etag)
        case Respond():
            answer = {"sendResponse": write.send} | ({"comment": write.comment} if write.send else {})
            path = f"{event_path(write.remote_id)}/{_ACTIONS[write.partstat]}"
            return Call(method="POST", path=path, body=answer)
        case _:
            assert_never(write)


def _patch_members(patch: Patch) -> Mapping[str, object]:
    members = members_of(patch.values, patch.quiet_list)
    if patch.quiet_list is None:
        return members
    return {**members, "singleValueExtendedProperties": people_property(patch.quiet_list)}


# ── outcomes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def result_of(write: RemoteWrite, answer: BatchResult, own_addresses: Collection[str]) -> WriteResult:
    """What became of a write, from its answer."""
    try:
        return WriteResult(outcome=Outcome.DONE, item=_item(write, _answered(answer).check(), own_addresses))
    except SyncError as error:
        return _failure(write, error)


def _item(write: RemoteWrite, answer: Answer, own_addresses: Collection[str]) -> RemoteItem | None:
    if isinstance(write, Delete | Respond):
        return None
    decoded(wire.Event, answer)
    item = item_of(answer.body, own_addresses)
    return replace(item, creation=write.creation) if isinstance(write, Create) else item


def _with_existing(
    graph: Graph, result: WriteResult, answer: BatchResult, own_addresses: Collection[str]
) -> WriteResult:
    """A creation that was there before, with the event that it is, if Outlook names one that can be read."""
    if result.outcome is not Outcome.TAKEN or not isinstance(answer, Answer):
        return result
    existing = decoded(wire.ErrorAnswer, answer).error.existing_event_id
    found = read_items(graph, [existing], own_addresses) if existing else {}
    return replace(result, item=found.get(existing or ""))


def _failure(write: RemoteWrite, error: SyncError) -> WriteResult:
    wait = error.retry_after_seconds if isinstance(error, Transient) else 0.0
    return WriteResult(outcome=_outcome(write, error), reason=str(error), retry_after_seconds=wait)


def _outcome(write: RemoteWrite, error: SyncError) -> Outcome:
    if isinstance(write, Delete) and _says_deleted(error):
        return Outcome.GONE
    if isinstance(error, Refused) and error.code == "ErrorDuplicateTransactionId":
        return Outcome.TAKEN
    return next((outcome for kind, outcome in _OUTCOMES if isinstance(error, kind)), Outcome.REFUSED)


def _says_deleted(error: SyncError) -> bool:
    """A second DELETE is answered by 404, 410, or 400 where the item still lies in Deleted Items (FACTS.md §8.2)."""
    return isinstance(error, NotFound | Resync) or (isinstance(error, Refused) and error.code == "ErrorInvalidRequest")
