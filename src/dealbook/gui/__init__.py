"""The window: the only place that knows Qt. Shows what the desk says and hands over what the person types."""

from dealbook.gui.immortal import keep_constants

keep_constants()  # before the first call into Qt
