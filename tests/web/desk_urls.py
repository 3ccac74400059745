"""The doors of the desks, among all the others that their pages link to."""

from tongban.project.urls import urlpatterns

__all__ = ["urlpatterns"]
