"""renkei_load as a child process."""
import json
import subprocess

from mariadb.server import die_with_parent


class Load:
    """One running load. The summary is there once it has ended."""

    def __init__(self, programs, server, mode, database, *flags):
        command = [programs.load, mode, "--socket", server.socket, "--database", database, *map(str, flags)]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, preexec_fn=die_with_parent)

    @property
    def running(self):
        return self.process.poll() is None

    def stop(self, timeout_s=150):
        """Ends it between two transactions and returns its summary."""
        if self.running:
            self.process.terminate()
        return self.wait(timeout_s)

    def wait(self, timeout_s=None):
        output, errors = self.process.communicate(timeout=timeout_s)
        if self.process.returncode:
            raise RuntimeError(f"renkei_load failed ({self.process.returncode}): {errors.strip()}")
        return json.loads(output)


def run_load(programs, server, mode, database, *flags, timeout_s=1800):
    return Load(programs, server, mode, database, *flags).wait(timeout_s)
