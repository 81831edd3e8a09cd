"""The verbs of the package; importing it registers them all."""

from hutong.org.actions.borders import merge_divisions, split_division, transfer_division
from hutong.org.actions.divisions import close_division, open_division, rename_division
from hutong.org.actions.load import load_demo_county, load_divisions
from hutong.org.actions.posts import (
    appoint,
    close_post,
    create_account,
    create_agency,
    create_post,
    relieve,
    set_post_areas,
)

__all__ = [
    "appoint",
    "close_division",
    "close_post",
    "create_account",
    "create_agency",
    "create_post",
    "load_demo_county",
    "load_divisions",
    "merge_divisions",
    "open_division",
    "relieve",
    "rename_division",
    "set_post_areas",
    "split_division",
    "transfer_division",
]
