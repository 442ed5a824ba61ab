"""What tests, demo and benchmarks use to drive the programs under test."""
from driver.beacon import Beacon
from driver.compare import differences
from driver.load import Load, run_load
from driver.programs import Programs, add_build_argument
from driver.renkei import NotAnswered, Renkei

__all__ = ["Beacon", "Load", "NotAnswered", "Programs", "Renkei", "add_build_argument", "differences", "run_load"]
