"""The JSON face: content as plone.restapi speaks, services of our own in the same style."""

from typing import Any

from litestar import Router

from kb_service.api import drafts, services
from kb_service.api.answers import answers, render, suggest
from kb_service.api.content import methods, methods_root, read, read_root, resolve
from kb_service.api.letters import analyse
from kb_service.api.openapi import openapi_config
from kb_service.api.sign_in import login, logout, renew
from kb_service.api.system import health, read_metrics
from kb_service.api.writing import change, change_root, create, create_root, trash, trash_root

# One router for what shares its paths: registered one by one, such handlers would be wrapped for
# Litestar's threads anew with each neighbour.
_content = Router(
    "/",
    route_handlers=[
        methods,
        methods_root,
        read,
        read_root,
        resolve,
        create,
        create_root,
        change,
        change_root,
        trash,
        trash_root,
    ],
)
routes: list[Any] = [
    _content,
    *services.routes,
    Router("/", route_handlers=drafts.routes),
    login,
    renew,
    logout,
    answers,
    suggest,
    render,
    analyse,
    health,
    read_metrics,
]

__all__ = ["openapi_config", "routes"]
