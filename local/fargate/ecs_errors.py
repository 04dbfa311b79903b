"""Errors as the ECS API names them."""


class EcsError(Exception):
    """`code` is the name that an SDK raises it under."""

    code = "ClientException"
    status = 400


class InvalidParameter(EcsError):
    code = "InvalidParameterException"


class ClusterNotFound(EcsError):
    code = "ClusterNotFoundException"


class UnsupportedFeature(EcsError):
    code = "UnsupportedFeatureException"


class NotImplementedHere(EcsError):
    code = "UnknownOperationException"


class ServerError(EcsError):
    code = "ServerException"
    status = 500
