"""Where the built programs are."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Programs:
    def __init__(self, build):
        build = pathlib.Path(build)
        self.renkei = build / "renkei"
        self.load = build / "renkei_load"
        for path in (self.renkei, self.load):
            if not path.exists():
                sys.exit(f"{path} is not there: build it first (`make build`)")


def add_build_argument(parser):
    parser.add_argument("--build", default=str(ROOT / "build/release"), metavar="DIR",
                        help="the folder with renkei and renkei_load (default: build/release)")
