"""What can go wrong with opportunities, by name: the state machines and the operator see these names."""


class OpportunityError(Exception):
    """Base of everything below."""


class SourceThrottled(OpportunityError):
    """A source of posts asks us to slow down, again and again. Worth another try later."""


class SourceUnavailable(OpportunityError):
    """A source of posts answers 5xx, not in time or not at all. Worth another try later."""


class SourceRefused(OpportunityError):
    """A source of posts is unknown, takes no such credentials, or has no such community: retrying changes nothing."""


class OpportunityNotFound(OpportunityError):
    """No opportunity has this id."""


class OpportunityTaken(OpportunityError):
    """Another build holds the opportunity, or it was served, rejected or muted already; the message says which."""


class LeaseLost(OpportunityError):
    """The build no longer holds the opportunity: its lease ran out and another build took it."""


class MarketChanged(OpportunityError):
    """Another scan changed the same opportunities meanwhile. Nothing of this scan is lost: cluster it again."""


class ModelNotTrusted(OpportunityError):
    """Most of what the model says of posts is not in them, so its answers about them are not used at all."""


class SpendCapReached(OpportunityError):
    """Today's cap on model spend is used up, so no new work is started. Work under way goes on."""
