"""Errors about an agent's row, with names, so that stages and endpoints can tell a race from a mistake."""


class AgentError(Exception):
    """An error about an agent's listing or its versions."""


class SlugsExhausted(AgentError):
    """Every name made from the wanted slug belongs to another opportunity."""


class NotReserved(AgentError):
    """The slug is not held for this opportunity, so nothing may be published or rejected under it."""


class NotPublished(AgentError):
    """No agent was ever published under this slug, so there is nothing to withdraw or to republish."""


class AlreadyPublished(AgentError):
    """Another build has already published this version of the agent or a later one."""


class VersionConflict(AgentError):
    """The version's row exists with another image. A stored version never changes."""


class CursorInvalid(AgentError):
    """The page cursor was not issued by this API."""
