import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
