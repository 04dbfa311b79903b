"""Errors about opportunities. The state machines and the operator see their names."""


class OpportunityError(Exception):
    """The base of all errors below."""


class SourceThrottled(OpportunityError):
    """A source of posts throttled us repeatedly. Worth another try later."""


class SourceUnavailable(OpportunityError):
    """A source of posts answers 5xx, too late or not at all. Worth another try later."""


class SourceRefused(OpportunityError):
    """A source of posts is unknown, refuses our credentials, or lacks this community. Retrying changes nothing."""


class OpportunityNotFound(OpportunityError):
    """No opportunity has this id."""


class OpportunityTaken(OpportunityError):
    """Another build holds the opportunity, or the opportunity is served, rejected or muted. The message says which."""


class LeaseLost(OpportunityError):
    """The build no longer holds the opportunity: its lease ran out and another build took it."""


class MarketChanged(OpportunityError):
    """Another scan changed the same opportunities meanwhile. Cluster this scan again; nothing of it is lost."""


class ModelNotTrusted(OpportunityError):
    """Most of the model's findings do not occur in their posts, so none of its answers about these posts is used."""


class SpendCapReached(OpportunityError):
    """Today's cap on model spend is used up, so no new work starts. Work in progress continues."""
