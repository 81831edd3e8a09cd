"""Tables of `money`. A line of a batch is a frozen record: the database itself refuses to change it."""

from hutong.money.models.batches import Batch, Line, Omission, ParameterSet, Reconciliation, Signature
from hutong.money.models.local import (
    Arrangement,
    BankFormat,
    Payer,
    Rhythm,
    SharedLimit,
    SigningBand,
    SigningStep,
    Statement,
)
from hutong.money.models.orders import Hold, Order, PayeeChange
from hutong.money.models.payees import AccountVersion, Payee, SharedAccount
from hutong.money.models.recoveries import Recovery, RecoveryPart, Repayment

__all__ = [
    "AccountVersion",
    "Arrangement",
    "BankFormat",
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
    "Signature",
    "SigningBand",
    "SigningStep",
    "Statement",
]
