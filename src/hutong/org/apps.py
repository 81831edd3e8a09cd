from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Divisions, agencies, posts; tells the spine what a place and a viewer are."""

    name = "hutong.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hutong.core.places import register_resolver
        from hutong.core.viewer import register_loader
        from hutong.org.queries.places import Places
        from hutong.org.queries.posts import viewer_at

        register_resolver(Places())
        register_loader(viewer_at)
