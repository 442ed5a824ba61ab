"""Independent clients against the stand-in: each logs in, reads every type, sends parameters, runs a transaction, meets an error,
reads a big result and cancels. A client that cannot be had is skipped, loudly. Clients are installed into a cache outside of the
tree: $SQLSERVER_CLIENTS, by default ~/.cache/renkei-sqlserver-clients.

With SQLSERVER_PORT (and _HOST, _USER, _PASSWORD) the same checks run against that server, where clients/setup.sql must have been
run once and dbo.big hold the numbers 1 to 50000.
"""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
CACHE = pathlib.Path(os.environ.get("SQLSERVER_CLIENTS", pathlib.Path.home() / ".cache" / "renkei-sqlserver-clients"))
PYTHON_PACKAGES = {"pymssql": "pymssql==2.4.6", "pytds": "python-tds==1.17.1", "mssql_python": "mssql-python==1.16.0"}
TEDIOUS, JDBC, GO_MODULE = "tedious@19.2.2", "com.microsoft.sqlserver:mssql-jdbc:13.4.0.jre11", "github.com/microsoft/go-mssqldb@v1.11.2"
JAR = "mssql-jdbc-13.4.0.jre11.jar"


class Missing(Exception):
    pass


def program(name):
    if not shutil.which(name):
        raise Missing(f"{name} is not installed")
    return name


def run(command, cwd=None, env=None, timeout=300):
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout + done.stderr


def install(command, cwd):
    cwd.mkdir(parents=True, exist_ok=True)
    code, output = run(command, cwd, timeout=600)
    if code:
        raise Missing(f"{command[0]} could not install it: {output.strip().splitlines()[-1:]}")


def python_client(driver):
    def prepare():
        folder = CACHE / "python"
        if not (folder / "bin" / "python").exists():
            install([sys.executable, "-m", "venv", str(folder)], CACHE)
        install([str(folder / "bin" / "pip"), "install", "-q", PYTHON_PACKAGES[driver]], CACHE)
        return [str(folder / "bin" / "python"), str(HERE / "python_check.py"), driver], None
    return prepare


def tedious():
    folder = CACHE / "node"
    program("node")
    if not (folder / "node_modules" / "tedious").exists():
        install([program("npm"), "install", "--silent", "--prefix", str(folder), TEDIOUS], folder)
    shutil.copy(HERE / "tedious_check.js", folder)
    return ["node", "tedious_check.js"], folder


def jdbc():
    folder = CACHE / "java"
    program("java")
    if not (folder / JAR).exists():
        install([program("mvn"), "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy", f"-Dartifact={JDBC}",
                 f"-DoutputDirectory={folder}"], folder)
    return ["java", "-cp", JAR, str(HERE / "JdbcCheck.java")], folder


def go():
    folder = CACHE / "go"
    program("go")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "go" / "main.go", folder)
    if not (folder / "go.mod").exists():
        install(["go", "mod", "init", "check"], folder)
        install(["go", "get", GO_MODULE], folder)
    install(["go", "build", "-o", "check", "."], folder)
    return ["./check"], folder


def tsql():
    return [program("tsql")], None


CLIENTS = {"tsql": tsql, "pymssql": python_client("pymssql"), "python-tds": python_client("pytds"),
           "mssql-python": python_client("mssql_python"), "tedious": tedious, "mssql-jdbc": jdbc, "go-mssqldb": go}


def check_tsql(env):
    done = subprocess.run(["tsql", "-H", env["SQLSERVER_HOST"], "-p", env["SQLSERVER_PORT"], "-U", env["SQLSERVER_USER"], "-P",
                           env["SQLSERVER_PASSWORD"], "-D", "checks"], capture_output=True, text=True, timeout=60, check=False,
                          input="SELECT * FROM dbo.every_type ORDER BY id\ngo\nSELECT * FROM dbo.nope\ngo\nquit\n")
    output = done.stdout + done.stderr
    good = "1234567890123456789012345678.0123456789" in output and "Msg 208" in output and "(2 rows affected)" in output
    return (0 if good else 1), output


def start_server():
    from sqlserver.replies import run_sql
    from sqlserver.server import Server
    from sqlserver.session import Session
    server = Server(users={"sa": "Secret-1"})
    session = Session(server.instance)
    for batch in (HERE / "setup.sql").read_text(encoding="utf-8").split("\nGO\n"):
        run_sql(session, batch)
    session.close()
    server.control.do({"do": "synthetic", "database": "checks", "table": "dbo.big", "count": 50000,
                       "values": ["key", "key % 1000", "f'word {key}'", "Decimal(12)"]})
    return server.__enter__()


def main(wanted):
    env = dict(os.environ)
    server = None
    if "SQLSERVER_PORT" not in env:
        server = start_server()
        env |= {"SQLSERVER_PORT": str(server.port), "SQLSERVER_USER": "sa", "SQLSERVER_PASSWORD": "Secret-1"}
    env.setdefault("SQLSERVER_HOST", "127.0.0.1")
    failed = skipped = 0
    for name, prepare in CLIENTS.items():
        if wanted and name not in wanted:
            continue
        try:
            command, folder = prepare()
        except (Missing, subprocess.TimeoutExpired) as missing:
            print(f"SKIPPED {name}: {missing}")
            skipped += 1
            continue
        try:
            code, output = check_tsql(env) if name == "tsql" else run(command, folder, env, 120)
        except subprocess.TimeoutExpired as late:
            code, output = 1, f"no end after 120 s\n{late.stdout}"
        complaints = [] if server is None else list(server.protocol_errors)
        print(f"{'passed' if not code and not complaints else 'FAILED'} {name}")
        if code or complaints:
            failed += 1
            print(output[-3000:], complaints)
        if server:
            server.protocol_errors.clear()
    if server:
        server.stop()
    print(f"sqlserver clients: {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
