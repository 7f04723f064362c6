"""The console's addresses. Every view asks for a log-in unless it says otherwise."""

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path
from django.views.i18n import set_language

from regulars.doors.console import entering, errors, gallery, home, preferences

urlpatterns: list[URLPattern] = [
    path("", home.show, name="home"),
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
