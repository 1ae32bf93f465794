"""serve_s3: an S3 server on this machine (moto's), and a proxy before it that can drop connections."""

import json
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass
class S3:
    """A running server. Its variables of the environment lead programs to it, through the proxy."""

    port: int  # of the server itself
    proxy: "Proxy"
    buckets: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find it."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.proxy.port}", "AWS_EC2_METADATA_DISABLED": "true"}

    def client(self, service: str = "s3") -> "boto3.client":
        """Amazon's own client, which goes to the server past the proxy."""
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        return boto3.client(service, endpoint_url=f"http://127.0.0.1:{self.port}", **keys)

    def user(self, name: str, may: list[str]) -> dict[str, str]:
        """Make a user with these permissions; return the variables of the environment that make a program that user."""
        client = self.client("iam")
        client.create_user(UserName=name)
        if may:
            rules = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": may, "Resource": "*"}]}
            client.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=json.dumps(rules))
        key = client.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def check_permissions(self, on: bool) -> None:
        """Refuse from now on what a user may not, or nothing any more."""
        url, after = f"http://127.0.0.1:{self.port}/moto-api/reset-auth", b"0" if on else b"inf"
        urlopen(Request(url, after, {"Content-Type": "text/plain"}, method="POST")).close()

    def files(self, bucket: str, prefix: str = "") -> dict[str, bytes]:
        """Key below the prefix -> bytes."""
        client, found = self.client(), {}
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for each in page.get("Contents", ()):
                found[each["Key"].removeprefix(prefix)] = client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        return found


class Proxy:
    """Passes connections on to a port of this machine. `drop`: each so-manieth is cut after some bytes; 0: none."""

    def __init__(self, port: int):
        self._to = port
        self.drop = self.dropped = self.connections = 0
        self.requests: list[str] = []  # the first line of each
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            cut = bool(self.drop) and self.connections % self.drop == 0
            self.dropped += cut
            server = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pump, args=(client, server, True, cut), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False, False), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, asks: bool, cut: bool) -> None:
        """Copy bytes until one side ends; a cut connection ends in the middle of its first request."""
        try:
            while data := source.recv(1 << 16):
                if asks and data.split(b" ", 1)[0] in (b"GET", b"PUT", b"POST", b"HEAD", b"DELETE"):
                    self.requests.append(data.split(b"\r\n", 1)[0].decode())
                target.sendall(data[: len(data) // 2] if cut else data)
                if cut:
                    break
        except OSError:
            pass
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()


@contextmanager
def serve_s3(*buckets: str) -> Iterator[S3]:
    """Run a server with these buckets, and point this process at it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not a line for each request
    server.start()
    _, port = server.get_host_and_port()
    made = S3(port, Proxy(port))
    before = {name: os.environ.get(name) for name in made.environment}
    os.environ.update(made.environment)
    S3FileSystem.clear_instance_cache()  # one that was opened before goes elsewhere
    try:
        for name in buckets:
            made.client().create_bucket(Bucket=name)
        yield made
    finally:
        S3FileSystem.clear_instance_cache()
        made.proxy.close()
        server.stop()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
