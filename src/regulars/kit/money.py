"""Money: integer minor units and an ISO 4217 currency. Never a float.

Source: ISO 4217 amendment list (exponents); quality/edge-cases 26.
"""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

AMOUNT_MINOR_MAX = 10**12

_EXPONENT_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_EXPONENT_3 = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENT_4 = "CLF UYW"
_EXPONENT_2 = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT "
    "MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU "
    "UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)

EXPONENTS: dict[str, int] = {
    code: exponent
    for codes, exponent in ((_EXPONENT_0, 0), (_EXPONENT_2, 2), (_EXPONENT_3, 3), (_EXPONENT_4, 4))
    for code in codes.split()
}


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit stands for: CNY 2, JPY 0, KWD 3.

    Raises:
        KeyError: no such currency.
    """
    return EXPONENTS[currency]


def to_minor(text: str, currency: str) -> int:
    """`"12.34"` CNY is 1234; half a minor unit rounds to even. Digits may be grouped by commas.

    Raises:
        ValueError: not a finite decimal number, or larger than `AMOUNT_MINOR_MAX`.
    """
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation as broken:
        raise ValueError(f"{text!r} is not an amount") from broken
    if not amount.is_finite():
        raise ValueError(f"{text!r} is not a finite amount")
    minor = int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN))
    if abs(minor) > AMOUNT_MINOR_MAX:
        raise ValueError(f"{text!r} is larger than this program takes")
    return minor


def to_decimal(minor: int, currency: str) -> Decimal:
    """1234 CNY is `Decimal("12.34")`."""
    return Decimal(minor).scaleb(-exponent(currency))
