"""The window: the only place that knows Qt. Shows what the desk says and hands over what the person types."""
