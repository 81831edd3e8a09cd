"""Tables of `money`. A line of a batch is a frozen record: the database itself refuses to change it."""

from hutong.money.models.batches import Batch, Line, Omission, ParameterSet, Reconciliation
from hutong.money.models.local import Payer, Rhythm, SharedLimit, SigningBand, Statement
from hutong.money.models.orders import Hold, Order, PayeeChange
from hutong.money.models.payees import AccountVersion, Payee, SharedAccount
from hutong.money.models.recoveries import Recovery, RecoveryPart, Repayment

__all__ = [
    "AccountVersion",
    "Batch",
    "Hold",
    "Line",
    "Omission",
    "Order",
    "ParameterSet",
    "Payee",
    "PayeeChange",
    "Payer",
    "Reconciliation",
    "Recovery",
    "RecoveryPart",
    "Repayment",
    "Rhythm",
    "SharedAccount",
    "SharedLimit",
    "SigningBand",
    "Statement",
]
