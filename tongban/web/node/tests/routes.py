"""The peers' doors alone, wherever the project hangs them."""

from django.urls import include, path

urlpatterns = [path("", include("tongban.web.node.urls"))]
