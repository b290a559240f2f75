"""The services of tests/service_fixtures.py, for every test of the JSON face."""

from tests.service_fixtures import reading, renderer, service, template

__all__ = ["reading", "renderer", "service", "template"]
