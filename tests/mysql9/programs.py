"""The programs of a real MySQL 9, unpacked from Debian's unstable release into a folder of the user's own.

Debian's stable releases carry no MySQL. Nothing is installed: apt works on lists and archives of its own, the packages
are unpacked beside them, and the server runs by the loader and the libraries that came with it. Versions are resolved
at run time; what was unpacked once is used again until the folder is removed.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://deb.debian.org/debian"
PACKAGE = "mysql-server-core"
PATIENCE_S = 300


class NotToBeHad(Exception):
    """MySQL 9 cannot be had here; the text says why."""


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "renkei" / "mysql9"


class Programs:
    """What stands in the unpacked folder."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    @property
    def template(self):
        """A data folder as a new server has it, to be copied."""
        return self.root.parent / "template"

    def command(self):
        """The server's program and the places that it would look for under /usr."""
        libraries = self.root / "usr/lib/x86_64-linux-gnu"
        share = self.root / "usr/share/mysql"
        return [str(libraries / "ld-linux-x86-64.so.2"), "--library-path", str(libraries),
                str(self.root / "usr/sbin/mysqld"), "--no-defaults", f"--basedir={self.root}/usr",
                f"--plugin-dir={self.root}/usr/lib/mysql/plugin", f"--lc-messages-dir={share}",
                f"--character-sets-dir={share}/charsets", "--secure-file-priv=",
                *(["--user=root"] if os.geteuid() == 0 else [])]


def _run(command, **more):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, **more)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotToBeHad(f"{command[0]}: {error}") from error
    if done.returncode:
        raise NotToBeHad(f"`{' '.join(command[:4])}` ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return done.stdout


def _apt(folder):
    """An environment in which apt-get knows unstable, and nothing of this system."""
    for name in ("lists/partial", "archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {MIRROR} sid main\n")
    (folder / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{folder}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        'Dir::Etc::preferences "/dev/null";\nDir::Etc::preferencesparts "/dev/null";\n'
        f'Dir::State::lists "{folder}/lists";\nDir::State::status "{folder}/status";\nDir::Cache "{folder}";\n'
        f'Dir::Cache::archives "{folder}/archives";\nAPT::Install-Recommends "false";\n'
        f'APT::Sandbox::User "{"root" if os.geteuid() == 0 else ""}";\nDebug::NoLocking "true";\n')
    return {**os.environ, "APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}


def _unpack(folder):
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise NotToBeHad(f"{tool} is not here: this is no Debian")
    if not pathlib.Path(KEYRING).exists():
        raise NotToBeHad(f"{KEYRING} is not here: install debian-archive-keyring")
    environment = _apt(folder / "apt")
    _run(["apt-get", "update", "-q"], env=environment)
    _run(["apt-get", "install", "-y", "-q", "--download-only", PACKAGE], env=environment)
    half = folder / "root.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    for package in sorted((folder / "apt/archives").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(half)])
    shutil.rmtree(folder / "apt")
    half.rename(folder / "root")


def _make_template(programs):
    half = programs.template.with_name("template.half")
    shutil.rmtree(half, ignore_errors=True)
    _run([*programs.command(), "--initialize-insecure", f"--datadir={half}"])
    # Each copy makes a server uuid of its own.
    (half / "auto.cnf").unlink(missing_ok=True)
    half.rename(programs.template)


def get():
    """The programs, fetched if need be. Raises NotToBeHad."""
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        programs = Programs(folder / "root")
        if not programs.root.exists():
            _unpack(folder)
        if not programs.template.exists():
            _make_template(programs)
        return programs
