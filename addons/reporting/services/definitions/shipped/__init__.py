"""The reports that come with the addon, in English, Arabic and Bengali."""

from typing import Final

from addons.reporting.services.definitions.shipped.cash import CASH_FLOW_DIRECT, CASH_FLOW_INDIRECT
from addons.reporting.services.definitions.shipped.ledgers import LEDGERS
from addons.reporting.services.definitions.shipped.position import BALANCE_SHEET, CHANGES_IN_EQUITY
from addons.reporting.services.definitions.shipped.result import BY_FUNCTION, BY_NATURE
from addons.reporting.services.definitions.values import Definition

ALL: Final[tuple[Definition, ...]] = (
    BY_FUNCTION,
    BY_NATURE,
    BALANCE_SHEET,
    CASH_FLOW_INDIRECT,
    CASH_FLOW_DIRECT,
    CHANGES_IN_EQUITY,
    *LEDGERS,
)
SHIPPED: Final = {definition.key: definition for definition in ALL}
