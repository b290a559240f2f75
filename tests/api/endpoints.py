"""The list of endpoints: which test drives each and which examples show it.

docs/api/endpoints.md is made of it and of the OpenAPI document (`python -m tests.docs_made`).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.di import Provide

from kb_service import api
from kb_service.api.openapi import completed, contextual_routes
from kb_service.gate.site import provide_site
from kb_service.gate.unit import provide_work

_METHODS = frozenset({"get", "post", "patch", "put", "delete"})
_OF_ITEM = "/api/{path}/"
# How the page groups them; what has no tag of these stands last.
GROUPS = {
    "content": "Content",
    "search": "Search",
    "letters": "Letters",
    "facts": "Facts",
    "drafts": "Draft replies",
    "hooks": "Webhooks",
    "people": "People",
    "system": "Operation",
}


class Driven(msgspec.Struct, frozen=True):
    """What drives an endpoint: a test of tests/api, and recorded examples."""

    test: str
    examples: tuple[str, ...] = ()


# Services of an item stand here once; both of their forms are meant.
ENDPOINTS: dict[str, Driven] = {
    "GET /api": Driven(
        "test_content.py::test_an_item_has_exactly_the_fields_of_the_design",
        ("item", "item-staff", "item-expanded", "item-as-of", "topic", "batch"),
    ),
    "POST /api": Driven(
        "test_writing.py::test_a_new_item_is_private_and_comes_back_whole",
        ("create", "create-file"),
    ),
    "PATCH /api": Driven(
        "test_writing.py::test_a_change_is_live_at_once_in_file_and_api", ("change",)
    ),
    "DELETE /api": Driven(
        "test_writing.py::test_thrown_away_is_gone_and_can_be_made_anew", ("trash",)
    ),
    "GET /api/@workflow": Driven(
        "test_writing.py::test_where_an_item_stands_is_read_by_staff", ("workflow",)
    ),
    "POST /api/@workflow/{transition}": Driven(
        "test_writing.py::test_steps_of_the_workflow", ("step", "step-deep", "error-impossible")
    ),
    "GET /api/@lock": Driven(
        "test_locks.py::test_a_lock_has_the_fields_that_plone_clients_read", ("lock-info",)
    ),
    "POST /api/@lock": Driven(
        "test_locks.py::test_another_is_refused_with_who_and_since_when", ("lock", "error-locked")
    ),
    "PATCH /api/@lock": Driven(
        "test_locks.py::test_a_lock_taken_away_is_told_to_who_had_it", ("lock-refresh",)
    ),
    "DELETE /api/@lock": Driven("test_locks.py::test_the_root_can_be_locked", ("unlock",)),
    "GET /api/@workingcopy": Driven(
        "test_workingcopy.py::test_a_working_copy_is_told_to_editors_alone", ("workingcopy-info",)
    ),
    "POST /api/@workingcopy": Driven(
        "test_workingcopy.py::test_a_working_copy_is_begun_once", ("workingcopy",)
    ),
    "PATCH /api/@workingcopy": Driven(
        "test_workingcopy.py::test_a_publishers_change_stays_in_the_copy_until_it_is_checked_in",
        ("workingcopy-check-in",),
    ),
    "DELETE /api/@workingcopy": Driven(
        "test_workingcopy.py::test_a_copy_is_thrown_away_and_stays_in_the_history",
        ("workingcopy-discard",),
    ),
    "GET /api/@comments": Driven(
        "test_comments.py::test_a_remark_has_the_fields_that_plone_clients_read", ("comments",)
    ),
    "POST /api/@comments": Driven("test_comments.py::test_a_wrong_remark_is_refused", ("comment",)),
    "GET /api/@comments/{remark}": Driven(
        "test_comments.py::test_a_remark_is_found_only_at_its_item", ("comment-one",)
    ),
    "POST /api/@comments/{remark}": Driven(
        "test_comments.py::test_a_remark_is_answered", ("comment-answer",)
    ),
    "PATCH /api/@comments/{remark}": Driven(
        "test_comments.py::test_an_editor_settles_a_remark_and_opens_it_again",
        ("comment-settled",),
    ),
    "DELETE /api/@comments/{remark}": Driven(
        "test_comments.py::test_who_publishes_takes_a_remark_away", ("comment-deleted",)
    ),
    "GET /api/resolveuid/{uid}": Driven(
        "test_links.py::test_an_item_has_an_address_that_no_move_changes", ("resolveuid",)
    ),
    "GET /api/@linkintegrity": Driven(
        "test_links.py::test_who_leads_to_an_item_is_told_before_it_goes", ("linkintegrity",)
    ),
    "GET /api/@relations": Driven(
        "test_links.py::test_relations_are_asked_by_either_end", ("relations", "relations-counts")
    ),
    "POST /api/@relations": Driven(
        "test_links.py::test_related_items_are_added_and_taken_away_one_by_one",
        ("relations-added",),
    ),
    "DELETE /api/@relations": Driven(
        "test_links.py::test_all_relations_of_one_end_are_taken_away", ("relations-removed",)
    ),
    "POST /api/@tus-upload": Driven(
        "test_files.py::test_pieces_become_an_item_when_the_last_has_come", ("upload",)
    ),
    "GET /api/@tus-upload/{uid}": Driven(
        "test_files.py::test_pieces_become_an_item_when_the_last_has_come"
    ),
    "PATCH /api/@tus-upload/{uid}": Driven(
        "test_files.py::test_a_piece_at_the_wrong_place_is_told_the_right_one"
    ),
    "DELETE /api/@tus-upload/{uid}": Driven(
        "test_files.py::test_another_account_does_not_know_of_an_upload"
    ),
    "POST /api/@import": Driven(
        "test_exchange.py::test_a_file_is_told_first_and_taken_in_then", ("import", "import-done")
    ),
    "GET /api/@export": Driven(
        "test_exchange.py::test_what_was_taken_out_changes_nothing_again", ("export",)
    ),
    "GET /api/@breadcrumbs": Driven("test_services.py::test_the_way_to_an_item", ("breadcrumbs",)),
    "GET /api/@navigation": Driven(
        "test_services.py::test_the_tree_unfolds_as_deep_as_asked", ("navigation",)
    ),
    "GET /api/@contextnavigation": Driven(
        "test_around.py::test_the_tree_beside_a_page_unfolds_on_the_way_to_it",
        ("contextnavigation",),
    ),
    "GET /api/@actions": Driven(
        "test_around.py::test_actions_are_what_this_reader_may_do_here", ("actions",)
    ),
    "GET /api/@navroot": Driven("test_around.py::test_the_root_of_the_navigation"),
    "GET /api/@site": Driven(
        "test_around.py::test_the_site_says_its_title_and_languages", ("site",)
    ),
    "GET /api/@system": Driven("test_around.py::test_the_release_is_told_to_administrators"),
    "GET /api/@history": Driven(
        "test_history.py::test_texts_and_steps_come_newest_first", ("history",)
    ),
    "GET /api/@history/{version}": Driven("test_history.py::test_an_item_is_read_as_it_was"),
    "PATCH /api/@history": Driven(
        "test_history.py::test_an_earlier_text_comes_back_into_the_draft_that_stands_beside",
        ("revert",),
    ),
    "POST /api/@copy": Driven(
        "test_moving.py::test_a_source_is_named_by_path_address_or_uid", ("copy",)
    ),
    "POST /api/@move": Driven(
        "test_moving.py::test_where_something_was_leads_to_where_it_is", ("move",)
    ),
    "GET /api/@aliases": Driven("test_aliases.py::test_addresses_are_filtered", ("aliases",)),
    "POST /api/@aliases": Driven(
        "test_aliases.py::test_an_address_leads_here_until_it_is_removed", ("aliases-add",)
    ),
    "DELETE /api/@aliases": Driven(
        "test_aliases.py::test_the_administrator_sees_and_changes_the_addresses_of_the_site"
    ),
    "GET /api/@gaps": Driven("test_gaps.py::test_gaps_are_ranked_with_their_evidence", ("gaps",)),
    "GET /api/@suggestions": Driven(
        "test_suggestions.py::test_a_wording_is_suggested_and_taken", ("suggestions",)
    ),
    "POST /api/@suggestions": Driven(
        "test_suggestions.py::test_a_wording_is_suggested_and_taken", ("suggestion-make",)
    ),
    "POST /api/@suggestions/{uid}/{step}": Driven(
        "test_suggestions.py::test_a_wording_is_suggested_and_taken", ("suggestion-take",)
    ),
    "GET /api/@drafts": Driven(
        "test_drafts.py::test_a_draft_is_begun_kept_and_read_whole", ("drafts",)
    ),
    "POST /api/@drafts": Driven(
        "test_drafts.py::test_a_draft_is_begun_kept_and_read_whole", ("draft-begin",)
    ),
    "GET /api/@drafts/{uid}": Driven(
        "test_drafts.py::test_a_draft_is_begun_kept_and_read_whole", ("draft",)
    ),
    "PUT /api/@drafts/{uid}": Driven(
        "test_drafts.py::test_a_late_text_is_refused_and_kept", ("draft-write", "error-draft-stale")
    ),
    "POST /api/@drafts/{uid}/fragments": Driven(
        "test_drafts.py::test_a_standard_text_goes_in_with_its_origin", ("draft-insert",)
    ),
    "GET /api/@drafts/{uid}/checks": Driven(
        "test_drafts.py::test_ready_is_refused_with_every_place_that_blocks", ("draft-checks",)
    ),
    "GET /api/@drafts/{uid}/text": Driven(
        "test_drafts.py::test_a_reply_goes_out_in_every_form", ("draft-text",)
    ),
    "POST /api/@drafts/{uid}/ready": Driven(
        "test_drafts.py::test_ready_is_refused_with_every_place_that_blocks",
        ("error-draft-not-ready",),
    ),
    "POST /api/@drafts/{uid}/{step}": Driven(
        "test_drafts.py::test_who_comes_second_is_told_and_may_take_over", ("draft-step",)
    ),
    "GET /api/@drafts/{uid}/versions": Driven(
        "test_drafts.py::test_a_ready_draft_is_frozen_until_it_is_opened_again", ("draft-versions",)
    ),
    "GET /api/@drafts/{uid}/versions/{number}": Driven(
        "test_drafts.py::test_a_late_text_is_refused_and_kept", ("draft-version",)
    ),
    "GET /api/@facts": Driven("test_facts.py::test_nobody_reads_ahead_but_who_writes", ("facts",)),
    "GET /api/@facts/{key}": Driven(
        "test_facts.py::test_who_writes_sees_all_values_and_the_tag", ("fact",)
    ),
    "GET /api/@facts/{key}/impact": Driven(
        "test_facts.py::test_what_a_value_touches", ("fact-impact",)
    ),
    "POST /api/@facts/{key}": Driven(
        "test_facts.py::test_a_value_is_proposed_and_decided",
        ("fact-proposed", "fact-without-tag"),
    ),
    "GET /api/@facts/{key}/changes": Driven("test_facts.py::test_a_value_is_proposed_and_decided"),
    "GET /api/@facts/{key}/changes/{uid}": Driven(
        "test_facts.py::test_a_value_is_proposed_and_decided"
    ),
    "POST /api/@facts/{key}/changes/{uid}/{step}": Driven(
        "test_facts.py::test_a_value_is_proposed_and_decided"
    ),
    "GET /api/@types": Driven(
        "test_types.py::test_what_can_be_added_is_said_for_the_place_and_the_reader", ("types",)
    ),
    "GET /api/@types/{name}": Driven(
        "test_types.py::test_the_fields_of_a_type_are_a_json_schema", ("type",)
    ),
    "GET /api/@vocabularies": Driven(
        "test_vocabularies.py::test_the_lists_have_names", ("vocabularies",)
    ),
    "GET /api/@vocabularies/{name}": Driven(
        "test_vocabularies.py::test_what_can_be_chosen", ("vocabulary",)
    ),
    "GET /api/@sources/{name}": Driven(
        "test_vocabularies.py::test_a_field_names_what_it_takes", ("source",)
    ),
    "GET /api/@querysources/{name}": Driven(
        "test_vocabularies.py::test_related_items_are_looked_for_by_their_letters"
    ),
    "POST /api/@render": Driven(
        "test_services.py::test_a_preview_shows_every_part", ("render", "render-mistake")
    ),
    "POST /api/@analyse": Driven(
        "test_letters.py::test_a_letter_is_taken_apart_for_who_answers_customers",
        ("analyse", "error-analyse"),
    ),
    "GET /api/@answers": Driven(
        "test_services.py::test_a_question_is_answered_to_everybody",
        ("answers", "answers-danger"),
    ),
    "GET /api/@suggest": Driven(
        "test_services.py::test_suggestions_come_while_typing", ("suggest",)
    ),
    "GET /api/@search": Driven(
        "test_services.py::test_the_catalogue_is_searched_as_plone_clients_do", ("search",)
    ),
    "GET /api/@querystring": Driven("test_querying.py::test_by_what_items_can_be_found"),
    "POST /api/@querystring-search": Driven(
        "test_querying.py::test_items_are_found_by_all_conditions", ("querystring-search",)
    ),
    "GET /api/@querystring-search": Driven(
        "test_querying.py::test_a_query_may_stand_in_the_address"
    ),
    "POST /api/@login": Driven("test_sign_in.py::test_a_token_opens_what_its_owner_may_see"),
    "POST /api/@login-renew": Driven("test_sign_in.py::test_a_renewed_token_goes_on"),
    "POST /api/@logout": Driven("test_sign_in.py::test_after_the_logout_the_token_is_refused"),
    "GET /api/@users": Driven(
        "test_users.py::test_accounts_are_listed_and_filtered_for_administrators", ("users",)
    ),
    "GET /api/@users/{name}": Driven(
        "test_users.py::test_everybody_sees_their_own_account_and_no_other", ("user",)
    ),
    "POST /api/@users": Driven(
        "test_users.py::test_an_account_is_made_with_a_one_time_link", ("user-created",)
    ),
    "PATCH /api/@users/{name}": Driven("test_users.py::test_an_account_is_changed"),
    "DELETE /api/@users/{name}": Driven(
        "test_users.py::test_a_deleted_account_is_blocked_and_stays_in_the_journal"
    ),
    "POST /api/@users/{name}/reset-password": Driven(
        "test_users.py::test_ones_own_password_is_changed_and_all_tokens_end"
    ),
    "GET /api/@groups": Driven(
        "test_groups.py::test_departments_are_a_bare_list_of_all_that_are_named", ("groups",)
    ),
    "GET /api/@groups/{name}": Driven("test_groups.py::test_a_department_is_described", ("group",)),
    "POST /api/@groups": Driven("test_groups.py::test_a_department_is_described"),
    "PATCH /api/@groups/{name}": Driven("test_groups.py::test_members_are_put_in_and_out"),
    "DELETE /api/@groups/{name}": Driven(
        "test_groups.py::test_a_department_that_is_taken_away_leaves_its_members"
    ),
    "GET /api/@principals": Driven(
        "test_principals.py::test_people_and_departments_are_found_without_addresses",
        ("principals",),
    ),
    "GET /api/@sharing": Driven(
        "test_sharing.py::test_sharing_has_the_fields_that_plone_clients_read", ("sharing",)
    ),
    "POST /api/@sharing": Driven(
        "test_sharing.py::test_a_local_editor_writes_here_and_nowhere_else", ("sharing-changed",)
    ),
    "GET /api/@roles": Driven(
        "test_principals.py::test_roles_are_named_as_plone_names_them", ("roles",)
    ),
    "GET /api/@userschema": Driven(
        "test_principals.py::test_the_form_of_an_account", ("userschema",)
    ),
    "GET /api/@hooks": Driven(
        "test_hooks.py::test_a_webhook_is_listed_without_its_secret", ("hooks",)
    ),
    "POST /api/@hooks": Driven(
        "test_hooks.py::test_the_secret_is_given_once", ("hook-created", "error-hook")
    ),
    "GET /api/@hooks/{uid}": Driven(
        "test_hooks.py::test_a_webhook_is_listed_without_its_secret", ("hook",)
    ),
    "PATCH /api/@hooks/{uid}": Driven(
        "test_hooks.py::test_only_what_was_sent_is_changed", ("hook-changed",)
    ),
    "DELETE /api/@hooks/{uid}": Driven(
        "test_hooks.py::test_a_webhook_is_removed", ("hook-removed",)
    ),
    "GET /api/@hooks/{uid}/deliveries": Driven(
        "test_hooks.py::test_a_test_is_sent_and_listed", ("hook-deliveries",)
    ),
    "POST /api/@hooks/{uid}/test": Driven(
        "test_hooks.py::test_a_test_is_sent_and_listed", ("hook-test",)
    ),
    "GET /api/@health": Driven(
        "test_services.py::test_the_service_says_that_it_lives", ("health",)
    ),
    "GET /api/@metrics": Driven("test_services.py::test_counters_hold_templates_and_no_words"),
}


@cache
def paths() -> dict[str, Any]:
    """Give the paths of the OpenAPI document, from the routes alone: no house is needed."""
    app = Litestar(
        route_handlers=[*api.routes],
        dependencies={
            "work": Provide(provide_work),
            "site": Provide(provide_site, sync_to_thread=False),
        },
        openapi_config=api.openapi_config,
    )
    found: dict[str, Any] = completed(app.openapi_schema.to_schema(), contextual_routes(app))
    return dict(found["paths"])


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every endpoint once, as `METHOD /path`: the form of an item is left out."""
    for path, methods in paths().items():
        if path == "/api/{path}" or path.startswith(_OF_ITEM):
            continue
        for method in sorted(_METHODS & set(methods)):
            yield f"{method.upper()} {path}", methods[method]


def endpoints_page() -> str:
    """Give docs/api/endpoints.md."""
    lines = [
        "# Endpoints",
        "Made from the OpenAPI document and the list in `tests/api/endpoints.py` (`make docs`).",
        "The test drives the endpoint; an endpoint without one fails the suite. Services of an",
        "item are asked at its path, `/api/meters/@workflow`, and at the root.",
    ]
    rows: dict[str, list[str]] = {}
    for call, operation in operations():
        group = GROUPS.get(operation.get("tags", [""])[0], GROUPS["system"])
        rows.setdefault(group, []).append(_row(call, operation["summary"]))
    for group in GROUPS.values():
        lines += [
            "",
            f"## {group}",
            "| call | what it does | examples | test |",
            "|---|---|---|---|",
        ]
        lines += rows.get(group, [])
    return "\n".join(lines) + "\n"


def _row(call: str, summary: str) -> str:
    driven = ENDPOINTS[call]
    method, path = call.split(" ")
    of_item = _OF_ITEM + path.removeprefix("/api/") if path != "/api" else "/api/{path}"
    forms = [path, of_item] if of_item in paths() and method.lower() in paths()[of_item] else [path]
    shown = ", ".join(f"`{method} {one}`" for one in forms)
    examples = ", ".join(f"[{name}](examples/{name}.json)" for name in driven.examples)
    return f"| {shown} | {summary} | {examples} | {driven.test} |"
