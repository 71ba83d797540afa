"""The parts of the Docker provider that need no engine: sentences, addresses, limits."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
import requests
from docker.errors import APIError, DockerException, ImageNotFound

from etabli.exam.contract.errors import SandboxError, SandboxFailure, SandboxUnavailable
from etabli.sandbox import docker_containers, docker_networks
from etabli.sandbox.base import Application
from etabli.sandbox.docker_errors import translated


def api_error(explanation: str, status: int = 500) -> APIError:
    response = requests.Response()
    response.status_code = status
    return APIError("…", response=response, explanation=explanation)


def buried(cause: Exception) -> Exception:
    """Buries a cause as requests and urllib3 do: in arguments of arguments."""
    return DockerException("version", requests.ConnectionError(("Connection aborted.", cause)))


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            ImageNotFound("No such image: etabli/web:1"),
            SandboxUnavailable,
            "« etabli/web:1 » manque : lancez « make setup »",
        ),
        (api_error("no space left on device"), SandboxUnavailable, "Le disque est plein : libérez"),
        (OSError(28, "No space left on device"), SandboxUnavailable, "Le disque est plein : libérez"),
        (buried(PermissionError(13, "denied")), SandboxUnavailable, "groupe « docker »"),
        (PermissionError(13, "denied"), SandboxUnavailable, "groupe « docker »"),
        (buried(FileNotFoundError(2, "absent")), SandboxUnavailable, "ne répond pas : lancez « make setup »"),
        (buried(ConnectionRefusedError(111, "refused")), SandboxUnavailable, "ne répond pas : lancez « make setup »"),
        (requests.ReadTimeout("read"), SandboxFailure, "à temps \\(chanter\\) : relancez"),
        (TimeoutError("timed out"), SandboxFailure, "à temps \\(chanter\\) : relancez"),
        (api_error("tout va mal\nvraiment"), SandboxFailure, "n'a pas pu chanter \\(tout va mal vraiment\\)"),
    ],
)
def test_each_trouble_has_its_sentence(error: Exception, kind: type[SandboxError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught, translated("chanter"):
        raise error
    assert type(caught.value) is kind
    assert caught.value.__cause__ is error


def test_a_mistake_of_ours_is_not_disguised() -> None:
    with pytest.raises(KeyError), translated("chanter"):
        raise KeyError("x")


def test_a_long_explanation_is_cut() -> None:
    with pytest.raises(SandboxFailure, match="x…\\)"), translated("chanter"):
        raise api_error("x" * 5000)


def client(taken: list[str]) -> Any:
    networks = [{"Name": subnet, "IPAM": {"Config": [{"Subnet": subnet}]}} for subnet in taken]
    networks.append({"Name": "host", "IPAM": None})
    return SimpleNamespace(api=SimpleNamespace(networks=lambda: networks), networks=Mock())


def test_a_room_gets_a_block_that_nobody_has() -> None:
    # Half of ours, and things that are not IPv4 or not ours.
    engine = client(["10.83.0.0/17", "172.17.0.0/16", "fd00::/64"])
    for _attempt in range(20):
        _network, addresses = docker_networks.create(engine, "salle", {})
        assert ipaddress.ip_address(addresses.candidate) in ipaddress.ip_network("10.83.128.0/17")
    assert ipaddress.ip_address(addresses.candidate) - 2 == ipaddress.ip_address(addresses.examiner)
    assert ipaddress.ip_address(addresses.candidate) - 1 == ipaddress.ip_address(addresses.services)


def test_another_block_is_tried_when_somebody_was_quicker() -> None:
    engine = client([])
    engine.networks.create.side_effect = [api_error("Pool overlaps with other one", 403)] * 3 + ["salle"]
    network, _addresses = docker_networks.create(engine, "salle", {})
    assert network == "salle"
    pools = [call.kwargs["ipam"]["Config"][0]["Subnet"] for call in engine.networks.create.call_args_list]
    assert len(set(pools)) == 4


def test_another_refusal_is_not_retried() -> None:
    engine = client([])
    engine.networks.create.side_effect = api_error("not allowed", 403)
    with pytest.raises(APIError):
        docker_networks.create(engine, "salle", {})
    assert engine.networks.create.call_count == 1


def test_no_free_block_is_a_sentence() -> None:
    with pytest.raises(SandboxFailure, match=r"Aucune plage d'adresses libre dans 10.83.0.0/16 : fermez"):
        docker_networks.create(client(["10.0.0.0/8"]), "salle", {})


def test_networks_that_others_create_get_blocks_of_ours_and_keep_those_they_have() -> None:
    engine = client(["10.83.0.0/17", "172.17.0.0/16"])
    found = docker_networks.subnets(engine, ["172.17.0.0/16", "a", "b"])
    assert found.pop("172.17.0.0/16") == "172.17.0.0/16", "it is there already"
    blocks = {ipaddress.ip_network(block) for block in found.values()}
    assert set(found) == {"a", "b"} and len(blocks) == 2
    assert all(block.prefixlen == 29 and block[0] in ipaddress.ip_network("10.83.128.0/17") for block in blocks)


def test_a_class_and_the_rooms_beside_it_have_blocks_and_one_too_many_is_a_sentence() -> None:
    taken = [f"10.83.{number}.0/24" for number in range(256)]
    last = client([*taken[:-1], "10.83.255.0/25", "10.83.255.128/26"])  # 8 blocks are left
    assert len(docker_networks.subnets(last, list("abcdefgh"))) == 8
    with pytest.raises(SandboxFailure, match=r"Aucune plage d'adresses libre .* espaces de travail .*etabli espaces"):
        docker_networks.subnets(last, list("abcdefghi"))
    assert docker_networks.subnets(client(taken), ["10.83.7.0/24"]) == {"10.83.7.0/24": "10.83.7.0/24"}


def test_a_room_has_no_way_out() -> None:
    engine = client([])
    docker_networks.create(engine, "salle", {"etabli": "1"})
    asked = engine.networks.create.call_args.kwargs
    assert asked["internal"] is True
    assert asked["enable_ipv6"] is False
    assert asked["options"]["com.docker.network.bridge.inhibit_ipv4"] == "true"
    assert asked["labels"] == {"etabli": "1"}


def test_a_candidate_gets_its_limits_and_no_more(tmp_path: Path) -> None:
    app = Application("web", ("servir", "php"), tmp_path, {"DB_NAME": "c"}, memory_mb=96, pids=7, cpus=0.5, tmp_mb=3)
    recipe = docker_containers.candidate(app, "etabli/web:1")
    assert recipe["mem_limit"] == recipe["memswap_limit"] == 96 * 1024 * 1024
    assert (recipe["pids_limit"], recipe["nano_cpus"]) == (7, 500_000_000)
    assert recipe["tmpfs"] == {"/tmp": "size=3m,nr_inodes=8192,mode=1777"}
    assert recipe["cap_drop"] == ["ALL"]
    privileges, calls = recipe["security_opt"]
    assert privileges == "no-new-privileges:true" and json.loads(calls.removeprefix("seccomp="))
    assert recipe["read_only"] is True
    screens, work = recipe["mounts"]
    assert (work["Source"], work["Target"], work["ReadOnly"]) == (str(tmp_path.resolve()), "/srv/app", True)
    assert screens["Target"] == "/dev/pts"
    options = screens["VolumeOptions"]["DriverConfig"]["Options"]["o"]
    assert "max=8,ptmxmode=0600," in options, (
        "the machine has 3,072 for everybody, and works at them on nobody's account"
    )
    assert not {"privileged", "cap_add", "devices", "ports", "extra_hosts", "volumes", "pid_mode"} & set(recipe)


def test_the_examiner_sees_nothing_of_the_disk_and_has_its_profile() -> None:
    recipe = docker_containers.examiner("etabli/examiner:1", "{}")
    assert not {"mounts", "volumes", "network_mode"} & set(recipe)
    assert recipe["security_opt"] == ["no-new-privileges:true", "seccomp={}"]
    for place in ("/etabli", "/rendus"):
        assert "uid=1002" in recipe["tmpfs"][place], "no candidate's account, whose limits candidates fill"
        assert "mode=0700" in recipe["tmpfs"][place]
    assert docker_containers.examiner("etabli/examiner:1", "{}", pages=False)["network_mode"] == "none"
