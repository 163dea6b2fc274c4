"""Settings: where one's own and the installation's are found, and every setting by search (FEATURES 1.9)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from kalends.options import stored
from kalends.options.declared import OptionRefused
from kalends.options.stored import OptionView
from kalends.web.reader import reader
from kalends.web.screen import administration, screen


@screen
@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """To the page that this person has most to do with."""
    return redirect("settings_outlook" if reader(request).is_administrator else "profile")


@administration
@require_http_methods(["GET", "POST"])
def settings_all(request: HttpRequest) -> HttpResponse:
    """Every setting with its help, default and where its value comes from; one is saved at a time."""
    refused: dict[str, str] = {}
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            stored.write(name, request.POST.get("value", ""), reader(request).pk)
        except OptionRefused as error:
            refused[name] = error.words
        else:
            return redirect(f"{request.path}?saved={name}#{name}")
    text = request.GET.get("q", "")
    rows = [_row(view, refused) for view in stored.listed()]
    saved = request.GET.get("saved", "")
    return render(request, "settings_all.html", {"rows": rows, "text": text, "saved": saved}, status=_status(refused))


def _row(view: OptionView, refused: dict[str, str]) -> dict[str, object]:
    return {
        "view": view,
        "setting": view.setting,
        "kind": view.setting.kind.value,
        "choices": (view.setting.choices or {}).items(),
        "refused": refused.get(view.setting.name, ""),
    }


def _status(refused: dict[str, str]) -> int:
    return 422 if refused else 200
