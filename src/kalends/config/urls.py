"""The addresses of Kalends: the REST API under ``/api/v1/``, the screens everywhere else."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("kalends.api.urls")),
    path("", include("kalends.web.urls")),
]
