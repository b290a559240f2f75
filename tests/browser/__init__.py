"""Tests in Chromium: journeys by keyboard, axe on every page, the widget, hostile texts."""
