"""Files that a deployment packed and stored in its own bucket."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class DeploymentAssets:
    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def read(self, bucket: str, key: str) -> bytes:
        return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
