"""Pages of `org`: the browser of places, offices, posts and who holds them; the type-ahead for places."""

from hutong.org.screens import days, failed, late, machines, offices, places, posts

__all__ = ["days", "failed", "late", "machines", "offices", "places", "posts"]
