"""What can be exported, and what it is called; apart, for menus know it before anything is worked out."""

from collections.abc import Mapping
from typing import Final

DEALS: Final = "Deals"
PAYMENTS: Final = "Payments"
FORECAST: Final = "Forecast"
EVENTS: Final = "Events"
STANDING: Final = "Standing"

TABLES: Final[Mapping[str, str]] = {
    "deals": DEALS,
    "payments": PAYMENTS,
    "forecast": FORECAST,
    "events": EVENTS,
    "standing": STANDING,
}
"""What can be exported, and what it is called."""
