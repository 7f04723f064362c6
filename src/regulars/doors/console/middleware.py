"""What every request carries: the instant it came, the reader's theme, and headers no page may lack."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from regulars.kit import clock

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"
Answer = Callable[[HttpRequest], HttpResponse]

_PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


def reader(get_response: Answer) -> Answer:
    """`request.at` is when the request came; `request.theme` is auto, light or dark, from a cookie."""

    def answer(request: HttpRequest) -> HttpResponse:
        theme = request.COOKIES.get(THEME_COOKIE, "auto")
        request.at = clock.now()  # type: ignore[attr-defined]
        request.theme = theme if theme in THEMES else "auto"  # type: ignore[attr-defined]
        return get_response(request)

    return answer


def permissions_policy(get_response: Answer) -> Answer:
    """No page of ours needs the camera, the place or a payment sheet, so no page may ask."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response

    return answer
