"""The console's addresses. Every view asks for a log-in unless it says otherwise."""

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path
from django.views.i18n import set_language

from regulars.doors.console import (
    allowances,
    approvals,
    calculator,
    developers,
    entering,
    errors,
    founding,
    gallery,
    home,
    ledger,
    member,
    member_actions,
    member_together,
    members,
    orders,
    own_member,
    preferences,
    program_settings,
    redemptions,
    rewards,
    rules,
    tiers,
    waiting,
    wallets,
)

urlpatterns: list[URLPattern] = [
    path("", home.show, name="home"),
    path("welcome", founding.show, name="founding"),
    path("search", members.search, name="search"),
    path("members", members.show, name="members"),
    path("members.csv", members.export, name="members_export"),
    path("members/enroll", members.enroll, name="members_enroll"),
    path("members/<uuid:member_id>", member.show, name="members_show"),
    path("members/<uuid:member_id>/ledger.csv", member.export, name="members_ledger"),
    path("members/<uuid:member_id>/adjust", member_actions.adjust, name="members_adjust"),
    path("members/<uuid:member_id>/adjust/effect", member_actions.adjust_effect, name="members_adjust_effect"),
    path("members/<uuid:member_id>/redeem", member_actions.redeem, name="members_redeem"),
    path("members/<uuid:member_id>/edit", member_actions.edit, name="members_edit"),
    path("members/<uuid:member_id>/give", member_together.give, name="members_give"),
    path("members/<uuid:member_id>/household", member_together.household, name="members_household"),
    path("members/<uuid:member_id>/merge", member_together.merge, name="members_merge"),
    path("members/<uuid:member_id>/unmerge", member_together.unmerge, name="members_unmerge"),
    path("members/<uuid:member_id>/status", member_actions.set_status, name="members_status"),
    path("members/<uuid:member_id>/identifiers", member_actions.reveal, name="members_reveal"),
    path("ledger", ledger.show, name="ledger"),
    path("ledger.csv", ledger.export, name="ledger_export"),
    path("orders", orders.show, name="orders"),
    path("orders/<uuid:member_id>/<uuid:order_id>", orders.order, name="orders_show"),
    path("orders/<uuid:member_id>/<uuid:order_id>/effect", orders.return_effect, name="orders_return_effect"),
    path("orders/<uuid:member_id>/<uuid:order_id>/complete", orders.complete, name="orders_complete"),
    path("waiting", waiting.show, name="waiting"),
    path("waiting/<uuid:parked_id>/settle", waiting.settle, name="waiting_settle"),
    path("waiting/<uuid:member_id>/<uuid:order_id>", waiting.decide, name="waiting_decide"),
    path("approvals", approvals.show, name="approvals"),
    path("approvals/<uuid:member_id>/<uuid:adjustment_id>", approvals.decide, name="approvals_decide"),
    path("earning", rules.show, name="rules"),
    path("earning/calculator", calculator.show, name="rules_calculator"),
    path("earning/terms", rules.terms, name="rules_terms"),
    path("earning/new", rules.add, name="rules_new"),
    path("earning/<int:rule_id>", rules.edit, name="rules_edit"),
    path("earning/new/<str:effect>", rules.add, name="rules_start"),
    path("wallets", wallets.show, name="wallets"),
    path("wallets/new", wallets.edit, name="wallets_new"),
    path("wallets/new/example", wallets.example, name="wallets_new_example"),
    path("wallets/<str:code>/edit", wallets.edit, name="wallets_edit"),
    path("wallets/<str:code>/example", wallets.example, name="wallets_example"),
    path("tiers", tiers.show, name="tiers"),
    path("tiers/edit", tiers.edit, name="tiers_edit"),
    path("tiers/effect", tiers.effect, name="tiers_effect"),
    path("rewards", rewards.show, name="rewards"),
    path("rewards/new", rewards.edit, name="rewards_new"),
    path("rewards/redemptions", redemptions.queue, name="rewards_queue"),
    path("rewards/<uuid:reward_id>", rewards.edit, name="rewards_edit"),
    path("redemptions/<uuid:member_id>/<uuid:redemption_id>/<str:what>", redemptions.decide, name="redemptions_decide"),
    path("settings", program_settings.show, name="settings"),
    path("settings/terms", program_settings.terms, name="settings_terms"),
    path("settings/limits", allowances.edit, name="settings_limits"),
    path("me", own_member.show, name="me"),
    path("developers", developers.show, name="developers"),
    path("developers/<uuid:key_id>/revoke", developers.revoke, name="developers_revoke"),
    path("login", account.login, name="account_login"),
    path("logout", account.logout, name="account_logout"),
    path("signup", account.signup, name="account_signup"),
    path("inactive", account.account_inactive, name="account_inactive"),
    path("password", account.password_change, name="account_change_password"),
    path("password/set", account.password_set, name="account_set_password"),
    path("confirm", account.reauthenticate, name="account_reauthenticate"),
    path("enter/<str:token>", entering.enter, name="enter"),
    path("language", login_not_required(set_language), name="language"),
    path("theme", preferences.set_theme, name="theme"),
]
if settings.DEBUG:
    urlpatterns += gallery.ADDRESSES

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
handler429 = errors.too_many
