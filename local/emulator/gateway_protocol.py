"""HTTP as the gateway speaks it: what is no HTTP at all (or has letters in its address that an address cannot have) is
answered in its words, before any application is asked."""

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

BAD_REQUEST = b'{"message": "Bad Request"}'


class GatewayProtocol(H11Protocol):
    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words)
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(BAD_REQUEST))),
            ("connection", "close"),
        ]
        answer = (
            h11.Response(status_code=400, headers=headers, reason="Bad Request"),
            h11.Data(data=BAD_REQUEST),
            h11.EndOfMessage(),
        )
        for event in answer:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
