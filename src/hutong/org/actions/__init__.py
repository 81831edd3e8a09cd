"""The actions of the package; importing it registers them all."""

from hutong.org.actions.accounts import (
    create_account,
    create_machine_account,
    issue_token,
    reset_password,
    revoke_token,
)
from hutong.org.actions.borders import merge_divisions, split_division, transfer_division
from hutong.org.actions.divisions import close_division, open_division, rename_division
from hutong.org.actions.limits import extend_limit, pause_limit, resume_limit
from hutong.org.actions.load import load_demo_county, load_divisions, load_villages
from hutong.org.actions.posts import (
    appoint,
    close_post,
    create_agency,
    create_post,
    relieve,
    set_post_areas,
)
from hutong.org.actions.supervision import follow_up_below, look_at_posts

__all__ = [
    "appoint",
    "close_division",
    "close_post",
    "create_account",
    "create_agency",
    "create_machine_account",
    "create_post",
    "extend_limit",
    "follow_up_below",
    "issue_token",
    "load_demo_county",
    "load_divisions",
    "load_villages",
    "look_at_posts",
    "merge_divisions",
    "open_division",
    "pause_limit",
    "relieve",
    "rename_division",
    "reset_password",
    "resume_limit",
    "revoke_token",
    "set_post_areas",
    "split_division",
    "transfer_division",
]
