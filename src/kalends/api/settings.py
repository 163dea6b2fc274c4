"""The installation's settings, for administrators; secrets can be written and are never told."""

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError

from kalends.api.callers import administrator
from kalends.api.replies import Problem
from kalends.api.shapes import Text
from kalends.options.stored import OptionView, listed, write

router = Router(tags=["settings"])


class SettingReply(Schema):
    """One setting; of a secret the value is masked. `overridden`: an environment variable decides it."""

    name: str
    title: str
    help: str
    section: str
    kind: str
    value: str
    default: str
    is_set: bool
    overridden: bool

    @classmethod
    def of(cls, view: OptionView) -> "SettingReply":
        """The JSON of a setting."""
        declared = view.setting
        return cls(
            name=declared.name,
            title=declared.title,
            help=declared.help,
            section=declared.section,
            kind=declared.kind,
            value=view.text,
            default=declared.default,
            is_set=view.is_set,
            overridden=view.overridden,
        )


class SettingShape(Schema):
    """A new value as text; an empty one brings back the default."""

    value: Text


@router.get("", response={200: list[SettingReply], 403: Problem}, operation_id="list_settings")
def list_settings(request: HttpRequest, search: str = "") -> list[SettingReply]:
    """All settings whose name, title or help has every word of `search`."""
    administrator(request)
    return [SettingReply.of(view) for view in listed(search)]


@router.get("/{name}", response={200: SettingReply, 403: Problem, 404: Problem}, operation_id="read_setting")
def read_setting(request: HttpRequest, name: str) -> SettingReply:
    """One setting."""
    administrator(request)
    return SettingReply.of(_view(name))


@router.put(
    "/{name}",
    response={200: SettingReply, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    operation_id="write_setting",
)
def write_setting(request: HttpRequest, name: str, payload: SettingShape) -> SettingReply:
    """Give a setting a value; the act is written into the audit."""
    by = administrator(request)
    _view(name)
    write(name, payload.value, by.pk)
    return SettingReply.of(_view(name))


def _view(name: str) -> OptionView:
    for view in listed():
        if view.setting.name == name:
            return view
    raise HttpError(404, f"There is no setting {name}.")
