"""What can go wrong with an agent's row: named, so that stages and endpoints can tell a race from a mistake."""


class AgentError(Exception):
    """About an agent's listing or its versions."""


class SlugsExhausted(AgentError):
    """Every name made from the wanted slug belongs to another opportunity."""


class NotReserved(AgentError):
    """The slug is not held for this opportunity, so nothing may be published or rejected under it."""


class NotPublished(AgentError):
    """No agent was ever published under this slug, so there is nothing to withdraw or to republish."""


class AlreadyPublished(AgentError):
    """Another build has published this version, or a later one, of the agent: this build came too late."""


class VersionConflict(AgentError):
    """The version row exists with another image: versions never change once written."""


class CursorInvalid(AgentError):
    """The cursor of a page was not made by us."""
