"""Attachments below 3 MB (FACTS §20): files, items and references; adding one mails nobody until the next update."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from graphtwin.errors import GraphError, item_not_found
from graphtwin.items import Attachment, Event
from graphtwin.render import instant_text

if TYPE_CHECKING:
    from graphtwin.app import Twin
    from graphtwin.tenant import Mailbox

MAX_BYTES = 3 * 1024 * 1024
_KINDS = ("fileAttachment", "itemAttachment", "referenceAttachment")


def read_attachment(twin: Twin, mailbox: Mailbox, body: Mapping[str, Any]) -> Attachment:
    """Return the attachment of a POST body; raises the 400 or 413 of FACTS §14."""
    kind = str(body.get("@odata.type", "")).rpartition(".")[2]
    if kind not in _KINDS or not isinstance(body.get("name"), str):
        raise GraphError(400, "ErrorInvalidRequest", "An attachment needs a known @odata.type and a name.")
    content, content_type, fields = _content(kind, body)
    if len(content) > MAX_BYTES:
        raise GraphError(413, "ErrorMessageSizeExceeded", "The attachment is larger than 3 MB; use an upload session.")
    return Attachment(
        id=twin.tenant.ids.container_id(mailbox.object_id, twin.tenant.ids.next()),
        kind=kind,
        name=body["name"],
        content_type=content_type,
        size=len(content) + 150,
        is_inline=body.get("isInline") is True,
        modified=twin.now(),
        content=content,
        fields=fields,
    )


def _content(kind: str, body: Mapping[str, Any]) -> tuple[bytes, str | None, dict[str, Any]]:
    """Return bytes, media type and the members only this kind has."""
    if kind == "fileAttachment":
        try:
            content = base64.b64decode(str(body.get("contentBytes") or ""), validate=True)
        except binascii.Error as error:
            raise GraphError(
                400, "RequestBodyRead", "Cannot convert contentBytes to the expected type 'Edm.Binary'."
            ) from error
        guessed = body.get("contentType") or mimetypes.guess_type(body["name"])[0] or "application/octet-stream"
        return content, guessed, {"contentId": body.get("contentId"), "contentLocation": body.get("contentLocation")}
    if kind == "itemAttachment":
        return msgspec.json.encode(body.get("item")), None, {"item": body.get("item")}
    names = ("sourceUrl", "providerType", "thumbnailUrl", "previewUrl", "permission", "isFolder")
    return b"", body.get("contentType"), {name: body[name] for name in names if name in body}


def attach_from_post(twin: Twin, mailbox: Mailbox, event: Event, body: Mapping[str, Any]) -> None:
    """Take the attachments a POST of an event brings along."""
    for each in body.get("attachments") or ():
        event.attachments = [*event.attachments, read_attachment(twin, mailbox, each)]


def find_attachment(event: Event, attachment_id: str) -> Attachment:
    for each in event.attachments:
        if each.id == attachment_id:
            return each
    raise item_not_found()


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """Return an attachment in the member order of the documentation's examples."""
    shown = {
        "@odata.type": f"#microsoft.graph.{attachment.kind}",
        "@odata.mediaContentType": attachment.content_type,
        "id": attachment.id,
        "lastModifiedDateTime": instant_text(attachment.modified),
        "name": attachment.name,
        "contentType": attachment.content_type,
        "size": attachment.size,
        "isInline": attachment.is_inline,
    }
    if attachment.content_type is None:
        del shown["@odata.mediaContentType"]
    if attachment.kind == "fileAttachment":
        shown.update(attachment.fields)
        shown["contentBytes"] = base64.b64encode(attachment.content).decode()
    return shown
