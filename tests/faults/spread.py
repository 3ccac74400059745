"""Each node in a network namespace of its own, on one bridge: real links, with what the kernel can do to them (root, ip, nft, tc)."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.inside import enter
from tests.listening import Listener
from tests.processes import PROCESSES, Alliance, Line, Site

TOOLS = ("ip", "nft", "tc")
PORT = 8000
NET = f"10.77.{os.getpid() % 250}"
GATE = f"{NET}.1"
"""Where this process, and with it people, stand."""
TAG = f"tb{os.getpid() % 100_000}"


def what_is_missing() -> str:
    """Why nodes cannot be spread on this machine, or ""."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"not installed: {', '.join(missing)} (packages iproute2, nftables)" if missing else ""


class Relay(Listener):
    """A register of this machine, at the same port inside a namespace: a node believes nobody but its own machine without TLS."""

    def __init__(self, space: str, port: int) -> None:
        self.behind, self.heard, self._open = port, [], set()
        with ThreadPoolExecutor(1) as inside:
            # A socket stays in the namespace in which it was made.
            self._socket = inside.submit(_listen_inside, space, port).result()
        threading.Thread(target=self._accept, daemon=True).start()


def _listen_inside(space: str, port: int) -> socket.socket:
    enter(space)
    return socket.create_server(("127.0.0.1", port), backlog=64)


class Link:
    """The cable of one node, and its firewall."""

    def __init__(self, number: int) -> None:
        self.address, self.space, self.cable = f"{NET}.{number}", f"{TAG}-{number}", f"{TAG}c{number}"

    def lay(self) -> None:
        run("ip", "netns", "add", self.space)
        run("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        run("ip", "link", "set", self.cable, "master", TAG, "up")
        for words in (f"addr add {self.address}/24 dev eth0", "link set eth0 up", "link set lo up"):
            self.inside("ip", *words.split())
        self.inside("nft", "add table inet faults")
        self.inside("nft", "add chain inet faults out { type filter hook output priority 0 ; }")
        self.inside("nft", "add chain inet faults in { type filter hook input priority 0 ; }")

    def close(self) -> None:
        subprocess.run(["ip", "netns", "del", self.space], check=False)

    def drop_to(self, other: "Link") -> None:
        """One way only."""
        self.inside("nft", f"add rule inet faults out ip daddr {other.address} drop")

    def isolate(self) -> None:
        """From the other nodes; people still get through."""
        self.inside("nft", f"add rule inet faults out oifname eth0 ip daddr != {GATE} drop")
        self.inside("nft", f"add rule inet faults in iifname eth0 ip saddr != {GATE} drop")

    def lose(self, percent: int) -> None:
        self.inside("nft", f"add rule inet faults in iifname eth0 numgen random mod 100 < {percent} drop")

    def narrow(self, rate: str) -> None:
        self.inside(
            "tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms"
        )
        run("tc", "qdisc", "add", "dev", self.cable, "root", "tbf", "rate", rate, "burst", "16kb", "latency", "400ms")

    def pull_out(self) -> None:
        run("ip", "link", "set", self.cable, "down")

    def heal(self) -> None:
        run("ip", "link", "set", self.cable, "up")
        for chain in ("in", "out"):
            self.inside("nft", f"flush chain inet faults {chain}")
        for command in (["ip", "netns", "exec", self.space, "tc", "qdisc", "del", "dev", "eth0", "root"],
                        ["tc", "qdisc", "del", "dev", self.cable, "root"]):  # fmt: skip
            subprocess.run(command, check=False, stderr=subprocess.DEVNULL)

    def inside(self, *words: str) -> None:
        run("ip", "netns", "exec", self.space, *words)


def run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"


class NoLine:
    """Nothing stands before the node's port."""

    def close(self) -> None:
        return


class Spread(Alliance):
    later = ()

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.links: dict[str, Link] = {}
        self.relays: dict[tuple[str, int], Relay] = {}
        run("ip", "link", "add", TAG, "type", "bridge")
        run("ip", "addr", "add", f"{GATE}/24", "dev", TAG)
        run("ip", "link", "set", TAG, "up")

    def end(self) -> None:
        super().end()
        for relay in self.relays.values():
            relay.close()
        for link in self.links.values():
            link.close()
        subprocess.run(["ip", "link", "del", TAG], check=False)

    def add_site(self, name: str) -> Site:
        link = self.links[name] = Link(10 + len(self.sites))
        link.lay()
        self.sites[name] = Site(
            name, self.directory / name, f"http://{link.address}:{PORT}", PORT, self.lay_line(name, PORT, PORT)
        )
        return self.sites[name]

    def lay_line(self, name: str, port: int, behind: int) -> Line:
        return NoLine()

    def start(self, place: str, *processes: str, env: Mapping[str, str] | None = None) -> None:
        site, space = self.sites[place], self.links[place].space
        self._lay_relays(space)
        for process in processes or PROCESSES:
            more = ["--port", PORT, "--bind", "0.0.0.0"] if process == "serve" else []
            site.running[process] = self.children.start(
                f"{place} {process}", "tests.faults.inside",
                [space, "tongban.project.cli", "node", process, "--home", site.home, "--quiet", *more],
                env=self._environment(**self._addresses, **(env or {})), log=site.home / "log" / f"{process}.out",
            )  # fmt: skip

    def _lay_relays(self, space: str) -> None:
        for url in self._addresses.values():
            port = int(url.rpartition(":")[2])
            if (space, port) not in self.relays:
                self.relays[space, port] = Relay(space, port)
