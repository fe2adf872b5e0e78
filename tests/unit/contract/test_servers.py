"""Of the servers of a document only the path counts, whatever the rest of them is."""

from __future__ import annotations

from typing import Any

import pytest

from contract.servers import base_path


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ({"url": "https://geti.example/api/v1/"}, "/api/v1"),
        ({"url": "/api/v2"}, "/api/v2"),
        ({"url": "api/v2"}, "/api/v2"),
        ({"url": "https://geti.example"}, "/api/v1"),
        ({"url": "/"}, "/api/v1"),
        ({"url": ""}, "/api/v1"),
        ({}, "/api/v1"),
        ({"url": "https://[your host]/api/v2"}, "/api/v2"),
        ({"url": "https://[/api/v2"}, "/api/v2"),
        ({"url": "https://<host>:<port>/api/v2"}, "/api/v2"),
        ({"url": "{server}/api/v2"}, "/api/v2"),
        ({"url": "{server}/api/{v}", "variables": {"v": {"default": "v2"}}}, "/api/v2"),
        ({"url": "{server}/api/{v}", "variables": {"v": None}}, "/api/v1"),
        ({"url": "{server}/api/{v}", "variables": ["v"]}, "/api/v1"),
        ({"url": "/{v}", "variables": {"v": {"default": "{v}{v}"}}}, "/api/v1"),
        ({"url": "/api\n/v2"}, "/api/v1"),
    ],
)
def test_the_base_path_is_that_of_the_server(server: dict[str, Any], path: str) -> None:
    assert base_path({"paths": {"/a": {}}, "servers": [server]}) == path


@pytest.mark.parametrize("servers", [None, [], [None], [None, 3], {}, "a"])
def test_what_is_no_server_says_nothing(servers: Any) -> None:
    assert base_path({"paths": {"/a": {}}, "servers": servers}) == "/api/v1"
    assert base_path({"paths": {"/api/v1/a": {}}, "servers": servers}) == ""
